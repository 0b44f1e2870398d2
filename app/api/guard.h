#pragma once
// Who may ask the local API what. Other programs and other users on this machine, and every page in the
// browser, can reach a loopback port: so each request must name this host, and prove that it knows the token.
// Pure decisions; no socket.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::api {

/// The parts of a request that decide. A field that is absent or repeated is empty here and `*_count` says
/// so.
struct Asked {
    std::string_view method, path, host, origin, authorization, cookie, content_type;
    unsigned host_count = 1;
    bool has_origin = false;
    bool websocket = false;
};

/// The body is a capture file: it may be large, and goes to a file as it comes.
bool hands_over_a_file(const Asked& asked);

struct Refusal {
    unsigned status = 403;
    std::string sentence;
};

class Guard {
public:
    /// `address`: where it listens, with the port, when that is none of 127.0.0.1, ::1 and localhost.
    Guard(std::uint16_t port, std::string token, std::string address = {})
        : port_(port), token_(std::move(token)), address_(std::move(address)) {}

    /// Empty when the request may go on.
    std::optional<Refusal> refuse(const Asked& asked) const;
    /// Whether this is the token; takes the same time wherever they differ.
    bool is_token(std::string_view given) const;
    std::string cookie() const;  ///< value of Set-Cookie that carries the token

private:
    bool is_us(std::string_view authority) const;
    bool has_token_cookie(std::string_view cookies) const;
    std::string cookie_name() const {
        return "why401-" + std::to_string(port_);
    }  // cookies do not know ports (RFC 6265 8.5)

    std::uint16_t port_;
    std::string token_, address_;
};

/// 128 bits from the system, in hex. Throws std::system_error when the system has none.
std::string new_token();

}  // namespace why401::api
