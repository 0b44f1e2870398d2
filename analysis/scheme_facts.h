#pragma once
// What an exchange says about its login beyond the scheme: challenges with their parameters, fields that
// stand twice or in the wrong message, the server's clock, its words about a token. Read once, of exchanges
// that have to do with a login. It refuses to judge.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/facts.h"
#include "analysis/token_words.h"

namespace why401 {

struct OfferedChallenge {
    http_auth::Challenge challenge;
    Place place;  ///< of this challenge alone
    Place field;  ///< of the value of its field line

    /// Of one of its parameters, quotes included.
    Place of(const http_auth::Param& param) const;
};

struct SchemeFacts {
    std::vector<OfferedChallenge> offered;  ///< for the door of this exchange, in order
    std::vector<Place> credential_lines;    ///< the client's field lines with credentials for that door
    bool lines_differ = false;
    std::optional<Place> after_comma;           ///< a second set of credentials in the first line
    std::optional<Place> challenge_in_request;  ///< WWW-Authenticate, which only a response may carry
    std::optional<Place> credentials_in_response;
    std::string target;                       ///< of the request, as the client wrote it
    std::optional<std::int64_t> server_time;  ///< Date of the response, seconds since 1970
    std::string next_nonce;                   ///< of Authentication-Info
    std::optional<TokenWords> token_words;    ///< why a token was turned away
    std::string said;                         ///< these words with what surrounds them, fit for a person
    Place said_at;
    bool said_in_challenge = false;

    /// The first challenge of that scheme, or null.
    const OfferedChallenge* of(std::string_view scheme) const;
    bool says(TokenFault fault) const { return token_words && token_words->fault == fault; }
};

std::shared_ptr<const SchemeFacts> read_schemes(const Exchange& exchange, Space space);

}  // namespace why401
