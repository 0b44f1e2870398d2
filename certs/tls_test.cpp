// Both legs against OpenSSL itself: handshakes, data, half-close, resumption.

#include "certs/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/test_tls.h"

namespace why401::certs {
namespace {

using Phase = TlsEngine::Phase;
using testing::ElementsAre;
using testing::HasSubstr;

class TlsBothVersions : public testing::TestWithParam<int> {
protected:
    TlsBothVersions() : server(trusted_server(GetParam())) {}
    OwnedContext server;
};

INSTANTIATE_TEST_SUITE_P(Tls, TlsBothVersions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

void talk(TlsEngine& engine, PlainPeer& peer, const Cut& cut, std::size_t length) {
    const std::string large(length, 'x');
    EngineEnd end{engine};
    converse(end, peer, cut);
    ASSERT_EQ(engine.phase(), Phase::Open) << engine.failure().what;
    engine.write("to the peer " + large);
    converse(end, peer, cut);
    EXPECT_EQ(peer.read, "to the peer " + large);
    peer.write("from the peer " + large);
    converse(end, peer, cut);
    EXPECT_EQ(end.read, "from the peer " + large);
}

TEST_P(TlsBothVersions, DataPassBothWaysHoweverTheBytesAreCut) {
    const std::vector<std::pair<Cut, std::size_t>> ways = {
        {whole(), 1000000}, {byte_by_byte(), 20000}, {at_random(1), 100000}, {at_random(2), 100000}};
    for (const auto& [cut, length] : ways) {
        TestTls tls;
        const auto upstream = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        talk(*upstream, peer, cut, length);
        const auto client = tls.to_client("shop.test");
        const OwnedContext context = tls.trusting_client(GetParam());
        PlainPeer browser(context.get(), false);
        talk(*client, browser, cut, length);
    }
}

TEST_P(TlsBothVersions, FactsTellWhatWasAgreed) {
    TestTls tls;
    const auto engine = tls.to_origin("Good.test.");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*engine};
    converse(end, peer);
    const TlsFacts& facts = engine->facts();
    EXPECT_EQ(facts.version, GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    EXPECT_THAT(facts.cipher, testing::StartsWith("TLS_"));
    EXPECT_EQ(facts.server_name, "good.test");
    ASSERT_TRUE(facts.certificate);
    EXPECT_EQ(facts.certificate->subject, "CN=good.test");
    EXPECT_FALSE(facts.resumed);
    EXPECT_FALSE(facts.client_certificate_asked);
    EXPECT_THAT(facts.remarks, ElementsAre("revocation was not checked"));
    EXPECT_FALSE(facts.refusal);
}

TEST_P(TlsBothVersions, WhatCameWithTheEndOfTheHandshakeIsRead) {
    TestTls tls;
    const auto engine = tls.to_client("shop.test");
    const OwnedContext context = tls.trusting_client(GetParam());
    PlainPeer browser(context.get(), false);
    browser.run();
    engine->receive(browser.take_to_send());
    browser.receive(engine->take_to_send());
    browser.run();
    std::string last_flight = browser.take_to_send();
    if (!browser.is_open()) {  // TLS 1.2: the client waits for our Finished
        engine->receive(last_flight);
        browser.receive(engine->take_to_send());
        browser.run();
        last_flight.clear();
    }
    browser.write("GET / HTTP/1.1\r\n\r\n");
    engine->receive(last_flight + browser.take_to_send());
    EXPECT_EQ(engine->phase(), Phase::Open);
    EXPECT_EQ(read_all(*engine), "GET / HTTP/1.1\r\n\r\n");
}

TEST_P(TlsBothVersions, AfterFinishReadingGoesOn) {
    TestTls tls;
    const auto engine = tls.to_origin("good.test");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*engine};
    converse(end, peer);
    engine->write("last words");
    engine->finish();
    converse(end, peer);
    EXPECT_EQ(peer.read, "last words");
    EXPECT_EQ(SSL_get_shutdown(peer.ssl()), SSL_RECEIVED_SHUTDOWN);
    EXPECT_FALSE(engine->ended());
    peer.write("a long answer");
    SSL_shutdown(peer.ssl());
    converse(end, peer);
    EXPECT_EQ(end.read, "a long answer");
    EXPECT_TRUE(engine->ended());
    EXPECT_EQ(engine->phase(), Phase::Open);
}

TEST_P(TlsBothVersions, AfterThePeersCloseNotifyWritingGoesOn) {
    TestTls tls;
    const auto engine = tls.to_origin("good.test");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*engine};
    converse(end, peer);
    SSL_shutdown(peer.ssl());
    converse(end, peer);
    EXPECT_TRUE(engine->ended());
    engine->write("still here");
    converse(end, peer);
    EXPECT_EQ(peer.read, "still here");
}

TEST_P(TlsBothVersions, AnUpstreamSessionIsResumed) {
    TestTls tls;
    for (const bool resumed : {false, true, true}) {
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        EngineEnd end{*engine};
        converse(end, peer);
        ASSERT_EQ(engine->phase(), Phase::Open);
        EXPECT_EQ(engine->facts().resumed, resumed);
        EXPECT_EQ(SSL_session_reused(peer.ssl()), resumed ? 1 : 0);
        ASSERT_TRUE(engine->facts().certificate);
        EXPECT_EQ(engine->facts().certificate->subject, "CN=good.test");
        EXPECT_THAT(engine->facts().remarks, ElementsAre("revocation was not checked"));
    }
}

TEST_P(TlsBothVersions, AnUpstreamSessionIsOfItsHostAndItsPeerAlone) {
    TestTls tls;
    const auto resumed = [&](const std::string& host, const std::string& at) {
        const auto engine = tls.tls->to_origin({.host = host, .peer = at, .alpn = {}});
        PlainPeer peer(server.get(), true);
        EngineEnd end{*engine};
        converse(end, peer);
        return engine->facts().resumed;
    };
    EXPECT_FALSE(resumed("good.test", "one:443"));
    EXPECT_FALSE(resumed("good.test", "two:443"));
    EXPECT_FALSE(resumed("also.good.test", "one:443"));
    EXPECT_TRUE(resumed("GOOD.test", "one:443"));
}

TEST_P(TlsBothVersions, ASessionIsNotResumedOnceItsCertificateHasExpired) {
    TestTls tls;
    for (const std::int64_t now : {kTestNow, kTestNow + 1000 * kDay}) {
        tls.now = now;
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        EngineEnd end{*engine};
        converse(end, peer);
        EXPECT_FALSE(engine->facts().resumed);
        EXPECT_EQ(engine->phase(), now == kTestNow ? Phase::Open : Phase::Failed);
    }
}

OwnedSession visit(TestTls& tls, const OwnedContext& context, const std::string& host, SSL_SESSION* session,
                   bool resumed) {
    const auto engine = tls.to_client(host);
    PlainPeer browser(context.get(), false);
    if (session != nullptr) SSL_set_session(browser.ssl(), session);
    EngineEnd end{*engine};
    converse(end, browser);
    EXPECT_EQ(engine->phase(), Phase::Open) << engine->failure().what;
    EXPECT_EQ(engine->facts().resumed, resumed);
    EXPECT_EQ(SSL_session_reused(browser.ssl()), resumed ? 1 : 0);
    EXPECT_EQ(engine->facts().certificate->subject, "CN=" + host);
    SSL_set_shutdown(browser.ssl(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return OwnedSession(SSL_get1_session(browser.ssl()));
}

TEST_P(TlsBothVersions, AClientsTicketIsGoodForItsHostAlone) {
    TestTls tls;
    const OwnedContext context = tls.trusting_client(GetParam());
    const OwnedSession first = visit(tls, context, "shop.test", nullptr, false);
    visit(tls, context, "bank.test", first.get(), false);
    visit(tls, context, "shop.test", first.get(), true);
}

TEST_P(TlsBothVersions, AClientsHelloIsTold) {
    TestTls tls;
    const auto engine = tls.tls->to_client({.host = "shop.test", .alpn = "http/1.1"});
    const OwnedContext context = tls.trusting_client(GetParam());
    PlainPeer browser(context.get(), false);
    SSL_set_tlsext_host_name(browser.ssl(), "other.test");
    const std::string offered = std::string("\2h2", 3) + "\x08http/1.1";
    SSL_set_alpn_protos(browser.ssl(), reinterpret_cast<const unsigned char*>(offered.data()),
                        static_cast<unsigned int>(offered.size()));
    EngineEnd end{*engine};
    converse(end, browser);
    EXPECT_EQ(engine->facts().server_name, "other.test");
    EXPECT_THAT(engine->facts().alpn_offered, ElementsAre("h2", "http/1.1"));
    EXPECT_EQ(engine->facts().alpn, "http/1.1");
}

TEST(Tls, ANewHandshakeThatTheServerAsksForIsDeclinedAndTold) {
    TestTls tls;
    const OwnedContext server = trusted_server(TLS1_2_VERSION);  // TLS 1.3 has none
    const auto engine = tls.to_origin("good.test");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*engine};
    converse(end, peer);
    SSL_set_verify(peer.ssl(), SSL_VERIFY_PEER, nullptr);
    SSL_renegotiate(peer.ssl());
    SSL_do_handshake(peer.ssl());
    engine->receive(peer.take_to_send());
    EXPECT_EQ(read_all(*engine), "");
    EXPECT_TRUE(engine->has_to_send());
    EXPECT_THAT(engine->facts().remarks,
                ElementsAre("revocation was not checked", HasSubstr("renegotiation")));
}

TEST(Tls, TheSecretsOfBothLegsAreAppendedToAPrivateFile) {
    TestTls tls({.keylog = true});
    const OwnedContext server = trusted_server(TLS1_3_VERSION);
    const auto upstream = tls.to_origin("good.test");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*upstream};
    converse(end, peer);
    const std::string of_upstream = tls.key_log();
    EXPECT_THAT(of_upstream, HasSubstr("SERVER_TRAFFIC_SECRET_0 "));
    const auto client = tls.to_client("shop.test");
    const OwnedContext context = tls.trusting_client(TLS1_2_VERSION);
    PlainPeer browser(context.get(), false);
    EngineEnd other{*client};
    converse(other, browser);
    EXPECT_THAT(tls.key_log(), testing::StartsWith(of_upstream));
    EXPECT_THAT(tls.key_log(), HasSubstr("CLIENT_RANDOM "));
    EXPECT_EQ(mode_of(tls.key_log_file()), 0600U);
}

TEST(Tls, NothingIsWrittenBeforeTheHandshakeIsOver) {
    TestTls tls;
    const auto engine = tls.to_origin("good.test");
#ifndef NDEBUG
    EXPECT_DEATH(engine->write("too early"), "Handshake");
#else
    engine->take_to_send();
    engine->write("too early");
    EXPECT_FALSE(engine->has_to_send());
#endif
}

TEST(Tls, AHostThatNoCertificateCanNameIsRefusedBeforeAnythingIsSent) {
    TestTls tls;
    for (const char* host : {"", ".", ".test", "a..test", "fe80::1%eth0", "caf\xc3\xa9.test"}) {
        const auto engine = tls.to_origin(host);
        EXPECT_EQ(engine->phase(), Phase::Failed) << host;
        EXPECT_EQ(engine->failure().check, "wrong-host");
        EXPECT_FALSE(engine->has_to_send());
        EXPECT_NO_THROW(tls.tls->except(host, std::string(64, '0')));
        EXPECT_THROW(tls.to_client(host), CertsError);
    }
}

TEST(Tls, WhatIsWrittenAfterAFailureGoesNowhere) {
    TestTls tls;
    const auto engine = tls.to_origin("good.test");
    engine->take_to_send();
    engine->peer_ended();
    ASSERT_EQ(engine->phase(), Phase::Failed);
    engine->write("too late");
    EXPECT_FALSE(engine->has_to_send());
}

TEST(Tls, AFileOfCasThatHoldsNoneIsRefused) {
    TestTls tls;
    EXPECT_THROW(
        Tls(tls.authority, {.upstream_ca = "/dev/null", .insecure_upstream = {}, .keylog = {}, .now = {}}),
        CertsError);
    EXPECT_THROW(Tls(tls.authority,
                     {.upstream_ca = {}, .insecure_upstream = {}, .keylog = "/nowhere/at/all", .now = {}}),
                 CertsError);
}

}  // namespace
}  // namespace why401::certs
