#include "certs/owned.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

#include "certs/authority.h"
#include "wire/hex.h"

namespace why401::certs {

namespace {

OwnedBio reading(std::string_view text) {
    return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Without one, OpenSSL asks for a password on the terminal.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

void require(bool done, const std::string& what) {
    if (done) return;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    const std::string sentence =
        "OpenSSL cannot " + what + (reason != nullptr ? " (" + std::string(reason) + ")." : ".");
    ERR_clear_error();
    throw CertsError(sentence);
}

std::string der_of(const X509& certificate) {
    const int size = i2d_X509(&certificate, nullptr);
    require(size > 0, "encode a certificate");
    std::string der(static_cast<std::size_t>(size), '\0');
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    require(i2d_X509(&certificate, &at) == size, "encode a certificate");
    return der;
}

std::string pem_of(const X509& certificate) {
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    require(bio && PEM_write_bio_X509(bio.get(), &certificate) == 1, "write a certificate");
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

std::string sha256_of(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    require(X509_digest(&certificate, EVP_sha256(), digest.data(), &length) == 1, "hash a certificate");
    return hex::encode({reinterpret_cast<const char*>(digest.data()), length});
}

OwnedX509 certificate_from_pem(std::string_view pem) {
    const OwnedBio bio = reading(pem);
    OwnedX509 certificate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    return certificate;
}

OwnedKey key_from_pem(std::string_view pem) {
    const OwnedBio bio = reading(pem);
    OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    return key;
}

}  // namespace why401::certs
