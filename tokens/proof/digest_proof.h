#pragma once
// The Digest response that a password would have produced (RFC 7616 3.4.1). Refuses algorithms that it cannot
// compute: it answers with nothing.

#include <optional>
#include <string>
#include <string_view>

#include "tokens/digest.h"

namespace why401::proof {

/// The lower-case hex `response` for these credentials and this password, under the algorithm they name.
std::optional<std::string> digest_response(const digest::Params& credentials, std::string_view method,
                                           std::string_view password);
/// The same for a name and a body that the credentials do not spell out.
struct DigestSecret {
    std::string_view user, password;       ///< bytes as they went into the hash
    std::optional<std::string_view> body;  ///< whole; without it qop=auth-int cannot be computed
    bool truncated = false;                ///< SHA-512-256 as RFC 7616's own example has it
};
std::optional<std::string> digest_response(const digest::Params& credentials, std::string_view method,
                                           const DigestSecret& secret);
/// userhash in hex; under SHA-512-256 RFC 7616's own example is truncated SHA-512, so `truncated` asks for
/// that.
std::optional<std::string> digest_userhash(std::string_view user, std::string_view realm,
                                           std::string_view algorithm, bool truncated = false);

}  // namespace why401::proof
