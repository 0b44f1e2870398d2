#include "lab/message.h"

#include <array>
#include <ctime>

namespace why401::lab {
namespace {

void add(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
}

void add_framing(std::string& head, const Response& response, const Request& request) {
    if (const auto* text = std::get_if<std::string>(&response.body))
        add(head, "Content-Length", std::to_string(text->size()));
    else if (const auto* pattern = std::get_if<Pattern>(&response.body))
        add(head, "Content-Length", std::to_string(pattern->bytes));
    else if (request.minor_version > 0)
        add(head, "Transfer-Encoding", "chunked");
}

}  // namespace

std::string_view Request::query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::string_view Request::parameter(std::string_view name) const {
    std::string_view rest = query();
    while (!rest.empty()) {
        const std::size_t end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

std::string_view reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        default: return "Unknown";
    }
}

std::string http_date(std::chrono::system_clock::time_point time) {
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    std::string out(days[static_cast<std::size_t>(utc.tm_wday)]);
    out += ", " + two(utc.tm_mday) + ' ';
    out += months[static_cast<std::size_t>(utc.tm_mon)];
    return out + ' ' + std::to_string(utc.tm_year + 1900) + ' ' + two(utc.tm_hour) + ':' + two(utc.tm_min) +
           ':' + two(utc.tm_sec) + " GMT";
}

bool needs_close(const Response& response, const Request& request) {
    return response.close || (std::holds_alternative<Chunks>(response.body) && request.minor_version == 0);
}

std::string head_of(const Response& response, const Request& request, bool keep,
                    std::chrono::system_clock::time_point now) {
    // IIS answers HTTP/1.1 whatever the request's version was (RFC 9110 2.5 allows it).
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    head += reason_of(response.status);
    head += "\r\n";
    for (const auto& [name, value] : response.fields) add(head, name, value);
    add(head, "Date", http_date(now));
    if (!keep)
        add(head, "Connection", "close");
    else if (request.minor_version == 0)
        add(head, "Connection", "keep-alive");
    add_framing(head, response, request);
    for (const auto& [name, value] : response.last_fields) add(head, name, value);
    return head + "\r\n";
}

}  // namespace why401::lab
