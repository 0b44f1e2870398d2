#include "analysis/facts.h"

#include <algorithm>
#include <charconv>

#include "analysis/scheme_facts.h"
#include "record/withheld.h"
#include "wire/ascii.h"
#include "wire/http1_framing.h"

namespace why401 {
namespace {

using http1::HeadParser;

constexpr PerSpace<std::string_view> kCredentialField = {{"Authorization", "Proxy-Authorization"}};
constexpr PerSpace<std::string_view> kChallengeField = {{"WWW-Authenticate", "Proxy-Authenticate"}};

Place field_place(const Message& message, std::size_t index, bool request) {
    const http1::FieldLine& line = message.parsed.fields[index];
    return {(request ? "request.header[" : "response.header[") + std::to_string(index) + "]",
            line.value_begin, line.value_length};
}

std::optional<Place> find_place(const Message& message, std::string_view name, bool request) {
    for (std::size_t i = 0; i < message.parsed.fields.size(); ++i)
        if (same_name(message.parsed.fields[i].name(message.head), name))
            return field_place(message, i, request);
    return std::nullopt;
}

Place start_line(const Message& message, std::string at) {
    const std::uint64_t end = message.parsed.start_line_end;
    const std::uint64_t begin = message.parsed.begin;
    return {std::move(at), begin, end > begin + 2 ? end - begin - 2 : 0};
}

/// The head as it went on; the received one where nothing was changed.
Message as_forwarded(const Message& received, const std::vector<Edit>& edits, HeadParser::Kind kind) {
    if (edits.empty()) return received;
    return message_from_head(forwarded_head(received.head, edits), kind);
}

bool closes(const Message& message) {
    return message.exists() && !http1::keeps_connection(message.parsed, message.head);
}

/// A line with a token says more than a bare one; NTLM's CHALLENGE says most.
int weight(const ChallengeView& view) {
    if (view.challenge() != nullptr) return 2;
    return view.step != Step::None ? 1 : 0;
}

/// The token of NTLM, Negotiate or Kerberos in this line, if there is one.
void read_reply(const ChallengeView& view, ChallengeFacts& facts) {
    for (std::size_t i = 0; i < view.challenges.size(); ++i) {
        const http_auth::Challenge& challenge = view.challenges[i];
        if (!binds_to_connection(challenge.scheme) || challenge.token68.empty()) continue;
        facts.reply = std::make_shared<const Token>(view.tokens[i]);
        facts.reply_place = facts.place;
        facts.reply_place.offset += challenge.token68_offset;
        facts.reply_place.length = challenge.token68.size();
        return;
    }
}

ChallengeFacts read_challenges(const Message& response, Space space) {
    ChallengeFacts facts;
    int best = -1;
    bool all_bind = true;
    for (std::size_t i = 0; i < response.parsed.fields.size(); ++i) {
        const http1::FieldLine& line = response.parsed.fields[i];
        if (!same_name(line.name(response.head), kChallengeField[space])) continue;
        const ChallengeView view = view_challenge(line.value(response.head));
        ++facts.lines;
        for (std::string& scheme : view.schemes()) {
            if (!binds_to_connection(scheme)) all_bind = false;
            if (facts.schemes.size() < http_auth::kMaxChallenges) facts.schemes.push_back(std::move(scheme));
        }
        facts.connection_based = facts.connection_based || view.connection_based();
        facts.bare = facts.bare || view.bare_connection_offer();
        facts.token = facts.token || view.step != Step::None;
        facts.withheld = facts.withheld || is_withheld(line.value(response.head));
        if (const auto* digest = view.of("Digest"))
            facts.stale = facts.stale || same_name(digest->value("stale"), "true");
        if (weight(view) > best) {
            best = weight(view);
            facts.place = field_place(response, i, false);
            facts.step = view.step;
            if (const auto* message = view.challenge()) facts.ntlm = *message;
            read_reply(view, facts);
        }
    }
    facts.only_connection_based = facts.connection_based && all_bind;
    return facts;
}

void read_server(const Message& response, ExchangeFacts& facts) {
    facts.server_name = std::string(value(response, "Server"));
    const auto is = [&](std::string_view name) {
        return facts.server_name.size() >= name.size() &&
               same_name(std::string_view(facts.server_name).substr(0, name.size()), name);
    };
    if (is("Microsoft-IIS"))
        facts.server = ServerKind::Iis;
    else if (is("Microsoft-HTTPAPI"))
        facts.server = ServerKind::HttpSys;
    else if (is("Apache"))
        facts.server = ServerKind::Apache;
    else if (is("nginx"))
        facts.server = ServerKind::Nginx;
    else if (!facts.server_name.empty())
        facts.server = ServerKind::Other;
}

/// A cookie is told by its name alone.
std::string told(const Message& response, std::size_t index) {
    const http1::FieldLine& line = response.parsed.fields[index];
    const std::string_view name = line.name(response.head);
    std::string_view value = line.value(response.head);
    if (same_name(name, "Set-Cookie")) value = value.substr(0, value.find('='));
    return std::string(name) + ": " + std::string(value);
}

/// Marks that an HTTP intermediary leaves in a response; Via says most. A cache of the origin's own leaves
/// them too.
void read_intermediary(const Message& response, ExchangeFacts& facts) {
    for (std::size_t i = 0; i < response.parsed.fields.size(); ++i) {
        const std::string_view name = response.parsed.fields[i].name(response.head);
        const bool via = same_name(name, "Via");
        const bool known = std::any_of(
            facts.products.begin(), facts.products.end(),
            [&](const ProductMark& m) { return m.role == ProductRole::Intermediary && m.field == i; });
        if (!via && !known && !same_name(name, "X-Cache")) continue;
        if (!via && !facts.intermediary.empty()) continue;
        facts.intermediary = told(response, i);
        facts.intermediary_place = field_place(response, i, false);
        if (via) return;
    }
}

/// Marks of products that share server connections among clients and leave no Via: nginx asks for NTLM in its
/// own name though it has none, and mod_proxy adds Apache's Keep-Alive to an answer of IIS, which sends none.
void read_lender(const Message& response, ExchangeFacts& facts) {
    const ChallengeFacts& asked = facts.received[Space::Origin];
    const bool nginx = facts.server == ServerKind::Nginx && (asked.ntlm || asked.offers("NTLM"));
    const bool apache = facts.server == ServerKind::Iis && has_field(response, "Keep-Alive");
    if (!nginx && !apache) return;
    facts.lends_connections = true;
    if (!facts.intermediary.empty()) return;
    const std::string_view field = nginx ? "Server" : "Keep-Alive";
    facts.intermediary = std::string(field) + ": " + std::string(value(response, field));
    facts.intermediary_place = find_place(response, field, false);
}

/// Announced or brought, whichever is more: a body that was cut off was announced, a chunked one came.
std::uint64_t content_of(const Message& request) {
    const std::string_view text = value(request, "Content-Length");
    std::uint64_t announced = 0;
    std::from_chars(text.data(), text.data() + text.size(), announced);
    return std::max(announced, request.body.length);
}

void read_request(const Exchange& exchange, ExchangeFacts& facts) {
    const Message& request = exchange.request;
    const bool made_up = facts.from_log_alone();
    facts.request_seen = request.exists() && request.parsed.method_length > 0 && !made_up;
    facts.method = std::string(request.method());
    facts.user_agent = made_up ? facts.log->user_agent : std::string(value(request, "User-Agent"));
    facts.request_line = start_line(request, "request.line");
    facts.via_received = has_field(request, "Via");
    facts.request_closes = closes(request);
    facts.request_content = content_of(request);
    facts.expects_continue = same_name(value(request, "Expect"), "100-continue");
    facts.request_head = request.head.size();
    if (exchange.credentials_withheld) return;  // what stands in their place says nothing
    for (const Space space : {Space::Origin, Space::Proxy}) {
        const auto place = find_place(request, kCredentialField[space], true);
        if (!place) continue;
        facts.credentials[space] =
            CredentialFacts{view_credentials(value(request, kCredentialField[space])), *place};
    }
    if (!facts.credentials[Space::Origin] && !facts.credentials[Space::Proxy]) return;
    for (const http1::FieldLine& line : request.parsed.fields)
        if (same_name(line.name(request.head), "Cookie")) facts.cookie_bytes += line.value_length;
}

void read_forwarded_request(const Exchange& exchange, ExchangeFacts& facts) {
    const Message sent = as_forwarded(exchange.request, exchange.request_edits, HeadParser::Kind::Request);
    facts.forwarded_request_closes = closes(sent);
    facts.via_added = !facts.via_received && has_field(sent, "Via");
    for (const Space space : {Space::Origin, Space::Proxy})
        facts.credentials_reached_server[space] = has_field(sent, kCredentialField[space]);
}

void read_response(const Exchange& exchange, ExchangeFacts& facts) {
    const Message& response = exchange.response;
    facts.response_seen = response.exists();
    if (!facts.response_seen) return;
    facts.status_line = start_line(response, "response.status");
    facts.response_closes = closes(response);
    facts.connection_field = find_place(response, "Connection", false);
    facts.date = std::string(value(response, "Date"));
    facts.retry_after = find_place(response, "Retry-After", false);
    facts.proxy_support_received = has_field(response, "Proxy-Support");
    const std::string_view persistent = value(response, "Persistent-Auth");
    if (!persistent.empty()) facts.persistent_auth = same_name(persistent, "true");
    read_server(response, facts);
    facts.products = recognise_products(response);
    read_intermediary(response, facts);
    for (const Space space : {Space::Origin, Space::Proxy})
        facts.received[space] = read_challenges(response, space);
    read_lender(response, facts);

    const Message sent = as_forwarded(response, exchange.response_edits, HeadParser::Kind::Response);
    facts.forwarded_response_closes = closes(sent);
    facts.proxy_support_forwarded = has_field(sent, "Proxy-Support");
    for (const Space space : {Space::Origin, Space::Proxy})
        facts.forwarded[space] = read_challenges(sent, space);

    const bool too_much = facts.status == 400 || facts.status == 413 || facts.status == 431;
    const bool asks = facts.credentials[Space::Origin] || facts.credentials[Space::Proxy];
    const bool telling = facts.refused() || facts.status == 403 || (too_much && asks) ||
                         (facts.status >= 400 && facts.web.touches_login);
    if (!telling || facts.answered_by_us) return;
    if (facts.method != "HEAD")
        facts.page =
            read_page(response.body.kept, response.body.decoded ? "" : value(response, "Content-Encoding"));
    name_by_fields(facts.page, response);
    if (facts.status == 431 || facts.page.substatus == "404.10") facts.page.long_fields = true;
}

/// It may be about a client certificate (IIS 403.7).
bool forbidden_over_tls(const Exchange& exchange) {
    return exchange.status == 403 && exchange.scheme == "https" && exchange.in_tunnel;
}

Space space_of(const ExchangeFacts& facts) {
    if (facts.status == 407) return Space::Proxy;
    if (facts.status == 401 || facts.credentials[Space::Origin]) return Space::Origin;
    return facts.credentials[Space::Proxy] ? Space::Proxy : Space::Origin;
}

}  // namespace

bool ChallengeFacts::offers(std::string_view scheme) const {
    return std::any_of(schemes.begin(), schemes.end(),
                       [&](const std::string& s) { return same_name(s, scheme); });
}

bool ExchangeFacts::was_injected(std::string_view name) const {
    return std::any_of(injected.begin(), injected.end(), [&](const std::string& entry) {
        return std::string_view(entry).substr(0, entry.find(':')) == name;  // "delay-authenticate:1500"
    });
}

bool is_ordinary(const Exchange& exchange) {
    if (exchange.status == 401 || exchange.status == 407) return false;
    if (exchange.outcome == Outcome::Tunnelled || !exchange.injected.empty() || exchange.log) return false;
    if (exchange.fault && ExchangeFacts::is_tls(*exchange.fault)) return false;
    if (forbidden_over_tls(exchange) || touches_login(exchange)) return false;
    return !has_field(exchange.request, kCredentialField[Space::Origin]) &&
           !has_field(exchange.request, kCredentialField[Space::Proxy]);
}

std::optional<ConnectionId> client_of(const Exchange& exchange) {
    const bool own = exchange.client_connection && exchange.client_connection->number == 0;
    return own ? std::nullopt : exchange.client_connection;
}

ExchangeFacts read_facts(const Exchange& exchange) {
    ExchangeFacts facts;
    facts.id = exchange.id;
    facts.client = client_of(exchange);
    facts.upstream = exchange.upstream_connection;
    facts.origin = exchange.scheme + "://" + exchange.authority;
    std::transform(facts.origin.begin(), facts.origin.end(), facts.origin.begin(),
                   lower);  // RFC 3986 6.2.2.1
    facts.url = url(exchange);
    facts.status = exchange.status;
    facts.outcome = exchange.outcome;
    facts.fault = exchange.fault;
    facts.answered_by_us = exchange.answered_by_us;
    facts.in_tunnel = exchange.in_tunnel;
    facts.plain_http = exchange.scheme == "http";
    facts.timing = exchange.timing;
    facts.injected = exchange.injected;
    facts.log = exchange.log;
    facts.http_major = exchange.http_major;
    facts.proof = exchange.proof;
    facts.credentials_withheld = exchange.credentials_withheld;
    if (exchange.decision) {
        facts.has_decision = true;
        facts.policy = exchange.decision->policy;
        facts.because = exchange.decision->because;
        facts.opened_new = exchange.decision->opened_new;
    }
    facts.own_request = !facts.client && facts.was_injected("interleave-anonymous");
    facts.web = read_web(exchange);
    read_request(exchange, facts);
    const bool about_login = facts.credentials[Space::Origin] || facts.credentials[Space::Proxy] ||
                             facts.refused() || !facts.injected.empty();
    if (about_login) read_forwarded_request(exchange, facts);
    const bool trouble = facts.status >= 400 || facts.web.touches_login || facts.refused_for_tls();
    if (about_login || trouble) {
        read_response(exchange, facts);
    } else {
        facts.response_seen = exchange.response.exists();
    }
    facts.space = space_of(facts);
    if (about_login) facts.schemes = read_schemes(exchange, facts.space);
    return facts;
}

bool same_user(std::string_view a, std::string_view b) {
    const auto split = [](std::string_view name) {
        const std::size_t slash = name.find('\\');
        if (slash != std::string_view::npos) return std::pair(name.substr(0, slash), name.substr(slash + 1));
        return std::pair(std::string_view{}, name.substr(0, name.find('@')));
    };
    const auto [domain_a, user_a] = split(a);
    const auto [domain_b, user_b] = split(b);
    if (!same_name(user_a, user_b)) return false;
    return domain_a.empty() || domain_b.empty() || same_name(domain_a, domain_b);
}

}  // namespace why401
