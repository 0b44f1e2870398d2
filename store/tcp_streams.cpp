#include "store/tcp_streams.h"

#include <algorithm>
#include <utility>

namespace why401 {
namespace {

constexpr std::size_t kMostHeld = 4u << 20;  // bytes that wait for one missing segment

}  // namespace

/// A SYN begins a new connection even where an old one had the same ports. Without one, the end with the
/// higher port is taken for the client.
TcpStreams::Conversation& TcpStreams::conversation(const Segment& segment, std::int64_t time_us) {
    const Key key = std::minmax(segment.from, segment.to);
    const bool opens = segment.syn && !segment.ack;
    auto at = conversations_.find(key);
    if (at != conversations_.end() && opens) {
        const Direction& known = at->second.of[at->second.client == segment.from ? 0 : 1];
        const bool repeated = known.begin == segment.sequence + 1 && !known.ended;
        if (!repeated) {
            close(at->second);
            conversations_.erase(at);
            at = conversations_.end();
        }
    }
    if (at != conversations_.end()) return at->second;
    const bool from_client = opens || (!segment.syn && segment.from.port >= segment.to.port);
    Conversation fresh;
    fresh.client = from_client ? segment.from : segment.to;
    fresh.server = from_client ? segment.to : segment.from;
    fresh.reader = open_(fresh.client, fresh.server, time_us);
    ++opened_;
    return conversations_.emplace(key, std::move(fresh)).first->second;
}

void TcpStreams::take(const Segment& segment, std::int64_t time_us) {
    if (segment.data.empty() && segment.missing == 0 && !segment.syn && !segment.fin && !segment.reset)
        return;
    Conversation& found = conversation(segment, time_us);
    const bool from_client = found.client == segment.from;
    Direction& direction = found.of[from_client ? 0 : 1];
    if (segment.reset) {
        if (!direction.ended) found.reader->ends(from_client, true, time_us);
        found.of[0].ended = found.of[1].ended = true;
        return;
    }
    const std::uint32_t sequence = segment.sequence + (segment.syn ? 1 : 0);
    if (!direction.next) direction.next = direction.begin = sequence;
    if (direction.broken || direction.ended || (segment.data.empty() && segment.missing == 0 && !segment.fin))
        return;
    const bool quiet = found.reader->indifferent();
    Waiting waiting{quiet ? std::string() : std::string(segment.data),
                    segment.missing + (quiet ? segment.data.size() : 0), time_us, segment.fin};
    const std::uint32_t distance = sequence - direction.begin;
    // What lies far behind the beginning is older than what was seen first: nothing to place it by.
    if (distance > 0x80000000u) return;
    Waiting& known = direction.waiting[distance];
    if (known.data.size() + known.missing < waiting.data.size() + waiting.missing || waiting.fin) {
        direction.held += waiting.data.size();
        direction.held -= std::min(direction.held, known.data.size());
        known = std::move(waiting);
    }
    deliver(found, from_client);
    if (direction.held > kMostHeld) close(found);
}

void TcpStreams::deliver(Conversation& conversation, bool from_client) {
    Direction& direction = conversation.of[from_client ? 0 : 1];
    while (!direction.waiting.empty() && !direction.broken && !direction.ended) {
        const auto first = direction.waiting.begin();
        const std::uint32_t due = *direction.next - direction.begin;
        if (first->first > due) return;  // one is missing
        Waiting segment = std::move(first->second);
        const std::uint64_t seen = due - first->first;
        direction.held -= std::min(direction.held, segment.data.size());
        direction.waiting.erase(first);
        const std::uint64_t whole = segment.data.size() + segment.missing;
        if (whole > seen || (whole == seen && segment.fin)) {
            if (seen < segment.data.size())
                conversation.reader->bytes(from_client, std::string_view(segment.data).substr(seen),
                                           segment.time_us);
            if (segment.missing > 0 && !conversation.reader->indifferent()) {
                conversation.reader->hole(from_client, segment.missing);
                direction.broken = true;
            }
            *direction.next += static_cast<std::uint32_t>(whole - seen);
            if (segment.fin) {
                direction.ended = true;
                conversation.reader->ends(from_client, false, segment.time_us);
            }
        }
    }
}

/// Nothing will fill the holes any more.
void TcpStreams::close(Conversation& conversation) {
    for (const bool from_client : {true, false}) {
        Direction& direction = conversation.of[from_client ? 0 : 1];
        if (direction.broken || direction.waiting.empty() || direction.ended) continue;
        const std::uint32_t due = *direction.next - direction.begin;
        const std::uint32_t first = direction.waiting.begin()->first;
        direction.broken = true;
        direction.waiting.clear();
        direction.held = 0;
        if (!conversation.reader->indifferent())
            conversation.reader->hole(from_client, first > due ? first - due : 0);
    }
}

void TcpStreams::finish() {
    for (auto& [key, conversation] : conversations_) close(conversation);
    conversations_.clear();
}

}  // namespace why401
