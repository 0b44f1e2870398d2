#pragma once
// What the local API answers, as plain values: no socket, no HTTP library. Who may ask is decided before
// (guard.h).

#include <functional>
#include <string>
#include <string_view>

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

struct Call {
    std::string method;  ///< HEAD has become GET
    std::string path, query, body;
};

struct Reply {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body;
    std::string allow;  ///< of a 405
};

/// Errors are a plain sentence. Never throws for what a caller sent.
Reply answer(const Call& call, const Source& source);

/// The decoded value of a query parameter (its first appearance); empty when there is none.
std::string query_value(std::string_view query, std::string_view name);

/// A number of decimal digits; `otherwise` for an empty text, nothing for any other.
std::optional<std::uint64_t> number_or(std::string_view text, std::uint64_t otherwise);

}  // namespace why401::api
