// Every certificate that a server may show, good and bad, through a whole handshake: what is refused gets an
// alert and nothing else, and the reason names the certificate and the fact.

#include "certs/server_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/test_tls.h"
#include "certs/tls_failure.h"

namespace why401::certs {
namespace {

using Phase = TlsEngine::Phase;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

/// What came of one handshake with a server.
struct Outcome {
    std::unique_ptr<TlsEngine> engine;
    int alert = 0;      ///< received by the server
    std::string heard;  ///< by the server, of a write after the handshake

    bool accepted() const { return engine->phase() == Phase::Open; }
    const TlsRefusal& refusal() const { return engine->failure(); }
    const TlsFacts& facts() const { return engine->facts(); }
};

Outcome meet(TestTls& tls, SSL_CTX* server, const std::string& host = "good.test") {
    Outcome outcome{tls.to_origin(host), 0, ""};
    PlainPeer peer(server, true);
    EngineEnd end{*outcome.engine};
    converse(end, peer);
    if (outcome.accepted()) {
        outcome.engine->write("GET / HTTP/1.1\r\n\r\n");
        converse(end, peer);
    }
    outcome.alert = peer.alert();
    outcome.heard = peer.read;
    return outcome;
}

Outcome meet(const TestCertificate& own, const std::vector<const TestCertificate*>& chain = {},
             const std::string& host = "good.test") {
    TestTls tls;
    return meet(tls, plain_server(own, chain).get(), host);
}

void expect_refused(const Outcome& outcome, const std::string& check, const std::string& words, int alert,
                    const std::string& certificate = "CN=good.test (the server's own)") {
    EXPECT_EQ(outcome.engine->phase(), Phase::Failed);
    EXPECT_EQ(outcome.refusal().check, check);
    EXPECT_THAT(outcome.refusal().what, HasSubstr(words));
    EXPECT_EQ(outcome.refusal().certificate, certificate);
    EXPECT_TRUE(outcome.refusal().may_be_excepted);
    EXPECT_EQ(outcome.alert, alert) << SSL_alert_desc_string_long(outcome.alert);
    EXPECT_EQ(outcome.heard, "");
    ASSERT_TRUE(outcome.facts().refusal);
    EXPECT_EQ(outcome.facts().refusal->check, check);
    EXPECT_TRUE(outcome.facts().certificate);
}

TestCertificate leaf(const std::function<void(CertificateWish&)>& with,
                     const TestCertificate& issuer = trusted_root(), OwnedKey key = new_p256_key()) {
    CertificateWish wish;
    with(wish);
    return make_certificate(wish, &issuer, std::move(key));
}
TestCertificate named(const std::string& names) {
    return leaf([&](CertificateWish& wish) { wish.names = names; });
}
TestCertificate ca(const std::string& name, const TestCertificate& issuer,
                   const std::function<void(CertificateWish&)>& with = {}) {
    CertificateWish wish = ca_wish(name);
    if (with) with(wish);
    return make_certificate(wish, &issuer);
}

TEST(ServerCheck, AGoodCertificateIsAccepted) {
    const Outcome outcome = meet(trusted_leaf());
    EXPECT_TRUE(outcome.accepted()) << outcome.refusal().what;
    EXPECT_EQ(outcome.heard, "GET / HTTP/1.1\r\n\r\n");
}

TEST(ServerCheck, AnExpiredCertificateIsRefusedWithItsDate) {
    const Outcome outcome = meet(leaf([](CertificateWish& wish) { wish.until = kTestNow - 11 * kDay; }));
    expect_refused(outcome, check::kExpired, "its certificate expired on 2026-06-04 (11 days before now)",
                   SSL_AD_CERTIFICATE_EXPIRED);
}

TEST(ServerCheck, ACertificateOfTheFutureIsRefusedWithItsDate) {
    const Outcome outcome = meet(leaf([](CertificateWish& wish) { wish.from = kTestNow + 3 * 3600; }));
    expect_refused(outcome, check::kNotYetValid,
                   "its certificate is valid only from 2026-06-15 on (3 hours after now)",
                   SSL_AD_BAD_CERTIFICATE);
    EXPECT_THAT(outcome.refusal().hint, HasSubstr("clock"));
}

TEST(ServerCheck, AnExpiredIssuerIsNamed) {
    const TestCertificate old =
        ca("Old CA", trusted_root(), [](CertificateWish& wish) { wish.until = kTestNow - kDay; });
    const Outcome outcome = meet(leaf([](CertificateWish&) {}, old), {&old});
    expect_refused(outcome, check::kExpired,
                   "the certificate of its issuer 'Old CA' expired on 2026-06-14 (1 day before now)",
                   SSL_AD_CERTIFICATE_EXPIRED, "CN=Old CA (its issuer)");
}

TEST(ServerCheck, ASelfSignedCertificateIsRefused) {
    const Outcome outcome = meet(make_certificate({}));
    expect_refused(outcome, check::kSelfSigned, "its certificate is self-signed", SSL_AD_UNKNOWN_CA);
}

TEST(ServerCheck, ARootThatIsNotTrustedIsNamed) {
    const TestCertificate root = make_certificate(ca_wish("Contoso Root"));
    const TestCertificate own = leaf([](CertificateWish&) {}, root);
    expect_refused(meet(own, {&root}), check::kUntrustedRoot,
                   "leads to 'Contoso Root', which is no root that is trusted here", SSL_AD_UNKNOWN_CA,
                   "CN=Contoso Root (its issuer)");
    const TestCertificate between = ca("Contoso Issuing CA", root);
    const Outcome not_sent = meet(leaf([](CertificateWish&) {}, between), {&between});
    expect_refused(not_sent, check::kUntrustedRoot, "leads to 'Contoso Root'", SSL_AD_UNKNOWN_CA,
                   "CN=Contoso Issuing CA (its issuer)");
    EXPECT_THAT(not_sent.refusal().hint, HasSubstr("--upstream-ca"));
}

TEST(ServerCheck, AnIncompleteChainIsToldFromItsMissingIssuer) {
    const TestCertificate between = ca("Issuing CA 7", trusted_root());
    const TestCertificate own = leaf([](CertificateWish&) {}, between);
    const Outcome outcome = meet(own);
    expect_refused(outcome, check::kIncompleteChain,
                   "the server did not send the certificate of its issuer 'Issuing CA 7'", SSL_AD_UNKNOWN_CA);
    EXPECT_THAT(outcome.refusal().what, HasSubstr("incomplete chain"));
    EXPECT_TRUE(meet(own, {&between}).accepted());
}

TEST(ServerCheck, AnUnorderedChainIsAccepted) {
    const TestCertificate upper = ca("Upper CA", trusted_root()), lower = ca("Lower CA", upper);
    EXPECT_TRUE(meet(leaf([](CertificateWish&) {}, lower), {&upper, &trusted_root(), &lower}).accepted());
}

TEST(ServerCheck, AnotherHostsCertificateIsRefusedWithItsNames) {
    expect_refused(meet(named("DNS:a.test,DNS:b.test")), check::kWrongHost,
                   "its certificate is for a.test and b.test, not for good.test", SSL_AD_BAD_CERTIFICATE);
    expect_refused(meet(named("DNS:1.x,DNS:2.x,DNS:3.x,DNS:4.x,DNS:5.x,IP:192.0.2.7")), check::kWrongHost,
                   "is for 1.x, 2.x, 3.x, 4.x and 2 more, not for good.test", SSL_AD_BAD_CERTIFICATE);
}

TEST(ServerCheck, ANameInTheSubjectAloneDoesNotCount) {
    expect_refused(meet(named("")), check::kNoSubjectNames, "its certificate names no host",
                   SSL_AD_BAD_CERTIFICATE);
}

TEST(ServerCheck, WildcardsStandForOneWholeLabelBelowADomain) {
    EXPECT_TRUE(meet(named("DNS:*.good.test"), {}, "www.good.test").accepted());
    for (const auto& [names, host] :
         std::vector<std::pair<std::string, std::string>>{{"DNS:*.good.test", "good.test"},
                                                          {"DNS:*.good.test", "a.b.good.test"},
                                                          {"DNS:w*.good.test", "www.good.test"},
                                                          {"DNS:*", "good"},
                                                          {"DNS:*", "good.test"},
                                                          {"DNS:www.*.test", "www.good.test"}}) {
        const Outcome outcome = meet(named(names), {}, host);
        EXPECT_EQ(outcome.refusal().check, check::kWrongHost) << names << " for " << host;
    }
}

TEST(ServerCheck, AWildcardForAWholeTopLevelDomainIsRefusedAndExplained) {
    expect_refused(
        meet(named("DNS:*.test")), check::kWrongHost,
        "is for *.test, not for good.test (a wildcard directly under a top-level domain is not taken)",
        SSL_AD_BAD_CERTIFICATE);
}

TEST(ServerCheck, NamesThatHideBytesMatchNothing) {
    for (const std::string& name : {std::string("good.test\0.evil.test", 20), std::string("good.test\0", 10),
                                    std::string("g\xc3\xb6"
                                                "od.test")}) {
        const TestCertificate own = leaf([&](CertificateWish& wish) { wish.raw_dns_name = name; });
        EXPECT_EQ(meet(own).refusal().check, check::kWrongHost);
    }
    const Outcome shown = meet(
        leaf([](CertificateWish& wish) { wish.raw_dns_name = std::string("good.test\0.evil.test", 20); }));
    EXPECT_THAT(shown.refusal().what, HasSubstr("good.test\\x00.evil.test"));
}

TEST(ServerCheck, AnAddressIsMatchedByAnAddressOnly) {
    EXPECT_TRUE(meet(named("IP:192.0.2.7"), {}, "192.0.2.7").accepted());
    EXPECT_TRUE(meet(named("IP:2001:db8::7"), {}, "2001:db8:0::7").accepted());
    EXPECT_EQ(meet(named("DNS:192.0.2.7"), {}, "192.0.2.7").refusal().check, check::kWrongHost);
    EXPECT_EQ(meet(named("IP:192.0.2.8"), {}, "192.0.2.7").refusal().check, check::kWrongHost);
    EXPECT_EQ(meet(named("IP:192.0.2.7"), {}, "192.0.2.7").facts().server_name, "");
}

TEST(ServerCheck, UnusualButSoundCertificatesAreAccepted) {
    EXPECT_TRUE(meet(leaf([](CertificateWish& wish) { wish.common_name.clear(); })).accepted());
    EXPECT_TRUE(meet(named("DNS:xn--bcher-kva.test"), {}, "xn--bcher-kva.test").accepted());
    std::string thousand = "DNS:good.test";
    for (int i = 0; i < 1000; ++i) thousand += ",DNS:host" + std::to_string(i) + ".test";
    EXPECT_TRUE(meet(named(thousand)).accepted());
    EXPECT_TRUE(meet(leaf([](CertificateWish& wish) { wish.extended_key_usage.clear(); })).accepted());
}

TEST(ServerCheck, ACertificateOfACaIsAcceptedAndRemarkedUpon) {
    const Outcome outcome =
        meet(leaf([](CertificateWish& wish) { wish.basic_constraints = "critical,CA:TRUE"; }));
    EXPECT_TRUE(outcome.accepted());
    EXPECT_THAT(outcome.facts().remarks, Contains("its certificate is that of a CA"));
}

TEST(ServerCheck, ShortKeysAreRefused) {
    for (const unsigned int bits : {512U, 1024U}) {
        TestTls tls;
        const OwnedContext server =
            plain_server(leaf([](CertificateWish&) {}, trusted_root(), rsa_key(bits)));
        SSL_CTX_set_max_proto_version(server.get(), TLS1_2_VERSION);  // TLS 1.3 has no signature for 512 bits
        expect_refused(meet(tls, server.get()), check::kWeakKey,
                       "its certificate has an RSA key of " + std::to_string(bits) + " bits",
                       SSL_AD_BAD_CERTIFICATE);
    }
    EXPECT_TRUE(meet(leaf([](CertificateWish&) {}, trusted_root(), rsa_key(2048))).accepted());
}

TEST(ServerCheck, AShortKeyOfAnIssuerIsRefused) {
    const TestCertificate weak = make_certificate(ca_wish("Weak CA"), &trusted_root(), rsa_key(1024));
    expect_refused(meet(leaf([](CertificateWish&) {}, weak), {&weak}), check::kWeakKey,
                   "the certificate of its issuer 'Weak CA' has an RSA key of 1024 bits",
                   SSL_AD_BAD_CERTIFICATE, "CN=Weak CA (its issuer)");
}

TEST(ServerCheck, ForgeableSignaturesAreRefused) {
    expect_refused(meet(leaf([](CertificateWish& wish) { wish.hash = EVP_sha1(); })), check::kWeakSignature,
                   "its certificate is signed with ecdsa-with-SHA1", SSL_AD_BAD_CERTIFICATE);
}

TEST(ServerCheck, ACertificateForClientsIsRefused) {
    expect_refused(meet(leaf([](CertificateWish& wish) { wish.extended_key_usage = "clientAuth"; })),
                   check::kWrongPurpose,
                   "its certificate is not for TLS servers (it is for: TLS Web Client Authentication)",
                   SSL_AD_UNSUPPORTED_CERTIFICATE);
}

TEST(ServerCheck, AnIssuerThatIsNoCaIsRefused) {
    const TestCertificate no_ca = leaf([](CertificateWish& wish) { wish.common_name = "No CA"; });
    expect_refused(meet(leaf([](CertificateWish&) {}, no_ca), {&no_ca}), check::kIssuerNotCa,
                   "its issuer 'No CA' may not sign certificates", SSL_AD_UNKNOWN_CA,
                   "CN=No CA (its issuer)");
    const TestCertificate may_not =
        ca("May Not", trusted_root(), [](CertificateWish& wish) { wish.key_usage = "critical,cRLSign"; });
    expect_refused(meet(leaf([](CertificateWish&) {}, may_not), {&may_not}), check::kIssuerNotCa,
                   "its issuer 'May Not' may not sign certificates", SSL_AD_UNKNOWN_CA,
                   "CN=May Not (its issuer)");
}

TEST(ServerCheck, NameConstraintsHold) {
    const TestCertificate narrow = ca("Narrow CA", trusted_root(), [](CertificateWish& wish) {
        wish.name_constraints = "critical,permitted;DNS:corp.test";
    });
    expect_refused(meet(leaf([](CertificateWish&) {}, narrow), {&narrow}), check::kNameConstraint,
                   "is for a name that a CA above it may not vouch for", SSL_AD_CERTIFICATE_UNKNOWN);
    const TestCertificate own = leaf([](CertificateWish& wish) { wish.names = "DNS:web.corp.test"; }, narrow);
    EXPECT_TRUE(meet(own, {&narrow}, "web.corp.test").accepted());
}

TEST(ServerCheck, PathLengthsHold) {
    const TestCertificate upper = ca("Upper CA", trusted_root(), [](CertificateWish& wish) {
        wish.basic_constraints = "critical,CA:TRUE,pathlen:0";
    });
    const TestCertificate lower = ca("Lower CA", upper);
    expect_refused(meet(leaf([](CertificateWish&) {}, lower), {&lower, &upper}), check::kPathTooLong,
                   "more CAs stand below 'Upper CA' than it allows", SSL_AD_UNKNOWN_CA,
                   "CN=Upper CA (2 steps above the server's own)");
}

TEST(ServerCheck, ACriticalExtensionThatIsUnknownIsRefused) {
    expect_refused(
        meet(leaf([](CertificateWish& wish) { wish.unknown_critical_extension = true; })),
        check::kUnknownCriticalExtension,
        "its certificate has a critical extension that is not understood here (1.3.6.1.4.1.55555.1)",
        SSL_AD_CERTIFICATE_UNKNOWN);
}

TEST(ServerCheck, AForgedCertificateIsRefused) {
    expect_refused(
        meet(leaf([](CertificateWish& wish) { wish.break_signature = true; })), check::kBadSignature,
        "its certificate is not signed by 'Test Root', whom it names as its issuer", SSL_AD_DECRYPT_ERROR);
}

TEST(ServerCheck, EveryFaultIsTold) {
    const Outcome outcome = meet(leaf([](CertificateWish& wish) {
        wish.names = "DNS:a.test";
        wish.until = kTestNow - kDay;
    }));
    EXPECT_EQ(outcome.refusal().check, check::kWrongHost);
    EXPECT_THAT(
        outcome.refusal().what,
        HasSubstr("its certificate is for a.test, not for good.test; also, its certificate expired on"));
}

TEST(ServerCheck, AnExceptionIsForOneCertificateOfOneHost) {
    TestTls tls;
    const TestCertificate own = make_certificate({}), other = make_certificate({});
    const OwnedContext server = plain_server(own), another = plain_server(other);
    const Outcome refused = meet(tls, server.get());
    ASSERT_FALSE(refused.accepted());
    std::string hash = refused.facts().certificate->sha256;
    for (char& c : hash) c = static_cast<char>(std::toupper(c));
    tls.tls->except("GOOD.test", hash);
    const Outcome excepted = meet(tls, server.get());
    EXPECT_TRUE(excepted.accepted());
    EXPECT_EQ(excepted.facts().excepted, check::kSelfSigned);
    EXPECT_FALSE(excepted.facts().refusal);
    EXPECT_FALSE(meet(tls, another.get()).accepted());
    EXPECT_FALSE(meet(tls, server.get(), "other.test").accepted());
}

TEST(ServerCheck, AResumedSessionKeepsItsExceptionAndLendsItToNoOtherHost) {
    TestTls tls;
    const TestCertificate own = make_certificate({});
    const OwnedContext server = plain_server(own);
    tls.tls->except("good.test", meet(tls, server.get()).facts().certificate->sha256);
    EXPECT_FALSE(meet(tls, server.get()).facts().resumed);
    const Outcome resumed = meet(tls, server.get());
    EXPECT_TRUE(resumed.facts().resumed);
    EXPECT_EQ(resumed.facts().excepted, check::kSelfSigned);
    const Outcome other = meet(tls, server.get(), "other.test");
    EXPECT_FALSE(other.facts().resumed);
    EXPECT_FALSE(other.accepted());
}

TEST(ServerCheck, AHostThatIsNotToBeCheckedPassesWhileThatIsSo) {
    bool insecure = true;
    TestTls tls({.insecure = [&](const std::string& host) { return insecure && host == "good.test"; }});
    const TestCertificate own = leaf([](CertificateWish& wish) { wish.until = kTestNow - kDay; });
    const OwnedContext server = plain_server(own);
    EXPECT_EQ(meet(tls, server.get()).facts().excepted, check::kExpired);
    EXPECT_TRUE(meet(tls, server.get()).facts().resumed);
    EXPECT_FALSE(meet(tls, server.get(), "also.good.test").accepted());
    insecure = false;
    const Outcome checked_again = meet(tls, server.get());
    EXPECT_EQ(checked_again.refusal().check, check::kExpired);
}

}  // namespace
}  // namespace why401::certs
