#include "app/cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace why401::cli {

bool colour_on_stderr() {
    const char* no_color = std::getenv("NO_COLOR");
    return ::isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

bool asks_on_stdin() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

}  // namespace why401::cli
