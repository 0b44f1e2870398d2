#include "lab/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "lab/test_client.h"

namespace why401::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A client that blocks, so that tests read from top to bottom.
class Client {
public:
    explicit Client(const net::Endpoint& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;

    void send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }

    /// One response with Content-Length; `head_only` for the answer to HEAD and for 100.
    std::string response(bool head_only = false) {
        std::size_t end = 0;
        while ((end = in_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return take(in_.size());
        end += 4;
        const std::size_t field = in_.find("Content-Length: ");
        const std::size_t length = head_only || field > end ? 0 : std::stoul(in_.substr(field + 16));
        while (in_.size() < end + length)
            if (!more()) break;
        return take(std::min(in_.size(), end + length));
    }
    /// Everything until the server closes.
    std::string rest() {
        while (more()) {
        }
        return take(in_.size());
    }
    std::uint16_t port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

private:
    bool more() {
        char buffer[65536];
        const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
        EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            << "the server neither answered nor closed";
        if (got > 0) in_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }
    std::string take(std::size_t count) {
        std::string taken = in_.substr(0, count);
        in_.erase(0, count);
        return taken;
    }
    int socket_;
    std::string in_;
};

class LabServer : public testing::Test {
protected:
    void start() {
        options_.on_request = [this](const LedgerEntry& entry) {
            const std::lock_guard lock(mutex_);
            ledger_.push_back(entry);
        };
        server_ = std::make_unique<Server>(loop_, *net::parse_endpoint("127.0.0.1:0"), options_);
        thread_ = std::thread([this] { loop_.run(); });
    }
    void stop() {
        loop_.stop();
        if (thread_.joinable()) thread_.join();
        server_.reset();
    }
    ~LabServer() override { stop(); }

    const net::Endpoint& address() const { return server_->local(); }
    std::vector<LedgerEntry> ledger() {
        const std::lock_guard lock(mutex_);
        return ledger_;
    }
    std::string ledger_line(std::size_t index) {
        const LedgerEntry e = ledger().at(index);
        return e.machine + ' ' + e.step + ' ' + (e.user.empty() ? "-" : e.user) + ' ' +
               std::to_string(e.status) + '.' + std::to_string(e.substatus);
    }

    net::Loop loop_;
    ServerOptions options_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
    std::mutex mutex_;
    std::vector<LedgerEntry> ledger_;
};

std::string get(std::string_view target, std::string_view fields = {},
                std::string_view host = "web01.lab.why401.test") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
           std::string(fields) + "\r\n";
}

std::string token_of(const std::string& response) {
    const std::size_t begin = response.find("WWW-Authenticate: NTLM ") + 23;
    return base64::decode_strict(response.substr(begin, response.find("\r\n", begin) - begin)).value_or("");
}

/// Both legs; returns the last answer.
std::string log_in(Client& client, std::string_view user, std::string_view password,
                   std::string_view target = "/", std::string_view host = "web01.lab.why401.test") {
    const auto with = [](const std::string& token) {
        return "Authorization: " + test::credentials("NTLM", token) + "\r\n";
    };
    client.send(get(target, with(test::negotiate()), host));
    const std::string challenge = token_of(client.response());
    client.send(get(target, with(test::authenticate(challenge, user, password)), host));
    return client.response();
}

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
