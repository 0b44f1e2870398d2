#include "wire/utc.h"

#include <array>
#include <charconv>
#include <chrono>

namespace why401 {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kYear9999 = 253'402'300'799;  // its last second
constexpr std::int64_t kYear0001 = -62'135'596'800;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string padded(std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
    return value;
}

std::optional<unsigned> month(std::string_view name) {
    for (unsigned i = 0; i < kMonths.size(); ++i)
        if (kMonths[i] == name) return i + 1;
    return std::nullopt;
}

/// Nothing for what no calendar and no clock shows; a leap second is one.
std::optional<std::int64_t> seconds_at(std::optional<int> year, std::optional<unsigned> month,
                                       std::optional<int> day, std::optional<int> hour,
                                       std::optional<int> minute, std::optional<int> second) {
    if (!year || !month || !day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date}.time_since_epoch().count() * kDay + *hour * 3600 + *minute * 60 +
           *second;
}

}  // namespace

std::string utc_second(std::int64_t unix_seconds) {
    if (unix_seconds < kYear0001 || unix_seconds > kYear9999) return std::to_string(unix_seconds);
    std::int64_t days = unix_seconds / kDay;
    std::int64_t rest = unix_seconds % kDay;
    if (rest < 0) {
        rest += kDay;
        --days;
    }
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) +
           "-" + padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(rest / 3600, 2) + ":" +
           padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2) + "Z";
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    // "Sun, 06 Nov 1994 08:49:37 GMT"
    if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
        text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT")
        return std::nullopt;
    const auto day = number(text.substr(5, 2)), year = number(text.substr(12, 4)),
               hour = number(text.substr(17, 2)), minute = number(text.substr(20, 2)),
               second = number(text.substr(23, 2));
    return seconds_at(year, month(text.substr(8, 3)), day, hour, minute, second);
}

std::optional<std::int64_t> parse_kerberos_time(std::string_view text) {
    if (text.size() != 15 || text.back() != 'Z') return std::nullopt;
    const auto month = number(text.substr(4, 2));
    return seconds_at(number(text.substr(0, 4)),
                      month ? std::optional(static_cast<unsigned>(*month)) : std::nullopt,
                      number(text.substr(6, 2)), number(text.substr(8, 2)), number(text.substr(10, 2)),
                      number(text.substr(12, 2)));
}

}  // namespace why401
