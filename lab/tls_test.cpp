// The lab over TLS: on the same port, with certificates of its own for each site, and Extended Protection
// that looks at them. The client's end is an engine that verifies.

#include <gmock/gmock.h>

#include "certs/tls.h"
#include "certs/tls_failure.h"
#include "lab/test_server.h"
#include "tests/support/temporary_folder.h"
#include "wire/hex.h"

namespace why401::lab {
namespace {

using certs::TlsEngine;
using test::bound_login;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kWeb01 = "web01.lab.why401.test";

/// A blocking client whose bytes go through an engine.
class TlsClient : public Client {
public:
    TlsClient(const net::Endpoint& server, certs::Tls& tls, const std::string& host,
              bool byte_by_byte = false)
        : Client(server),
          engine_(tls.to_origin({.host = host, .peer = host + ":443", .alpn = {"http/1.1"}})) {
        std::string first = engine_->take_to_send();
        for (; byte_by_byte && !first.empty(); first.erase(0, 1)) send_raw(first.substr(0, 1));
        send_raw(first);
        while (engine_->phase() == TlsEngine::Phase::Handshake) {
            const std::string got = receive_raw();
            if (got.empty()) break;
            take(got);
        }
    }
    bool open() const { return engine_->phase() == TlsEngine::Phase::Open; }
    const TlsEngine& engine() const { return *engine_; }
    std::string binding() const { return hex::decode(engine_->facts().certificate->ntlm_binding).value(); }

    void send(std::string_view text) override {
        engine_->write(text);
        send_raw(engine_->take_to_send());
    }

protected:
    std::string receive() override {
        while (plaintext_.empty() && !engine_->ended()) {
            const std::string got = receive_raw();
            if (got.empty()) break;
            take(got);
        }
        return std::exchange(plaintext_, {});
    }

private:
    void take(std::string_view ciphertext) {
        engine_->receive(ciphertext);
        char buffer[4096];
        while (const std::size_t length = engine_->read(buffer, sizeof buffer))
            plaintext_.append(buffer, length);
        send_raw(engine_->take_to_send());
    }

    std::unique_ptr<TlsEngine> engine_;
    std::string plaintext_;
};

class LabTls : public LabServer {
protected:
    void SetUp() override {
        options_.authority = &authority_;
        start();
    }
    ~LabTls() override { stop(); }  // before the authority goes

    TemporaryFolder folder_;
    certs::Authority authority_ = certs::Authority::open_or_create(folder_.path / "ca");
    certs::Tls tls_{authority_, {}};  ///< of a client, or of a proxy: another run's than the lab's
};

TEST_F(LabTls, IsSpokenOnThePortOfPlainHttp) {
    TlsClient secure(address(), tls_, kWeb01);
    ASSERT_TRUE(secure.open()) << secure.engine().failure().what;
    EXPECT_THAT(log_in(secure, "alice", "Wonderland1"), HasSubstr("user=CONTOSO\\alice"));
    secure.send(get("/again"));
    EXPECT_THAT(secure.response(), StartsWith("HTTP/1.1 200"));
    Client plain(address());
    EXPECT_THAT(log_in(plain, "bob", "Builder1"), HasSubstr("user=CONTOSO\\bob"));
}

TEST_F(LabTls, EachSiteShowsACertificateOfItsOwnAndAStrangerSeesWeb01s) {
    for (const char* host : {kWeb01, "web02.lab.why401.test", "epa-require.lab.why401.test"}) {
        TlsClient client(address(), tls_, host);
        ASSERT_TRUE(client.open()) << client.engine().failure().what;
        EXPECT_EQ(client.engine().facts().certificate->names, std::vector<std::string>{host});
        EXPECT_EQ(client.engine().facts().alpn, "http/1.1");
    }
    TlsClient stranger(address(), tls_, "elsewhere.test");
    EXPECT_EQ(stranger.engine().failure().check, certs::check::kWrongHost);
    EXPECT_EQ(stranger.engine().facts().certificate->names, std::vector<std::string>{kWeb01});
}

TEST_F(LabTls, ItsCertificateIsNotTheOneThatAProxyOfThisAuthorityShows) {
    TlsClient client(address(), tls_, kWeb01);
    const auto proxys = tls_.to_client({.host = kWeb01, .alpn = ""});
    ASSERT_TRUE(client.open());
    EXPECT_NE(client.engine().facts().certificate->ntlm_binding, proxys->facts().certificate->ntlm_binding);
}

TEST_F(LabTls, AHelloThatComesByteByByteIsUnderstood) {
    TlsClient client(address(), tls_, kWeb01, true);
    ASSERT_TRUE(client.open());
    client.send(get("/anonymous/"));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(LabTls, ALargeBodyStreamsWholeAndACloseIsSaid) {
    TlsClient client(address(), tls_, kWeb01);
    client.send(get("/anonymous/large?bytes=3000000", "Connection: close\r\n"));
    const std::string answer = client.rest();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 3'000'000U);
    EXPECT_TRUE(answer.ends_with("0123456789abcdef"));
    EXPECT_TRUE(client.engine().ended());
    EXPECT_EQ(client.engine().phase(), TlsEngine::Phase::Open) << "close_notify, not a broken connection";
}

TEST_F(LabTls, WhatOnlyLooksLikeTlsIsAnsweredByAnAlertAndTheEnd) {
    Client odd(address());
    odd.send(std::string("\x16\x03\x01\x00\x05hello", 10));
    odd.finish();
    EXPECT_THAT(odd.rest(), StartsWith("\x15\x03"));
    TlsClient next(address(), tls_, kWeb01);
    EXPECT_TRUE(next.open());
}

TEST_F(LabTls, ASiteThatInsistsTakesALoginThatIsBoundToItsCertificateAndNoOther) {
    const std::string host = "epa-require.lab.why401.test";
    TlsClient client(address(), tls_, host);
    ASSERT_TRUE(client.open());
    const std::string others =
        hex::decode(tls_.to_client({.host = host, .alpn = ""})->facts().certificate->ntlm_binding).value();
    const auto log_in_bound = [&](const std::string& binding) {
        return log_in_by(client, "/", host, [&](const std::string& challenge) {
            return bound_login(challenge, binding, "Wonderland1");
        });
    };
    EXPECT_THAT(log_in_bound(others), StartsWith("HTTP/1.1 401"));
    EXPECT_EQ(ledger_line(1), "WEB01 authenticate - 401.1");
    EXPECT_EQ(ledger().at(1).win32, kBadBindings);
    EXPECT_THAT(log_in_bound(""), StartsWith("HTTP/1.1 401"));
    EXPECT_EQ(ledger().at(3).win32, kBadBindings);
    EXPECT_THAT(log_in_bound(client.binding()), HasSubstr("user=CONTOSO\\alice"));
}

TEST_F(LabServer, WithoutAnAuthorityTheLabSpeaksPlainHttpOnly) {
    start();
    TemporaryFolder folder;
    const auto authority = certs::Authority::open_or_create(folder.path / "ca");
    certs::Tls tls(authority, {});
    TlsClient client(address(), tls, kWeb01);
    EXPECT_EQ(client.engine().failure().check, certs::check::kPlainText);
}

}  // namespace
}  // namespace why401::lab
