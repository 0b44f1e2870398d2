#pragma once
// `why401 open` and `why401 run` with their options and their help.

#include <CLI/App.hpp>

#include "app/cli/chosen.h"

namespace why401::cli {

void add_open(CLI::App& app, Chosen& chosen);
void add_run(CLI::App& app, Chosen& chosen);

}  // namespace why401::cli
