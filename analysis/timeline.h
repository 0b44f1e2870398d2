#pragma once
// Who is logged in where: what each client connection believes and what the server knows about each upstream
// connection, as far as the record shows. Bounded: closed connections and old CHALLENGEs are forgotten.
// It refuses to judge; rules do.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/facts.h"
#include "record/connection.h"

namespace why401 {

/// A request that came between a CHALLENGE and its AUTHENTICATE on the same upstream connection.
struct Interposed {
    ExchangeId exchange{};
    std::optional<ConnectionId> client;
    Step step = Step::None;
};

/// A CHALLENGE that a server handed out.
struct IssuedChallenge {
    ExchangeId exchange{};
    std::optional<ConnectionId> client, upstream;
    Space space = Space::Origin;
    std::string origin;
    Instant at;
    ntlm::ChallengeMessage message;
    std::uint64_t conversation = 0;
    std::optional<Interposed> interposed;
    std::optional<ExchangeId> answered_by;
    // What happened to keep-alive on that leg, and by whose hand.
    bool request_closes = false, forwarded_request_closes = false;
    bool response_closes = false, forwarded_response_closes = false;
    std::vector<std::string> injected;
    std::string intermediary;
    std::string front_end;  ///< the machine that answered, by its own field
    Place place;
    std::optional<Place> connection_field;

    bool was_injected(std::string_view name) const;
};

/// How a CHALLENGE was recognised as the one that an AUTHENTICATE answers.
enum class MatchedBy : std::uint8_t { Nothing, Fingerprint, Order };

struct AnsweredChallenge {
    IssuedChallenge challenge;
    MatchedBy by = MatchedBy::Nothing;
    std::optional<Closing> closing;  ///< of the upstream connection it came on
};

/// The server knows who is on an upstream connection.
struct ServerLogin {
    std::string identity;
    ExchangeId by{};
    std::optional<ConnectionId> client;
    std::uint64_t conversation = 0;
    Place place;
    bool per_request = false;  ///< Kerberos: usually valid for its own request only
    bool via_added = false, via_received = false;
    std::optional<bool> persistent_auth;
    std::uint64_t served = 0;  ///< requests without credentials that were let in since
    bool doubted = false;      ///< a request without credentials was refused since
};

/// A request that begins, finishes or is a login bound to its connection.
struct LoginMessage {
    ExchangeId exchange{};
    std::optional<ConnectionId> client;
    Step step = Step::None;
    Place place;
};

/// A client connection believes that it is logged in.
struct ClientLogin {
    std::string identity;
    ExchangeId by{};
    std::optional<ConnectionId> upstream;
    std::uint64_t conversation = 0;
    Place place;
    std::optional<Closing> upstream_closing;  ///< of that upstream connection, by the time of asking
    /// The newest on that upstream connection, by the time of asking, when it came from elsewhere.
    std::optional<LoginMessage> followed_by;
};

/// What was known before an exchange, for its space.
struct Standing {
    std::optional<ClientLogin> client;
    std::optional<ServerLogin> server;
    std::optional<IssuedChallenge> under_way;   ///< a CHALLENGE on the upstream connection, still unanswered
    std::optional<AnsweredChallenge> answered;  ///< of an AUTHENTICATE
    TlsFactsPtr client_tls, upstream_tls;       ///< of both connections; null: none is on record
    std::string other_computer;  ///< another name the same upstream connection's server gave itself before
    ExchangeId other_computer_by{};
};

class Timelines {
public:
    void take(const Connection& connection);

    Standing before(const ExchangeFacts& facts) const;
    /// Moves the connections on. `conversation` is that of the exchange, 0 for none.
    void after(const ExchangeFacts& facts, const Standing& standing, std::uint64_t conversation);

    /// "127.0.0.1" of a client connection, or as a log says; empty when it is not known.
    std::string client_host(const ExchangeFacts& facts) const;
    /// "127.0.0.1", the address at the far end of a connection; empty when it is not known.
    std::string peer_host(const std::optional<ConnectionId>& id) const;
    /// The next hop of an upstream connection, empty when it is not known.
    std::string next_hop(const std::optional<ConnectionId>& id) const;
    /// Both ends of both connections are on the machine of this proxy.
    bool on_one_machine(const std::optional<ConnectionId>& client,
                        const std::optional<ConnectionId>& upstream) const;
    /// An upstream connection of this record leads to the address of that client. Loopback counts for nobody.
    bool is_server(const std::optional<ConnectionId>& client) const;
    bool is_closed(const ConnectionId& id) const;
    /// Nobody has logged in or begun to on these connections: before() finds nothing, after() changes nothing
    /// for an ordinary exchange.
    bool nobody_known(const std::optional<ConnectionId>& client,
                      const std::optional<ConnectionId>& upstream) const;
    std::optional<Closing> closing(const std::optional<ConnectionId>& id) const;

    /// What is held, for proving that it is bounded.
    std::size_t held() const;

private:
    struct ClientOrigin {
        std::string origin;
        Space space = Space::Origin;
        ClientLogin login;
    };
    /// One server at the far end of an upstream connection: a parent proxy leads to many over one.
    struct FarEnd {
        std::string origin;  ///< empty for a proxy itself
        std::optional<ServerLogin> login;
        std::shared_ptr<IssuedChallenge> under_way;
        std::string computer;
        ExchangeId computer_by{};
        std::optional<LoginMessage> newest;
    };
    struct State {
        std::string peer, next_hop;
        bool local = false;                      ///< both ends are on this machine
        std::shared_ptr<const Closing> closing;  ///< null: open
        TlsFactsPtr tls;
        std::vector<ClientOrigin> logins;  ///< client leg: one per origin and space
        std::vector<FarEnd> far_ends;      ///< upstream leg: likewise
    };

    State& state(const ConnectionId& id);
    const State* find(const std::optional<ConnectionId>& id) const;
    void forget_oldest();
    const FarEnd* find_far_end(const ExchangeFacts& facts, Space space) const;
    FarEnd& far_end(const ExchangeFacts& facts, Space space);
    const ClientOrigin* client_login(const ExchangeFacts& facts, Space space) const;
    AnsweredChallenge match(const ExchangeFacts& facts) const;
    void issue(const ExchangeFacts& facts, Space space, std::uint64_t conversation);
    void interpose(const ExchangeFacts& facts, const Standing& standing);
    void log_in(const ExchangeFacts& facts, Space space, std::uint64_t conversation);
    void after_space(const ExchangeFacts& facts, const Standing& standing, Space space,
                     std::uint64_t conversation);

    std::unordered_map<ConnectionId, State> states_;
    std::deque<ConnectionId> order_;                       ///< of appearance
    std::deque<ConnectionId> closed_;                      ///< in order of closing
    std::deque<std::shared_ptr<IssuedChallenge>> issued_;  ///< newest last
};

}  // namespace why401
