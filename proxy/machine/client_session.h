#pragma once
// One client connection and the exchange it has under way: reads requests, gets them an upstream connection,
// carries both directions at once, and says in the journal what it did. States are named by what they await.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "proxy/machine/connection_login.h"
#include "proxy/machine/hop_by_hop.h"
#include "proxy/machine/own_page.h"
#include "proxy/machine/relay.h"
#include "proxy/machine/upstream.h"
#include "wire/http1_framing.h"
#include "wire/http_target.h"
#include "wire/tls_hello.h"

namespace why401 {

class ClientSession {
public:
    ClientSession(Relay& relay, ConnectionFacts connection);
    ConnectionId id() const { return connection_->id; }
    const Connection& connection() const { return *connection_; }

    // from the client's side
    void receive(std::string_view received);
    void client_ended();
    void client_broken(bool reset, const std::string& what);
    void client_drained();
    void client_secured(const TlsFactsPtr& facts);
    void client_not_secured(const TlsFactsPtr& facts);

    // from the side of the upstream connection it holds
    void upstream_connected();
    void upstream_failed(const ConnectTrouble& trouble);
    void upstream_secured(const TlsFacts& facts);
    void upstream_not_secured(const TlsFacts& facts, ConnectionId which);
    void upstream_bytes(std::string_view received);
    void upstream_ended();
    void upstream_broken(bool reset, const std::string& what);
    void upstream_drained();

    void tick();
    void drain();
    void reconsider();  ///< whether its TLS is to be opened
    /// Relay rule 2: an idle authenticated upstream connection of this client is gone.
    void login_lost(const std::string& key, bool another_lives);
    bool is_open() const { return !gone_; }
    bool through_parent() const { return through_parent_; }
    const std::optional<Carried>& carried() const { return carried_; }
    void close(CloseHow how, const std::string& because);

private:
    enum class State : std::uint8_t {
        ExpectRequest,
        ExpectUpstream,   ///< a connection is being opened for the request
        ExpectDelay,      ///< injected fault delay-authenticate
        ExpectPrelude,    ///< injected fault interleave-anonymous: our own request is under way
        ExpectResponse,   ///< the request went on; its body may still follow, the response may have begun
        ExpectUploadEnd,  ///< answered and the server left, or to be answered by ourselves; the client
                          ///< uploads
        ExpectTunnelProtocol,  ///< CONNECT was answered: TLS, HTTP or something opaque?
        ExpectHello,           ///< the rest of the client's first TLS message
        ExpectServerTls,       ///< the handshake with the server, verified
        ExpectClientTls,       ///< then the client's
        Tunnel,
    };

    /// TLS of the client that is opened here.
    struct OpenedTls {
        tls::ClientHello hello;
        std::string host;                     ///< the name that the server must have, and that ours says
        std::optional<TlsRefusal> refusal;    ///< the server was not accepted: all requests get this answer
        std::optional<ConnectionId> refused;  ///< on this connection
        std::string leaf;                     ///< SHA-256 of the certificate that it showed
    };

    /// The exchange under way: what the record will have of it, and what carrying it needs.
    struct Active {
        explicit Active(std::unique_ptr<Exchange> blank) : exchange(std::move(blank)) {}

        std::unique_ptr<Exchange> exchange;  ///< gone once it has ended
        http1::Target target;                ///< views into the request's head
        NextHop hop;
        LoginStep login = LoginStep::None;
        http1::HeadParser response_parser{http1::HeadParser::Kind::Response};
        http1::BodyReader request_body, response_body;
        bool request_done = false, response_begun = false, response_done = false;
        bool wants_upgrade = false, retried = false, delayed = false, preluded = false;
        bool upstream_persists = false, client_persists = false, close_after = false;
        bool until_close = false, wants_own_site = false;
        bool announced = false;  ///< the journal knows of it already

        const http1::Head& head() const { return exchange->request.parsed; }
        std::string_view head_bytes() const { return exchange->request.head; }
        std::string_view method() const { return exchange->request.method(); }
        bool is_head() const { return method() == "HEAD"; }
        int status() const { return exchange->status; }  ///< of the final response; 0: none yet
    };
    /// Our own request, sent between the CHALLENGE and the AUTHENTICATE (injected fault
    /// interleave-anonymous); its response goes nowhere but into the record.
    struct Prelude {
        std::unique_ptr<Exchange> exchange = std::make_unique<Exchange>();
        http1::HeadParser parser{http1::HeadParser::Kind::Response};
        http1::BodyReader body;
        std::string input;
        bool in_body = false;
    };

