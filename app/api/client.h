#pragma once
// Asks the local API of a running instance: one request, one answer, on a connection of its own.

#include <stdexcept>
#include <string>

#include "net/endpoint.h"

namespace why401::api {

struct ClientReply {
    unsigned status = 0;
    std::string body;
};

/// Nothing listens there, or what answers is no HTTP server; what() says so in a sentence.
class Unreachable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Blocks, for up to 10 s. `body`: JSON, sent unless empty.
ClientReply ask(const net::Endpoint& server, const std::string& token, const std::string& method,
                const std::string& target, const std::string& body = {});

}  // namespace why401::api
