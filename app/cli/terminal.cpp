#include "app/cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace why401::cli {

std::string harmless(std::string_view text) {
    std::string result(text);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto byte = static_cast<unsigned char>(result[i]);
        const bool c1 =
            byte == 0xC2 && i + 1 < result.size() && static_cast<unsigned char>(result[i + 1]) < 0xA0;
        if (byte < 0x20 || byte == 0x7F) result[i] = '?';
        if (c1) result[i] = result[i + 1] = '?';
    }
    return result;
}

bool colour_on_stderr() {
    const char* no_color = std::getenv("NO_COLOR");
    return ::isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace why401::cli
