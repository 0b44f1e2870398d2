// What a server staples about its certificate, through a whole handshake in both versions.

#include "certs/stapled_ocsp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "certs/test_tls.h"
#include "certs/tls_failure.h"

namespace why401::certs {
namespace {

using testing::Contains;
using testing::Not;

struct StapleWish {
    int status = V_OCSP_CERTSTATUS_GOOD;
    std::int64_t from = kTestNow - kDay, until = kTestNow + kDay;
    const EVP_MD* names_by = EVP_sha1();
};

std::string staple(const TestCertificate& about, const TestCertificate& issuer, const TestCertificate& signer,
                   const StapleWish& wish) {
    const Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
    const Owned<OCSP_CERTID, OCSP_CERTID_free> id(
        OCSP_cert_to_id(wish.names_by, about.certificate.get(), issuer.certificate.get()));
    const Owned<ASN1_TIME, ASN1_TIME_free> from(ASN1_GENERALIZEDTIME_set(nullptr, wish.from)),
        until(ASN1_GENERALIZEDTIME_set(nullptr, wish.until));
    OCSP_basic_add1_status(basic.get(), id.get(), wish.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, from.get(),
                           from.get(), until.get());
    must(OCSP_basic_sign(basic.get(), signer.certificate.get(), signer.key.get(), EVP_sha256(), nullptr, 0) ==
             1,
         "an OCSP answer");
    const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    unsigned char* der = nullptr;
    const int length = i2d_OCSP_RESPONSE(response.get(), &der);
    std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return out;
}

int send_staple(SSL* ssl, void* der) {
    const auto* bytes = static_cast<const std::string*>(der);
    SSL_set_tlsext_status_ocsp_resp(ssl, OPENSSL_memdup(bytes->data(), bytes->size()),
                                    static_cast<long>(bytes->size()));
    return SSL_TLSEXT_ERR_OK;
}

struct Stapled : testing::TestWithParam<int> {
    TestTls tls;
    int alert = 0, servers = 0;  ///< each is a new one, so that no session is resumed

    std::unique_ptr<TlsEngine> meet(std::string answer) {
        const OwnedContext server = trusted_server(GetParam());
        SSL_CTX_set_tlsext_status_cb(server.get(), send_staple);
        SSL_CTX_set_tlsext_status_arg(server.get(), &answer);
        std::unique_ptr<TlsEngine> engine =
            tls.tls->to_origin({.host = "good.test", .peer = std::to_string(++servers), .alpn = {}});
        PlainPeer peer(server.get(), true);
        EngineEnd end{*engine};
        converse(end, peer);
        alert = peer.alert();
        return engine;
    }
    static std::string by_the_issuer(const StapleWish& wish) {
        return staple(trusted_leaf(), trusted_root(), trusted_root(), wish);
    }
};

INSTANTIATE_TEST_SUITE_P(StapledOcsp, Stapled, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(Stapled, AGoodAnswerIsRemarkedUpon) {
    for (const EVP_MD* names_by : {EVP_sha1(), EVP_sha256()}) {
        const auto engine = meet(by_the_issuer({.names_by = names_by}));
        EXPECT_EQ(engine->phase(), TlsEngine::Phase::Open);
        EXPECT_THAT(engine->facts().remarks, Contains("stapled OCSP says good"));
        EXPECT_THAT(engine->facts().remarks, Not(Contains("revocation was not checked")));
    }
}

TEST_P(Stapled, ARevokedCertificateIsRefused) {
    const auto engine = meet(by_the_issuer({.status = V_OCSP_CERTSTATUS_REVOKED}));
    EXPECT_EQ(engine->phase(), TlsEngine::Phase::Failed);
    EXPECT_EQ(engine->failure().check, check::kRevoked);
    EXPECT_EQ(engine->failure().certificate, "CN=good.test (the server's own)");
    EXPECT_TRUE(engine->failure().may_be_excepted);
    EXPECT_EQ(alert, SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE);
}

TEST_P(Stapled, ARevokedCertificateMayBeExcepted) {
    const std::string answer = by_the_issuer({.status = V_OCSP_CERTSTATUS_REVOKED});
    tls.tls->except("good.test", meet(answer)->facts().certificate->sha256);
    const auto engine = meet(answer);
    EXPECT_EQ(engine->phase(), TlsEngine::Phase::Open);
    EXPECT_EQ(engine->facts().excepted, check::kRevoked);
}

TEST_P(Stapled, AnAnswerThatNobodyStandsBehindIsIgnored) {
    const TestCertificate stranger = make_certificate(ca_wish("Stranger"));
    const std::vector<std::string> unusable = {
        "no answer at all",
        staple(trusted_leaf(), trusted_root(), stranger, {.status = V_OCSP_CERTSTATUS_REVOKED}),
        staple(trusted_leaf(), trusted_root(), trusted_leaf(), {}),  // its own word for itself
        staple(stranger, trusted_root(), trusted_root(), {.status = V_OCSP_CERTSTATUS_REVOKED}),
        by_the_issuer({.from = kTestNow - 9 * kDay, .until = kTestNow - kDay}),
        by_the_issuer({.from = kTestNow + kDay, .until = kTestNow + 2 * kDay}),
        by_the_issuer({.status = V_OCSP_CERTSTATUS_UNKNOWN}),
    };
    for (std::size_t i = 0; i < unusable.size(); ++i) {
        const auto engine = meet(unusable[i]);
        EXPECT_EQ(engine->phase(), TlsEngine::Phase::Open) << i << engine->failure().what;
        EXPECT_THAT(engine->facts().remarks,
                    Contains("revocation was not checked: the stapled OCSP answer cannot be used"))
            << i;
    }
}

}  // namespace
}  // namespace why401::certs
