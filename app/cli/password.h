#pragma once
// A password from whoever sits at the terminal, or from a file: never from a flag or the environment, where
// others on this machine could read it.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace why401::cli {

/// Asks on the terminal, without echo. Empty when there is none, or when it was cancelled (Ctrl-C, Ctrl-D).
std::optional<std::string> ask_password(const std::string& whose);

/// The first line of the file, without its line end. Empty when it cannot be read; `-` is standard input.
std::optional<std::string> password_from(const std::filesystem::path& file, std::istream& standard_input);

}  // namespace why401::cli
