#pragma once
// Times as text and back: UTC, to the second. It refuses clocks and local time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401 {

/// "2020-05-07T10:34:37Z" of seconds since 1970; the number itself where no calendar goes so far.
std::string utc_second(std::int64_t unix_seconds);

/// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 5.6.7); nothing for the
/// obsolete forms.
std::optional<std::int64_t> parse_http_date(std::string_view text);

/// Seconds since 1970 of a KerberosTime (RFC 4120 5.2.3), "20200613210423Z".
std::optional<std::int64_t> parse_kerberos_time(std::string_view text);

}  // namespace why401
