#pragma once
// One connection of the probe to the server, straight and without a proxy: a request goes out, the loop runs
// until its answer is whole, and the record has both. Nothing here decides what to ask.

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/doctor/visit.h"
#include "certs/tls.h"
#include "net/connector.h"
#include "net/loop.h"
#include "proxy/proxy.h"
#include "record/record_item.h"

namespace why401::probe {

/// What all lines of a probe share.
struct Trip {
    doctor::Place place;
    std::optional<HostPort> at;  ///< connect there instead of resolving the name
    certs::Tls* tls = nullptr;   ///< of an https place
    std::chrono::milliseconds limit{10'000};

    net::Loop loop;
    std::atomic<bool> stopped{false};
    std::vector<RecordItem> record;  ///< in order of completion
    std::uint64_t lines = 0, exchanges = 0;

    /// Ends the present wait and those to come; on the loop's thread.
    void stop() {
        stopped = true;
        loop.stop();
    }
};

/// The answer to one request, or why there is none.
struct Answer {
    ExchangeId exchange{};
    int status = 0;       ///< 0: none came
    std::string silence;  ///< then why: a clause
    Message response;
    Timing timing;

    bool let_in() const { return status >= 200 && status < 400; }
    bool refused() const { return status == 401 || status == 407; }
};

class Line {
public:
    /// Connects, and makes TLS with these protocols offered. Waits until that stands or has failed.
    explicit Line(Trip& trip, std::vector<std::string> alpn = {"http/1.1"});
    ~Line();
    Line(const Line&) = delete;

    /// Whether requests may still be sent: the server has not closed it, nor said that it will.
    bool stands() const;
    const std::optional<net::ConnectFailure>& unreachable() const;
    const std::string& trouble() const;          ///< why it does not stand; empty while it does
    const std::optional<TlsFacts>& tls() const;  ///< as far as it came; `refusal` where it was not accepted
    const std::string& address() const;
    std::string name() const;  ///< "C1" and so on, as in the record

    /// A GET for this path. Opens nothing anew: on a line that does not stand the answer is silence.
    Answer get(const std::string& path, const std::string& authorization = {});
    /// The same on several lines at once: all is sent before anything is waited for.
    static std::vector<Answer> get_at_once(const std::vector<std::unique_ptr<Line>>& lines,
                                           const std::string& path);

private:
    struct Channel;
    std::unique_ptr<Channel> channel_;
};

}  // namespace why401::probe
