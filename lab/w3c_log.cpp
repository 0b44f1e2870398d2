#include "lab/w3c_log.h"

#include <ctime>
#include <string_view>

namespace why401::lab {
namespace {

std::string date_and_time(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[32];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
    return {text, length};
}

std::string value(std::string_view text) {
    if (text.empty()) return "-";
    std::string out;
    // A control byte cannot come through the head parser, but a value from elsewhere must not end the row
    // either.
    for (char c : text) out += static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ? '+' : c;
    return out;
}

}  // namespace

std::string log_header(std::chrono::system_clock::time_point now) {
    return "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: " +
           date_and_time(now) +
           "\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
           "cs(User-Agent) "
           "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
}

std::string log_row(const LogEntry& entry) {
    std::string row = date_and_time(entry.time);
    for (const std::string& column :
         {value(entry.server_address), value(entry.method), value(entry.path), value(entry.query),
          std::to_string(entry.server_port), value(entry.user), value(entry.client_address),
          value(entry.user_agent), value(entry.referer), std::to_string(entry.status),
          std::to_string(entry.substatus), std::to_string(entry.win32), std::to_string(entry.taken.count())})
        row += ' ' + column;
    return row + "\r\n";
}

}  // namespace why401::lab
