#pragma once
// Phrases and proofs that several rules share: names of connections, lengths of time, evidence that points at
// exact bytes. Text of the traffic passes through printable() (wire/printable.h) before it gets near a
// person.

#include <string>
#include <string_view>

#include "analysis/case.h"
#include "analysis/finding.h"
#include "wire/printable.h"

namespace why401 {

/// "U3", or "an unknown connection".
std::string name(const std::optional<ConnectionId>& id);
/// "exchange 5"
std::string name(ExchangeId id);
/// The user, or "an anonymous user" for an empty name.
std::string who(std::string_view user);
/// "320 ms", "4.2 s", "3 min 5 s"
std::string duration(std::int64_t microseconds);
/// "NTLM, Negotiate"
std::string list(const std::vector<std::string>& items);
/// What a response offers: "NTLM and Negotiate", "nothing".
std::string offered(const ChallengeFacts& challenges);
/// "web01" of "https://web01:8443": as `--tunnel` and `--intercept` take it.
std::string host_of(const ExchangeFacts& facts);
/// What cures what decryption caused.
std::string tunnel_advice(const ExchangeFacts& facts);
/// " (policy pooled/switch)", or nothing in affinity.
std::string under_policy(const ExchangeFacts& facts);
/// "the server answered 401.2", with the substatus where it is known.
std::string answer(const Case& c);

Evidence proof(ExchangeId exchange, const Place& place, std::string says);
/// The credentials of the request, or its request line when it has none.
Evidence request_proof(const ExchangeFacts& facts, std::string says);
/// The challenge of the response, or its status line.
Evidence answer_proof(const ExchangeFacts& facts, std::string says);
/// What is known of TLS on the client's connection or on the server's, "client.tls" or "upstream.tls".
Evidence tls_proof(const ExchangeFacts& facts, Leg leg, std::string says);
/// "CN=web01, SHA-256 3f2a..."
std::string describe(const CertificateFacts& certificate);
/// The pool decision.
Evidence decision_proof(const ExchangeFacts& facts);

/// Whether this proxy's own choice of connection is behind it (there is a decision on record).
inline Culprit hop_culprit(const ExchangeFacts& facts) {
    return facts.has_decision ? Culprit::ThisProxy : Culprit::Intermediary;
}

}  // namespace why401
