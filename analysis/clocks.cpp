#include "analysis/clocks.h"

#include "analysis/words.h"
#include "wire/utc.h"

namespace why401 {
std::optional<std::int64_t> ahead_of_record(const ExchangeFacts& facts, std::int64_t server_seconds) {
    const std::int64_t here = facts.timing.response_head.wall_us != 0 ? facts.timing.response_head.wall_us
                                                                      : facts.timing.ended.wall_us;
    if (here == 0) return std::nullopt;
    return server_seconds - here / 1'000'000;
}

std::optional<std::int64_t> date_ahead_of_record(const ExchangeFacts& facts) {
    const auto date = parse_http_date(facts.date);
    return date ? ahead_of_record(facts, *date) : std::nullopt;
}

std::string ahead_text(std::int64_t seconds) {
    const std::int64_t size = seconds < 0 ? -seconds : seconds;
    const std::string text = size < 60 ? std::to_string(size) + " s" : duration(size * 1'000'000);
    return text + (seconds < 0 ? " behind" : " ahead of");
}

}  // namespace why401
