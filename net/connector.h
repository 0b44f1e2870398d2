#pragma once
// Names to connections: resolution, then happy eyeballs (RFC 8305): addresses of both families in turn, a
// quarter of a second apart.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "net/link.h"

namespace why401::net {

struct ConnectFailure {
    enum class Stage { Resolve, Connect, Timeout, NotPermitted } stage = Stage::Connect;
    std::string what;                ///< a clause: "connection refused", "name not found"
    std::vector<std::string> tried;  ///< "127.0.0.1:80: connection refused"
};

struct ConnectOptions {
    std::chrono::milliseconds time_limit{10'000};  ///< for all of it
    /// Asked for every address after resolution; false refuses it (a loop to our own ports).
    std::function<bool(const Endpoint&)> permitted;
};

/// Cancels when destroyed before it has called back.
class Connecting {
public:
    struct Impl;
    explicit Connecting(std::shared_ptr<Impl> impl);
    ~Connecting();

private:
    std::shared_ptr<Impl> impl_;
};

using Connected = std::variant<std::unique_ptr<Link>, ConnectFailure>;

/// `host` is a name or an address literal without brackets. Calls back once, from the loop, never from
/// inside.
std::unique_ptr<Connecting> connect(Loop& loop, const std::string& host, std::uint16_t port,
                                    ConnectOptions options, std::function<void(Connected)> callback);

}  // namespace why401::net
