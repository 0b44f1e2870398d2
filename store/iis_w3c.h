#pragma once
// Reads an IIS log in the W3C extended format into exchanges, each known from its row alone. Logs of any
// length in bounded memory. It refuses to say what a row means.

#include <filesystem>
#include <istream>

#include "store/log_exchange.h"

namespace why401 {

/// `name` stands in the sentences. Throws LogError when nothing in it can be read as a row. Rows that cannot
/// be read are told of with a NotRecorded item at the end.
LogReading read_iis_w3c(std::istream& in, const std::string& name, const LogWishes& wishes,
                        const ItemSink& sink);

}  // namespace why401
