#pragma once
// A row of a server's log as an exchange. The request line is made of the row, in absolute-form; its host is
// what the row knows best: cs-host, else s-ip, else s-computername, else s-sitename, with s-port; the scheme
// is https at the ports 443, 4443, 8443, 8172 (Web Deploy) and 44300 to 44399 (development), else http. The
// row's time is the end of the request, in UTC; time-taken goes back from there. No field is invented.

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "record/record_item.h"
#include "store/log_rows.h"

namespace why401 {

/// The file cannot be read as what it is; what() is a sentence that names it and says where and why.
class LogError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

Exchange exchange_of(const LogRow& row, LogLine::Source source, ExchangeId id);

/// Puts a request line before an exchange that has none.
void set_request_line(Exchange& exchange, std::string_view method, std::string_view url,
                      std::string_view version);

/// What a log gave.
struct LogReading {
    std::uint64_t requests = 0;   ///< rows that tell of a request
    std::uint64_t exchanges = 0;  ///< of these, became exchanges: all, unless the log is long
    std::uint64_t repaired = 0;
    std::vector<std::string> notes;  ///< sentences for a person: what was left out, and why
};

/// How to read it.
struct LogWishes {
    bool login_rows_only = false;  ///< of a long log only what may belong to a login becomes exchanges
    /// But between these times (microseconds since the epoch) everything does.
    std::optional<std::pair<std::int64_t, std::int64_t>> all_between;
};

using ItemSink = std::function<void(RecordItem)>;

}  // namespace why401
