#pragma once
// A password from a person or from a file; never from a flag or the environment, where others can read it.

#include <filesystem>
#include <iosfwd>
#include <stdexcept>
#include <string_view>

#include "tokens/proof/wiped.h"

namespace why401::cli {

class NoSecret : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Asks on the terminal of this process without an echo. Throws NoSecret when there is none or nothing was
/// typed.
proof::Wiped ask_password(std::string_view user, std::ostream& err);
/// The first line of a file, without its line break. Throws NoSecret.
proof::Wiped read_password(const std::filesystem::path& file);

}  // namespace why401::cli
