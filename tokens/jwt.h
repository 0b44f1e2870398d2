#pragma once
// What a JSON Web Token says of itself (RFC 7519): header and claims as they are written. It refuses to
// verify anything, and what it gives is never called true.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::jwt {

/// Seconds since 1970 wherever it is a time; empty or nothing where the token does not say.
struct Said {
    std::string algorithm, key, type;  ///< alg, kid, typ
    std::optional<std::int64_t> exp, nbf, iat;
    std::string issuer, subject;        ///< iss, sub
    std::string party;                  ///< the program it was given to: azp, appid or client_id
    std::string scope;                  ///< scp, scope or roles, parted by blanks
    std::vector<std::string> audience;  ///< aud
    std::string
        user;  ///< the most telling name: upn, preferred_username, unique_name, email, else sub, party

    /// alg "none": nobody vouches for it.
    bool unsigned_by_choice() const;
};

/// `header` and `claims` are JSON texts; what is not is passed over.
Said read(std::string_view header, std::string_view claims);

/// What a name in the header or among the claims means, and where that is written; empty for private ones.
struct Meaning {
    std::string_view meaning, clause;
};
Meaning meaning_of(std::string_view name);
/// exp, nbf, iat and auth_time hold times.
bool is_time(std::string_view name);

}  // namespace why401::jwt
