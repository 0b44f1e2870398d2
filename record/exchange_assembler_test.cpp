#include "record/exchange_assembler.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace why401 {
namespace {

constexpr ConnectionId kClient{Leg::Client, 1};
constexpr ConnectionId kUpstream{Leg::Upstream, 1};
constexpr ConnectionId kOther{Leg::Upstream, 2};

Instant at(std::int64_t us) { return {1'000'000 + us, us}; }
ExchangeId id(std::uint64_t n) { return ExchangeId{n}; }

Connection connection(ConnectionId connection_id) {
    Connection made;
    made.id = connection_id;
    made.peer = "127.0.0.1:80";
    made.opened = at(1);
    return made;
}

ExchangeStarted started(std::uint64_t n, std::string target = "/") {
    return {id(n),  kClient, "http", "web01", false, "GET " + target + " HTTP/1.1\r\nHost: web01\r\n\r\n",
            at(10), at(11)};
}

ExchangeForwarded forwarded(std::uint64_t n, std::optional<ConnectionId> chosen, std::string because) {
    PoolDecision decision;
    decision.policy = "affinity";
    decision.chosen = chosen;
    decision.because = std::move(because);
    return {id(n), {{0, 3, "PUT", "test"}}, decision, at(12)};
}

ResponseHead response(std::uint64_t n, int status, std::string fields = "") {
    return {id(n), "HTTP/1.1 " + std::to_string(status) + "\r\n" + fields + "\r\n", status, {}, false,
            at(20)};
}

ExchangeFinished finished(std::uint64_t n, Outcome outcome = Outcome::Complete) {
    return {id(n), outcome, std::nullopt, 0, 0, at(30)};
}

struct Record {
    ExchangeAssembler assembler;
    std::vector<RecordItem> items;
    std::vector<Exchange> begun;

