#pragma once
// What the server's log tells of logins. A log knows neither connections nor credentials: it knows clients by
// address and program, and each row by status, substatus and code. So rows are paired by client and page, in
// order, and never for sure. Bounded; it refuses to conclude.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/facts.h"

namespace why401 {

/// What a row is in a login, as IIS writes it.
enum class LogLeg : std::uint8_t {
    None,
    Anonymous,  ///< refused without a user: "401 2 5", on IIS 6 also "401 2 2148074254"
    Challenge,  ///< the server's CHALLENGE: "401 1 2148074254", on IIS 6 also "401 1 0"
    Refusal,    ///< credentials were looked at, or the user was known, and it was refused
    Served,     ///< anything but a refusal
};

/// None where the answer itself is on record: then the bytes say it better.
LogLeg log_leg(const ExchangeFacts& facts);

/// A Win32 code that stands inside an HRESULT comes out of it: 0x80070005 is 5.
constexpr std::uint32_t plain_code(std::uint32_t code) {
    return (code & 0xFFFF0000U) == 0x80070000U ? code & 0xFFFFU : code;
}
/// Of the row; 0 where it has none.
std::uint32_t log_code(const ExchangeFacts& facts);
constexpr std::uint32_t kNoCredentials = 0x8009030EU;  // SEC_E_NO_CREDENTIALS, of the CHALLENGE leg
constexpr std::uint32_t kLogonDenied = 0x8009030CU;    // SEC_E_LOGON_DENIED
constexpr std::uint32_t kInvalidToken = 0x80090308U;   // SEC_E_INVALID_TOKEN
constexpr std::uint32_t kInvalidHandle = 0x80090301U;  // SEC_E_INVALID_HANDLE
constexpr std::uint32_t kLogonFailure = 1326;          // ERROR_LOGON_FAILURE
constexpr std::uint32_t kStatusLogonFailure = 0xC000006DU;
constexpr std::uint32_t kInvalidWorkstation = 1329;  // ERROR_INVALID_WORKSTATION

/// "10.0.0.9 (Mozilla/5.0 ...)", for a sentence.
std::string log_client(const ExchangeFacts& facts);
/// "exchange 3 (line 12 of the log: 401.1, code 2148074252)"
std::string log_row(const ExchangeFacts& facts);

/// A request that was served under a user's name.
struct ServedRow {
    ExchangeId exchange{};
    std::string user;
    std::int64_t at_us = 0;
};

/// What the rows around one say of the same client.
struct LogTrail {
    std::optional<ServedRow> before, after;  ///< within a minute, at any page of this server
    ExchangeId asked{};                      ///< the refusal without credentials that it probably answers
    ExchangeId challenge{};                  ///< the CHALLENGE that it probably answers
    /// Clients of this server whose refusal stated that they may not log on to this computer (1329), this one
    /// included.
    std::size_t locked_out = 0;
    bool server_was_busy = false;  ///< the same server had answered somebody within the last minute

    /// The row that this one is taken to answer.
    void goes_on_from(const ExchangeFacts& row);
};

class LogTrails {
public:
    LogTrail of(const ExchangeFacts& facts) const;
    void after(const ExchangeFacts& facts);
    /// The newest of the same client after this exchange.
    std::optional<ServedRow> served_since(const ExchangeFacts& facts) const;

    std::size_t held() const { return clients_.size() + servers_.size() + order_.size(); }

private:
    struct Server {
        std::int64_t answered_us = 0;
        std::vector<std::size_t> locked_out;  ///< hashes of clients
    };
    std::unordered_map<std::string, ServedRow> clients_;
    std::deque<std::string> order_;
    std::unordered_map<std::string, Server> servers_;
};

}  // namespace why401
