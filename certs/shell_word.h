#pragma once
// Text as one word of a POSIX shell, for commands that a person copies.

#include <string>
#include <string_view>

namespace why401::certs {

/// As it is where no character has a meaning to the shell, otherwise in single quotes.
std::string shell_word(std::string_view text);

}  // namespace why401::certs
