#include "certs/context.h"

#include <openssl/ssl.h>

#include "certs/authority.h"
#include "wire/reader.h"

namespace why401::certs {
namespace {

// As browsers order them. With SHA-256 the key schedule of TLS 1.3 costs less than with SHA-384.
constexpr char kSuites[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr char kGroups[] = "X25519:P-256:P-384:P-521";

}  // namespace

OwnedContext new_context(const SSL_METHOD* method) {
    OwnedContext context(SSL_CTX_new(method));
    if (!context) throw CertsError("OpenSSL cannot set up TLS");
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_security_level(raw, 2);
    SSL_CTX_clear_options(raw, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    const bool done = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_max_proto_version(raw, 0) == 1 &&
                      SSL_CTX_set_cipher_list(raw, OSSL_default_cipher_list()) == 1 &&
                      SSL_CTX_set_ciphersuites(raw, kSuites) == 1 &&
                      SSL_CTX_set1_groups_list(raw, kGroups) == 1 && SSL_CTX_set_max_early_data(raw, 0) == 1;
    if (!done) throw CertsError("OpenSSL does not offer TLS 1.2 and 1.3");
    return context;
}

std::string to_alpn_list(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names)
        if (!name.empty() && name.size() <= 255) list += static_cast<char>(name.size()) + name;
    return list;
}

std::vector<std::string> from_alpn_list(std::string_view list) {
    std::vector<std::string> names;
    wire::Reader reader(list);
    while (reader.remaining() > 0) {
        const std::string_view name = reader.take(reader.u8());
        if (!reader.ok()) break;
        names.emplace_back(name);
    }
    return names;
}

}  // namespace why401::certs