    // client_request.cpp
    void advance();
    std::size_t consume(std::string_view bytes);
    std::size_t relay_upload(std::string_view bytes);
    void begin(std::string_view head);
    bool understand();
    bool locate();
    void answer_own_site();
    std::shared_ptr<const Route> route_to(std::string_view authority);
    void to_upstream(std::string_view bytes);
    void to_upstream(std::string&& bytes);
    void flush_upstream();
    void refuse_bytes(const http1::Defect& defect, std::string_view bytes);

    // client_limits.cpp
    void head_too_slow();
    void exchange_too_slow();

    // client_dispatch.cpp
    void dispatch();
    bool hold_back();
    void send_request();

    // client_response.cpp, client_endings.cpp
    std::size_t read_response(std::string_view bytes);
    std::size_t response_head(std::string_view bytes);
    void interim_response(std::string_view bytes);
    void final_response(http1::Head head, std::string_view bytes, const http1::Framing& framing);
    bool closes_after_this() const;
    void follow_login(const http1::Head& head, std::string_view bytes, const ChallengeOffer& offer);
    void pin_by_response(const http1::Head& head, std::string_view bytes, const ChallengeOffer& offer);
    std::size_t relay_download(std::string_view bytes);
    void response_complete();
    void complete(Outcome outcome, std::optional<Fault> fault = {});
    void answer(const OwnPage& page, Fault fault);
    void no_reply(const Fault& fault);
    void cut_short(Fault fault, bool reset);
    void to_client(std::string_view bytes);
    void flush_client();
    void client_took(std::size_t waiting);
    void keep_body(bool of_request, std::string_view content);
    void respond_ourselves(std::string head);
    void finish_exchange(Outcome outcome, std::optional<Fault> fault);
    void next_request();

    // client_tunnel.cpp
    void tunnel_opened(bool answered_by_parent);
    void own_tunnel_opened();
    void say_established();
    bool leads_through_tunnel();
    void sniff();
    void become_tunnel();
    void become_http();

    // client_tls.cpp
    void hello_arrives();
    void secure_upstream();
    void secure_client(std::string_view alpn);
    void server_tls_too_slow();
    void client_tls_too_slow();
    void answer_refused();
    void watch_hello(std::string_view bytes);
    void know(ConnectionFacts& known, const std::function<void(Connection&)>& change);

    // client_faults.cpp
    bool start_prelude();
    void prelude_bytes(std::string_view bytes);
    void prelude_failed();
    void end_prelude(const std::string& what);
    void finish_prelude(Outcome outcome);
    void note_injected(FaultName fault);

    void announce();
    void update_reading();
    HopContext hop_context();
    bool faulty(FaultName fault) const { return relay_.options_.faults.has(fault); }
    Outside& outside() { return relay_.outside_; }
    Instant now() const { return relay_.now_; }
    bool holds_my_login(const Upstream& up) const;
    void release_upstream();
    void drop_upstream(CloseHow how, const std::string& because);

    Relay& relay_;
    ConnectionFacts connection_;
    State state_ = State::ExpectRequest;
    std::unique_ptr<http1::HeadParser> parser_;  ///< of the head that is coming in
    std::string input_;                          ///< received and not yet used
    std::string pending_up_, pending_down_;      ///< small writes wait here for the end of the event
    std::unique_ptr<Active> active_;
    std::unique_ptr<Prelude> prelude_;
    Upstream* upstream_ = nullptr;  ///< the connection that carries the exchange or tunnel
    std::optional<ConnectionId> previous_upstream_;
    bool consuming_ = false, gone_ = false, ended_ = false, paused_ = false, upstream_full_ = false,
         client_full_ = false;
    bool in_tunnel_ = false, through_parent_ = false;
    bool own_tunnel_ = false;     ///< CONNECT to the proxy's own name: nobody is behind it
    bool has_transport_ = false;  ///< Policy::pins_a_new_one: what it opens from now on is its own
    bool leaving_ = false;        ///< ends with the exchange under way
    NextHop tunnel_hop_;
    std::unique_ptr<OpenedTls> tls_;      ///< null: in the clear, or unread
    std::optional<std::string> watched_;  ///< first bytes of a tunnel, until its ClientHello is whole
    std::optional<Carried> carried_;      ///< of a tunnel
    friend class Relay;
    std::vector<Upstream*> resting_;  ///< idle upstream connections that are its alone; the relay keeps this
    std::set<std::string> lost_logins_;  ///< next hops whose authenticated connection is gone
    Instant input_since_;                ///< first byte of the head under way
    Instant wait_since_;                 ///< of the state that has a limit
    Instant active_at_;                  ///< last byte in either direction
};

/// The words of a defect as a fault, with the offending bytes.
Fault refused(Fault::Whose whose, std::string stage, const http1::Defect& defect, std::string_view bytes);

}  // namespace why401
