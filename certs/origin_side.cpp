#include "certs/origin_side.h"

#include <openssl/ssl.h>

#include <utility>

#include "certs/host_name.h"
#include "certs/origin_engine.h"
#include "certs/tls_failure.h"
#include "certs/trusted_roots.h"
#include "wire/ascii.h"

namespace why401::certs {
namespace {

constexpr std::size_t kSessions = 256;

/// Without text for what is no name of a host.
HostName name_of(const std::string& host) try { return host_name(host); } catch (const CertsError&) {
    return {};
}

}  // namespace

OriginSide::OriginSide(const Authority& authority, const TlsOptions& options)
    : options_(options), context_(new_context(TLS_client_method())), sessions_(kSessions) {
    SSL_CTX* const raw = context_.get();
    SSL_CTX_set1_cert_store(raw, trusted_roots(authority, options.upstream_ca).get());
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    ToOrigin::attach_to(raw);
}

X509_STORE* OriginSide::trusted() const { return SSL_CTX_get_cert_store(context_.get()); }

void OriginSide::except(const std::string& host, const std::string& sha256) {
    std::string hash;
    for (const char c : sha256) hash += lower(c);
    exceptions_.add(name_of(host).text, hash);
}

bool OriginSide::is_excepted(const std::string& host, const std::string& sha256) const {
    return (options_.insecure_upstream && options_.insecure_upstream(host)) || exceptions_.has(host, sha256);
}

// A session stands for a certificate that was accepted: it must still be good, or still be excepted.
const SessionCache::Entry* OriginSide::session_for(const std::string& server, const std::string& host) {
    const SessionCache::Entry* entry = sessions_.find(server);
    if (entry == nullptr) return nullptr;
    const CertificateFacts& certificate = *entry->facts->certificate;
    const bool good = entry->facts->excepted.empty()
                          ? certificate.not_after > std::chrono::system_clock::to_time_t(now())
                          : is_excepted(host, certificate.sha256);
    if (good && SSL_SESSION_is_resumable(entry->session.get()) == 1) return entry;
    sessions_.forget(server);
    return nullptr;
}

std::unique_ptr<TlsEngine> OriginSide::engine(const OriginWish& wish) {
    if (!std::exchange(knows_system_roots_, true)) add_system_roots(trusted());
    const HostName host = name_of(wish.host);
    const std::string server = host.text + '\n' + wish.peer;
    auto impl = std::make_unique<ToOrigin>(*this, host, server);
    if (host.text.empty()) {
        impl->fail({.check = check::kWrongHost,
                    .what = "no certificate can name this host",
                    .certificate = {},
                    .hint = {}});
        return std::make_unique<TlsEngine>(std::move(impl));
    }
    SSL* const ssl = impl->ssl.get();
    // RFC 6066 3: an address is not sent.
    if (!host.is_address && SSL_set_tlsext_host_name(ssl, host.text.c_str()) == 1)
        impl->facts.server_name = host.text;
    const std::string alpn = to_alpn_list(wish.alpn);
    if (!alpn.empty() && SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(alpn.data()),
                                             static_cast<unsigned int>(alpn.size())) == 0)
        impl->facts.alpn_offered = wish.alpn;
    if (const SessionCache::Entry* entry = session_for(server, host.text)) {
        SSL_set_session(ssl, entry->session.get());
        impl->of_full_handshake = entry->facts;
    }
    impl->shake_hands();
    return std::make_unique<TlsEngine>(std::move(impl));
}

}  // namespace why401::certs
