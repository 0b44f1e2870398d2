// Time limits, sizes and back-pressure: what one slow or greedy peer can cost.

#include <gtest/gtest.h>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

constexpr std::size_t kMuch = 1 << 20;  ///< more than the relay lets wait on a connection

TEST(RelayLimits, AHeadThatTakesTooLongIsAnswered408) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HT");
    for (int i = 0; i < 29; ++i) s.later(1000).from(c, i == 0 ? "TP/1.1\r\nX: " : "x");
    EXPECT_FALSE(s.closed(c));
    s.later(2000);
    EXPECT_EQ(status_of(s.sent(c)), 408) << "counted from the first byte: dripping does not help";
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Refused);
}

TEST(RelayLimits, AHeadBeyondTheLimitIsAnswered431) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nX: ");
    for (int i = 0; i < 300 && !s.closed(c); ++i) s.from(c, std::string(1024, 'x'));
    EXPECT_EQ(status_of(s.sent(c)), 431);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.opened(), 0u);
}

TEST(RelayLimits, ATargetBeyondTheLimitIsAnswered414) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/" + std::string(300 * 1024, 'x'));
    EXPECT_EQ(status_of(s.sent(c)), 414);
    EXPECT_TRUE(s.closed(c));
}

TEST(RelayLimits, AHeadJustBelowTheLimitPasses) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/", "X: " + std::string(200 * 1024, 'x') + "\r\n")).from(s.u(1), ok());
    EXPECT_EQ(s.exchange(1).status, 200);
}

TEST(RelayLimits, AnExchangeThatTakesItsTimeIsToldOfOnceBeforeItEnds) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/slow"));
    const auto told = [&] {
        std::vector<std::string> urls;
        for (const JournalEvent& event : s.journal)
            if (const auto* e = std::get_if<ExchangeUnderWay>(&event)) urls.push_back(url(*e->exchange));
        return urls;
    };
    s.later(50);
    EXPECT_TRUE(told().empty());
    s.later(60).later(200);
    EXPECT_EQ(told(), std::vector<std::string>{"http://web01/slow"});
    s.from(s.u(1), ok());
    EXPECT_EQ(s.exchange(1).status, 200);
    EXPECT_EQ(told().size(), 1u);
}

TEST(RelayLimits, AResponseHeadWithoutEndBecomesA502) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), "HTTP/1.1 200 OK\r\nX: ");
    for (int i = 0; i < 300 && !s.closed(s.u(1)); ++i) s.from(s.u(1), std::string(1024, 'x'));
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_EQ(status_of(s.sent(c)), 502);
}

