#pragma once
// `why401 demo`: lab, proxy and API in one process, and the acts (acts.h) told to a terminal.

#include <ostream>

#include "app/service.h"

namespace why401::demo {

/// Plays the acts and prints what happened and why. With `once` it then returns: 0 when every act ended as it
/// must, 1 when one did not. Otherwise it stays up until SIGINT or SIGTERM and returns 0. `service` says
/// where to listen and what to record; its lab is switched on here.
int run_demo(bool once, ServiceOptions service, std::ostream& out, std::ostream& err);

}  // namespace why401::demo
