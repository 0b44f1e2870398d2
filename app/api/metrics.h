#pragma once
// Counters as Prometheus reads them (text format 0.0.4).

#include <string>

#include "app/recorder.h"
#include "proxy/proxy.h"

namespace why401::api {

std::string metrics_text(const Proxy::Counts& counts, const Recorder& recorder, const Settings& settings);

}  // namespace why401::api
