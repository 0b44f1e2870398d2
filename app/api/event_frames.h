#pragma once
// What the event stream sends, as texts: one event each, or a batch as one array. Listeners who stand at the
// same place share one text, so that a hundred pages cost little more than one. No socket.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/recorder.h"

namespace why401::api {

struct EventFrame {
    std::uint64_t last = 0;  ///< number of the last event in it: the next frame comes after that
    std::string text;
    bool ends_a_run = false;  ///< the listener rests now, see EventFrames::rest()
};

class EventFrames {
public:
    enum class Form : std::uint8_t {
        Single,  ///< {"seq": N, "type": ..., "data": ...}
        Batch,   ///< an array of these; of a thing that changed several times only the last state
    };
    using Since = std::function<std::vector<LiveEvent>(std::uint64_t seq, std::size_t max)>;

    /// `since` and `newest` are those of the recorder.
    EventFrames(Since since, std::function<std::uint64_t()> newest)
        : since_(std::move(since)), newest_(std::move(newest)) {}

    /// What a listener gets who knows everything up to `seq`; null: nothing yet. Numbers that were forgotten,
    /// or never given (the listener knew an earlier run), are told as an event of the type "dropped".
    std::shared_ptr<const EventFrame> after(std::uint64_t seq, Form form);

    /// How long a listener rests after a run. A page need not hear of more than it can draw; and many
    /// listeners together cost no more than a few: the more there are, the less often each one hears.
    static std::chrono::milliseconds rest(Form form, std::size_t listeners);

    std::uint64_t newest() const { return newest_(); }  ///< number of the last event

    /// Something has happened: what was made before may not be the newest.
    void renew() { made_.clear(); }

private:
    std::shared_ptr<const EventFrame> make(std::uint64_t seq, Form form) const;

    Since since_;
    std::function<std::uint64_t()> newest_;
    std::map<std::pair<std::uint64_t, Form>, std::shared_ptr<const EventFrame>> made_;
};

}  // namespace why401::api