    void take(JournalEvent event) { assembler.take(std::move(event), items, &begun); }
    const Exchange& exchange(std::size_t index) const { return std::get<Exchange>(items.at(index)); }
    const Connection& connection(std::size_t index) const { return std::get<Connection>(items.at(index)); }
};

TEST(ExchangeAssembler, JoinsThePiecesOfOneExchange) {
    Record record;
    record.take(started(7, "/logo.png"));
    EXPECT_TRUE(record.items.empty());
    record.take(forwarded(7, kUpstream, "own"));
    record.take(BodyBytes{id(7), true, "ab"});
    record.take(BodyBytes{id(7), true, "c"});
    record.take(FaultInjected{id(7), "add-via", at(13)});
    record.take(FaultInjected{id(7), "drop-authorization", at(13)});
    ResponseHead head = response(7, 401, "WWW-Authenticate: NTLM\r\n");
    head.edits = {{0, 0, "x", "test"}};
    record.take(head);
    record.take(BodyBytes{id(7), false, "no"});
    ExchangeFinished end = finished(7, Outcome::Broken);
    end.fault = Fault{Fault::Whose::Upstream, "response body", "reset", "", 2, ""};
    end.request_length = 3;
    end.response_length = 40;
    record.take(end);

    ASSERT_EQ(record.items.size(), 1u);
    const Exchange& exchange = record.exchange(0);
    EXPECT_EQ(exchange.id, id(7));
    EXPECT_EQ(exchange.client_connection, kClient);
    EXPECT_EQ(exchange.upstream_connection, kUpstream);
    EXPECT_EQ(url(exchange), "http://web01/logo.png");
    EXPECT_EQ(forwarded_head(exchange.request.head, exchange.request_edits).substr(0, 4), "PUT ");
    EXPECT_EQ(exchange.decision->because, "own");
    EXPECT_EQ(exchange.request.body.kept, "abc");
    EXPECT_FALSE(exchange.request.body.truncated());
    EXPECT_EQ(value(exchange.response, "www-authenticate"), "NTLM");
    EXPECT_EQ(exchange.response_edits.size(), 1u);
    EXPECT_EQ(exchange.status, 401);
    EXPECT_FALSE(exchange.answered_by_us);
    EXPECT_EQ(exchange.response.body.kept, "no");
    EXPECT_EQ(exchange.response.body.length, 40u);
    EXPECT_TRUE(exchange.response.body.truncated());
    EXPECT_EQ(exchange.injected, (std::vector<std::string>{"add-via", "drop-authorization"}));
    EXPECT_EQ(exchange.outcome, Outcome::Broken);
    EXPECT_EQ(exchange.fault->stage, "response body");
    EXPECT_EQ(exchange.timing.started, at(10));
    EXPECT_EQ(exchange.timing.request_head, at(11));
    EXPECT_EQ(exchange.timing.forwarded, at(12));
    EXPECT_EQ(exchange.timing.response_head, at(20));
    EXPECT_EQ(exchange.timing.ended, at(30));
    EXPECT_TRUE(record.assembler.finish().empty());
}

TEST(ExchangeAssembler, GivesACopyOfAnExchangeWhenItStarts) {
    Record record;
    record.take(started(1, "/a"));
    record.take(forwarded(1, kUpstream, "own"));
    record.take(finished(1));
    ASSERT_EQ(record.begun.size(), 1u);
    EXPECT_EQ(url(record.begun[0]), "http://web01/a");
    EXPECT_EQ(record.begun[0].outcome, Outcome::Unfinished);
    EXPECT_EQ(value(record.exchange(0).request, "Host"), "web01");  // the copy took nothing away

    record.assembler.take(started(2), record.items);  // nobody wants copies
    EXPECT_EQ(record.begun.size(), 1u);
}

TEST(ExchangeAssembler, CountsTheLastForwardingOfARetry) {
    Record record;
    record.take(started(1));
    record.take(forwarded(1, kUpstream, "idle"));
    ExchangeForwarded retry = forwarded(1, kOther, "the first one was dead");
    retry.at = at(15);
    retry.edits.clear();
    record.take(retry);
    record.take(finished(1));
    EXPECT_EQ(record.exchange(0).upstream_connection, kOther);
    EXPECT_EQ(record.exchange(0).decision->because, "the first one was dead");
    EXPECT_TRUE(record.exchange(0).request_edits.empty());
    EXPECT_EQ(record.exchange(0).timing.forwarded, at(15));
}

TEST(ExchangeAssembler, KnowsNoUpstreamConnectionThatNeverStood) {
    Record record;
    record.take(started(1));
    record.take(forwarded(1, std::nullopt, "none idle"));
    ResponseHead page = response(1, 502);
    page.made_by_us = true;
    record.take(page);
    record.take(finished(1, Outcome::Refused));
    EXPECT_FALSE(record.exchange(0).upstream_connection);
    EXPECT_TRUE(record.exchange(0).decision);
    EXPECT_TRUE(record.exchange(0).answered_by_us);
}

TEST(ExchangeAssembler, KeepsInterimHeadsBesideTheFinalOne) {
    Record record;
    record.take(started(1));
    record.take(response(1, 100));
    record.take(response(1, 103, "Link: a\r\n"));
    record.take(response(1, 200));
    record.take(finished(1));
    const Exchange& exchange = record.exchange(0);
    EXPECT_EQ(exchange.interim,
              (std::vector<std::string>{"HTTP/1.1 100\r\n\r\n", "HTTP/1.1 103\r\nLink: a\r\n\r\n"}));
    EXPECT_EQ(exchange.status, 200);
    EXPECT_EQ(exchange.response.parsed.status, 200);
}

TEST(ExchangeAssembler, HasNoResponseWhenOnlyInterimOnesCame) {
    Record record;
    record.take(started(1));
    record.take(response(1, 100));
    record.take(finished(1, Outcome::Abandoned));
    EXPECT_EQ(record.exchange(0).status, 0);
    EXPECT_FALSE(record.exchange(0).response.exists());
    EXPECT_EQ(record.exchange(0).timing.response_head, Instant{});
}

TEST(ExchangeAssembler, TakesSwitchingProtocolsForFinal) {
    Record record;
    record.take(started(1));
    record.take(response(1, 101));
    record.take(finished(1, Outcome::Tunnelled));
    EXPECT_EQ(record.exchange(0).status, 101);
    EXPECT_TRUE(record.exchange(0).interim.empty());
}

TEST(ExchangeAssembler, KeepsTheFirstFinalResponse) {
    Record record;
    record.take(started(1));
    record.take(response(1, 401));
    record.take(response(1, 502));
    record.take(finished(1));
    EXPECT_EQ(record.exchange(0).status, 401);
    EXPECT_EQ(record.exchange(0).response.parsed.status, 401);
}

TEST(ExchangeAssembler, GivesItemsInOrderOfCompletion) {
    Record record;
    record.take(ConnectionOpened{connection(kClient)});
    record.take(started(1));
    record.take(started(2));
    record.take(finished(2));
    record.take(PolicyChanged{"pooled/switch", "affinity", at(5)});
    record.take(finished(1));
    record.take(FaultsChanged{{"add-via"}, at(6)});
    record.take(FaultSeen{kClient, {}, at(7)});
    record.take(NotRecorded{3, "the queue was full", at(8)});
    ASSERT_EQ(record.items.size(), 7u);
    EXPECT_EQ(record.connection(0).id, kClient);
    EXPECT_EQ(record.exchange(1).id, id(2));
    EXPECT_EQ(std::get<PolicyChanged>(record.items[2]).policy, "pooled/switch");
    EXPECT_EQ(record.exchange(3).id, id(1));
    EXPECT_EQ(std::get<FaultsChanged>(record.items[4]).enabled, std::vector<std::string>{"add-via"});
    EXPECT_EQ(std::get<FaultSeen>(record.items[5]).connection, kClient);
    EXPECT_EQ(std::get<NotRecorded>(record.items[6]).exchanges, 3u);
}

TEST(ExchangeAssembler, ShowsAConnectionWholeWhenItOpensTurnsIntoATunnelAndCloses) {
    Record record;
    record.take(ConnectionOpened{connection(kUpstream)});
    record.take(ConnectionTunnelled{kUpstream});
    record.take(ConnectionClosed{kUpstream, {ClosedBy::Peer, CloseKind::Reset, at(9), "reset"}});
    ASSERT_EQ(record.items.size(), 3u);
    EXPECT_FALSE(record.connection(0).tunnel);
    EXPECT_TRUE(record.connection(1).tunnel);
    EXPECT_FALSE(record.connection(1).closing);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(record.connection(i).id, kUpstream);
        EXPECT_EQ(record.connection(i).peer, "127.0.0.1:80");
        EXPECT_EQ(record.connection(i).opened, at(1));
    }
    EXPECT_TRUE(record.connection(2).tunnel);
    EXPECT_EQ(record.connection(2).closing->kind, CloseKind::Reset);
    EXPECT_EQ(record.connection(2).closing->at, at(9));

