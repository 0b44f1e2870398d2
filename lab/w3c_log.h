#pragma once
// Lines of an IIS 10 log: W3C extended format, the fields IIS 10 logs by default, UTC. Refuses to write
// files: that is the server's.

#include <chrono>
#include <cstdint>
#include <string>

namespace why401::lab {

struct LogEntry {
    std::chrono::system_clock::time_point time;  ///< the end of the request
    std::string server_address;
    std::uint16_t server_port = 0;
    std::string method;
    std::string path;   ///< cs-uri-stem
    std::string query;  ///< empty: "-"
    std::string user;   ///< empty: "-"
    std::string client_address;
    std::string user_agent;
    std::string referer;
    int status = 0;
    int substatus = 0;
    std::uint32_t win32 = 0;
    std::chrono::milliseconds taken{0};
};

/// The four directives with which IIS opens a file; each ends in CRLF.
std::string log_header(std::chrono::system_clock::time_point now);
/// One row, with its CRLF. Spaces inside a value become '+', an empty value is '-'.
std::string log_row(const LogEntry& entry);

}  // namespace why401::lab
