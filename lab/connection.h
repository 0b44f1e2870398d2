#pragma once
// One TCP connection to the lab: requests in, one after the other, answers out, and the logins of this
// connection, one for each machine it reaches. Refuses to outlive its time limits.

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lab/channel.h"
#include "lab/server.h"
#include "lab/site.h"
#include "net/loop.h"
#include "wire/http1_framing.h"
#include "wire/http1_head.h"
#include "wire/http_target.h"

namespace why401::lab {

/// What a connection asks of the server it belongs to.
class Host {
public:
    virtual ~Host() = default;
    virtual const ServerOptions& options() const = 0;
    virtual certs::Tls* tls() = 0;  ///< null: plain http only
    virtual std::chrono::system_clock::time_point now() const = 0;
    virtual Chance chance() const = 0;
    virtual void write_log(const std::string& row) = 0;
    /// Destroys the connection.
    virtual void forget(class Connection& connection) = 0;
};

class Connection : public net::LinkOwner {
public:
    Connection(net::Loop& loop, Host& host, std::unique_ptr<net::Link> link);

private:
    enum class State { ExpectHead, ExpectBody, Answering };

    void on_bytes(net::Link& link, std::string_view bytes) override;
    void on_end(net::Link& link) override;
    void on_broken(net::Link& link, const net::Broken& broken) override;
    void on_drained(net::Link& link) override;

    // These return false when there is nothing more to do for now, or when the connection is gone.
    bool read_head();
    bool read_body();
    bool answer();
    bool send_answer();
    bool send_pattern();
    bool finish_exchange();

    void advance();
    std::string_view pending() const { return std::string_view(in_).substr(used_); }
    void drop_used();
    bool clogged();
    bool begin_request();
    void read_facts(const http1::Head& head, std::string_view in, const http1::Target& target);
    bool refuse(const http1::Defect& defect);
    bool end();
    void arm();
    void record() const;

    Host& host_;
    std::unique_ptr<Channel> link_;
    net::Timer timer_;
    State state_ = State::ExpectHead;
    std::string in_;  ///< received; the first `used_` bytes are done with
    std::size_t used_ = 0;
    http1::HeadParser parser_;
    http1::BodyReader body_;
    bool keep_ = true;
    bool peer_ended_ = false;

    std::array<Login, kMachines> logins_;
    std::size_t turn_ = 0;  ///< of the balancer

    // of the exchange under way
    Request request_;
    std::string request_line_, user_agent_, referer_;
    std::size_t machine_ = 0;
    std::chrono::system_clock::time_point began_;
    Response response_;
    std::string step_;
    std::uint64_t pattern_left_ = 0;
};

}  // namespace why401::lab
