#pragma once
// The four forms of a request target (RFC 9112 3.2), split without decoding: a proxy must be able to send
// on exactly what it received, also what a URL library would refuse or normalise.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::http1 {

/// host[:port] of an http URI (RFC 3986 3.2.2). `host` without brackets, as received.
struct Authority {
    std::string_view host;
    std::uint16_t port = 0;  ///< the default of the scheme when none is written
    bool port_written = false;
    bool bracketed = false;  ///< an IPv6 literal
};

/// Position of the first byte that keeps `text` from being host[:port]; npos when none does. An empty host
/// and an empty port pass, as the grammar has them (RFC 3986 3.2.2, 3.2.3); bytes above 0x7f pass, some
/// intranets send them.
std::size_t find_bad_authority_byte(std::string_view text);

/// Empty for userinfo, an empty host, a port that is not 1..65535, white space, or control bytes.
/// `host:` has the default port, as RFC 3986 3.2.3 says; more than 5 digits are no port.
std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port);

enum class TargetForm { Origin, Absolute, Authority, Asterisk };

struct Target {
    TargetForm form = TargetForm::Origin;
    std::string_view scheme;     ///< absolute-form only
    std::string_view authority;  ///< absolute- and authority-form, as received
    Authority parsed;            ///< of `authority`
    std::string_view
        path;  ///< path and query of absolute- and origin-form, may be empty in absolute-form ("http://a")
};

/// Empty when the target fits no form for this method: CONNECT takes authority-form only, `*` is for OPTIONS,
/// others take origin-form or absolute-form. A fragment is refused: some servers cut it off, others do not.
/// CONNECT must name its port (RFC 9110 9.3.6). The default port of a scheme other than http(s) and ws(s) is
/// 0.
std::optional<Target> parse_target(std::string_view method, std::string_view target);

}  // namespace why401::http1
