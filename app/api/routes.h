#pragma once
// What the local API answers, as plain values: no socket, no HTTP library. Who may ask is decided before
// (guard.h).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/api/call.h"
#include "app/opened_captures.h"
#include "app/recorder.h"
#include "app/runtime_file.h"
#include "certs/ca_certificate.h"
#include "proxy/proxy.h"

namespace why401::api {

/// Where the API gets its answers. The functions may be called from any thread.
struct Source {
    const Recorder* recorder = nullptr;  ///< null: there is no proxy, the process shows a file
    Instance instance;
    std::function<Settings()> settings;  ///< this and what follows: of the proxy
    std::function<void(Settings)> set;
    std::function<Proxy::Counts()> counts;
    OpenedCaptures* captures = nullptr;  ///< never null
    OpenedCaptures::Opened shown{};      ///< the file, where there is no proxy
    // What the lab can show by itself; both empty: this run has no lab.
    std::function<bool()> lab_demo_plays;
    std::function<bool()> play_lab_demo;  ///< returns at once; false: it plays already, or the run is ending
    bool opens_tls = false;               ///< there is a CA to open TLS with
    /// Host and SHA-256; false: no such values.
    std::function<bool(const std::string&, const std::string&)> accept_certificate{};
    std::optional<certs::CaCertificate> ca{};  ///< empty: no TLS is opened
};

/// Errors are a plain sentence. Never throws for what a caller sent. From any thread.
Reply answer(const Call& call, const Source& source);
/// How long an answer takes. What others would notice is better made on a thread of its own, and opening a
/// capture, which reads it from end to end, on another one.
enum class Pace : std::uint8_t { Quick, Long, Opening };
Pace pace_of(const Call& call);

}  // namespace why401::api
