#include "store/log_rows.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kMostTokens = 256;
constexpr std::size_t kMostSets = 16;

constexpr Column kHttpErr[] = {Column::Date,     Column::Time,       Column::ClientIp, Column::ClientPort,
                               Column::ServerIp, Column::ServerPort, Column::Version,  Column::Method,
                               Column::Uri,      Column::Status,     Column::Other,    Column::Reason,
                               Column::Other};
constexpr Column kNumbersAtTheEnd[] = {Column::Status, Column::Substatus, Column::Win32, Column::TimeTaken};

struct Named {
    std::string_view name;
    Column column;
};
constexpr Named kNames[] = {{"date", Column::Date},
                            {"time", Column::Time},
                            {"sip", Column::ServerIp},
                            {"sport", Column::ServerPort},
                            {"ssitename", Column::SiteName},
                            {"scomputername", Column::ComputerName},
                            {"cip", Column::ClientIp},
                            {"cport", Column::ClientPort},
                            {"csmethod", Column::Method},
                            {"csuristem", Column::Stem},
                            {"csuriquery", Column::Query},
                            {"csuri", Column::Uri},
                            {"cshost", Column::Host},
                            {"cs(host)", Column::Host},
                            {"csversion", Column::Version},
                            {"csusername", Column::User},
                            {"cs(useragent)", Column::UserAgent},
                            {"scstatus", Column::Status},
                            {"scsubstatus", Column::Substatus},
                            {"scwin32status", Column::Win32},
                            {"timetaken", Column::TimeTaken},
                            {"sreason", Column::Reason},
                            {"xforwardedfor", Column::ForwardedFor},
                            {"cs(xforwardedfor)", Column::ForwardedFor}};

/// Names compare without case and hyphens: KB 907273 prints "sc-Sub-status".
Column column_of(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != '-') plain += lower(c);
    for (const Named& known : kNames)
        if (known.name == plain) return known.column;
    return Column::Other;
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <typename Number>
bool parse(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    return all_digits(text) && parse(text, port);
}

/// An address with or without a zone ("fe80::1%8").
bool is_address(std::string_view text) {
    const std::string_view digits = text.substr(0, text.find('%'));
    const bool dotted = std::count(digits.begin(), digits.end(), '.') == 3;
    const bool colons = std::count(digits.begin(), digits.end(), ':') >= 2;
    return (dotted || colons) && digits.find_first_not_of("0123456789abcdefABCDEF.:") == digits.npos;
}

