#include "app/api/event_frames.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <set>

namespace why401::api {
namespace {

constexpr std::size_t kMostEvents = 256;  ///< in a batch, and in a row
constexpr std::chrono::milliseconds kBetweenFrames{50};
constexpr std::size_t kFew = 10;  ///< listeners

std::string text_of(const LiveEvent& event) {
    return "{\"seq\":" + std::to_string(event.seq) +
           ",\"type\":" + boost::json::serialize(boost::json::string(event.type)) +
           ",\"data\":" + event.json + "}";
}

/// An exchange is told again whenever its reading changes, and each time in its present state.
void keep_last_states(std::vector<LiveEvent>& events) {
    std::set<ExchangeId> told;
    std::vector<LiveEvent> kept;
    for (auto event = events.rbegin(); event != events.rend(); ++event)
        if (event->exchange == ExchangeId{} || told.insert(event->exchange).second)
            kept.push_back(std::move(*event));
    events.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

}  // namespace

std::shared_ptr<const EventFrame> EventFrames::after(std::uint64_t seq, Form form) {
    auto& frame = made_[{seq, form}];
    if (!frame) frame = make(seq, form);
    return frame;
}

std::chrono::milliseconds EventFrames::rest(Form form, std::size_t listeners) {
    const std::size_t share = listeners / kFew;
    return kBetweenFrames * (form == Form::Batch ? std::max<std::size_t>(share, 1) : share);
}

std::shared_ptr<const EventFrame> EventFrames::make(std::uint64_t seq, Form form) const {
    std::vector<LiveEvent> events = since_(seq, form == Form::Single ? 1 : kMostEvents);
    const std::uint64_t newest = newest_();
    if (events.empty() && seq <= newest) return nullptr;
    const bool gap = seq > newest || (!events.empty() && events.front().seq != seq + 1);
    const std::uint64_t last = events.empty() ? newest : events.back().seq;
    if (gap) {
        const std::uint64_t dropped = events.empty() ? newest : events.front().seq - 1;
        LiveEvent told{dropped, "dropped", "null", {}};
        if (form == Form::Single)
            return std::make_shared<EventFrame>(EventFrame{dropped, text_of(told), false});
        events.insert(events.begin(), std::move(told));
    }
    if (form == Form::Single)
        return std::make_shared<EventFrame>(
            EventFrame{last, text_of(events.front()), last % kMostEvents == 0});
    keep_last_states(events);
    EventFrame frame{last, "[", true};
    for (const LiveEvent& event : events) {
        if (frame.text.size() > 1) frame.text += ',';
        frame.text += text_of(event);
    }
    frame.text += ']';
    return std::make_shared<EventFrame>(std::move(frame));
}

}  // namespace why401::api
