#include "analysis/clocks.h"

#include <array>
#include <chrono>

#include "analysis/words.h"

namespace why401 {
namespace {

/// The number in `length` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t length) {
    if (text.size() < at + length) return -1;
    int value = 0;
    for (const char c : text.substr(at, length)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<std::int64_t> seconds_at(int year, int month, int day, int hour, int minute, int second) {
    if (year < 0 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return std::int64_t{days} * 86'400 + hour * 3'600 + minute * 60 + second;
}

}  // namespace

std::optional<std::int64_t> seconds_of_kerberos_time(std::string_view text) {
    if (text.size() != 15 || text.back() != 'Z') return std::nullopt;
    return seconds_at(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2), digits(text, 8, 2),
                      digits(text, 10, 2), digits(text, 12, 2));
}

std::optional<std::int64_t> seconds_of_http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    int month = 0;
    for (std::size_t i = 0; i < kMonths.size(); ++i)
        if (text.substr(8, 3) == kMonths[i]) month = static_cast<int>(i) + 1;
    return seconds_at(digits(text, 12, 4), month, digits(text, 5, 2), digits(text, 17, 2),
                      digits(text, 20, 2), digits(text, 23, 2));
}

std::optional<std::int64_t> ahead_of_record(const ExchangeFacts& facts, std::int64_t server_seconds) {
    const std::int64_t here = facts.timing.response_head.wall_us != 0 ? facts.timing.response_head.wall_us
                                                                      : facts.timing.ended.wall_us;
    if (here == 0) return std::nullopt;
    return server_seconds - here / 1'000'000;
}

std::optional<std::int64_t> date_ahead_of_record(const ExchangeFacts& facts) {
    const auto date = seconds_of_http_date(facts.date);
    return date ? ahead_of_record(facts, *date) : std::nullopt;
}

std::string ahead_text(std::int64_t seconds) {
    const std::int64_t size = seconds < 0 ? -seconds : seconds;
    const std::string text = size < 60 ? std::to_string(size) + " s" : duration(size * 1'000'000);
    return text + (seconds < 0 ? " behind" : " ahead of");
}

}  // namespace why401
