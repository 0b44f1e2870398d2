#pragma once
// What the local API answers, as plain values: no socket, no HTTP library. Who may ask is decided before
// (guard.h).

#include <functional>
#include <string>

#include "app/api/call.h"
#include "app/recorder.h"
#include "app/runtime_file.h"
#include "proxy/proxy.h"

namespace why401::api {

/// Where the API gets its answers. The functions may be called from any thread.
struct Source {
    const Recorder* recorder = nullptr;
    Instance instance;
    std::function<Settings()> settings;
    std::function<void(Settings)> set;
    std::function<Proxy::Counts()> counts;
    // What the lab can show by itself; both empty: this run has no lab.
    std::function<bool()> lab_demo_plays;
    std::function<bool()> play_lab_demo;  ///< returns at once; false: it plays already, or the run is ending
};

/// Errors are a plain sentence. Never throws for what a caller sent.
Reply answer(const Call& call, const Source& source);

}  // namespace why401::api
