#pragma once
// The running proxy: the relay machine joined to sockets and to the journal. Everything happens on the loop's
// thread; calls marked so may come from others.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/endpoint.h"
#include "net/loop.h"
#include "proxy/journal.h"
#include "proxy/machine/faults.h"
#include "proxy/machine/interception.h"
#include "proxy/machine/own_page.h"
#include "proxy/machine/policy.h"

namespace why401 {

namespace certs {
class Tls;
}

/// What may change while the proxy runs.
struct Settings {
    Policy policy;
    FaultSet faults;
    Interception interception{};
};

struct HostPort {
    std::string host;  ///< a name or a literal without brackets
    std::uint16_t port = 0;
};

struct Cidr {
    net::Endpoint base;
    unsigned prefix = 128;  ///< in bits of the IPv6 form
    bool contains(const net::Endpoint& endpoint) const;
};
/// "10.0.0.0/8", "::1/128", "192.0.2.7". Empty when it is none.
std::optional<Cidr> parse_cidr(std::string_view text);

struct ProxyOptions {
    std::vector<net::Endpoint> listen;
    std::vector<Cidr> allow_remote;  ///< clients beyond loopback that are let in
    std::optional<HostPort> upstream_proxy;
    std::map<std::string, HostPort>
        map;  ///< lower-case host name -> address, port 0 keeps the port asked for
    std::vector<net::Endpoint> never_connect;  ///< own ports besides `listen`: the UI
    std::optional<net::Endpoint> lab;          ///< where *.lab.why401.test lives; empty: there is no lab
    certs::Tls* tls = nullptr;  ///< outlives the proxy; null: no TLS is opened, whatever the settings say
    std::size_t max_body = 1 << 20;  ///< content bytes kept per body
    std::size_t max_head = 256 * 1024;
    std::chrono::milliseconds connect_limit{10'000};
    std::chrono::milliseconds head_limit{30'000};    ///< from the first byte of a request head to its last
    std::chrono::milliseconds client_idle{600'000};  ///< longer than any server's (relay rule 9)
    std::function<OwnAnswer(const OwnQuestion&)> own_site;  ///< what the proxy says of itself; loop's thread
    Settings settings;
};

class Proxy {
public:
    /// Binds every address at once. Throws std::system_error naming the one that failed.
    Proxy(net::Loop& loop, ProxyOptions options, Journal& journal);
    ~Proxy();

    std::vector<net::Endpoint> listening() const;

    /// Swaps the settings whole; from any thread. Effective for the next decision; no connection is dropped
    /// for it.
    void set(Settings settings);

    /// Stops accepting, lets exchanges under way finish for up to `limit`, then closes everything and calls
    /// back. Loop's thread.
    void drain(std::chrono::milliseconds limit, std::function<void()> done);

    /// Something went wrong on this side that concerns no connection; told and recorded as such. From any
    /// thread; lost when the loop does not run any more.
    void trouble(std::string stage, std::string what);

    struct Counts {
        std::uint64_t client_connections = 0, upstream_connections = 0, exchanges = 0;
    };
    Counts counts() const;  ///< from any thread; of this run, in total

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401
