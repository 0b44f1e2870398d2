#pragma once
// A request or response as it was received. The head is kept byte for byte; fields are offsets into it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http1_head.h"

namespace why401 {

/// The content of a message. `kept` holds its first bytes without transfer coding, as far as the recorder
/// was told to keep them; `length` is the true number of content bytes that passed.
struct Body {
    std::string kept;
    std::uint64_t length = 0;
    bool decoded = false;  ///< the content coding that the head names is undone already
    bool truncated() const { return kept.size() < length; }
};

struct Message {
    std::string head;    ///< as received, up to and including the empty line; empty: there was none
    http1::Head parsed;  ///< a reading of `head`; no fields when `head` was refused
    Body body;

    bool exists() const { return !head.empty(); }
    std::string_view method() const { return parsed.method(head); }
    std::string_view target() const { return parsed.target(head); }
};

/// Reads a head for a record. A head that the strict parser refuses keeps its bytes and has no fields.
Message message_from_head(std::string head, http1::HeadParser::Kind kind);

/// The same for a head that somebody else wrote down: what the strict parser refuses is read line by line, as
/// well as it goes (HTTP/2 in the start line, a missing Host, bare LFs). Such a head is never sent on.
Message message_from_notes(std::string head, http1::HeadParser::Kind kind);

/// Field values in order of appearance; names compare case-insensitively (RFC 9110 5.1).
std::vector<std::string_view> values(const Message& message, std::string_view name);
/// The first value of that name, empty when there is none.
std::string_view value(const Message& message, std::string_view name);
bool has_field(const Message& message, std::string_view name);

/// A change that this proxy made to a head before it sent it on: `length` received bytes at `offset` were
/// replaced by `text`. Removing has an empty text, adding a zero length.
struct Edit {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::string text;
    std::string because;  ///< one clause for a person: "hop-by-hop field (RFC 9110 7.6.1)"
};

/// The head as it was sent on. Edits are in order of offset and do not overlap.
std::string forwarded_head(std::string_view head, const std::vector<Edit>& edits);

}  // namespace why401
