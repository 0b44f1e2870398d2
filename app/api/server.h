#pragma once
// The local API on its own thread and its own loopback socket: HTTP/1.1 and a WebSocket. A slow or hostile
// reader holds up nobody but itself. Refuses everything that guard.h refuses.

#include <memory>
#include <string>

#include "app/api/routes.h"
#include "net/endpoint.h"

namespace why401::api {

class Server {
public:
    /// Binds and listens. Throws std::system_error naming the address; std::invalid_argument beyond loopback.
    explicit Server(const net::Endpoint& address);
    ~Server();  ///< ends every connection and the thread

    net::Endpoint local() const;
    const std::string& token() const;

    /// Starts to answer. What `source` points to must live until stop().
    void start(Source source);
    void stop();  ///< idempotent; from any thread but the server's own
    /// The recorder has new events; from any thread, cheap.
    void notify();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::api