    record.take(ConnectionClosed{kUpstream, {}});  // a second time says nothing new
    EXPECT_EQ(record.items.size(), 3u);
}

TEST(ExchangeAssembler, TellsTheTwoLegsApart) {
    Record record;
    record.take(ConnectionOpened{connection(kClient)});
    record.take(ConnectionClosed{kUpstream, {}});  // U1, not C1
    EXPECT_EQ(record.items.size(), 1u);
}

TEST(ExchangeAssembler, IgnoresEventsAboutWhatNeverBegan) {
    Record record;
    record.take(ConnectionTunnelled{kClient});
    record.take(ConnectionClosed{kClient, {}});
    record.take(forwarded(9, kUpstream, "own"));
    record.take(BodyBytes{id(9), true, "x"});
    record.take(response(9, 200));
    record.take(FaultInjected{id(9), "add-via", at(1)});
    record.take(finished(9));
    EXPECT_TRUE(record.items.empty());
    EXPECT_TRUE(record.begun.empty());
    EXPECT_TRUE(record.assembler.finish().empty());
}

TEST(ExchangeAssembler, LeavesAnExchangeAloneWhenItsIdComesAgain) {
    Record record;
    record.take(started(1, "/first"));
    record.take(started(1, "/second"));
    record.take(finished(1));
    record.take(finished(1));
    ASSERT_EQ(record.items.size(), 1u);
    EXPECT_EQ(url(record.exchange(0)), "http://web01/first");
    EXPECT_EQ(record.begun.size(), 1u);
}

TEST(ExchangeAssembler, FinishGivesWhatIsUnderWayInOrderOfIdAndForgetsIt) {
    Record record;
    for (std::uint64_t n : {5u, 1u, 4u, 2u, 3u}) record.take(started(n));
    record.take(BodyBytes{id(4), true, "half"});
    record.take(finished(3));
    const std::vector<Exchange> unfinished = record.assembler.finish();
    ASSERT_EQ(unfinished.size(), 4u);
    EXPECT_TRUE(std::is_sorted(unfinished.begin(), unfinished.end(),
                               [](const Exchange& a, const Exchange& b) { return a.id < b.id; }));
    for (const Exchange& exchange : unfinished) EXPECT_EQ(exchange.outcome, Outcome::Unfinished);
    EXPECT_EQ(unfinished[2].request.body.kept, "half");
    EXPECT_EQ(unfinished[2].request.body.length, 4u);
    EXPECT_TRUE(record.assembler.finish().empty());
    record.take(finished(1));
    EXPECT_EQ(record.items.size(), 1u);
}

TEST(ExchangeAssembler, NeverClaimsAShorterBodyThanItKept) {
    Record record;
    record.take(started(1));
    record.take(BodyBytes{id(1), false, "abc"});
    record.take(finished(1));  // says 0
    EXPECT_EQ(record.exchange(0).response.body.length, 3u);
}

TEST(ExchangeAssembler, KeepsARefusedResponseHeadAsBytes) {
    Record record;
    record.take(started(1));
    record.take(ResponseHead{id(1), "HTTP/1.1 2x0 OK\r\n\r\n", 0, {}, false, at(20)});
    record.take(finished(1, Outcome::Refused));
    EXPECT_EQ(record.exchange(0).response.head, "HTTP/1.1 2x0 OK\r\n\r\n");
    EXPECT_EQ(record.exchange(0).status, 0);
}

}  // namespace
}  // namespace why401
