#pragma once
// Digest parameters of a challenge, of credentials or of any scheme that has parameters (RFC 7616). Refuses
// to compute anything: tokens/proof does.

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
    /// Credentials carry `response`, challenges do not.
    bool is_credentials() const { return has("response"); }
};

/// `rest` is what follows the scheme.
Params decode(std::string_view scheme, std::string_view rest);

}  // namespace why401::digest
