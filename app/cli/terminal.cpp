#include "app/cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace why401::cli {

bool colour_on_stderr() {
    const char* no_color = std::getenv("NO_COLOR");
    return ::isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace why401::cli
