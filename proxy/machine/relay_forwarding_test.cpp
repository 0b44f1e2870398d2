// One exchange after another through the whole machine: what the server gets, what the client gets, what the
// record says.

#include <gtest/gtest.h>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

TEST(Relay, AGetIsForwardedInOriginFormAndTheAnswerComesBackAsSent) {
    Script s;
    const auto c = s.client();
    s.from(c,
           "GET http://web01/a%2fb?x=%zz HTTP/1.1\r\nHoSt:web01\r\nX-Odd:  two  spaces \r\nx-ODD: "
           "again\r\n\r\n");
    ASSERT_EQ(s.opened(), 1u);
    EXPECT_EQ(s.wires[s.u(1)].hop.host, "web01");
    EXPECT_EQ(s.wires[s.u(1)].hop.port, 80);
    EXPECT_EQ(s.take(s.u(1)),
              "GET /a%2fb?x=%zz HTTP/1.1\r\nHoSt:web01\r\nX-Odd:  two  spaces \r\nx-ODD: again\r\n\r\n");
    const std::string answer =
        "HTTP/1.1 200  Fine thanks\r\ncontent-LENGTH: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nhi";
    s.from(s.u(1), answer);
    EXPECT_EQ(s.take(c), answer);
    const Exchange e = s.exchange(1);
    EXPECT_EQ(e.outcome, Outcome::Complete);
    EXPECT_EQ(e.status, 200);
    EXPECT_EQ(e.response.body.kept, "hi");
    EXPECT_EQ(e.client_connection, c);
    EXPECT_EQ(e.upstream_connection, s.u(1));
    EXPECT_EQ(url(e), "http://web01/a%2fb?x=%zz");
    EXPECT_EQ(e.decision->policy, "affinity");
    EXPECT_TRUE(e.decision->opened_new);
}

TEST(Relay, TheSecondRequestUsesTheSameConnection) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok());
    s.from(c, get("/2")).from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(s.sent(s.u(1)), got("/1") + got("/2"));
    EXPECT_FALSE(s.exchange(2).decision->opened_new);
    EXPECT_EQ(s.exchange(2).decision->because, "this client's own connection");
}

TEST(Relay, AnotherOriginGetsAnotherConnection) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok());
    s.from(c, "GET http://web02:8080/ HTTP/1.1\r\nHost: web02:8080\r\n\r\n");
    ASSERT_EQ(s.opened(), 2u);
    EXPECT_EQ(s.wires[s.u(2)].hop.port, 8080);
    s.from(s.u(2), ok());
    s.from(c, "GET http://WEB01:80/ HTTP/1.1\r\nHost: WEB01\r\n\r\n").from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 2u) << "names compare without case, and 80 is the default";
}

TEST(Relay, PipelinedRequestsAreAnsweredInOrder) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1") + get("/2") + get("/3"));
    EXPECT_EQ(s.take(s.u(1)), got("/1"));
    s.from(s.u(1), ok("one"));
    EXPECT_EQ(s.take(s.u(1)), got("/2"));
    s.from(s.u(1), ok("two")).from(s.u(1), ok("three"));
    EXPECT_EQ(s.sent(c), ok("one") + ok("two") + ok("three"));
    EXPECT_EQ(s.opened(), 1u);
}

