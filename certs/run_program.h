#pragma once
// Another program run to its end: certutil, update-ca-certificates. No shell, and nobody is asked anything.

#include <string>
#include <vector>

namespace why401::certs {

struct ProgramEnd {
    bool found = true;   ///< there is such a program
    int code = -1;       ///< its exit code; -1: it was killed
    std::string output;  ///< both streams, in the order they came; 1 MiB at most

    bool well() const { return found && code == 0; }
};

/// `words`: the program (looked for in PATH where it has no slash) and its arguments. It has no terminal, so
/// that it cannot ask for a password. Throws CertsError when it cannot be started for want of resources.
ProgramEnd run_program(const std::vector<std::string>& words);

}  // namespace why401::certs
