#pragma once
// For tests: both legs over a CA of their own, with a clock that stands still and a server CA that is
// trusted.

#include <openssl/ssl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>

#include "certs/test_tls_peer.h"
#include "certs/tls.h"

namespace why401::certs {

/// A folder that goes with the test.
class TestFolder {
public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "why401-certs-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
        path = name;
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TestFolder(const TestFolder&) = delete;

    std::filesystem::path path;
};

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

inline ContextPtr trusted_server(int version) {
    ContextPtr context = plain_server(trusted_leaf());
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
        std::ofstream(folder.path / "roots.pem") << pem_of(trusted_root());
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
    ContextPtr trusting_client(int version) const {
        ContextPtr context = plain_client(authority.certificate());
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()), kTestNow);
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        return context;
    }

    std::filesystem::path key_log_file() const { return folder.path / "keys.log"; }
    std::string key_log() const {
        std::ostringstream text;
        text << std::ifstream(key_log_file()).rdbuf();
        return text.str();
    }

    TestFolder folder;
    std::int64_t now = kTestNow;
    Authority authority;
    std::unique_ptr<Tls> tls;
};

}  // namespace why401::certs