TEST(Relay, BodiesOfBothKindsPassBothWaysWithTheirTrailers) {
    Script s;
    const auto c = s.client();
    const std::string chunked = "5;name=\"v\"\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\n\r\n";
    const std::string post = " HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked;
    s.from(c, "POST http://web01/u" + post);
    EXPECT_EQ(s.take(s.u(1)), "POST /u" + post);
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked;
    s.from(s.u(1), answer);
    EXPECT_EQ(s.take(c), answer);
    EXPECT_EQ(s.exchange(1).request.body.kept, "hello!");
    EXPECT_EQ(s.exchange(1).response.body.kept, "hello!");
    s.from(c, "PUT http://web01/v HTTP/1.1\r\nHost: web01\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(s.take(s.u(1)), "PUT /v HTTP/1.1\r\nHost: web01\r\nContent-Length: 3\r\n\r\nabc");
    s.from(s.u(1), ok(""));
    EXPECT_EQ(s.exchange(2).request.body.length, 3u);
}

TEST(Relay, ResponsesWithoutABodyEndWithTheirHead) {
    Script s;
    const auto c = s.client();
    s.from(c, "HEAD http://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n");
    s.from(s.u(1), "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
    s.from(c, get()).from(s.u(1), "HTTP/1.1 204 No Content\r\n\r\n");
    s.from(c, get()).from(s.u(1), "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    s.from(c, get()).from(s.u(1), ok());
    EXPECT_EQ(s.exchanges().size(), 4u);
    EXPECT_EQ(s.exchange(4).outcome, Outcome::Complete);
    EXPECT_EQ(s.opened(), 1u);
}

TEST(Relay, AResponseUntilCloseEndsWithTheConnectionAndSoDoesTheClients) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), "HTTP/1.1 200 OK\r\n\r\nsome").from(s.u(1), " bytes").fin(s.u(1));
    EXPECT_EQ(s.sent(c), "HTTP/1.1 200 OK\r\n\r\nsome bytes");
    EXPECT_TRUE(s.closed(c));
    EXPECT_FALSE(s.was_reset(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(Relay, AResetInAResponseUntilCloseIsPassedOnAsAReset) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), "HTTP/1.1 200 OK\r\n\r\nsome").rst(s.u(1));
    EXPECT_TRUE(s.was_reset(c)) << "a FIN would be a false end";
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Broken);
}

TEST(Relay, ATruncatedResponseIsCutForTheClientToo) {
    for (const bool chunked : {false, true}) {
        Script s;
        const auto c = s.client();
        s.from(c, get());
        s.from(s.u(1), chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
                               : "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nhel");
        s.fin(s.u(1));
        EXPECT_TRUE(s.closed(c));
        EXPECT_TRUE(s.sent(c).ends_with("hel")) << "nothing is made up";
        EXPECT_EQ(s.exchange(1).outcome, Outcome::Broken);
        ASSERT_TRUE(s.exchange(1).fault.has_value());
        EXPECT_EQ(s.exchange(1).fault->whose, Fault::Whose::Upstream);
        EXPECT_NE(s.exchange(1).fault->what.find(chunked ? "after 3 bytes" : "after 3 of 40 bytes"),
                  std::string::npos);
    }
}

TEST(Relay, AnHttp10ClientGetsAnHttp10LifeWithoutKeepAlive) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HTTP/1.0\r\n\r\n");
    EXPECT_EQ(s.sent(s.u(1)), "GET / HTTP/1.0\r\nHost: web01\r\n\r\n") << "the version stays as received";
    s.from(s.u(1), "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_TRUE(s.closed(c));
    EXPECT_TRUE(s.closed(s.u(1)));
}

