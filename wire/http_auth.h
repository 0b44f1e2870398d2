#pragma once
// The grammar of WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization (RFC 9110
// section 11). One pass over the value, linear in its length. It never fails: what does not fit the grammar
// is skipped and reported with its place. It refuses to know any scheme.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::http_auth {

constexpr std::size_t kMaxChallenges = 64;
constexpr std::size_t kMaxParams = 64;

struct Param {
    std::string name;        ///< as written; names compare case-insensitively
    std::string value;       ///< without quotes and quoted-pairs
    std::size_t offset = 0;  ///< of the whole parameter in the field value
    std::size_t length = 0;
    std::size_t value_offset = 0;  ///< of the value, quotes included
    std::size_t value_length = 0;
    bool quoted = false;
};

/// One challenge or one set of credentials. All offsets are into the field value.
struct Challenge {
    std::string scheme;   ///< as written; empty for bytes at the front that belong to no scheme
    std::string token68;  ///< empty when there is none
    std::size_t token68_offset = 0;
    std::vector<Param> params;
    std::size_t offset = 0;
    std::size_t length = 0;
    std::size_t rest_offset = 0;  ///< everything after the scheme, up to the end of this challenge
    std::size_t rest_length = 0;
    std::vector<Anomaly> anomalies;

    bool is(std::string_view name) const;  ///< whether the scheme is `name`, in any case
    /// The first parameter of that name, or null.
    const Param* param(std::string_view name) const;
    /// The value of the first parameter of that name, or nothing.
    std::string_view value(std::string_view name) const;
};
using Credentials = Challenge;

/// The challenges of one field value, in order.
std::vector<Challenge> parse_challenges(std::string_view value);

/// The credentials of one field value. A second set after a comma is reported as an anomaly.
Credentials parse_credentials(std::string_view value);

}  // namespace why401::http_auth
