// The program's entry: everything else is a library, so that tests can link it.

#include "app/cli/command_line.h"

int main(int argc, char** argv) { return why401::cli::command_line(argc, argv); }
