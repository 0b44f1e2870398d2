#pragma once
// The options of `why401 probe`.

#include <CLI/App.hpp>

#include "app/cli/chosen.h"

namespace why401::cli {

void add_probe(CLI::App& app, Chosen& chosen);

}  // namespace why401::cli
