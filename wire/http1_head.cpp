#include "wire/http1_head.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "wire/ascii.h"
#include "wire/http1_field_line.h"
#include "wire/http_target.h"

namespace why401::http1 {
namespace {

constexpr std::size_t kLeadingEmptyLines = 8;
constexpr std::size_t kUsualFields = 16;

constexpr std::uint32_t offset32(std::size_t n) { return static_cast<std::uint32_t>(n); }
constexpr bool digit(char c) { return c >= '0' && c <= '9'; }

// White space ends a target; a control byte is named by defect_at.
constexpr bool target_byte(char c) { return c != ' ' && c != '\t' && !control_byte(c); }

// How many of the eight bytes of HTTP/1.0 or HTTP/1.1 stand at `at`, before `end`.
std::size_t match_version(std::string_view bytes, std::size_t at, std::size_t end) {
    constexpr std::string_view kName = "HTTP/1.";
    std::size_t matched = 0;
    while (matched < kName.size() && at + matched < end && bytes[at + matched] == kName[matched]) ++matched;
    if (matched < kName.size() || at + matched == end) return matched;
    return bytes[at + matched] == '0' || bytes[at + matched] == '1' ? kName.size() + 1 : matched;
}
constexpr std::size_t kVersionLength = 8;

// A version by its grammar (RFC 9112 2.3), though not one of ours.
bool names_version(std::string_view text) {
    return text.size() == kVersionLength && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' &&
           digit(text[7]);
}

}  // namespace

const FieldLine* Head::find(std::string_view bytes, std::string_view name) const {
    for (const FieldLine& line : fields)
        if (same_name(line.name(bytes), name)) return &line;
    return nullptr;
}

std::size_t Head::count(std::string_view bytes, std::string_view name) const {
    std::size_t lines = 0;
    for (const FieldLine& line : fields) lines += same_name(line.name(bytes), name);
    return lines;
}

bool Head::list_has(std::string_view bytes, std::string_view name, std::string_view element) const {
    for (const FieldLine& line : fields)
        if (same_name(line.name(bytes), name) && why401::list_has(line.value(bytes), element)) return true;
    return false;
}

Progress HeadParser::parse(std::string_view bytes) {
    if (progress_ != Progress::NeedMore) return progress_;
    // Only line ends inside the limit are looked at, so the answer does not depend on how much came at once.
    const std::size_t limit =
        std::min<std::size_t>(limits_.head_bytes, std::numeric_limits<std::uint32_t>::max());
    const std::string_view window = bytes.substr(0, limit);
    while (scanned_ < window.size()) {
        const std::size_t lf = window.find('\n', scanned_);
        if (lf == std::string_view::npos) {
            scanned_ = window.size();
            break;
        }
        scanned_ = lf + 1;
        progress_ = take_line(bytes, lf);
        if (progress_ != Progress::NeedMore) return progress_;
        line_begin_ = lf + 1;
    }
    if (bytes.size() >= limit)
        return start_line_read_ || kind_ == Kind::Response
                   ? refuse("the head is longer than the limit of bytes", limit, "RFC 9110 5.4", 431)
                   : refuse("the request line is longer than the limit of bytes", limit, "RFC 9112 3", 414);
    return Progress::NeedMore;
}

void HeadParser::reset() {
    progress_ = Progress::NeedMore;
    scanned_ = line_begin_ = 0;
    start_line_read_ = host_read_ = false;
    std::vector<FieldLine> fields = std::move(head_.fields);
    fields.clear();
    head_ = Head{};
    head_.fields = std::move(fields);
    defect_ = Defect{};
}

Progress HeadParser::take_line(std::string_view bytes, std::size_t lf) {
    const bool empty = lf == line_begin_ + 1 && bytes[line_begin_] == '\r';
    if (start_line_read_) return empty ? take_empty_line(lf) : take_field(bytes, lf);
    if (!empty) {
        head_.begin = offset32(line_begin_);
        head_.start_line_end = offset32(lf + 1);
        start_line_read_ = true;
        return kind_ == Kind::Request ? take_request_line(bytes, lf) : take_status_line(bytes, lf);
    }
    if (kind_ == Kind::Response)
        return refuse("an empty line stands before the status line", line_begin_, "RFC 9112 4");
    if (line_begin_ / 2 >= kLeadingEmptyLines)
        return refuse("more than 8 empty lines stand before the request line", line_begin_, "RFC 9112 2.2");
    return Progress::NeedMore;
}

Progress HeadParser::take_request_line(std::string_view bytes, std::size_t lf) {
    const std::size_t end = content_end(bytes, line_begin_, lf);
    std::size_t at = line_begin_;
    while (at < end && token_byte(bytes[at])) ++at;
    head_.method_length = offset32(at - line_begin_);
    if (at == line_begin_ || at == end || bytes[at] != ' ')
        return refuse(
            defect_at(bytes, at, "the request does not begin with a method and one space", "RFC 9112 3.1"));

    head_.target_begin = offset32(++at);
    while (at < end && target_byte(bytes[at])) ++at;
    head_.target_length = offset32(at - head_.target_begin);
    if (head_.target_length == 0 || at == end || bytes[at] != ' ')
        return refuse(defect_at(bytes, at,
                                "the request line is not method, target and version with single spaces",
                                "RFC 9112 3"));

    const std::size_t version = ++at;
    at += match_version(bytes, version, end);
    if (names_version(bytes.substr(version, end - version)) && at - version != kVersionLength && end != lf)
        return refuse("the version is neither HTTP/1.0 nor HTTP/1.1", at, "RFC 9110 15.6.6", 505);
    if (at - version != kVersionLength)
        return refuse(defect_at(bytes, at, "the version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9112 2.3"));
    head_.minor_version = bytes[at - 1] - '0';
    if (at != end)
        return refuse(
            defect_at(bytes, at, "something follows the version in the request line", "RFC 9112 3"));
    if (end == lf) return refuse(defect_at(bytes, lf, {}, {}));
    return Progress::NeedMore;
}

Progress HeadParser::take_status_line(std::string_view bytes, std::size_t lf) {
    const std::size_t end = content_end(bytes, line_begin_, lf);
    std::size_t at = line_begin_ + match_version(bytes, line_begin_, end);
    if (at - line_begin_ != kVersionLength)
        return refuse(defect_at(bytes, at, "the version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9112 2.3"));
    head_.minor_version = bytes[at - 1] - '0';
    if (at == end || bytes[at] != ' ')
        return refuse(
            defect_at(bytes, at, "no single space stands between version and status code", "RFC 9112 4"));

    const std::size_t code = ++at;
    while (at < end && at - code < 3 && digit(bytes[at])) ++at;
    if (at - code != 3 || (at < end && bytes[at] != ' '))
        return refuse(defect_at(bytes, at, "the status code is not three digits", "RFC 9112 4"));
    if (bytes[code] == '0') return refuse("the status code is below 100", code, "RFC 9110 15");
    head_.status = (bytes[code] - '0') * 100 + (bytes[code + 1] - '0') * 10 + (bytes[code + 2] - '0');
    if (const auto defect = check_text(bytes, at, end, lf)) return refuse(*defect);
    return Progress::NeedMore;
}

Progress HeadParser::take_field(std::string_view bytes, std::size_t lf) {
    if (blank(bytes[line_begin_])) {
        if (head_.fields.empty())
            return refuse("white space stands before the first field", line_begin_, "RFC 9112 2.2");
        return refuse("a field line is folded (obs-fold)", line_begin_, "RFC 9112 5.2");
    }
    if (head_.fields.size() >= limits_.fields)
        return refuse("there are more field lines than the limit of fields", line_begin_, "RFC 9110 5.4",
                      431);
    FieldLine line;
    if (const auto defect = read_field_line(bytes, line_begin_, lf, line)) return refuse(*defect);
    if (head_.fields.empty()) head_.fields.reserve(kUsualFields);
    head_.fields.push_back(line);
    if (kind_ == Kind::Request && same_name(line.name(bytes), "host")) return take_host(bytes, line);
    return Progress::NeedMore;
}

Progress HeadParser::take_host(std::string_view bytes, const FieldLine& line) {
    if (host_read_) return refuse("there is more than one Host", line.begin, "RFC 9112 3.2");
    host_read_ = true;
    const std::size_t bad = find_bad_authority_byte(line.value(bytes));
    if (bad != std::string_view::npos)
        return refuse("the value of Host is not a host and a port", line.value_begin + bad, "RFC 9112 3.2");
    return Progress::NeedMore;
}

Progress HeadParser::take_empty_line(std::size_t lf) {
    if (kind_ == Kind::Request && head_.minor_version == 1 && !host_read_)
        return refuse("an HTTP/1.1 request has no Host", line_begin_, "RFC 9112 3.2");
    head_.end = offset32(lf + 1);
    return Progress::Complete;
}

Progress HeadParser::refuse(const Defect& defect) {
    defect_ = defect;
    head_.fields.clear();
    return progress_ = Progress::Refused;
}

Progress HeadParser::refuse(std::string_view what, std::size_t offset, std::string_view clause, int status) {
    return refuse(Defect{what, offset, clause, status});
}

}  // namespace why401::http1
