#pragma once
// For tests: both legs over a CA of their own, with a clock that stands still and a server CA that is
// trusted.

#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "certs/test_tls_peer.h"
#include "certs/tls.h"
#include "tests/support/temporary_folder.h"

namespace why401::certs {

/// The root that every TestTls trusts for servers.
inline const TestCertificate& trusted_root() {
    static const TestCertificate root = make_certificate(ca_wish("Test Root"));
    return root;
}

/// For good.test and also.good.test, from trusted_root().
inline const TestCertificate& trusted_leaf() {
    static const TestCertificate leaf = [] {
        CertificateWish wish;
        wish.names = "DNS:good.test,DNS:also.good.test";
        return make_certificate(wish, &trusted_root());
    }();
    return leaf;
}

inline OwnedContext trusted_server(int version) {
    OwnedContext context = plain_server(trusted_leaf());
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    return context;
}

struct TestTlsOptions {
    bool keylog = false;
    std::function<bool(const std::string&)> insecure = {};
};

class TestTls {
public:
    explicit TestTls(const TestTlsOptions& options = {})
        : authority(Authority::open_or_create(folder.path / "ca", {.only_hosts = {}, .now = test_now()})) {
        ::setenv("SSL_CERT_DIR", "/nonexistent", 1);  // the system's roots are of no matter here
        ::unsetenv("SSL_CERT_FILE");
        write_text(folder.path / "roots.pem", pem_of(*trusted_root().certificate));
        tls = std::make_unique<Tls>(
            authority, TlsOptions{.upstream_ca = folder.path / "roots.pem",
                                  .insecure_upstream = options.insecure,
                                  .keylog = options.keylog ? key_log_file() : std::filesystem::path(),
                                  .now = [this] { return std::chrono::system_clock::from_time_t(now); }});
    }

    std::unique_ptr<TlsEngine> to_origin(const std::string& host) {
        return tls->to_origin({.host = host, .peer = host + ":443", .alpn = {}});
    }
    std::unique_ptr<TlsEngine> to_client(const std::string& host) {
        return tls->to_client({.host = host, .alpn = {}});
    }

    /// A client that trusts our CA at the test's time.
    OwnedContext trusting_client(int version) const {
        OwnedContext context = plain_client(authority.certificate());
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()), kTestNow);
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        return context;
    }

    std::filesystem::path key_log_file() const { return folder.path / "keys.log"; }
    std::string key_log() const { return text_of(key_log_file()); }

    TemporaryFolder folder;
    std::int64_t now = kTestNow;
    Authority authority;
    std::unique_ptr<Tls> tls;
};

}  // namespace why401::certs
