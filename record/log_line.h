#pragma once
// What a server's own log or trace says of one exchange: IIS's W3C extended log, HTTP.sys's HTTPERR log, a
// failed request trace (FREB). It was written by another witness than the bytes, and is kept apart from them.

#include <cstdint>
#include <optional>
#include <string>

namespace why401 {

struct LogLine {
    enum class Source : std::uint8_t { IisW3c, HttpErr, Freb };
    Source source = Source::IisW3c;
    std::uint64_t line = 0;  ///< in its file, from 1
    std::string text;        ///< the line as written; of a trace, the element that says most

    std::optional<std::uint16_t> substatus;  ///< sc-substatus
    std::optional<std::uint32_t> win32;      ///< sc-win32-status, or the ErrorCode of a trace
    std::string user;                        ///< cs-username; empty for "-"
    std::string user_agent;                  ///< cs(User-Agent), with blanks for its pluses
    std::optional<std::uint32_t> taken_ms;   ///< time-taken
    std::string client_ip, server_ip;        ///< c-ip, s-ip; may be empty
    std::optional<std::uint16_t> client_port, server_port;
    std::string reason;        ///< s-reason of HTTPERR: "Timer_ConnectionIdle", "BadRequest"
    std::string module;        ///< of a trace: "WindowsAuthenticationModule"
    std::string notification;  ///< of a trace: "AUTHENTICATE_REQUEST"
    std::string auth_type;     ///< of a trace: "NTLM", "Negotiate"

    /// Nobody else saw the exchange: its request line is made of this line, and no field of it is known.
    bool alone = false;
    bool repaired = false;  ///< the row did not fit its columns, and was read by its shape
};

}  // namespace why401