TEST(Relay, AnHttp10ClientWithKeepAliveStays) {
    Script s;
    const auto c = s.client();
    const std::string head = " HTTP/1.0\r\nHost: web01\r\nConnection: Keep-Alive\r\n\r\n";
    s.from(c, "GET http://web01/" + head);
    s.from(s.u(1), "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_FALSE(s.closed(c));
    s.from(c, "GET http://web01/2" + head).from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
}

TEST(Relay, InterimResponsesPassExceptToAnHttp10Client) {
    Script s;
    const auto c = s.client();
    s.from(c, get());
    const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    s.from(s.u(1), early);
    EXPECT_EQ(s.take(c), early) << "at once, not with the final response";
    s.from(s.u(1), early + ok());
    EXPECT_EQ(s.take(c), early + ok());
    EXPECT_EQ(s.exchange(1).interim, (std::vector<std::string>{early, early}));
    EXPECT_EQ(s.exchange(1).status, 200);
    const auto old = s.client();
    s.from(old, "GET http://web01/ HTTP/1.0\r\n\r\n").from(s.upstream(), early + ok());
    EXPECT_EQ(s.sent(old), ok());
}

TEST(Relay, ExpectPassesAndTheBodyFollowsTheContinue) {
    Script s;
    const auto c = s.client();
    const std::string fields =
        " HTTP/1.1\r\nHost: web01\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    s.from(c, "POST http://web01/" + fields);
    EXPECT_EQ(s.take(s.u(1)), "POST /" + fields);
    s.from(s.u(1), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(s.take(c), "HTTP/1.1 100 Continue\r\n\r\n");
    s.from(c, "body");
    EXPECT_EQ(s.take(s.u(1)), "body");
    s.from(s.u(1), ok());
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(Relay, AnEarlyAnswerIsDeliveredWholeAndTheRestOfTheUploadIsCarried) {
    Script s;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10\r\n\r\n01234");
    const std::string refusal = unauthorized("Basic realm=\"x\"");
    s.from(s.u(1), refusal);
    EXPECT_EQ(s.take(c), refusal);
    EXPECT_FALSE(s.closed(c));
    s.from(c, "56789");
    EXPECT_TRUE(s.sent(s.u(1)).ends_with("0123456789"));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
    s.from(c, get("/next")).from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(s.exchange(2).status, 200);
}

TEST(Relay, AServerThatAnswersEarlyAndLeavesDoesNotCostTheClientTheAnswer) {
    Script s;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10\r\n\r\n01234");
    s.from(s.u(1), unauthorized("NTLM", "Connection: close\r\n")).rst(s.u(1));
    EXPECT_FALSE(s.closed(c)) << "a close now could destroy the answer on its way";
    EXPECT_EQ(status_of(s.sent(c)), 401);
    s.from(c, "56789");
    EXPECT_TRUE(s.closed(c)) << "the answer said close";
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
    EXPECT_EQ(s.exchange(1).request.body.length, 10u);
}

TEST(Relay, AMalformedRequestIsAnswered400AndRecordedWithPlaceAndClause) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nBad Name: x\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 400);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.opened(), 0u);
    const Exchange e = s.exchange(1);
    EXPECT_EQ(e.outcome, Outcome::Refused);
    EXPECT_TRUE(e.answered_by_us);
    ASSERT_TRUE(e.fault.has_value());
    EXPECT_EQ(e.fault->whose, Fault::Whose::Client);
    EXPECT_TRUE(e.fault->clause.starts_with("RFC 911")) << e.fault->clause;
    ASSERT_TRUE(e.fault->offset.has_value());
    EXPECT_GE(*e.fault->offset, e.request.head.find("Bad Name"));
}

TEST(Relay, WhatTwoParsersCouldReadDifferentlyIsNeverForwarded) {
    const std::string start = "POST http://web01/ HTTP/1.1\r\nHost: web01\r\n";
    for (const std::string fields :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5, 5\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n", "Content-Length: +5\r\n", "Host: other\r\n",
          "X: a\r\n b\r\n", "X : a\r\n", "Connection: Content-Length\r\n"}) {
        Script s;
        const auto c = s.client();
        s.from(c, start + fields + "\r\nhello");
        EXPECT_EQ(status_of(s.sent(c)), 400) << fields;
        EXPECT_EQ(s.opened(), 0u) << fields;
        EXPECT_TRUE(s.closed(c)) << fields;
    }
}

