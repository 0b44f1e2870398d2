#pragma once
// What a check with a secret (record/proof_outcome.h) means to the rules: it proves some outright, and what
// others only infer it disproves. Without a check it says nothing, and it refuses to trust a check that could
// not tell.

#include <optional>
#include <string>
#include <string_view>

#include "analysis/verdict.h"

namespace why401 {

/// The credentials were computed from the password that was given; or they were not.
bool right_password(const ExchangeFacts& facts);
bool wrong_password(const ExchangeFacts& facts);
/// Of an AP-REQ whose ticket was tried with the keys that were given; null: it was not.
const TicketOutcome* ticket_check(const ExchangeFacts& facts);
/// The client's clock, as its authenticator says, minus the record's, in seconds; empty: it was not opened.
std::optional<std::int64_t> client_clock_ahead(const ExchangeFacts& facts);
/// What servers tolerate by default (RFC 4120 3.2.3).
constexpr std::int64_t kTolerated = 300;

/// The check with a password says by which mistake the given one was used: a rule that knows more of that
/// mistake (another domain) goes before what is proven in general.
bool gives_a_hint(const ExchangeFacts& facts);

/// What the rule of that id says of this case, when the check proves it.
std::optional<Found> proven(const Case& c, std::string_view rule);
/// The check shows that what this rule infers is not so.
bool disproved(const Case& c, std::string_view rule);

/// One sentence for a person, without a full stop: "the given password was used (NTLMv2, ...)".
std::string told(const PasswordOutcome& outcome);
std::string told(const TicketOutcome& outcome);

}  // namespace why401
