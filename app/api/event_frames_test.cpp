#include "app/api/event_frames.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace why401::api {
namespace {

using Form = EventFrames::Form;

/// A feed of made-up events, numbered from `first`.
struct Feed {
    std::uint64_t first = 1;
    std::vector<LiveEvent> events;
    int asked = 0;

    void tell(std::string type, std::string json, std::uint64_t exchange = 0) {
        events.push_back({first + events.size(), std::move(type), std::move(json), ExchangeId{exchange}});
    }
    std::uint64_t newest() const { return first + events.size() - 1; }
    EventFrames frames() {
        return {[this](std::uint64_t seq, std::size_t max) {
                    ++asked;
                    std::vector<LiveEvent> found;
                    for (const LiveEvent& event : events)
                        if (event.seq > seq && found.size() < max) found.push_back(event);
                    return found;
                },
                [this] { return newest(); }};
    }
};

std::vector<std::string> told(const EventFrame& frame) {
    std::vector<std::string> texts;
    const boost::json::value batch = boost::json::parse(frame.text);
    for (const boost::json::value& event : batch.as_array())
        texts.push_back(std::string(event.at("type").as_string()) + " " +
                        boost::json::serialize(event.at("seq")) + " " +
                        boost::json::serialize(event.at("data")));
    return texts;
}

TEST(EventFrames, ASingleFrameIsOneEvent) {
    Feed feed;
    feed.tell("policy", R"({"policy":"per-request"})");
    feed.tell("withdrawn", R"({"id":1})");
    EventFrames frames = feed.frames();
    const auto frame = frames.after(0, Form::Single);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->text, R"({"seq":1,"type":"policy","data":{"policy":"per-request"}})");
    EXPECT_EQ(frames.after(frame->last, Form::Single)->last, 2u);
    EXPECT_FALSE(frames.after(2, Form::Single));
}

TEST(EventFrames, ABatchTellsAnExchangeOnceInItsLastState) {
    Feed feed;
    feed.tell("exchange", "1", 7);
    feed.tell("finding", "2");
    feed.tell("exchange", "3", 8);
    feed.tell("exchange", "4", 7);
    const auto frame = feed.frames().after(0, Form::Batch);
    EXPECT_EQ(told(*frame), (std::vector<std::string>{"finding 2 2", "exchange 3 3", "exchange 4 4"}));
    EXPECT_EQ(frame->last, 4u);
}

TEST(EventFrames, WhatWasForgottenIsToldAsAGap) {
    Feed feed{10, {}};
    feed.tell("finding", "1");
    EXPECT_EQ(told(*feed.frames().after(3, Form::Batch)),
              (std::vector<std::string>{"dropped 9 null", "finding 10 1"}));
    const auto single = feed.frames().after(3, Form::Single);
    EXPECT_EQ(single->text, R"({"seq":9,"type":"dropped","data":null})");
    EXPECT_EQ(single->last, 9u);
}

TEST(EventFrames, AListenerOfAnEarlierRunHearsThatItMissedThings) {
    Feed feed;
    feed.tell("finding", "1");
    EXPECT_EQ(told(*feed.frames().after(1000, Form::Batch)), (std::vector<std::string>{"dropped 1 null"}));
}

TEST(EventFrames, ThoseWhoStandAtOnePlaceShareOneText) {
    Feed feed;
    feed.tell("finding", "1");
    EventFrames frames = feed.frames();
    const auto frame = frames.after(0, Form::Batch);
    EXPECT_EQ(frames.after(0, Form::Batch), frame);
    EXPECT_EQ(feed.asked, 1);
    feed.tell("finding", "2");
    frames.renew();
    EXPECT_EQ(frames.after(0, Form::Batch)->last, 2u);
}

TEST(EventFrames, TheMoreListenTheLessOftenEachOneHears) {
    using std::chrono::milliseconds;
    for (const std::size_t few : {1, 10, 19})
        EXPECT_EQ(EventFrames::rest(EventFrames::Form::Batch, few), milliseconds(50));
    EXPECT_EQ(EventFrames::rest(EventFrames::Form::Batch, 100), milliseconds(500));
    EXPECT_EQ(EventFrames::rest(EventFrames::Form::Single, 9), milliseconds(0));
    EXPECT_EQ(EventFrames::rest(EventFrames::Form::Single, 100), milliseconds(500));
}

}  // namespace
}  // namespace why401::api
