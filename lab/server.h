#pragma once
// The lab on a socket: accepts connections, with TLS or without on the same port, reads HTTP/1 strictly, asks
// the site, writes the answer and the log. It refuses HTTP/2, and decides nothing about logins: site.h does.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "certs/authority.h"
#include "lab/site.h"
#include "net/endpoint.h"
#include "net/loop.h"

namespace why401::lab {

/// One answered request, for tests and for whoever wants to compare what the server saw with what a proxy
/// says.
struct LedgerEntry {
    net::Endpoint peer;
    std::string request_line;  ///< "GET /acl/ HTTP/1.1"
    std::string host;
    std::string machine;  ///< "WEB01"
    std::string step;     ///< see Answer::step
    std::string user;     ///< as logged; empty for nobody
    int status = 0;
    int substatus = 0;
    std::uint32_t win32 = 0;
};

struct ServerOptions {
    /// Vouches for the certificates that the lab shows over TLS, whose key is the lab's own; outlives the
    /// server. Null: plain http only.
    const certs::Authority* authority = nullptr;
    std::string log_file;  ///< appended to; empty: no log
    std::chrono::milliseconds idle_timeout{120'000};
    std::chrono::milliseconds handshake_timeout{120'000};  ///< of the wait between CHALLENGE and AUTHENTICATE
    std::size_t head_bytes = 16 * 1024;  ///< http.sys: MaxRequestBytes is 16384 unless someone raised it
    SiteOptions site;
    std::function<void(const LedgerEntry&)> on_request;
    std::function<std::chrono::system_clock::time_point()> now;  ///< empty: the system's clock
    std::function<std::string(std::size_t)> random_bytes;        ///< empty: the system's randomness
};

class Server {
public:
    using Options = ServerOptions;

    /// Listens at once. Throws std::system_error when the address cannot be had or the log file cannot be
    /// opened, certs::CertsError when the authority cannot be used.
    Server(net::Loop& loop, const net::Endpoint& listen, Options options);
    ~Server();  ///< closes every connection
    Server(const Server&) = delete;

    const net::Endpoint& local() const;
    /// The pin of the key in the certificates it shows (certs::Tls::key_pin()); empty: plain http only.
    std::string key_pin() const;

    class Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::lab
