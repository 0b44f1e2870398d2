#include "store/iso_time.h"

#include <chrono>

namespace why401 {
namespace {

/// Takes numbers of a fixed width from the front.
class Digits {
public:
    explicit Digits(std::string_view text) : text_(text) {}

    int take(std::size_t width) {
        int number = 0;
        if (text_.size() < width) ok_ = false;
        for (std::size_t i = 0; ok_ && i < width; ++i) {
            if (text_[i] < '0' || text_[i] > '9') ok_ = false;
            number = number * 10 + (text_[i] - '0');
        }
        if (ok_) text_.remove_prefix(width);
        return number;
    }
    bool skip(std::string_view any_of) {
        if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view any_of) { ok_ = skip(any_of) && ok_; }
    /// Any number of digits behind a point.
    std::int64_t micros() {
        std::int64_t value = 0, unit = 100'000;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            value += unit * (text_.front() - '0');
            unit /= 10;
            text_.remove_prefix(1);
        }
        return value;
    }
    bool at_end() const { return text_.empty(); }
    bool ok() const { return ok_; }

private:
    std::string_view text_;
    bool ok_ = true;
};

}  // namespace

std::optional<std::int64_t> iso_time_us(std::string_view text) {
    Digits digits(text);
    const int year = digits.take(4);
    digits.expect("-");
    const int month = digits.take(2);
    digits.expect("-");
    const int day = digits.take(2);
    digits.expect("Tt ");
    const int hour = digits.take(2);
    digits.expect(":");
    const int minute = digits.take(2);
    int second = 0;
    std::int64_t micros = 0;
    if (digits.skip(":")) second = digits.take(2);
    if (digits.skip(".,")) micros = digits.micros();
    std::int64_t offset = 0;
    if (!digits.skip("Zz") && !digits.at_end()) {
        const bool west = digits.skip("-");
        if (!west) digits.expect("+");
        const int hours = digits.take(2);
        const bool more = digits.skip(":") || !digits.at_end();
        offset = (hours * 60 + (more ? digits.take(2) : 0)) * (west ? -60 : 60);
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!digits.ok() || !date.ok() || year < 1970 || hour > 24 || minute > 59 || second > 60)
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return (days * 86'400 + hour * 3'600 + minute * 60 + second - offset) * 1'000'000 + micros;
}

}  // namespace why401