TEST(RelayLimits, AnIdleClientIsClosedAfterItsTime) {
    Script s;
    const auto c = s.client();
    s.later(590'000);
    EXPECT_FALSE(s.closed(c));
    s.later(20'000);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.sent(c), "");
}

TEST(RelayLimits, AServerThatNeverAnswersIsA504) {
    Script s;
    const auto c = s.client();
    s.from(c, get());
    s.later(610'000);
    EXPECT_EQ(status_of(s.sent(c)), 504);
    EXPECT_TRUE(s.closed(s.u(1)));
}

TEST(RelayLimits, ThePipelinedRequestBehindA504HasItsTurn) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/one") + get("/two"));
    s.later(610'000);
    EXPECT_EQ(status_of(s.sent(c)), 504);
    ASSERT_EQ(s.opened(), 2u);
    EXPECT_EQ(s.sent(s.u(2)), got("/two"));
}

TEST(RelayLimits, AResponseThatStopsIsCut) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    s.later(610'000);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Broken);
}

TEST(RelayLimits, TheRestOfAnAnsweredUploadIsAwaitedForAWhileOnly) {
    Script s;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 100\r\n\r\nabc");
    s.from(s.u(1), unauthorized("NTLM")).fin(s.u(1));
    s.later(29'000);
    EXPECT_FALSE(s.closed(c));
    s.later(2'000);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(status_of(s.sent(c)), 401);
}

TEST(RelayLimits, AQuietTunnelIsNobodysBusiness) {
    Script s;
    const auto c = s.client();
    s.from(c, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").from(c, "\x16");
    s.later(7'200'000);
    EXPECT_FALSE(s.closed(c));
}

// ---- back-pressure ----

TEST(BackPressure, ASlowClientPausesTheServerUntilItHasCaughtUp) {
    Script s;
    const auto c = s.client();
    s.from(c, get());
    s.queued[c] = kMuch;
    s.from(s.u(1), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_TRUE(s.paused(s.u(1)));
    EXPECT_FALSE(s.paused(c));
    s.drained(c);
    EXPECT_FALSE(s.paused(s.u(1)));
    s.from(s.u(1), "defghij");
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(BackPressure, ASlowServerPausesTheClientUntilItHasCaughtUp) {
    Script s;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10\r\n\r\n");
    s.queued[s.u(1)] = kMuch;
    s.from(c, "abc");
    EXPECT_TRUE(s.paused(c));
    s.drained(s.u(1));
    EXPECT_FALSE(s.paused(c));
    s.from(c, "defghij").from(s.u(1), ok());
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(BackPressure, BothSidesOfATunnel) {
    Script s;
    const auto c = s.client();
    s.from(c, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").from(c, "\x16");
    s.queued[s.u(1)] = s.queued[c] = kMuch;
    s.from(c, "up").from(s.u(1), "down");
    EXPECT_TRUE(s.paused(c));
    EXPECT_TRUE(s.paused(s.u(1)));
    s.drained(c).drained(s.u(1));
    EXPECT_FALSE(s.paused(c));
    EXPECT_FALSE(s.paused(s.u(1)));
}

TEST(BackPressure, AServerThatIsPausedWhenItsAnswerEndsServesTheNextRequest) {
    Script s;
    const auto c = s.client();
    s.from(c, get());
    s.queued[c] = kMuch;
    s.from(s.u(1), ok());
    s.from(c, get("/2"));
    s.drained(c);
    EXPECT_TRUE(s.sent(s.u(1)).ends_with(got("/2")));
    EXPECT_FALSE(s.paused(s.u(1)));
    s.from(s.u(1), ok("two"));
    EXPECT_TRUE(s.sent(c).ends_with(ok("two")));
}

TEST(BackPressure, AClientPausedByAServerThatIsGoneIsReadAgain) {
    Script s;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10\r\n\r\n");
    s.queued[s.u(1)] = kMuch;
    s.from(c, "abc");
    s.from(s.u(1), unauthorized("NTLM")).rst(s.u(1));
    EXPECT_FALSE(s.closed(c));
    EXPECT_FALSE(s.paused(c)) << "nobody else would resume it, and the rest of the upload is to be dropped";
    s.from(c, "defghij");
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(BackPressure, PipelinedRequestsDoNotPileUp) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/first"));
    std::size_t taken = 0;
    while (!s.paused(c) && taken < (4u << 20)) {
        const std::string more = get("/" + std::string(1000, 'x'));
        s.from(c, more);
        taken += more.size();
    }
    EXPECT_TRUE(s.paused(c));
    EXPECT_LT(taken, 256u * 1024);
    s.from(s.u(1), ok());
    while (s.exchanges().size() < 3) s.from(s.u(1), ok());
    for (int i = 0; i < 300 && s.paused(c); ++i) s.from(s.u(1), ok());
    EXPECT_FALSE(s.paused(c)) << "read again once they are answered";
}

TEST(BackPressure, AnUploadThatWaitsForItsConnectionIsNotHeldWhole) {
    Script s;
    s.hold_connects = true;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10000000\r\n\r\n");
    for (int i = 0; i < 100 && !s.paused(c); ++i) s.from(c, std::string(16 * 1024, 'x'));
    EXPECT_TRUE(s.paused(c));
    s.hold_connects = false;
    s.settle();
    EXPECT_FALSE(s.paused(c));
    EXPECT_GT(s.sent(s.u(1)).size(), 64u * 1024);
}

TEST(BackPressure, AClientThatSendsManyRequestsButReadsNothingIsPausedToo) {
    Script s;
    const auto c = s.client();
    s.queued[c] = kMuch;  // it never reads
    std::uint64_t answered = 0;
    for (int i = 0; i < 2000 && !s.paused(c); ++i) {
        s.from(c, get());
        if (s.relay.exchanges() == answered) continue;
        s.from(s.u(1), ok(std::string(1000, 'x')));
        ++answered;
    }
    EXPECT_TRUE(s.paused(c)) << "its answers would fill the memory";
    EXPECT_LT(answered, 10u);
    const auto before = s.relay.exchanges();
    s.drained(c);
    EXPECT_EQ(s.relay.exchanges(), before + 1) << "it has read: the next request is begun";
}

TEST(BackPressure, AHeadUnderWayIsReadOnHoweverMuchOfItWaits) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nAuthorization: Negotiate ");
    for (int i = 0; i < 200; ++i) s.from(c, std::string(1024, 'Y'));
    EXPECT_FALSE(s.paused(c)) << "nobody would ever read its end";
    s.from(c, "\r\n\r\n").from(s.u(1), ok());
    EXPECT_EQ(s.exchange(1).status, 200);
}

TEST(RelayLimits, AClientOfAnotherProtocolIsToldAtOnceInsteadOfWaiting) {
    for (const auto& [bytes, word] :
         {std::pair<std::string, std::string>{std::string("\x16\x03\x01\x02\x00\x01", 6), "TLS"},
          {std::string("\x05\x01\x00", 3), "SOCKS"},
          {std::string("\x04\x01\x00\x50", 4), "SOCKS"}}) {
        Script s;
        const auto client = s.client();
        s.from(client, bytes);
        EXPECT_NE(s.sent(client).find("HTTP/1.1 400"), std::string::npos) << word;
        EXPECT_TRUE(s.closed(client)) << word;
        ASSERT_TRUE(s.exchange(1).fault.has_value());
        EXPECT_NE(s.exchange(1).fault->what.find(word), std::string::npos);
    }
}

}  // namespace
}  // namespace why401
