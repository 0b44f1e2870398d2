#include "analysis/words.h"

namespace why401 {
std::string name(const std::optional<ConnectionId>& id) {
    return id ? to_string(*id) : "an unknown connection";
}
std::string name(ExchangeId id) { return "exchange " + std::to_string(number(id)); }
std::string who(std::string_view user) { return user.empty() ? "an anonymous user" : std::string(user); }

std::string duration(std::int64_t microseconds) {
    const std::int64_t ms = microseconds / 1000;
    if (ms < 1000) return std::to_string(ms) + " ms";
    if (ms < 60'000) return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
    return std::to_string(ms / 60'000) + " min " + std::to_string(ms / 1000 % 60) + " s";
}

std::string list(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
        out += items[i];
    }
    return out;
}

std::string offered(const ChallengeFacts& challenges) {
    return challenges.any() ? list(challenges.schemes) : "nothing";
}

std::string tunnel_advice(const ExchangeFacts& facts) {
    return "pass this host undecrypted: why401 intercept --tunnel " + host_of(facts) +
           " while the proxy runs, the switch in its page, or the option --tunnel " + host_of(facts) +
           " at its start";
}

std::string host_of(const ExchangeFacts& facts) {
    std::string host = facts.method == "CONNECT" ? facts.url : facts.origin;
    if (const std::size_t scheme = host.find("://"); scheme != std::string::npos) host.erase(0, scheme + 3);
    const std::size_t port = host.rfind(':');
    if (port != std::string::npos && host.find(']', port) == std::string::npos) host.erase(port);
    return printable(host, 120);
}

std::string under_policy(const ExchangeFacts& facts) {
    return facts.policy.empty() || facts.policy == "affinity" ? std::string()
                                                              : " (policy " + facts.policy + ")";
}

std::string answer(const Case& c) {
    if (c.now.status == 0) return "no answer came";
    if (c.now.answered_by_us) return "this proxy had to answer " + std::to_string(c.now.status) + " itself";
    const bool known = c.substatus && c.substatus->confidence >= Confidence::Likely;
    return "the server answered " + (known ? c.substatus->value : std::to_string(c.now.status));
}

Evidence proof(ExchangeId exchange, const Place& place, std::string says) {
    Evidence evidence{exchange, place.at, std::nullopt, std::move(says)};
    if (place.length > 0) evidence.bytes = std::pair(place.offset, place.length);
    return evidence;
}

Evidence request_proof(const ExchangeFacts& facts, std::string says) {
    const CredentialFacts* credentials = facts.own_credentials();
    return proof(facts.id, credentials != nullptr ? credentials->place : facts.request_line, std::move(says));
}

Evidence answer_proof(const ExchangeFacts& facts, std::string says) {
    return proof(facts.id, facts.challenges().any() ? facts.challenges().place : facts.status_line,
                 std::move(says));
}

Evidence tls_proof(const ExchangeFacts& facts, Leg leg, std::string says) {
    return {facts.id, leg == Leg::Client ? "client.tls" : "upstream.tls", std::nullopt, std::move(says)};
}

std::string describe(const CertificateFacts& certificate) {
    return printable(certificate.subject, 120) + ", SHA-256 " + certificate.sha256;
}

Evidence decision_proof(const ExchangeFacts& facts) {
    std::string says = "this proxy chose " + name(facts.upstream) + under_policy(facts);
    if (!facts.because.empty()) says += ": " + facts.because;
    return {facts.id, "decision", std::nullopt, std::move(says)};
}

}  // namespace why401
