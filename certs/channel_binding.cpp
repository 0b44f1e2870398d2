#include "certs/channel_binding.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>

#include "certs/owned.h"

namespace why401::certs {

namespace {

/// The hash of the signature; null where it has none of its own, or one that is not known.
const EVP_MD* signature_hash(const X509& certificate) {
    // OpenSSL finds it (in the parameters too, for RSASSA-PSS) but wants to note it in the certificate, as it
    // does when it looks at its extensions: the value is the same before and after.
    int hash = NID_undef;
    X509_get_signature_info(const_cast<X509*>(&certificate), &hash, nullptr, nullptr, nullptr);
    ERR_clear_error();
    // RFC 5929 4.1: these two are replaced.
    if (hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
    return hash == NID_undef ? nullptr : EVP_get_digestbynid(hash);
}

std::string little_endian(std::size_t number) {
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((number >> shift) & 0xFFU);
    return bytes;
}

}  // namespace

std::string tls_server_end_point(const X509& certificate) {
    const EVP_MD* hash = signature_hash(certificate);
    if (hash == nullptr) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(&certificate, hash, digest.data(), &length) != 1) {  // MD4: OpenSSL has put it away
        ERR_clear_error();
        return {};
    }
    return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string ntlm_channel_binding(std::string_view end_point) {
    if (end_point.empty()) return {};
    const std::string data = "tls-server-end-point:" + std::string(end_point);
    // RFC 4121 4.1.1.2: numbers are little-endian; two addresses of no type and no length come first.
    const std::string bindings = std::string(16, '\0') + little_endian(data.size()) + data;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    require(EVP_Digest(bindings.data(), bindings.size(), digest.data(), &length, EVP_md5(), nullptr) == 1,
            "compute MD5");
    return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace why401::certs
