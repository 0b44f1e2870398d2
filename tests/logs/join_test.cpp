#include "analysis/log_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told_log.h"

namespace why401 {
namespace {

using test::items_of_log;
using test::kIis10;
using test::story;
using test::tell;
using test::Told;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr std::int64_t kStart = 1'772'352'000'000'000;  // 2026-03-01 08:00:00 UTC

/// The story as if it had been told that long after 08:00:00 by the record's clock.
std::vector<RecordItem> at(test::Story story, std::int64_t after_us = 100'000) {
    auto items = story.items();
    std::int64_t shift = 0;
    for (RecordItem& item : items) {
        auto* exchange = std::get_if<Exchange>(&item);
        if (exchange == nullptr) continue;
        if (shift == 0) shift = kStart + after_us - exchange->timing.started.wall_us;
        for (Instant* when :
             {&exchange->timing.started, &exchange->timing.response_head, &exchange->timing.ended})
            when->wall_us += shift;
    }
    return items;
}

std::string row(const std::string& time, const std::string& path, const std::string& answer,
                const std::string& user = "-") {
    return test::w3c(time, path, answer, user, "10.0.0.9", "15", "test/1");
}

test::Story refused() {
    return story()
        .agent("test/1")
        .on(1, 1)
        .get("/a")
        .refuses()
        .get("/a")
        .negotiate()
        .challenges()
        .get("/a")
        .authenticate(kAlice)
        .refuses();
}

std::string refused_rows(const std::string& time) {
    return row(time, "/a", "401 2 5") + row(time, "/a", "401 1 2148074254") +
           row(time, "/a", "401 3 5", kAlice);
}

/// A trace of the exchange that the row at 08:00:07 tells of.
std::vector<RecordItem> items_of_trace(test::FrebParts parts) {
    parts.url = "http://web01.test:80/a";
    if (parts.request_fields.empty()) parts.request_fields = "Host: web01.test\nUser-Agent: test/1\n";
    std::vector<RecordItem> items;
    read_freb(test::freb(parts), "fr000001.xml", [&](RecordItem item) { items.push_back(std::move(item)); });
    return items;
}

TEST(LogJoin, ATraceOfTheFirstLegIsNoLoginOfItsOwn) {
    auto rows =
        items_of_log(kIis10 + row("08:00:07", "/a", "401 2 5") + row("08:00:07", "/a", "401 1 2148074254") +
                     row("08:00:07", "/a", "200 0 0", kAlice));
    auto trace = items_of_trace({});
    EXPECT_EQ(tell(trace).failures(), "1:CLIENT-NOAUTH-001") << "by itself it looks so";
    EXPECT_EQ(join_log(rows, trace).rows, 1U);
    EXPECT_TRUE(trace.empty());
    EXPECT_EQ(tell(rows).readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
}

TEST(LogJoin, ATraceSaysWhichModuleRefusedARow) {
    auto rows = items_of_log(kIis10 + row("08:00:07", "/a", "401 2 5", kAlice));
    test::FrebParts parts;
    parts.module = "UrlAuthorizationModule";
    parts.user = kAlice;
    auto trace = items_of_trace(parts);
    EXPECT_EQ(join_log(rows, trace).rows, 1U);
    EXPECT_EQ(tell(rows).failures(), "1:IIS-4012-URLAUTHZ");
}

TEST(LogJoin, ATraceBringsItsCredentialsToTheRow) {
    auto rows = items_of_log(kIis10 + row("08:00:07", "/a", "401 1 1326", "alice"));
    test::FrebParts parts;
    parts.status = "401.1";
    parts.substatus = "1";
    parts.request_fields = "Host: web01.test\nUser-Agent: test/1\nAuthorization: Basic YWxpY2U6eA==\n";
    auto trace = items_of_trace(parts);
    EXPECT_EQ(join_log(rows, trace).rows, 1U);
    const Told told = tell(rows);
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
    EXPECT_EQ(told.exchanges.at(1).scheme, "Basic");
}

TEST(LogJoin, RowsOfTheSameExchangesMakeTheSubstatusCertain) {
    auto record = at(refused());
    auto log = items_of_log(kIis10 + refused_rows("08:00:00"));
    EXPECT_NE(tell(record).failures(), "3:IIS-4013-ACL") << "not to be known without the log";
    const Joined joined = join_log(record, log);
    EXPECT_EQ(joined.rows, 3U);
    EXPECT_EQ(joined.ambiguous, 0U);
    EXPECT_TRUE(log.empty());
    const Told told = tell(record);
    EXPECT_EQ(told.failures(), "3:IIS-4013-ACL");
    EXPECT_EQ(told.exchanges.at(3).substatus->basis, SubstatusBasis::Log);
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 IIS-4013-ACL");
}

TEST(LogJoin, TheDifferenceOfTheClocksIsLearnt) {
    auto record = at(refused());
    auto log = items_of_log(kIis10 + refused_rows("08:02:41"));
    const Joined joined = join_log(record, log);
    EXPECT_EQ(joined.rows, 3U);
    EXPECT_NEAR(static_cast<double>(joined.clock_offset_us) / 1e6, 161, 2);
}

TEST(LogJoin, OthersAtTheSamePageAtTheSameTimeAreAmbiguous) {
    auto record = at(story().agent("test/1").on(1, 1).get("/a").refuses());
    auto log = items_of_log(kIis10 + row("08:00:00", "/a", "401 2 5") + row("08:00:01", "/a", "401 2 5"));
    const Joined joined = join_log(record, log);
    EXPECT_EQ(joined.rows, 0U);
    EXPECT_EQ(joined.ambiguous, 1U);
    EXPECT_EQ(log.size(), 2U);
}

TEST(LogJoin, ThePortDecidesWhereBothKnowIt) {
    auto record = at(story().agent("test/1").on(1, 1).get("/a").answers(503));
    Connection connection;
    connection.id = {Leg::Upstream, 1};
    connection.local = "10.0.0.9:50123";
    record.insert(record.begin(), connection);
    std::vector<RecordItem> log;
    std::istringstream in(
        "2026-03-01 08:00:00 10.0.0.9 50122 10.0.0.5 80 HTTP/1.1 GET /a 503 1 AppOffline P\n"
        "2026-03-01 08:00:00 10.0.0.9 50123 10.0.0.5 80 HTTP/1.1 GET /a 503 1 QueueFull P\n");
    read_httperr(in, "h.log", {}, [&](RecordItem item) { log.push_back(std::move(item)); });
    EXPECT_EQ(join_log(record, log).rows, 1U);
    EXPECT_EQ(std::get<Exchange>(record.back()).log->reason, "QueueFull");
    EXPECT_EQ(log.size(), 1U);
    EXPECT_EQ(tell(record).failures(), "1:TIME-HTTPERR-001");
}

TEST(LogJoin, ATraceBesideALogAddsTheModule) {
    auto record = at(refused(), 7'000'000);
    auto log =
        items_of_log(kIis10 + row("08:00:07", "/a", "401 2 5") + row("08:00:07", "/a", "401 1 2148074254") +
                     row("08:00:07", "/a", "401 2 5", kAlice));
    EXPECT_EQ(join_log(record, log).rows, 3U);
    Connection connection;
    connection.id = {Leg::Upstream, 1};
    connection.local = "10.0.0.9:50123";
    record.insert(record.begin(), connection);
    std::get<Exchange>(record[1]).upstream_connection.reset();  // only the last came from that port
    std::get<Exchange>(record[2]).upstream_connection.reset();
    test::FrebParts parts;
    parts.url = "http://web01.test:80/a";
    parts.module = "UrlAuthorizationModule";
    parts.user = kAlice;
    parts.request_fields = "Host: web01.test\nUser-Agent: test/1";
    std::vector<RecordItem> trace;
    read_freb(test::freb(parts), "fr1.xml", [&](RecordItem item) { trace.push_back(std::move(item)); });
    EXPECT_EQ(join_log(record, trace).rows, 1U);
    EXPECT_TRUE(trace.empty());
    const LogLine& line = *std::get<Exchange>(record.back()).log;
    EXPECT_EQ(line.module, "UrlAuthorizationModule");
    EXPECT_EQ(line.source, LogLine::Source::IisW3c);
}

TEST(LogJoin, AnotherPageOrProgramOrDayIsNotJoined) {
    auto record = at(story().agent("test/1").on(1, 1).get("/a").refuses());
    for (const std::string& rows : {row("08:00:00", "/b", "401 2 5"), test::w3c("08:00:00", "/a", "401 2 5"),
                                    row("20:00:00", "/a", "401 2 5")}) {
        auto log = items_of_log(kIis10 + rows);
        EXPECT_EQ(join_log(record, log).rows, 0U) << rows;
        EXPECT_EQ(log.size(), 1U);
    }
}

TEST(LogJoin, WhatExchangeAddsToTheQueryIsLookedPast) {
    auto record = at(story().agent("test/1").on(1, 1).get("/owa/?a=b").answers(200));
    auto log = items_of_log(
        kIis10 +
        std::string("2026-03-01 08:00:00 10.0.0.5 GET /owa/ a=b&CorrelationID=<empty>;&cafeReqId=4e73; 80 "
                    "- 10.0.0.9 test/1 - 200 0 0 15\n"));
    EXPECT_EQ(join_log(record, log).rows, 1U);
}

TEST(LogJoin, PathsAreComparedAsIisWritesThem) {
    auto record = at(story().agent("test/1").on(1, 1).get("/my%20folder/%41?x=%20").answers(200));
    auto log = items_of_log(
        kIis10 + std::string("2026-03-01 08:00:00 10.0.0.5 GET /my+folder/A x=%20 80 - 10.0.0.9 test/1 - "
                             "200 0 0 15\n"));
    EXPECT_EQ(join_log(record, log).rows, 1U);
}

}  // namespace
}  // namespace why401
