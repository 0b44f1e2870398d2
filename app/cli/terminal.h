#pragma once
// What the terminal at the other end wants.

namespace why401::cli {

/// Whether stderr is a terminal and NO_COLOR is not set (no-color.org).
bool colour_on_stderr();

/// Whether somebody can be asked: stdin and stdout are a terminal.
bool asks_on_stdin();

}  // namespace why401::cli
