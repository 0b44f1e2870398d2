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
