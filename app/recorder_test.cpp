#include "app/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/explain_files.h"
#include "store/sqlite.h"
#include "tests/support/record_equality.h"
#include "tests/support/recorded_story.h"

namespace why401 {
namespace {

using testing::Contains;
using testing::HasSubstr;

class Recording : public test::InFolder {
protected:
    RecorderOptions options() {
        RecorderOptions options;
        options.capture = file("trace.why401");
        options.pause = std::chrono::milliseconds(1);
        options.on_trouble = [this](const std::string& message) { troubles_.push_back(message); };
        options.on_finding = [this](const Finding& finding) { rules_.emplace_back(finding.rule); };
        return options;
    }
    /// Records the items from start to end.
    void record(const std::vector<RecordItem>& items, RecorderOptions options) {
        Journal journal;
        Recorder recorder(journal, std::move(options));
        recorder.start();
        test::tell(journal, items);
        recorder.finish();
        findings_ = recorder.record().findings(SIZE_MAX);
        not_recorded_ = recorder.not_recorded();
    }

    std::vector<std::string> troubles_, rules_, findings_;
    std::uint64_t not_recorded_ = 0;
};

TEST_F(Recording, TheCaptureHoldsWhatTheRelayTold) {
    const auto story = test::pooled_story();
    record(story.items(), options());
    std::vector<RecordItem> found;
    CaptureReader(file("trace.why401")).items([&](RecordItem item) {
        found.push_back(std::move(item));
        return true;
    });
    testing_record::expect_same(story.items(), found);
    EXPECT_TRUE(CaptureReader(file("trace.why401")).header().clean_end);
    EXPECT_EQ(not_recorded_, 0u);
    EXPECT_TRUE(troubles_.empty());
}

TEST_F(Recording, FindingsAreToldAsTheyArise) {
    record(test::pooled_story().items(), options());
    EXPECT_THAT(rules_, Contains("NTLM-POOL-001"));
    EXPECT_THAT(rules_, Contains("NTLM-POOL-003"));
}

TEST_F(Recording, AnExplanationOfTheLiveRunAndOfItsCaptureAreTheSameByteForByte) {
    const auto story = test::pooled_story();
    record(story.items(), options());
    Explanation live;
    for (const RecordItem& item : story.items()) live.add(item);
    live.finish();
    const ExplainedFiles saved = explain_files({file("trace.why401")});
    EXPECT_EQ(explanation_json(live, saved.sources, "1"),
              explanation_json(*saved.explanation, saved.sources, "1"));
    std::vector<std::string> recomputed;
    for (const auto& [id, finding] : saved.explanation->findings())
        recomputed.push_back(boost::json::serialize(finding_json(finding)));
    EXPECT_EQ(findings_, recomputed);
    std::vector<std::string> cached;
    CaptureReader(file("trace.why401"))
        .cached(CachedKind::Finding, 0, 100,
                [&](std::uint64_t, const std::string& json) { cached.push_back(json); });
    EXPECT_EQ(cached, recomputed);
}

TEST_F(Recording, WithoutACaptureItStillAnalyses) {
    RecorderOptions without = options();
    without.capture.clear();
    record(test::pooled_story().items(), without);
    EXPECT_THAT(rules_, Contains("NTLM-POOL-001"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Recording, AnExchangeUnderWayIsThereAndIsUnfinishedAtTheEnd) {
    Journal journal;
    Recorder recorder(journal, options());
    Exchange known;
    known.id = static_cast<ExchangeId>(1);
    known.client_connection = {Leg::Client, 1};
    known.authority = "web01";
    known.request =
        message_from_head("GET / HTTP/1.1\r\nHost: web01\r\n\r\n", http1::HeadParser::Kind::Request);
    journal.push(ExchangeUnderWay{std::make_unique<Exchange>(known)});
    recorder.finish();
    ASSERT_EQ(recorder.record().exchanges(0, 10).size(), 1u);
    EXPECT_EQ(recorder.record().exchange(known.id)->exchange->outcome, Outcome::Unfinished);
    EXPECT_EQ(CaptureReader(file("trace.why401")).exchange(known.id)->request.head, known.request.head);
}

TEST_F(Recording, AtTheLimitItGoesOnAnalysingAndSaysSo) {
    RecorderOptions limited = options();
    limited.capture_limit = 1;
    Journal journal;
    Recorder recorder(journal, limited);
    recorder.start();
    const auto story = test::pooled_story();
    for (const RecordItem& item : story.items()) {
        test::tell(journal, {item});
        // Each item in a batch of its own: the limit is reached after the first.
        while (recorder.recording() && recorder.last_event() == 0) std::this_thread::yield();
    }
    recorder.finish();
    EXPECT_THAT(rules_, Contains("NTLM-POOL-001"));
    ASSERT_GE(troubles_.size(), 2u);
    EXPECT_THAT(troubles_.front(), HasSubstr("has reached its limit of 1 bytes"));
    EXPECT_THAT(troubles_.back(), HasSubstr("missing in the capture"));
    EXPECT_FALSE(recorder.recording());
    EXPECT_GT(recorder.not_recorded(), 0u);
    std::uint64_t said = 0;
    CaptureReader(file("trace.why401")).items([&](const RecordItem& item) {
        if (const auto* hole = std::get_if<NotRecorded>(&item)) said += hole->exchanges;
        return true;
    });
    EXPECT_EQ(said, recorder.not_recorded()) << "the record says itself what it lacks";
}

TEST_F(Recording, WhatTheProxyItselfLacksIsSaidAloudAndWhatOthersDoIsNot) {
    const Fault ours{Fault::Whose::Us, "accept", "cannot accept a connection: too many", "", {}, ""};
    const Fault theirs{Fault::Whose::Client, "accept", "not among those to be served", "", {}, ""};
    Journal journal;
    Recorder recorder(journal, options());
    journal.push(FaultSeen{{}, ours, {1, 1}});
    journal.push(FaultSeen{{}, theirs, {2, 2}});
    recorder.finish();
    EXPECT_THAT(troubles_, testing::ElementsAre("cannot accept a connection: too many"));
}

TEST_F(Recording, WhatMemoryForgotComesFromTheCapture) {
    RecorderOptions small = options();
    small.kept_exchanges = 2;
    Journal journal;
    Recorder recorder(journal, small);
    recorder.start();
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    const std::vector<LiveExchange> all = recorder.record().exchanges(0, 100);
    ASSERT_EQ(all.size(), 5u);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(number(all[i].exchange->id), i + 1);
    EXPECT_EQ(all[2].reading.finding, "NORM-NTLM-003");
    EXPECT_EQ(all[2].reading.identity, "CONTOSO\\alice");
    EXPECT_EQ(recorder.record().exchanges(1, 2).size(), 2u);
    EXPECT_EQ(recorder.record().exchange(static_cast<ExchangeId>(1))->exchange->status, 401);
    EXPECT_FALSE(recorder.record().exchange(static_cast<ExchangeId>(99)));
}

/// "1 2 5": what the list names; the rest of its answer is in `told`.
std::string ids(const Recorder& recorder, const ListQuestion& question, boost::json::object* told = nullptr) {
    boost::system::error_code error;
    const auto answer = boost::json::parse(recorder.record().list(question).json(), error).as_object();
    std::string text;
    for (const auto& id : answer.at("ids").as_array())
        text += (text.empty() ? "" : " ") + boost::json::serialize(id);
    if (told) *told = answer;
    return text;
}

TEST_F(Recording, TheListGoesOverMemoryAndTheCaptureAsOne) {
    RecorderOptions small = options();
    small.kept_exchanges = 2;
    Journal journal;
    Recorder recorder(journal, small);
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    boost::json::object told;
    EXPECT_EQ(ids(recorder, {}, &told), "1 2 3 4 5");
    EXPECT_EQ(told.at("forgotten"), 0);
    EXPECT_EQ(told.at("scanned"), 5);
    EXPECT_TRUE(told.at("next").is_null());
    EXPECT_EQ(ids(recorder, {Filter("status:401"), 0, 100, {}}), ids(recorder, {Filter("status:401*")}));
    EXPECT_EQ(ids(recorder, {{}, 1, 2, {}}, &told), "2 3");
    EXPECT_EQ(told.at("next"), 3);
    EXPECT_EQ(ids(recorder, {{}, 3, 2, {}}, &told), "4 5");
    EXPECT_EQ(ids(recorder, {{}, 5, 2, {}}, &told), "");
    EXPECT_EQ(told.at("base"), 0);
    EXPECT_EQ(ids(recorder, {{}, 0, 100, std::vector<std::uint64_t>{1, 2, 5, 99}}), "1 2 5");
    EXPECT_EQ(ids(recorder, {Filter("user:alice"), 0, 100, std::vector<std::uint64_t>{3}}), "3");
    EXPECT_EQ(recorder.record().exchanges(std::vector<std::uint64_t>{1, 5, 99}).size(), 2u);
}

TEST_F(Recording, TheListSaysHowManyAreGone) {
    RecorderOptions small;
    small.kept_exchanges = 2;
    Journal journal;
    Recorder recorder(journal, small);
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    boost::json::object told;
    EXPECT_EQ(ids(recorder, {}, &told), "4 5");
    EXPECT_EQ(told.at("forgotten"), 3);
    EXPECT_EQ(ids(recorder, {{}, 2, 100, {}}, &told), "4 5");
    EXPECT_EQ(told.at("forgotten"), 1);
}

TEST_F(Recording, ConnectionsThatMemoryForgotComeFromTheCapture) {
    RecorderOptions small = options();
    small.kept_connections = 0;
    Journal journal;
    Recorder recorder(journal, small);
    auto story = test::pooled_story();
    test::tell(journal, story.items());
    recorder.finish();
    const std::vector<ConnectionId> wanted{{Leg::Client, 1}, {Leg::Upstream, 1}, {Leg::Client, 99}};
    EXPECT_THAT(recorder.record().connections(wanted),
                testing::ElementsAre(HasSubstr(R"("id":"C1")"), HasSubstr(R"("id":"U1")")));
    EXPECT_EQ(recorder.record().conversations({1, 99}).size(), 1u);
}

TEST_F(Recording, FindingsThatMemoryForgotComeFromTheCaptureWhenTheirExchangeIsAskedFor) {
    RecorderOptions small = options();
    Journal journal, same;
    Recorder all(journal, small);
    small.capture = file("small.why401");
    small.kept_findings = 1;
    Recorder few(same, small);
    for (Journal* one : {&journal, &same}) test::tell(*one, test::pooled_story().items());
    all.finish();
    few.finish();
    EXPECT_GT(all.record().findings(SIZE_MAX).size(), few.record().findings(SIZE_MAX).size());
    EXPECT_EQ(all.record().findings(1), few.record().findings(SIZE_MAX)) << "the newest";
    for (const std::uint64_t id : {1, 4, 5, 99})
        EXPECT_EQ(all.record().findings_of(ExchangeId{id}), few.record().findings_of(ExchangeId{id})) << id;
    EXPECT_THAT(few.record().findings_of(ExchangeId{4}), Contains(HasSubstr("NTLM-POOL-001")));
    EXPECT_THAT(few.record().findings_of(ExchangeId{5}), Contains(HasSubstr("NTLM-POOL-003")));
}

TEST_F(Recording, WhatMemoryHoldsIsAnsweredAlsoWhenTheCaptureBreaks) {
    RecorderOptions small = options();
    small.kept_exchanges = 2;
    small.kept_connections = 0;
    small.kept_findings = 1;
    Journal journal;
    Recorder recorder(journal, small);
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    sqlite::Database(file("trace.why401"), sqlite::Database::Mode::ReadWrite)
        .run(
            "UPDATE exchange SET outcome = 'splendid' WHERE id = 2; UPDATE connection SET opened_for = 'X'; "
            "UPDATE finding SET json = ''");
    boost::json::object told;
    EXPECT_EQ(ids(recorder, {}, &told), "1 4 5");
    EXPECT_EQ(told.at("forgotten"), 2);
    EXPECT_EQ(ids(recorder, {Filter("status:*"), 0, 100, {}}), "1 4 5");
    EXPECT_TRUE(recorder.record().connections({{Leg::Upstream, 1}}).empty());
    EXPECT_EQ(recorder.record().findings_of(ExchangeId{5}).size(), 1u);
    EXPECT_TRUE(recorder.record().findings_of(ExchangeId{4}).empty());
    EXPECT_EQ(recorder.record().conversations({1}).size(), 1u);
}

TEST_F(Recording, SwitchesAreListedInOrder) {
    Journal journal;
    Recorder recorder(journal, options());
    journal.push(PolicyChanged{"pooled/lifo", "affinity", {1, 1}});
    journal.push(FaultsChanged{{"add-via"}, {2, 2}});
    recorder.finish();
    EXPECT_THAT(
        recorder.record().switches(),
        testing::ElementsAre(HasSubstr(R"({"kind":"policy","policy":"pooled/lifo","before":"affinity")"),
                             HasSubstr(R"({"kind":"faults","enabled":["add-via"])")));
}

TEST_F(Recording, TheFeedIsNumberedBoundedAndValidJson) {
    RecorderOptions small = options();
    small.kept_events = 4;
    Journal journal;
    Recorder recorder(journal, small);
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    const auto events = recorder.since(0, 100);
    ASSERT_EQ(events.size(), 4u);
    EXPECT_GT(events.front().seq, 1u) << "a gap: the listener must load the snapshots anew";
    EXPECT_EQ(events.back().seq, recorder.last_event());
    for (const LiveEvent& event : events) {
        boost::system::error_code error;
        boost::json::parse(event.json, error);
        EXPECT_FALSE(error) << event.json;
    }
    EXPECT_TRUE(recorder.since(recorder.last_event(), 100).empty());
    EXPECT_EQ(recorder.since(recorder.last_event() - 2, 1).front().seq, recorder.last_event() - 1);
}

TEST_F(Recording, ConnectionsConversationsAndTheSummaryCanBeAskedFor) {
    Journal journal;
    Recorder recorder(journal, options());
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    EXPECT_THAT(recorder.record().connections(), Contains(HasSubstr(R"("id":"U1")")));
    EXPECT_FALSE(recorder.record().conversations().empty());
    EXPECT_EQ(recorder.summary().exchanges, 5u);
    EXPECT_EQ(recorder.summary().explained_401, 1u);
}

}  // namespace
}  // namespace why401
