#pragma once
// Every command with its options and its help.

#include <CLI/App.hpp>
#include <functional>

namespace why401::cli {

/// Adds the commands to `app`. When one of them is parsed it sets `chosen`: calling that does the work and
/// returns the exit code.
void add_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace why401::cli