bool is_method(std::string_view text) {
    return text.size() >= 3 && text.size() <= 24 && is_token(text) &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool is_status(std::string_view text) {
    int status = 0;
    return text.size() == 3 && parse(text, status) && status >= 100;
}

std::int64_t days_of(std::string_view date) {
    int year = 0;
    unsigned month = 0, day = 0;
    if (date.size() != 10 || date[4] != '-' || date[7] != '-' || !parse(date.substr(0, 4), year) ||
        !parse(date.substr(5, 2), month) || !parse(date.substr(8, 2), day))
        return -1;
    const std::chrono::year_month_day written{std::chrono::year(year), std::chrono::month(month),
                                              std::chrono::day(day)};
    return written.ok() ? std::chrono::sys_days(written).time_since_epoch().count() : -1;
}

/// Seconds of the day in microseconds; -1 for anything that is no time.
std::int64_t time_of_day(std::string_view time) {
    unsigned hours = 0, minutes = 0, seconds = 0, fraction = 0;
    if (time.size() < 8 || time[2] != ':' || time[5] != ':' || !parse(time.substr(0, 2), hours) ||
        !parse(time.substr(3, 2), minutes) || !parse(time.substr(6, 2), seconds) || hours > 23 ||
        minutes > 59 || seconds > 60)
        return -1;
    if (time.size() > 9 && time.size() <= 15 && time[8] == '.' && parse(time.substr(9), fraction))
        for (std::size_t digits = time.size() - 9; digits < 6; ++digits) fraction *= 10;
    else if (time.size() != 8)
        return -1;
    return ((std::int64_t{hours} * 60 + minutes) * 60 + seconds) * 1'000'000 + fraction;
}

void split(std::string_view line, std::vector<std::string_view>& tokens) {
    tokens.clear();
    while (tokens.size() < kMostTokens) {
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        tokens.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

}  // namespace

const std::span<const Column> kHttpErrColumns = kHttpErr;

std::optional<std::uint32_t> log_number(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
        return error == std::errc{} && end == text.data() + text.size() ? std::optional(number)
                                                                        : std::nullopt;
    }
    std::int64_t number = 0;
    if (!parse(text, number) || number < INT32_MIN || number > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(number);  // IIS writes an NTSTATUS as a signed number
}

std::string_view LogRow::client() const {
    const std::string_view forwarded = of(Column::ForwardedFor);
    const std::string_view first = forwarded.substr(0, forwarded.find(','));
    return first.empty() ? of(Column::ClientIp) : first;
}

std::optional<std::int64_t> log_time(std::string_view date, std::string_view time) {
    const std::int64_t days = days_of(date), of_day = time_of_day(time);
    if (days < 0 || of_day < 0) return std::nullopt;
    return days * 86'400'000'000 + of_day;
}

void LogRows::directive(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = line.substr(1, colon - 1), value = trimmed(line.substr(colon + 1));
    if (same_name(name, "Date")) date_ = std::string(value.substr(0, 10));
    if (!same_name(name, "Fields")) return;
    split(value, tokens_);
    std::vector<Column> named;
    for (const std::string_view token : tokens_) named.push_back(column_of(token));
    if (named == columns_) return;
    if (!columns_.empty() && earlier_.size() < kMostSets) earlier_.push_back(std::move(columns_));
    columns_ = std::move(named);
}

void LogRows::put(LogRow& row, Column column, std::string_view value) const {
    row.values[static_cast<std::size_t>(column)] = value == "-" ? std::string_view{} : value;
}

/// Date, time and status as numbers; false when one of them is none.
bool LogRows::finish(LogRow& row) const {
    const std::string_view date =
        row.of(Column::Date).empty() ? std::string_view(date_) : row.of(Column::Date);
    const auto at = log_time(date, row.of(Column::Time));
    const std::string_view status = row.of(Column::Status);
    if (!at || (!status.empty() && status != "0" && !is_status(status))) return false;
    row.at_us = *at;
    row.status = 0;
    if (!status.empty()) parse(status, row.status);
    return true;
}

bool LogRows::as_named(std::span<const Column> columns, LogRow& row) const {
    if (tokens_.size() != columns.size()) return false;
    row.values.fill({});
    for (std::size_t i = 0; i < tokens_.size(); ++i) put(row, columns[i], tokens_[i]);
    const std::string_view method = row.of(Column::Method), port = row.of(Column::ServerPort);
    return finish(row) && (method.empty() || is_token(method)) && (port.empty() || is_port(port));
}

/// From the status on, counted from the end. Returns where the status stands; 0 when there is none.
std::size_t LogRows::take_end(LogRow& row) const {
    const auto status = std::find(columns_.begin(), columns_.end(), Column::Status);
    std::span<const Column> names(kNumbersAtTheEnd);
    std::size_t count = 0;
    if (status != columns_.end()) {
        names =
            std::span<const Column>(columns_).subspan(static_cast<std::size_t>(status - columns_.begin()));
        count = names.size();
    } else {
        while (count < tokens_.size() && log_number(tokens_[tokens_.size() - count - 1])) ++count;
    }
    if (count == 0 || count > tokens_.size()) return 0;
    const std::size_t begin = tokens_.size() - count;
    for (std::size_t i = 0; i < std::min(count, names.size()); ++i) {
        const bool numeric = names[i] == Column::Substatus || names[i] == Column::Win32;
        if (numeric && tokens_[begin + i] != "-" && !log_number(tokens_[begin + i])) return 0;
        put(row, names[i], tokens_[begin + i]);
    }
    return is_status(tokens_[begin]) ? begin : 0;
}

/// Date, time, who answered, method and path. Returns where the rest begins; 0 when it does not read so.
std::size_t LogRows::take_front(LogRow& row, std::size_t end) const {
    std::size_t at = 0;
    if (at < end && days_of(tokens_[at]) >= 0) put(row, Column::Date, tokens_[at++]);
    if (at >= end || time_of_day(tokens_[at]) < 0) return 0;
    put(row, Column::Time, tokens_[at++]);
    for (; at + 1 < end; ++at) {
        if (is_method(tokens_[at]) && (tokens_[at + 1].front() == '/' || tokens_[at + 1] == "*")) break;
        if (is_address(tokens_[at]))
            put(row, Column::ServerIp, tokens_[at]);
        else
            put(row, tokens_[at].starts_with("W3SVC") ? Column::SiteName : Column::ComputerName, tokens_[at]);
    }
    if (at + 1 >= end) return 0;
    put(row, Column::Method, tokens_[at]);
    put(row, Column::Stem, tokens_[at + 1]);
    return at + 2;
}

/// Query, port, user, client and program: each by what it looks like.
void LogRows::take_middle(LogRow& row, std::size_t from, std::size_t end) {
    if (from < end && !is_port(tokens_[from])) put(row, Column::Query, tokens_[from++]);
    if (from < end && is_port(tokens_[from])) put(row, Column::ServerPort, tokens_[from++]);
    if (from < end && !is_address(tokens_[from]) && tokens_[from].find('/') == std::string_view::npos)
        put(row, Column::User, tokens_[from++]);
    if (from < end && is_address(tokens_[from])) put(row, Column::ClientIp, tokens_[from++]);
    agent_.clear();
    for (; from < end && tokens_[from] != "-" && !tokens_[from].starts_with("http"); ++from)
        agent_.append(agent_.empty() ? "" : "+").append(tokens_[from]);
    put(row, Column::UserAgent, agent_);
}

bool LogRows::by_shape(LogRow& row) {
    for (const auto& columns : earlier_) {
        if (!as_named(columns, row)) continue;
        const std::string_view client = row.of(Column::ClientIp);
        if (client.empty() || is_address(client)) return true;
    }
    row.values.fill({});
    const std::size_t end = take_end(row);
    const std::size_t middle = end == 0 ? 0 : take_front(row, end);
    if (middle == 0) return false;
    take_middle(row, middle, end);
    return finish(row);
}

bool LogRows::read(LogRow& row) {
    split(row.text, tokens_);
    row.repaired = false;
    if (as_named(columns_, row)) return true;
    row.repaired = true;
    if (!lines_.cut() && by_shape(row)) {
        ++repaired_;
        return true;
    }
    if (++set_aside_ == 1)
        why_ = "line " + std::to_string(row.line) +
               (columns_.empty() ? " stands before any #Fields and cannot be read by its shape"
                : tokens_.size() != columns_.size()
                    ? " has " + std::to_string(tokens_.size()) + " values where #Fields names " +
                          std::to_string(columns_.size())
                    : " has values that do not fit their columns");
    return false;
}

bool LogRows::next(LogRow& row) {
    std::string_view line;
    while (lines_.next(line)) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        if (line.front() == '#') {
            directive(line);
            continue;
        }
        row.line = lines_.number();
        row.text = line;
        if (read(row)) return true;
    }
    return false;
}

RowShape shape_of_row(std::string_view line) {
    std::vector<std::string_view> tokens;
    split(line, tokens);
    if (tokens.size() < 6 || days_of(tokens[0]) < 0 || time_of_day(tokens[1]) < 0) return RowShape::None;
    if (tokens.size() >= 12 && is_address(tokens[2]) && is_port(tokens[3]) && is_address(tokens[4]) &&
        is_port(tokens[5]))
        return RowShape::HttpErr;
    for (std::size_t i = 2; i + 1 < std::min<std::size_t>(tokens.size(), 8); ++i)
        if (is_method(tokens[i]) && tokens[i + 1].front() == '/') return RowShape::IisW3c;
    return RowShape::None;
}

}  // namespace why401
