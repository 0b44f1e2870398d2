#pragma once
// The answers that this proxy makes itself: an error page says what happened, whose fault it looks like, and
// that it does not come from the server (X-Why401).

#include <string>
#include <string_view>

namespace why401 {

struct OwnPage {
    int status = 502;
    std::string reason_code;  ///< for X-Why401 and scripts: "connect-failed"
    std::string headline;     ///< "The server refused the connection"
    std::string detail;       ///< plain sentences; may hold text from the network, which is escaped
    std::string hint;         ///< what to do; may be empty
};

/// A whole response, `Connection: close` when `closing`; without its body when the request was HEAD.
std::string own_response(const OwnPage& page, bool closing, bool head_only);

/// 200 with this HTML, for people who open the proxy's own address.
std::string setup_response(std::string_view html, bool closing, bool head_only);

}  // namespace why401
