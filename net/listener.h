#pragma once
// Accepts TCP connections. When the process runs out of file descriptors it pauses and tries again; it never
// spins.

#include <functional>
#include <memory>
#include <string>

#include "net/link.h"

namespace why401::net {

class Listener {
public:
    struct Callbacks {
        std::function<void(std::unique_ptr<Link>)> accepted;
        std::function<void(const std::string& what)> trouble;  ///< once per spell of trouble, for the record
    };

    /// Binds and listens at once. Throws std::system_error when the address cannot be had; the message names
    /// it.
    Listener(Loop& loop, const Endpoint& address, Callbacks callbacks);
    ~Listener();

    const Endpoint& local() const;  ///< the real port when 0 was asked for
    void stop();                    ///< accepts no more; links already accepted live on

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace why401::net
