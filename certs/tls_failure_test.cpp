// How a handshake that fails is told: whose doing it was, what it was, and what to do about it.

#include "certs/tls_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "certs/test_tls.h"

namespace why401::certs {
namespace {

using Phase = TlsEngine::Phase;
using testing::ElementsAre;
using testing::HasSubstr;

struct Failures : testing::Test {
    TestTls tls;
    std::unique_ptr<TlsEngine> engine;

    void expect(const std::string& check, const std::string& words) const {
        EXPECT_EQ(engine->phase(), Phase::Failed);
        EXPECT_EQ(engine->failure().check, check);
        EXPECT_THAT(engine->failure().what, HasSubstr(words));
        EXPECT_FALSE(engine->failure().may_be_excepted);
    }
    /// To a server, offering the protocols.
    void meet(const OwnedContext& server, const std::vector<std::string>& alpn = {}) {
        engine = tls.tls->to_origin({.host = "good.test", .peer = "good.test:443", .alpn = alpn});
        PlainPeer peer(server.get(), true);
        EngineEnd end{*engine};
        converse(end, peer);
    }
    void hear(std::string_view answer) {
        engine = tls.to_origin("good.test");
        engine->receive(answer);
    }
    /// From a client, after `spoil` has had its way with it.
    void be_met(const OwnedContext& client, const ClientWish& wish = {.host = "shop.test", .alpn = {}}) {
        engine = tls.tls->to_client(wish);
        PlainPeer peer(client.get(), false);
        EngineEnd end{*engine};
        converse(end, peer);
    }
};

OwnedContext server_of(int lowest, int highest, const char* ciphers) {
    OwnedContext context = plain_server(trusted_leaf());
    SSL_CTX_set_min_proto_version(context.get(), lowest);
    SSL_CTX_set_max_proto_version(context.get(), highest);
    SSL_CTX_set_cipher_list(context.get(), ciphers);
    return context;
}

struct ServerFailures : Failures {};

TEST_F(ServerFailures, AnOldProtocolIsNamed) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        meet(server_of(version, version, "ALL:@SECLEVEL=0"));
        expect(check::kOldProtocol, "TLS");
        EXPECT_FALSE(engine->facts().certificate);
        ASSERT_TRUE(engine->facts().refusal);
        EXPECT_EQ(engine->facts().refusal->check, check::kOldProtocol);
    }
}

// A ServerHello of TLS 1.0, as servers send it that know nothing newer.
TEST_F(ServerFailures, AServerThatAnswersInAnOldProtocolIsRefused) {
    hear(std::string("\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01", 11) + std::string(32, 'r') +
         std::string("\x00\xc0\x13\x00", 4));
    expect(check::kOldProtocol, "TLS 1.2");
}

TEST_F(ServerFailures, CiphersThatProtectNothingAreNotTaken) {
    for (const char* ciphers : {"eNULL:@SECLEVEL=0", "aNULL:@SECLEVEL=0"}) {
        meet(server_of(TLS1_2_VERSION, TLS1_2_VERSION, ciphers));
        expect(check::kNoCommonCipher, "handshake_failure");
    }
}

