#pragma once
// Joins the relay machine to sockets: gives its wishes to net and its events back. Decides nothing but who
// may connect, and that no connection leads back to this process.

#include <chrono>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "certs/tls.h"
#include "net/connector.h"
#include "net/listener.h"
#include "proxy/machine/relay.h"
#include "proxy/proxy.h"

namespace why401 {

class Driver final : public Outside {
public:
    Driver(net::Loop& loop, const ProxyOptions& options, Journal& journal);
    ~Driver() override;

    std::vector<net::Endpoint> listening() const;
    void set(const Settings& settings);
    void drain(std::chrono::milliseconds limit, std::function<void()> done);
    void trouble(const std::string& stage, const std::string& what);
    const Relay& relay() const { return relay_; }

    // Outside
    void open(ConnectionId id, const NextHop& hop) override;
    void secure(ConnectionId id, const TlsToServer& wish) override;
    void secure(ConnectionId id, const TlsToClient& wish, std::string_view received) override;
    std::size_t send(ConnectionId id, std::string_view bytes) override;
    void pause(ConnectionId id) override;
    void resume(ConnectionId id) override;
    void finish(ConnectionId id) override;
    void close(ConnectionId id, CloseHow how) override;
    void record(JournalEvent event) override;
    std::unique_ptr<Exchange> blank() override;

private:
    /// A socket under the name the machine knows it by.
    struct Wire final : net::LinkOwner {
        Wire(Driver& owning_driver, ConnectionId its_id) : driver(owning_driver), id(its_id) {}
        void on_bytes(net::Link& link, std::string_view bytes) override;
        void on_end(net::Link& link) override;
        void on_broken(net::Link& link, const net::Broken& broken) override;
        void on_drained(net::Link& link) override;

        Driver& driver;
        ConnectionId id;
        std::unique_ptr<net::Link> link;
        std::unique_ptr<net::Connecting> connecting;
        std::unique_ptr<certs::TlsEngine> tls;  ///< null: in the clear
        bool secured = false;                   ///< the machine knows that TLS stands
        std::size_t remarks = 0;                ///< of the engine, told
        bool heard = false;                     ///< plaintext has come through it
        bool end_told = false;
    };

    void accepted(std::unique_ptr<net::Link> link);
    void connected(ConnectionId id, net::Connected result);
    bool welcome(const net::Endpoint& peer) const;
    bool leads_back(const net::Endpoint& target) const;
    bool is_spelled_as_us(std::string_view host, std::uint16_t port) const;
    Route route(const std::string& host, std::uint16_t port) const;
    void move_tls(ConnectionId id);
    void move_tls_soon(ConnectionId id);
    bool tell_of_tls(Wire& wire);
    void tls_failed(ConnectionId id, TlsRefusal refusal, const TlsFacts& known);
    void tick_later();
    void check_drained();
    Wire* wire(ConnectionId id);
    void bury(std::unique_ptr<Wire> dead);

    net::Loop& loop_;
    const ProxyOptions& options_;
    Journal& journal_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::unordered_map<ConnectionId, std::unique_ptr<Wire>> wires_;
    /// Both ends of our upstream connections: a client between the same two is ourselves. The near end alone
    /// says nothing: the system gives one port to several connections that lead to different places.
    std::set<std::pair<net::Endpoint, net::Endpoint>> own_sources_;
    std::vector<char> plaintext_;  ///< what one connection has just been told through its TLS
    net::Timer ticker_, drain_limit_;
    std::function<void()> drained_;
    Relay relay_;
};

}  // namespace why401
