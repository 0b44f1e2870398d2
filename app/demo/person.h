#pragma once
// Somebody with a browser, for the demo: one TCP connection to the proxy, kept open, NTLM answered when the
// server asks for it - and, as browsers do, no credentials any more once the connection is logged in.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/connector.h"
#include "net/endpoint.h"
#include "net/loop.h"

namespace why401::demo {

struct Reply {
    int status = 0;
    std::string head, body;
    std::string challenge;  ///< the NTLM CHALLENGE message, raw; empty when there was none
};

/// What one person saw of one message pair.
struct Seen {
    std::string what;  ///< "GET /" or "GET / with NEGOTIATE"
    int status = 0;
};

/// Where persons wait for what the network brings. stop() ends the present wait and those to come; from any
/// thread.
struct Waiting {
    net::Loop loop;
    std::atomic<bool> stopped{false};

    void stop() {
        stopped = true;
        loop.post([this] { loop.stop(); });
    }
};

class Person {
public:
    Person(Waiting& waiting, const net::Endpoint& proxy, std::string domain, std::string user,
           std::string password);
    ~Person();
    Person(Person&&) = delete;

    /// Asks for a page and, unless this person believes to be logged in, answers the challenge: up to three
    /// exchanges. Runs the loop until the answer is whole. Throws std::runtime_error when the connection
    /// breaks, nothing comes for 10 s, or the wait was stopped.
    Reply get(const std::string& host, const std::string& path);

    const std::string& user() const { return user_; }
    /// The exchanges of the last get(), in order.
    const std::vector<Seen>& seen() const { return seen_; }

private:
    struct Channel;
    Reply exchange(const std::string& host, const std::string& path, const std::string& authorization,
                   const std::string& label);
    std::string answer_to(const std::string& negotiate, const std::string& challenge) const;

    std::unique_ptr<Channel> channel_;
    std::string domain_, user_, password_;
    bool believes_logged_in_ = false;
    std::vector<Seen> seen_;
};

}  // namespace why401::demo
