#include "record/message.h"

#include <algorithm>
#include <utility>

#include "wire/ascii.h"

namespace why401 {

Message message_from_head(std::string head, http1::HeadParser::Kind kind) {
    // The limits of the relay do not apply here: what is in a record was taken once, perhaps under wider
    // ones.
    http1::HeadParser parser(kind, {head.size() + 1, head.size()});
    Message message;
    if (parser.parse(head) == http1::Progress::Complete) message.parsed = parser.take_head();
    message.head = std::move(head);
    return message;
}

namespace {

std::size_t skip_blanks(std::string_view text, std::size_t at, std::size_t end) {
    while (at < end && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
}

/// One past the last byte that is not white space.
std::size_t trimmed(std::string_view text, std::size_t begin, std::size_t end) {
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) --end;
    return end;
}

void read_start_line(std::string_view line, http1::HeadParser::Kind kind, http1::Head& head) {
    const std::size_t first = line.find(' ');
    if (first == std::string_view::npos) return;
    if (kind == http1::HeadParser::Kind::Request) {
        const std::size_t target = skip_blanks(line, first, line.size());
        const std::size_t last = line.rfind(' ');
        head.method_length = static_cast<std::uint32_t>(first);
        head.target_begin = static_cast<std::uint32_t>(target);
        if (last > target) head.target_length = static_cast<std::uint32_t>(last - target);
        return;
    }
    for (std::size_t at = first + 1; at < line.size() && at < first + 4; ++at) {
        if (line[at] < '0' || line[at] > '9') return void(head.status = 0);
        head.status = head.status * 10 + (line[at] - '0');
    }
}

http1::Head read_loosely(std::string_view bytes, http1::HeadParser::Kind kind) {
    http1::Head head;
    bool started = false;
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t lf = std::min(bytes.find('\n', begin), bytes.size());
        const std::size_t next = std::min(lf + 1, bytes.size());
        const std::size_t end = trimmed(bytes, begin, lf);
        const std::size_t colon = std::min(bytes.find(':', begin), end);
        if (!started) {
            read_start_line(bytes.substr(0, end), kind, head);
            head.start_line_end = static_cast<std::uint32_t>(next);
            started = true;
        } else if (colon > begin && colon < end) {
            const std::size_t value = skip_blanks(bytes, colon + 1, end);
            head.fields.push_back({static_cast<std::uint32_t>(begin),
                                   static_cast<std::uint32_t>(colon - begin),
                                   static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(end - value),
                                   static_cast<std::uint32_t>(next)});
        }
        begin = next;
    }
    head.end = static_cast<std::uint32_t>(bytes.size());
    return head;
}

}  // namespace

Message message_from_notes(std::string head, http1::HeadParser::Kind kind) {
    Message message = message_from_head(std::move(head), kind);
    if (message.exists() && message.parsed.end == 0) message.parsed = read_loosely(message.head, kind);
    return message;
}

std::vector<std::string_view> values(const Message& message, std::string_view name) {
    std::vector<std::string_view> found;
    for (const http1::FieldLine& line : message.parsed.fields)
        if (same_name(line.name(message.head), name)) found.push_back(line.value(message.head));
    return found;
}

std::string_view value(const Message& message, std::string_view name) {
    const http1::FieldLine* line = message.parsed.find(message.head, name);
    return line ? line->value(message.head) : std::string_view{};
}

bool has_field(const Message& message, std::string_view name) {
    return message.parsed.find(message.head, name) != nullptr;
}

std::string forwarded_head(std::string_view head, const std::vector<Edit>& edits) {
    std::string sent;
    std::size_t kept_from = 0;
    for (const Edit& edit : edits) {
        // Edits may come from a damaged file: what points behind the head or back into an edit is cut to fit.
        const std::size_t offset =
            std::clamp<std::size_t>(edit.offset, kept_from, std::max(kept_from, head.size()));
        sent.append(head.substr(kept_from, offset - kept_from));
        sent.append(edit.text);
        kept_from = std::min<std::size_t>(offset + edit.length, head.size());
    }
    sent.append(head.substr(kept_from));
    return sent;
}

}  // namespace why401
