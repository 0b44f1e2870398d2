#pragma once
// A request as the site sees it and a response as the site wants it: plain values between the connection,
// which knows HTTP, and the site, which knows logins.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace why401::lab {

struct Request {
    std::string method;
    std::string target;  ///< origin-form: path and query
    std::string host;    ///< of the target or the Host field; may be empty in HTTP/1.0
    int minor_version = 1;
    std::optional<std::string> authorization;  ///< the first Authorization field
    bool via = false;                          ///< whether there is a Via field
    bool over_tls = false;
    std::string binding;           ///< over TLS: what a login is bound to that saw the lab's certificate, hex
    std::uint64_t body_bytes = 0;  ///< that arrived

    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
    std::string_view query() const;  ///< without the '?'; empty when there is none
    /// The value of `name=` in the query, undecoded; empty when absent.
    std::string_view parameter(std::string_view name) const;
};

/// A body made while it is sent: `bytes` times 0-9a-f over and over.
struct Pattern {
    std::uint64_t bytes = 0;
};
/// A body in chunks (HTTP/1.1), or until the connection closes (HTTP/1.0).
struct Chunks {
    std::vector<std::string> parts;
};
using Body = std::variant<std::string, Pattern, Chunks>;

struct Response {
    int status = 200;
    int substatus = 0;
    std::uint32_t win32 = 0;
    std::vector<std::pair<std::string, std::string>> fields;       ///< in order, without Date and framing
    std::vector<std::pair<std::string, std::string>> last_fields;  ///< what IIS puts behind those
    Body body;
    std::string user;  ///< for the log; empty: "-"
    bool close = false;
    std::chrono::milliseconds delay{0};  ///< before the first byte of the answer
};

/// The head: status line, fields, Date, Connection, framing. `keep` is whether the connection stays open.
std::string head_of(const Response& response, const Request& request, bool keep,
                    std::chrono::system_clock::time_point now);
/// Whether this body ends with the connection, however much one would like to keep it.
bool needs_close(const Response& response, const Request& request);
/// "Sun, 22 Nov 2026 20:14:00 GMT" (RFC 9110 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);
/// The reason phrase of the few codes the lab uses.
std::string_view reason_of(int status);

}  // namespace why401::lab