TEST(Relay, AMalformedChunkIsNeverForwarded) {
    Script s;
    const auto c = s.client();
    s.from(c,
           "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: "
           "chunked\r\n\r\n3\r\nabc\r\nxyz\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 400);
    EXPECT_TRUE(s.was_reset(s.u(1))) << "the server must not take the half for a whole";
    EXPECT_EQ(s.sent(s.u(1)).find("xyz"), std::string::npos);
}

TEST(Relay, AMalformedResponseBecomesA502WithTheReason) {
    for (const std::string response :
         {"HTTP/1.1 20 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi",
          "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
          "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 101 Nobody asked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nhi",
          "HTTP/1.1 200 OK\r\nConnection: Transfer-Encoding\r\nTransfer-Encoding: "
          "chunked\r\n\r\n0\r\n\r\n"}) {
        Script s;
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), response);
        EXPECT_EQ(status_of(s.sent(c)), 502) << response;
        EXPECT_TRUE(s.closed(s.u(1)));
        const Exchange e = s.exchange(1);
        EXPECT_EQ(e.outcome, Outcome::Refused);
        ASSERT_TRUE(e.fault.has_value());
        EXPECT_EQ(e.fault->whose, Fault::Whose::Upstream);
        EXPECT_NE(e.fault->clause, "");
        s.from(c, get("/next")).from(s.upstream(), ok());
        EXPECT_EQ(s.exchange(2).status, 200) << "the client's connection lives on";
    }
}

TEST(Relay, AMalformedChunkOfAResponseCutsItShort) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n");
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Broken);
    EXPECT_EQ(s.sent(c).find("ZZ"), std::string::npos);
}

TEST(Relay, FailuresToConnectAreNamed) {
    using Kind = ConnectTrouble::Kind;
    struct Case {
        Kind kind;
        int status;
        const char *code, *stage;
    };
    for (const Case& k :
         {Case{Kind::Resolve, 502, "name-not-found", "resolve"},
          Case{Kind::Connect, 502, "connect-failed", "connect"},
          Case{Kind::Timeout, 504, "connect-timeout", "connect"}, Case{Kind::Loop, 508, "loop", "connect"}}) {
        Script s;
        s.fail_connects = 1;
        s.trouble = {k.kind, "some reason"};
        const auto c = s.client();
        s.from(c, get());
        EXPECT_EQ(status_of(s.sent(c)), k.status);
        EXPECT_NE(s.sent(c).find(std::string("X-Why401: ") + k.code), std::string::npos);
        EXPECT_NE(s.sent(c).find("some reason"), std::string::npos);
        EXPECT_EQ(s.exchange(1).fault->stage, k.stage);
        EXPECT_FALSE(s.closed(c)) << "the next request may fare better";
        s.from(c, get()).from(s.upstream(), ok());
        EXPECT_EQ(s.exchange(2).status, 200);
    }
}

TEST(Relay, AFailureToConnectUnderAnUploadAnswersAndCloses) {
    Script s;
    s.fail_connects = 1;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 10\r\n\r\n01234");
    EXPECT_EQ(status_of(s.sent(c)), 502);
    EXPECT_NE(s.sent(c).find("Connection: close"), std::string::npos)
        << "where the next request begins is unknown";
    EXPECT_TRUE(s.closed(c));
}

TEST(RelayForwarding, TheSetUpPageWaitsForAWholeBody) {
    const std::string head = "POST / HTTP/1.1\r\nHost: proxy\r\nTransfer-Encoding: chunked\r\n\r\n";
    Script s;
    const auto c = s.client();
    s.from(c, head + "5\r\nhel");
    EXPECT_EQ(s.sent(c), "");
    s.from(c, "lo\r\n0\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 200);
    EXPECT_FALSE(s.closed(c));
    const auto d = s.client();
    s.from(d, head + "5\r\nhello!");
    EXPECT_EQ(status_of(s.sent(d)), 400) << "and a malformed one is not answered 200";
    EXPECT_TRUE(s.closed(d));
}

TEST(RelayForwarding, AChunkedAnswerToHttp10IsMalformed) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET http://web01/ HTTP/1.0\r\nHost: web01\r\n\r\n");
    s.from(s.u(1), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 502);
}

}  // namespace
}  // namespace why401
