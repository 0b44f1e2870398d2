#pragma once
// The answers that this proxy makes itself: an error page says what happened, whose fault it looks like, and
// that it does not come from the server (X-Why401). What it says of itself is made by others. No script runs
// in any of them.

#include <string>
#include <string_view>

namespace why401 {

struct OwnPage {
    int status = 502;
    std::string reason_code;  ///< for X-Why401 and scripts: "connect-failed"
    std::string headline;     ///< "The server refused the connection"
    std::string detail;       ///< plain sentences; may hold text from the network, which is escaped
    std::string hint;         ///< what to do; may be empty
    std::string command{};    ///< to be typed; may be empty
};

/// A whole response, `Connection: close` when `closing`; without its body when the request was HEAD.
std::string own_response(const OwnPage& page, bool closing, bool head_only);

/// Somebody asks for the proxy itself.
struct OwnQuestion {
    std::string_view path;     ///< as received, query included
    std::string_view reached;  ///< the proxy's address on this connection: "127.0.0.1:8401"
    bool by_name =
        false;         ///< through the proxy, as http://why401.test/; else at its address, by a path alone
    bool tls = false;  ///< as https://why401.test/: the client has accepted our certificate
};

struct OwnAnswer {
    std::string reason_code;  ///< for X-Why401 and scripts: "setup"
    std::string type;         ///< of the content: "text/html; charset=utf-8"
    std::string body;
};

/// A whole 200 response; as above.
std::string own_response(const OwnAnswer& answer, bool closing, bool head_only);

}  // namespace why401
