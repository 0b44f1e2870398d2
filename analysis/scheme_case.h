#pragma once
// What rules about Basic, Digest and Bearer ask of a case in the same words: was it these credentials that
// were turned away, where does a parameter stand, what time was it for whom. It refuses to decide anything.

#include "analysis/scheme_facts.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {

/// Credentials of that scheme that reached the server or the next proxy and were turned away with a 401 or
/// 407; null for anything else, for a scheme that is not offered there, and when the server says that it knew
/// the user (401.3, 401.4, 401.5).
const CredentialFacts* turned_away(const Case& c, std::string_view scheme);

/// "the server", "the next proxy"
std::string keeper(const ExchangeFacts& facts);

/// Of a parameter of the credentials, quotes included; the whole value where it has none of that name.
Place place_of(const CredentialFacts& own, std::string_view parameter);

/// Of the challenge of that scheme, or of what tells most; its status line where there is none.
Evidence challenge_proof(const ExchangeFacts& facts, std::string_view scheme, std::string says);

/// The clocks at hand for the times inside a token, in seconds since 1970.
struct Clocks {
    std::optional<std::int64_t> record;  ///< when the request began, by the clock of the record
    std::optional<std::int64_t> server;  ///< Date of the answer

    /// The server's own where it is known: it decides.
    std::optional<std::int64_t> deciding() const { return server ? server : record; }
    /// Both are known and more than a minute apart.
    bool disagree() const;
};
Clocks clocks_of(const ExchangeFacts& facts);
/// ", by the server's own clock (Date: 2026-...Z)": which one it was, and that they disagree where they do.
std::string tell_clocks(const Clocks& clocks);
/// "45 s", "12 min", "3 h 20 min", "5 days"
std::string span(std::int64_t seconds);

/// A server's own words about a token, quoted, as evidence.
Evidence said_proof(const ExchangeFacts& facts);

}  // namespace why401
