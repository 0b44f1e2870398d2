// The lab's server over sockets: bodies, framing, pipelining and what it refuses.

#include <gmock/gmock.h>

#include "lab/test_server.h"

namespace why401::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(LabServer, BodiesAreCountedHoweverTheyAreFramed) {
    start();
    Client client(address());
    client.send("POST /anonymous/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_THAT(client.response(), HasSubstr("received=5\r\n"));
    client.send("POST /anonymous/ HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("A\r\n0123456789\r\n0\r\n\r\n");
    EXPECT_THAT(client.response(), HasSubstr("received=13\r\n"));
    client.send("POST / HTTP/1.1\r\nHost: web01\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 401"));
    client.send(get("/anonymous/"));
    EXPECT_THAT(client.response(), HasSubstr("received=0\r\n"));
}

TEST_F(LabServer, AClientThatExpectsToBeInvitedIsInvited) {
    start();
    Client client(address());
    client.send(
        "POST /anonymous/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.response(true), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    EXPECT_THAT(client.response(), HasSubstr("received=5\r\n"));
}

TEST_F(LabServer, HeadIsAnsweredWithTheHeadAlone) {
    start();
    Client client(address());
    client.send("HEAD / HTTP/1.1\r\nHost: web01\r\n\r\n");
    EXPECT_THAT(client.response(true), HasSubstr("Content-Length: "));
    client.send("HEAD /anonymous/large?bytes=1000000 HTTP/1.1\r\nHost: web01\r\n\r\n");
    EXPECT_THAT(client.response(true), HasSubstr("Content-Length: 1000000\r\n"));
    client.send("HEAD /anonymous/chunked HTTP/1.1\r\nHost: web01\r\n\r\n" + get("/anonymous/"));
    EXPECT_THAT(client.response(true), HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(LabServer, PipelinedRequestsAreAnsweredInOrder) {
    start();
    Client client(address());
    client.send(get("/anonymous/slow?ms=20") + get("/") + get("/anonymous/") + get("/basic/"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(client.response(), HasSubstr("WWW-Authenticate: NTLM\r\n"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(client.response(), HasSubstr("WWW-Authenticate: Basic"));
}

TEST_F(LabServer, AClientThatDoesNotReadIsNotServedWithoutEnd) {
    constexpr std::size_t requests = 20'000;  // whose answers fit into no socket buffer
    start();
    Client client(address());
    std::thread sender([&] {
        std::string all;
        for (std::size_t i = 0; i < requests; ++i) all += get("/anonymous/");
        client.send(all);
    });
    std::size_t answered = 0;
    while (answered < requests && client.response().rfind("HTTP/1.1 200", 0) == 0) ++answered;
    sender.join();
    EXPECT_EQ(answered, requests);
}

TEST_F(LabServer, ALargeBodyStreamsWholeAndTheConnectionLivesOn) {
    start();
    Client client(address());
    constexpr std::size_t bytes = 5'000'011;
    client.send(get("/anonymous/large?bytes=" + std::to_string(bytes)));
    const std::string response = client.response();
    const std::string body = response.substr(response.find("\r\n\r\n") + 4);
    ASSERT_EQ(body.size(), bytes);
    for (std::size_t i = 0; i < bytes; ++i) ASSERT_EQ(body[i], "0123456789abcdef"[i % 16]) << i;
    client.send(get("/anonymous/"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(LabServer, ChunksAreFramedForNewClientsAndPlainForOldOnes) {
    start();
    Client client(address());
    client.send(get("/anonymous/chunked", "Connection: close\r\n"));
    const std::string framed = client.rest();
    EXPECT_THAT(framed, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(framed, testing::EndsWith("\r\n0\r\n\r\n"));
    Client old(address());
    old.send("GET /anonymous/chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const std::string plain = old.rest();
    EXPECT_THAT(plain, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(plain, testing::EndsWith("</html>\r\n"));
}

TEST_F(LabServer, TheConnectionClosesWhenEitherSideSaysSo) {
    start();
    Client one(address()), two(address()), three(address()), four(address());
    one.send(get("/anonymous/close") + get("/anonymous/"));
    EXPECT_THAT(one.rest(), HasSubstr("Connection: close\r\n"));
    two.send(get("/anonymous/", "Connection: close\r\n"));
    EXPECT_THAT(two.rest(), StartsWith("HTTP/1.1 200 OK\r\n"));
    three.send("GET /anonymous/ HTTP/1.0\r\n\r\n");
    EXPECT_THAT(three.rest(), HasSubstr("user=-"));
    four.send("GET /anonymous/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(four.response(), HasSubstr("Connection: keep-alive\r\n"));
    four.send("GET /anonymous/ HTTP/1.0\r\n\r\n");
    EXPECT_THAT(four.rest(), HasSubstr("user=-"));
    EXPECT_EQ(ledger().size(), 5u);  // nothing behind a close is answered
}

TEST_F(LabServer, AClientThatHasFinishedSendingStillGetsItsAnswers) {
    start();
    Client client(address());
    client.send(get("/anonymous/slow?ms=20") + get("/anonymous/"));
    client.finish();
    const std::string all = client.rest();
    EXPECT_NE(all.find("HTTP/1.1 200"), all.rfind("HTTP/1.1 200"));
}

TEST_F(LabServer, AnAbsoluteTargetChoosesTheMachine) {
    start();
    Client client(address());
    client.send(get("http://web02.lab.why401.test/anonymous/"));
    EXPECT_THAT(client.response(), HasSubstr("machine=WEB02"));
}

TEST_F(LabServer, WhatIsNoHttpIsRefusedByHttpSysAndClosed) {
    start();
    for (const std::string& bad :
         {std::string("GET / HTTP/1.1\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: a\r\nbad header: x\r\n\r\n"),
          std::string("CONNECT web01:443 HTTP/1.1\r\nHost: web01\r\n\r\n"),
          std::string(
              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n", 11)}) {
        Client client(address());
        client.send(bad);
        const std::string answer = client.rest();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bad;
        EXPECT_THAT(answer, HasSubstr("Server: Microsoft-HTTPAPI/2.0\r\n"));
    }
    EXPECT_TRUE(ledger().empty());
}

TEST_F(LabServer, AHeadLongerThanHttpSysAllowsIsCalledTooLong) {
    start();
    Client client(address());
    client.send(get("/", "Authorization: Negotiate " + std::string(20'000, 'A') + "\r\n"));
    EXPECT_THAT(client.rest(), HasSubstr("The size of the request headers is too long."));
}

TEST_F(LabServer, AMissingHostIsNamed) {
    start();
    Client client(address());
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_THAT(client.rest(), HasSubstr("Invalid Hostname"));
}

}  // namespace
}  // namespace why401::lab