TEST_F(ServerFailures, AShortDiffieHellmanGroupIsRefused) {
    const TestCertificate own = make_certificate({}, &trusted_root(), rsa_key(2048));
    const OwnedContext server = plain_server(own);
    SSL_CTX_set_max_proto_version(server.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(server.get(), "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0");
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> making(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    BIGNUM* const prime = BN_get_rfc2409_prime_1024(nullptr);
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> values(OSSL_PARAM_BLD_new());
    const Owned<BIGNUM, BN_free> owned_prime(prime), generator(BN_new());
    BN_set_word(generator.get(), 2);
    OSSL_PARAM_BLD_push_BN(values.get(), OSSL_PKEY_PARAM_FFC_P, prime);
    OSSL_PARAM_BLD_push_BN(values.get(), OSSL_PKEY_PARAM_FFC_G, generator.get());
    const Owned<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(values.get()));
    EVP_PKEY* group = nullptr;
    ASSERT_EQ(EVP_PKEY_fromdata_init(making.get()), 1);
    ASSERT_EQ(EVP_PKEY_fromdata(making.get(), &group, EVP_PKEY_KEY_PARAMETERS, params.get()), 1);
    ASSERT_EQ(SSL_CTX_set0_tmp_dh_pkey(server.get(), group), 1);
    meet(server);
    expect(check::kWeakDh, "less than 2048 bits");
}

int choose_h2_or_nothing(SSL*, const unsigned char** chosen, unsigned char* length,
                         const unsigned char* offered, unsigned int offered_length, void*) {
    static const unsigned char own[] = "\2h2";
    auto* out = const_cast<unsigned char**>(chosen);
    return SSL_select_next_proto(out, length, own, 3, offered, offered_length) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int choose_h2_unasked(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char*,
                      unsigned int, void*) {
    *chosen = reinterpret_cast<const unsigned char*>("h2");
    *length = 2;
    return SSL_TLSEXT_ERR_OK;
}

TEST_F(ServerFailures, AnOriginThatSpeaksHttp2OnlyIsToldWithTheWayOut) {
    const OwnedContext server = plain_server(trusted_leaf());
    SSL_CTX_set_alpn_select_cb(server.get(), choose_h2_or_nothing, nullptr);
    meet(server, {"http/1.1"});
    expect(check::kNoCommonProtocol, "HTTP/2 only");
    EXPECT_THAT(engine->failure().hint, HasSubstr("--tunnel good.test"));
    meet(server, {"http/1.1", "h2"});
    EXPECT_EQ(engine->phase(), Phase::Open);
    EXPECT_EQ(engine->facts().alpn, "h2");
}

TEST_F(ServerFailures, AProtocolThatWasNotOfferedIsNotTaken) {
    const OwnedContext server = plain_server(trusted_leaf());
    SSL_CTX_set_alpn_select_cb(server.get(), choose_h2_unasked, nullptr);
    meet(server, {"http/1.1"});
    expect(check::kProtocolError, "breaks the TLS protocol");
}

TEST_F(ServerFailures, AnAnswerInClearIsQuoted) {
    hear("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n");
    expect(check::kPlainText, "the server answered in clear, not with TLS: \"HTTP/1.1 400 Bad Request\"");
    hear("220 mail.test ESMTP\r\n");
    expect(check::kPlainText, "\"220 mail.test ESMTP\"");
}

TEST_F(ServerFailures, BytesThatAreNoTlsAreShown) {
    hear(std::string("\x00\x01\x02\xff\x80 and more", 14));
    expect(check::kNotTls, "00 01 02 ff 80 20 61 6e");
}

TEST_F(ServerFailures, ShortAnswersInClearAreToldAtTheirEnd) {
    hear("no\n");
    EXPECT_EQ(engine->phase(), Phase::Handshake);
    engine->peer_ended();
    expect(check::kPlainText, "\"no\"");
}

TEST_F(ServerFailures, AnEndWithoutAWordIsToldWithItsPlace) {
    hear("");
    engine->peer_ended();
    expect(check::kClosed, "the server closed the connection before the TLS handshake");
    hear(std::string("\x16\x03\x03\x00\x50\x02", 6));
    engine->peer_ended();
    expect(check::kClosed, "during the TLS handshake");
}

TEST_F(ServerFailures, AnAlertIsNamed) {
    hear(std::string("\x15\x03\x03\x00\x02\x02\x50", 7));
    expect(check::kPeerAlert, "alert internal_error");
    hear(std::string("\x15\x03\x03\x00\x02\x02\x46", 7));
    expect(check::kOldProtocol, "alert protocol_version");
    hear(std::string("\x15\x03\x03\x00\x02\x02\xc8", 7));
    EXPECT_EQ(engine->phase(), Phase::Failed);
}

TEST_F(ServerFailures, BrokenTlsIsAProtocolError) {
    hear(std::string("\x16\x03\x03\x00\x04\x0b\x00\x00\x00", 9));
    expect(check::kProtocolError, "what the server sent breaks the TLS protocol");
}

OwnedContext server_that_asks(int version, int mode) {
    OwnedContext context = trusted_server(version);
    SSL_CTX_set_verify(context.get(), mode, nullptr);
    SSL_CTX_add_client_CA(context.get(), trusted_root().certificate.get());
    return context;
}

TEST_F(ServerFailures, AServerThatMayDoWithoutAClientCertificateGetsNone) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        meet(server_that_asks(version, SSL_VERIFY_PEER));
        EXPECT_EQ(engine->phase(), Phase::Open);
        EXPECT_TRUE(engine->facts().client_certificate_asked);
        EXPECT_THAT(engine->facts().client_certificate_issuers, ElementsAre("CN=Test Root"));
        meet(server_that_asks(version, SSL_VERIFY_PEER));
        EXPECT_TRUE(engine->facts().client_certificate_asked);
    }
}

TEST_F(ServerFailures, AServerThatInsistsOnAClientCertificateIsUnderstood) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        meet(server_that_asks(version, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT));
        expect(check::kClientCertificateRequired,
               "the server asked for a client certificate, got none and ended it");
        EXPECT_TRUE(engine->facts().client_certificate_asked);
        EXPECT_THAT(engine->failure().hint, HasSubstr("--tunnel good.test"));
    }
}

TEST_F(ServerFailures, OfTls13TheyMayComeAfterTheHandshakeAndAreRemarkedUpon) {
    meet(server_that_asks(TLS1_3_VERSION, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT));
    EXPECT_FALSE(engine->facts().refusal);  // the handshake was over, something may have been sent
    EXPECT_THAT(engine->facts().remarks, testing::Contains(engine->failure().what));
}

