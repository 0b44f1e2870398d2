#pragma once
// The command line: which command, with which options, and what an unknown one is told. It refuses what this
// version cannot do in a sentence, and does nothing itself: every command is a function elsewhere.

namespace why401::cli {

/// Runs the program. Returns the exit code of the contract: 0 fine, 1 findings, 2 usage, 3 input unreadable,
/// 4 cannot bind or connect, 5 internal.
int command_line(int argc, char** argv);

}  // namespace why401::cli
