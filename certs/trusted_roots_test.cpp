#include "certs/trusted_roots.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <cstdlib>

#include "certs/test_tls.h"

namespace why401::certs {
namespace {

struct TrustedRoots : testing::Test {
    TestTls tls;  // points the system's roots to nowhere
    TemporaryFolder temporary;
    ~TrustedRoots() override {
        ::setenv("SSL_CERT_DIR", "/nonexistent", 1);
        ::unsetenv("SSL_CERT_FILE");
    }

    static bool vouch(const OwnedStore& roots, const TestCertificate& leaf) {
        const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
        X509_STORE_CTX_init(context.get(), roots.get(), leaf.certificate.get(), nullptr);
        X509_STORE_CTX_set_time(context.get(), 0, kTestNow);
        return X509_verify_cert(context.get()) == 1;
    }
    static std::size_t known(const OwnedStore& roots) {
        return static_cast<std::size_t>(sk_X509_OBJECT_num(X509_STORE_get0_objects(roots.get())));
    }
};

TEST_F(TrustedRoots, OfTheSystemsFolderAreReadWhenTheyAreNeeded) {
    const unsigned long hash =
        X509_NAME_hash_ex(X509_get_subject_name(trusted_root().certificate.get()), nullptr, nullptr, nullptr);
    write_text(temporary.path / fmt::format("{:08x}.0", hash), pem_of(*trusted_root().certificate));
    ::setenv("SSL_CERT_DIR", temporary.path.c_str(), 1);
    const OwnedStore roots = trusted_roots(tls.authority, {});
    EXPECT_FALSE(vouch(roots, trusted_leaf()));
    add_system_roots(roots.get());
    EXPECT_EQ(known(roots), 1U);  // our own CA
    EXPECT_TRUE(vouch(roots, trusted_leaf()));
    EXPECT_EQ(known(roots), 2U);
}

TEST_F(TrustedRoots, OfTheFileThatTheUserNamesAreRead) {
    write_text(temporary.path / "roots.pem", pem_of(*trusted_root().certificate));
    ::setenv("SSL_CERT_FILE", (temporary.path / "roots.pem").c_str(), 1);
    const OwnedStore roots = trusted_roots(tls.authority, {});
    add_system_roots(roots.get());
    EXPECT_TRUE(vouch(roots, trusted_leaf()));
}

TEST_F(TrustedRoots, AnIssuerThatIsGivenIsTrustedWithoutItsRoot) {
    const TestCertificate root = make_certificate(ca_wish("Contoso Root")),
                          between = make_certificate(ca_wish("Contoso CA"), &root);
    write_text(temporary.path / "between.pem", pem_of(*between.certificate));
    EXPECT_TRUE(
        vouch(trusted_roots(tls.authority, temporary.path / "between.pem"), make_certificate({}, &between)));
    EXPECT_FALSE(vouch(trusted_roots(tls.authority, {}), make_certificate({}, &between)));
}

TEST_F(TrustedRoots, OurOwnCaIsOne) {
    const auto engine = tls.to_client("shop.test");
    const auto upstream = tls.to_origin("shop.test");
    EngineEnd server{*engine}, client{*upstream};
    converse(client, server);
    EXPECT_EQ(upstream->phase(), TlsEngine::Phase::Open) << upstream->failure().what;
    EXPECT_EQ(engine->phase(), TlsEngine::Phase::Open);
}

}  // namespace
}  // namespace why401::certs