struct ClientFailures : Failures {};

TEST_F(ClientFailures, AClientThatSaysItDoesNotTrustTheCaIsToldWhatToDo) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const OwnedContext client = plain_client(trusted_root().certificate.get());
        SSL_CTX_set_max_proto_version(client.get(), version);
        be_met(client);
        expect(check::kClientDistrustsCa,
               "the client says (alert unknown_ca) that it does not trust the CA of this proxy: trust it "
               "there (why401 ca trust), or leave this host alone "
               "with --tunnel shop.test");
        EXPECT_FALSE(engine->facts().refusal);
    }
}

TEST_F(ClientFailures, AClientThatLeavesAtTheSightOfOurCertificatePerhapsDistrustsTheCa) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        engine = tls.to_client("shop.test");
        const OwnedContext client = tls.trusting_client(version);
        PlainPeer peer(client.get(), false);
        peer.run();
        engine->receive(peer.take_to_send());
        EXPECT_TRUE(engine->has_to_send());
        engine->peer_ended();
        expect(check::kClientLeft,
               "closed the connection when it saw our certificate; perhaps it does not trust the CA of this "
               "proxy");
    }
}

TEST_F(ClientFailures, AClientThatLeavesBeforeItSawOurCertificateIsNotSaidToDistrustIt) {
    engine = tls.to_client("shop.test");
    engine->peer_ended();
    expect(check::kClosed, "the client closed the connection before the TLS handshake");
    engine = tls.to_client("shop.test");
    const OwnedContext client = tls.trusting_client(TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(client.get(), "X25519:P-521");
    PlainPeer peer(client.get(), false);
    peer.run();
    std::string hello = peer.take_to_send();
    for (const std::string& before_group :
         {std::string("\0\x0a\0\6\0\4", 6), std::string("\0\x33\0\x26\0\x24", 6)})
        hello.replace(hello.find(before_group) + 6, 2, "\x0a\x0a");  // a key share that our server cannot use
    engine->receive(hello);
    EXPECT_TRUE(engine->has_to_send());  // a HelloRetryRequest
    engine->peer_ended();
    expect(check::kClosed, "the client closed the connection during the TLS handshake");
}

TEST_F(ClientFailures, AnOldClientIsToldSo) {
    const OwnedContext client = plain_client(nullptr);
    SSL_CTX_set_security_level(client.get(), 0);
    SSL_CTX_set_min_proto_version(client.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.get(), TLS1_1_VERSION);
    be_met(client);
    expect(check::kOldProtocol, "the client speaks only a TLS that is too old to be safe");
}

TEST_F(ClientFailures, AClientWithoutACommonCipherIsToldSo) {
    const OwnedContext client = plain_client(nullptr);
    SSL_CTX_set_max_proto_version(client.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(client.get(), "aNULL:@SECLEVEL=0");
    be_met(client);
    expect(check::kNoCommonCipher, "the client and this proxy have no cipher suite");
}

TEST_F(ClientFailures, AProtocolIsRequiredOnlyWhereThatIsWished) {
    const OwnedContext client = tls.trusting_client(TLS1_3_VERSION);
    SSL_CTX_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>("\2h2"), 3);
    be_met(client, {.host = "shop.test", .alpn = "http/1.1", .alpn_required = true});
    expect(check::kNoCommonProtocol, "the client offers no protocol (ALPN) that can be passed on");
    be_met(client, {.host = "shop.test", .alpn = "http/1.1", .alpn_required = false});
    EXPECT_EQ(engine->phase(), Phase::Open);
    EXPECT_EQ(engine->facts().alpn, "");
    be_met(client, {.host = "shop.test", .alpn = "h2", .alpn_required = true});
    EXPECT_EQ(engine->facts().alpn, "h2");
}

TEST_F(ClientFailures, AClientThatSpeaksInClearIsQuoted) {
    engine = tls.to_client("shop.test");
    engine->receive("GET / HTTP/1.1\r\n");
    expect(check::kPlainText, "the client answered in clear, not with TLS: \"GET / HTTP/1.1\"");
}

TEST(TlsFailure, AlertsHaveTheirNamesOfTheRfc) {
    EXPECT_EQ(alert_name(SSL_AD_HANDSHAKE_FAILURE), "handshake_failure");
    EXPECT_EQ(alert_name(SSL_AD_CERTIFICATE_REQUIRED), "certificate_required");
    EXPECT_EQ(alert_name(SSL_AD_UNKNOWN_CA), "unknown_ca");
    EXPECT_EQ(alert_name(SSL_AD_NO_APPLICATION_PROTOCOL), "no_application_protocol");
    EXPECT_EQ(alert_name(200), "alert 200");
}

}  // namespace
}  // namespace why401::certs
