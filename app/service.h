#pragma once
// A running instance put together: lab (when asked for), proxy, recorder, API and runtime file. `why401
// proxy` and the demo both are one of these. It prints nothing: it calls back.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "analysis/finding.h"
#include "app/recorder.h"
#include "app/runtime_file.h"
#include "certs/tls.h"
#include "net/endpoint.h"
#include "net/loop.h"
#include "proxy/proxy.h"

namespace why401::demo {
class Audience;
}
namespace why401::api {
struct Source;
}

namespace why401 {

struct ServiceOptions {
    ProxyOptions proxy;               ///< `lab`, `never_connect` and `own_site` are filled in
    std::optional<net::Endpoint> ui;  ///< loopback; empty: no API
    std::filesystem::path capture;    ///< the file to create, its folder too; empty: nothing is written
    std::uint64_t capture_limit = 0;
    std::filesystem::path ca_folder;             ///< the CA, made when there is none; empty: no TLS is opened
    certs::TlsOptions tls;                       ///< `insecure_upstream` is filled in
    std::vector<std::string> insecure_upstream;  ///< host patterns
    bool lab = false;                       ///< the lab in this process; its log stands beside the capture
    std::filesystem::path captures_folder;  ///< where the UI finds captures to open; empty: nowhere
    std::filesystem::path runtime_folder;   ///< for the runtime file; empty: none is left

    // All on the recorder's thread.
    std::function<void(const Finding&)> on_finding;
    std::function<void(std::uint64_t)> on_withdrawn;
    std::function<void(const std::string&)> on_trouble;
};

class Service {
public:
    /// Everything listens when it returns. Throws std::system_error naming an address that cannot be had,
    /// CaptureError for the capture, and certs::CertsError for the CA or a file of `tls`.
    Service(net::Loop& loop, ServiceOptions options);
    ~Service();  ///< as finish(); the loop must not run any more

    const Instance& instance() const;
    const Recorder& recorder() const;
    /// "http://127.0.0.1:8402/#token=..."; empty without UI.
    std::string ui_address() const;

    Settings settings() const;           ///< from any thread
    void set(const Settings& settings);  ///< from any thread; recorded

    /// For this run, `host` may show this one certificate (64 hex digits) although a check of it fails.
    /// False: there is no TLS here, or these are no such values. From any thread.
    bool accept_certificate(const std::string& host, const std::string& sha256);
    /// Patterns of the hosts whose certificates are not checked.
    const std::vector<std::string>& unchecked_servers() const;
    /// The local CA; null: no TLS is opened.
    const certs::Authority* authority() const;
    /// The pins (certs::Tls::key_pin()) of the keys in all certificates that are made here: this proxy's, and
    /// its lab's for who reaches that through a tunnel.
    std::vector<std::string> key_pins() const;

    /// Plays the demo's acts through the lab in the background; `audience` must outlive finish(). False: they
    /// are being played, there is no lab, or the run ends. From any thread.
    bool play_demo(demo::Audience& audience);

    /// Loop's thread: exchanges under way may finish for up to `limit`, then calls back.
    void drain(std::chrono::milliseconds limit, std::function<void()> done);
    /// After the loop has ended: the record is completed and the capture closed. Idempotent.
    void finish();

private:
    struct Impl;
    api::Source source();
    std::unique_ptr<Impl> impl_;
};

/// "2026-11-22T21-05-33Z.why401" in `folder`, with a number when that one exists.
std::filesystem::path new_capture_path(const std::filesystem::path& folder,
                                       std::chrono::system_clock::time_point now);

}  // namespace why401
