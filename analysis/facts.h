#pragma once
// One decoded reading of one exchange: credentials, challenges as the server sent them and as the client got
// them, close and proxy markers. Made once; every rule reads this. It knows nothing of other exchanges and
// refuses to judge.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/page.h"
#include "analysis/place.h"
#include "analysis/product.h"
#include "analysis/web_facts.h"
#include "record/exchange.h"
#include "tokens/credential_view.h"

namespace why401 {

/// Whose door it is: the site's (401, Authorization) or a proxy's (407, Proxy-Authorization).
enum class Space : std::uint8_t { Origin, Proxy };

/// What one request says about who is asking, for one space.
struct CredentialFacts {
    CredentialView view;
    Place place;  ///< of the field value in the head as received
};

/// What one response demands, for one space, on one side of this proxy.
struct ChallengeFacts {
    std::vector<std::string> schemes;  ///< as written, in order
    std::size_t lines = 0;             ///< field lines that carried them
    bool connection_based = false;     ///< at least one binds the login to the connection
    bool only_connection_based = false;
    bool bare = false;  ///< at least one connection-based scheme is offered without a token
    Step step = Step::None;
    std::optional<ntlm::ChallengeMessage> ntlm;
    bool token = false;                  ///< a Negotiate or NTLM token of any kind came with it
    bool stale = false;                  ///< Digest stale=true
    std::shared_ptr<const Token> reply;  ///< that token; null when there is none
    Place reply_place;                   ///< its characters
    Place place;                         ///< of the first line that tells most
    bool withheld = false;               ///< a token came with it that the writer of the record blackened

    bool any() const { return !schemes.empty(); }
    bool offers(std::string_view scheme) const;
};

enum class ServerKind : std::uint8_t { Unknown, Iis, HttpSys, Apache, Nginx, Other };

/// A value per space, addressed by it.
template <typename T>
struct PerSpace {
    std::array<T, 2> of;
    T& operator[](Space space) { return of[static_cast<std::size_t>(space)]; }
    const T& operator[](Space space) const { return of[static_cast<std::size_t>(space)]; }
};

/// The server looked at it and did not turn it away at the door: 2xx, 3xx, 403, 404 ...
constexpr bool lets_in(int status, bool answered_by_us) {
    return !answered_by_us && status >= 200 && status < 500 && status != 400 && status != 401 &&
           status != 407 && status != 408 && status != 431;
}

struct SchemeFacts;  // analysis/scheme_facts.h

struct ExchangeFacts {
    ExchangeId id{};
    std::optional<ConnectionId> client, upstream;
    std::string origin;  ///< "http://web01"
    std::string method, url;
    std::string user_agent;
    int status = 0;
    Outcome outcome = Outcome::Complete;
    std::optional<Fault> fault;
    bool own_request = false;  ///< made by this program: an injected fault, or `why401 probe`
    bool answered_by_us = false, in_tunnel = false, plain_http = false;
    bool request_seen = false, response_seen = false;
    Timing timing;

    Space space = Space::Origin;                           ///< the one this exchange is about
    PerSpace<std::optional<CredentialFacts>> credentials;  ///< as the client sent them
    PerSpace<bool> credentials_reached_server;
    PerSpace<ChallengeFacts> received, forwarded;  ///< as the server sent them; as the client got them

    bool request_closes = false, forwarded_request_closes = false;
    bool response_closes = false, forwarded_response_closes = false;
    bool via_received = false;  ///< the client's request already carried Via
    bool via_added = false;     ///< this proxy added it
    std::string
        intermediary;  ///< a marker in the response of somebody between us and the server; may be empty
    std::optional<Place> intermediary_place;
    bool lends_connections = false;  ///< that somebody is of a kind that lends them to whoever comes
    std::optional<bool> persistent_auth;
    bool proxy_support_received = false, proxy_support_forwarded = false;
    std::optional<Place> retry_after;  ///< Retry-After in the response
    ServerKind server = ServerKind::Unknown;
    std::string server_name;            ///< value of Server
    std::string front_end;              ///< X-FEServer: the machine of an Exchange farm that answered
    std::vector<ProductMark> products;  ///< who names itself in the response
    Page page;                          ///< of a refusal, of a 403, of a complaint about long fields
    WebFacts web;                       ///< redirects, cookies, marks of scripts and caches

    bool has_decision = false, opened_new = false;
    std::string policy;   ///< "affinity", "pooled/lifo"; empty when there was no decision
    std::string because;  ///< of the decision
    std::vector<std::string> injected;
    int http_major = 1;                  ///< of the version that was spoken
    std::uint64_t request_content = 0;   ///< bytes of content that the request announced or brought
    bool expects_continue = false;       ///< the client waits for 100 (Continue) before it sends them
    std::string date;                    ///< value of Date in the response
    bool credentials_withheld = false;   ///< whether the request carried any, the record does not tell
    std::shared_ptr<const LogLine> log;  ///< what the server's log or trace says; null: none was given
    std::shared_ptr<const SchemeFacts> schemes;  ///< null: nothing of this has to do with a login
    std::shared_ptr<const ProofOutcome> proof;   ///< of a check with a password or key; null: none was made
    Place request_line, status_line;
    std::uint64_t request_head = 0;  ///< bytes of the request's head, as the client sent it
    std::uint64_t cookie_bytes = 0;  ///< of these, in the values of Cookie; counted beside credentials only
    std::optional<Place> connection_field;  ///< Connection in the response

    const CredentialFacts* own_credentials() const {
        return credentials[space] ? &*credentials[space] : nullptr;
    }
    Step step() const { return credentials[space] ? credentials[space]->view.step : Step::None; }
    const ChallengeFacts& challenges() const { return received[space]; }
    std::string_view user() const {
        if (from_log_alone()) return log->user;
        return credentials[space] ? std::string_view(credentials[space]->view.user) : std::string_view{};
    }
    bool refused() const { return status == 401 || status == 407; }
    /// Known from the server's log alone: what the client sent, and what it was offered, is not on record.
    bool from_log_alone() const { return log && log->alone; }
    bool let_in() const { return lets_in(status, answered_by_us); }
    /// It never left: the server's certificate or its TLS was not accepted.
    bool refused_for_tls() const { return fault && is_tls(*fault) && outcome == Outcome::Refused; }
    static bool is_tls(const Fault& fault) { return fault.stage == "certificate" || fault.stage == "tls"; }
    bool was_injected(std::string_view name) const;
};

ExchangeFacts read_facts(const Exchange& exchange);

/// No credentials, no refusal, no injected fault, no tunnel, no trouble with TLS or with a certificate,
/// nothing that touches_login(): where nobody has logged in and nobody waits for it, such an exchange cannot
/// mean anything to a login.
bool is_ordinary(const Exchange& exchange);

/// Empty for requests of this proxy's own (fault interleave-anonymous): they belong to no client connection.
std::optional<ConnectionId> client_of(const Exchange& exchange);

/// Whether the two names can be told apart: "CONTOSO\alice" and "alice" or "alice@contoso" cannot.
bool same_user(std::string_view a, std::string_view b);

}  // namespace why401
