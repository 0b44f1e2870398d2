#pragma once
// Digest parameters of a challenge, of credentials or of any scheme that has parameters (RFC 7616). Refuses
// to compute anything: tokens/proof does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"
#include "wire/http_auth.h"

namespace why401::digest {

struct Params {
    std::string scheme;                    ///< as written: "Digest", "Basic", "Bearer" ...
    std::vector<http_auth::Param> params;  ///< in order; offsets into the text after the scheme
    std::vector<Anomaly> anomalies;

    /// The first value of that name, empty when absent.
    std::string_view value(std::string_view name) const;
    bool has(std::string_view name) const;
    /// The first of that name, or null.
    const http_auth::Param* find(std::string_view name) const;
    /// Credentials carry `response`, challenges do not.
    bool is_credentials() const { return has("response"); }
    /// What follows a success: Authentication-Info (RFC 7616 3.5).
    bool is_info() const { return !has("response") && !has("realm") && (has("rspauth") || has("nextnonce")); }
};

/// `rest` is what follows the scheme.
Params decode(std::string_view scheme, std::string_view rest);

/// What RFC 7616 forbids, or wants and misses, as far as it shows without a password: anomalies with places.
std::vector<Anomaly> faults(const Params& params);

/// The first of these credentials without which no server can check them: "cnonce", "uri" ...; empty when
/// all are there.
std::string_view missing_part(const Params& credentials);

/// Hex digits of a response under that algorithm ("" counts as MD5); nothing for one that nobody registered.
std::optional<std::size_t> response_length(std::string_view algorithm);

/// `username`, or `username*` decoded (RFC 8187) where it is UTF-8. With userhash=true it is a hash.
std::string user(const Params& credentials);

}  // namespace why401::digest
