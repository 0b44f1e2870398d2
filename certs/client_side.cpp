#include "certs/client_side.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "certs/tls_engine_impl.h"
#include "wire/reader.h"

namespace why401::certs {
namespace {

struct ToClient final : TlsEngine::Impl {
    ToClient(SSL_CTX* context, const ClientWish& of, std::shared_ptr<const Leaf> shown)
        : Impl(context, of.host), wish(of), leaf(std::move(shown)) {
        facts.certificate = leaf->facts;
        SSL_set_accept_state(ssl.get());
    }

    bool to_server() const override { return false; }
    void opened() override {}

    const ClientWish wish;
    const std::shared_ptr<const Leaf> leaf;
};

ToClient& engine_of(const SSL* ssl) { return static_cast<ToClient&>(TlsEngine::Impl::of(ssl)); }

std::string_view extension(SSL* ssl, unsigned int type) {
    const unsigned char* bytes = nullptr;
    std::size_t length = 0;
    if (SSL_client_hello_get0_ext(ssl, type, &bytes, &length) != 1) return {};
    return {reinterpret_cast<const char*>(bytes), length};
}

// RFC 6066 3: a list, of which host_name is the only kind of entry there is.
std::string server_name_in(std::string_view list) {
    wire::Reader reader(list);
    reader.u16_be();
    if (reader.u8() != TLSEXT_NAMETYPE_host_name) return {};
    const std::string_view name = reader.take(reader.u16_be());
    return reader.ok() ? std::string(name) : std::string();
}

int on_client_hello(SSL* ssl, int*, void*) {
    TlsFacts& facts = engine_of(ssl).facts;
    facts.server_name = server_name_in(extension(ssl, TLSEXT_TYPE_server_name));
    wire::Reader alpn(extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation));
    facts.alpn_offered = from_alpn_list(alpn.take(alpn.u16_be()));
    return SSL_CLIENT_HELLO_SUCCESS;
}

// Asked only where the client offers protocols.
int choose_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* length, const unsigned char*,
                    unsigned int, void*) {
    ToClient& engine = engine_of(ssl);
    const std::vector<std::string>& offered = engine.facts.alpn_offered;
    const auto found = std::find(offered.begin(), offered.end(), engine.wish.alpn);
    if (engine.wish.alpn.empty() || found == offered.end())
        return engine.wish.alpn_required ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
    *chosen = reinterpret_cast<const unsigned char*>(engine.wish.alpn.data());
    *length = static_cast<unsigned char>(engine.wish.alpn.size());
    engine.facts.alpn = engine.wish.alpn;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

ClientSide::ClientSide(const Authority& authority)
    : mint_(authority), context_(new_context(TLS_server_method())) {
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);  // tickets carry it all
    SSL_CTX_set_num_tickets(context_.get(), 1);                          // each costs a message
    SSL_CTX_set_client_hello_cb(context_.get(), on_client_hello, nullptr);
    SSL_CTX_set_alpn_select_cb(context_.get(), choose_protocol, nullptr);
}

// The session id context is the hash of the leaf: a ticket is good for the certificate that its client has
// seen, and so for its host alone.
std::unique_ptr<TlsEngine> ClientSide::engine(const ClientWish& wish,
                                              std::chrono::system_clock::time_point now) {
    std::shared_ptr<const Leaf> leaf = mint_.for_host(wish.host, now);
    auto impl = std::make_unique<ToClient>(context_.get(), wish, leaf);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int length = 0;
    SSL* const ssl = impl->ssl.get();
    const bool done = SSL_use_cert_and_key(ssl, leaf->certificate, mint_.key(), nullptr, 1) == 1 &&
                      X509_digest(leaf->certificate, EVP_sha256(), hash.data(), &length) == 1 &&
                      SSL_set_session_id_context(ssl, hash.data(), length) == 1;
    if (!done) throw CertsError("the certificate for " + wish.host + " cannot be used");
    return std::make_unique<TlsEngine>(std::move(impl));
}

}  // namespace why401::certs
