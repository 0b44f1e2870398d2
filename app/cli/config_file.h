#pragma once
// The configuration file, judged line by line: CLI11 reads it, but does not say where a mistake stands.

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace why401::cli {

/// The first line of `text` that is wrong by itself, as "FILE:LINE: why"; empty when none is. `add_options`
/// builds the command line anew; it is called for every entry.
std::optional<std::string> config_complaint(const std::filesystem::path& file, const std::string& text,
                                            const std::function<void(CLI::App&)>& add_options);

}  // namespace why401::cli
