// The lab's server over sockets: logins, how long connections live, and its log.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "lab/test_server.h"

namespace why401::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(LabServer, ALoginBelongsToItsConnection) {
    start();
    Client alice(address()), nobody(address());
    EXPECT_THAT(log_in(alice, "alice", "Wonderland1"), HasSubstr("user=CONTOSO\\alice"));
    alice.send(get("/again"));
    EXPECT_THAT(alice.response(), HasSubstr("user=CONTOSO\\alice"));
    nobody.send(get("/again"));
    EXPECT_THAT(nobody.response(), StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
    alice.send(get("/again"));
    EXPECT_THAT(alice.response(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(LabServer, TheLedgerTellsEveryStep) {
    start();
    Client client(address());
    client.send(get("/"));
    client.response();
    log_in(client, "bob", "Builder1", "/acl/");
    EXPECT_EQ(ledger_line(0), "WEB01 none - 401.2");
    EXPECT_EQ(ledger_line(1), "WEB01 negotiate - 401.1");
    EXPECT_EQ(ledger_line(2), "WEB01 authenticate CONTOSO\\bob 401.3");
    EXPECT_EQ(ledger()[2].request_line, "GET /acl/ HTTP/1.1");
    EXPECT_EQ(ledger()[2].peer.port, client.port());
    EXPECT_EQ(ledger()[1].win32, kNoCredentials);
}

TEST_F(LabServer, EachMachineHasItsOwnLoginOnTheSameConnection) {
    start();
    Client client(address());
    log_in(client, "alice", "Wonderland1");
    client.send(get("/", {}, "web02.lab.why401.test"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(log_in(client, "bob", "Builder1", "/", "web02.lab.why401.test"),
                HasSubstr("user=CONTOSO\\bob"));
    client.send(get("/"));
    EXPECT_THAT(client.response(), HasSubstr("user=CONTOSO\\alice"));
}

TEST_F(LabServer, BehindTheBalancerALoginFallsBetweenTwoMachines) {
    start();
    Client client(address());
    const std::string last = log_in(client, "alice", "Wonderland1", "/", "balanced.lab.why401.test");
    EXPECT_THAT(last, StartsWith("HTTP/1.1 401"));
    EXPECT_EQ(ledger_line(0), "WEB01 negotiate - 401.1");
    EXPECT_EQ(ledger_line(1), "WEB02 authenticate - 401.1");
    EXPECT_EQ(ledger()[1].win32, kInvalidToken);
}

TEST_F(LabServer, ARefusalHasABodyAndKeepsTheConnection) {
    start();
    Client client(address());
    client.send(get("/"));
    EXPECT_THAT(client.response(), HasSubstr("401 - Unauthorized: Access is denied"));
    client.send(get("/anonymous/"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(LabServer, AnIdleConnectionIsClosed) {
    options_.idle_timeout = std::chrono::milliseconds(30);
    start();
    Client silent(address()), half(address()), served(address());
    half.send("GET / HT");
    served.send(get("/anonymous/"));
    EXPECT_THAT(served.response(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(served.rest(), "");
    EXPECT_EQ(silent.rest(), "");
    EXPECT_EQ(half.rest(), "");
}

TEST_F(LabServer, AHandshakeThatIsNotFinishedIsClosed) {
    options_.handshake_timeout = std::chrono::milliseconds(30);
    start();
    Client client(address()), patient(address());
    patient.send(get("/"));
    patient.response();
    client.send(get("/", "Authorization: " + test::credentials("NTLM", test::negotiate()) + "\r\n"));
    EXPECT_THAT(client.response(), HasSubstr("NTLM TlRMTVNTUAAC"));
    EXPECT_EQ(client.rest(), "");
    patient.send(get("/"));
    EXPECT_THAT(patient.response(), StartsWith("HTTP/1.1 401"));
}

TEST_F(LabServer, ASlowAnswerOutlivesTheIdleTimeout) {
    options_.idle_timeout = std::chrono::milliseconds(30);
    start();
    Client client(address());
    client.send(get("/anonymous/slow?ms=120"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(LabServer, TheLogReadsLikeThatOfIis10) {
    const std::filesystem::path file =
        std::filesystem::path(testing::TempDir()) / ("lab-" + std::to_string(::getpid()) + ".log");
    std::filesystem::remove(file);
    options_.log_file = file.string();
    options_.now = [] { return std::chrono::system_clock::time_point(std::chrono::seconds(1795378440)); };
    start();
    {
        Client client(address());
        client.send(get("/?a=1", "User-Agent: some agent\r\nReferer: http://x/\r\n"));
        client.response();
        log_in(client, "alice", "Wonderland1");
    }
    stop();
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line.substr(0, line.find('\r')));
    ASSERT_EQ(lines.size(), 7u);
    const std::string port =
        lines[4].substr(lines[4].find("a=1 ") + 4, lines[4].find(" - 127") - lines[4].find("a=1 ") - 4);
    EXPECT_EQ(lines[0], "#Software: Microsoft Internet Information Services 10.0");
    EXPECT_EQ(lines[4], "2026-11-22 20:14:00 127.0.0.1 GET / a=1 " + port +
                            " - 127.0.0.1 some+agent http://x/ 401 2 5 0");
    EXPECT_EQ(lines[5],
              "2026-11-22 20:14:00 127.0.0.1 GET / - " + port + " - 127.0.0.1 - - 401 1 2148074254 0");
    EXPECT_EQ(lines[6],
              "2026-11-22 20:14:00 127.0.0.1 GET / - " + port + " CONTOSO\\alice 127.0.0.1 - - 200 0 0 0");
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::remove(file);
}

TEST_F(LabServer, ALogThatCannotBeOpenedIsSaidAtOnce) {
    options_.log_file = "/nonexistent/lab.log";
    EXPECT_THROW(start(), std::system_error);
}

}  // namespace
}  // namespace why401::lab
