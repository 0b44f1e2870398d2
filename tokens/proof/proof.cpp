#include "tokens/proof/proof.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "tokens/proof/uppercase.h"
#include "wire/reader.h"
#include "wire/utf16.h"

namespace why401::proof {

namespace {

/// Frees what OpenSSL made.
template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("OpenSSL cannot " + what + "."); }
void require(bool done, const char* what) {
    if (!done) fail(what);
}

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

/// A library context of our own, so that loading the legacy provider changes nothing for the TLS of this
/// process.
class Library {
public:
    Library() : context_(OSSL_LIB_CTX_new()) {
        if (!context_) fail("make a library context");
        legacy_.reset(OSSL_PROVIDER_load(context_.get(), "legacy"));
        if (!legacy_)
            throw std::runtime_error(
                "OpenSSL's legacy provider cannot be loaded, and without it there is no MD4, DES or RC4: "
                "is legacy.so of OpenSSL 3 installed (package openssl / libssl3), or OPENSSL_MODULES set "
                "wrongly?");
        default_.reset(OSSL_PROVIDER_load(context_.get(), "default"));
        if (!default_) fail("load its default provider");
    }
    OSSL_LIB_CTX* get() const { return context_.get(); }

private:
    // Providers go before the context that they were loaded into.
    Owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free> context_;
    Owned<OSSL_PROVIDER, OSSL_PROVIDER_unload> legacy_;
    Owned<OSSL_PROVIDER, OSSL_PROVIDER_unload> default_;
};

OSSL_LIB_CTX* library() {
    static const Library kLibrary;
    return kLibrary.get();
}

std::string cipher(const char* name, std::string_view key, std::string_view data) {
    const Owned<EVP_CIPHER, EVP_CIPHER_free> algorithm(EVP_CIPHER_fetch(library(), name, nullptr));
    const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    require(algorithm && context, "offer the old ciphers of NTLM");
    require(EVP_EncryptInit_ex2(context.get(), algorithm.get(), nullptr, nullptr, nullptr) == 1,
            "start a cipher");
    // RC4 keys have any length (a 56-bit session key has 8 bytes).
    EVP_CIPHER_CTX_set_key_length(context.get(), static_cast<int>(key.size()));
    require(EVP_EncryptInit_ex2(context.get(), nullptr, raw(key), nullptr, nullptr) == 1, "use a cipher key");
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    std::string out(data.size() + 16, '\0');
    int length = 0;
    require(
        EVP_EncryptUpdate(context.get(), raw(out), &length, raw(data), static_cast<int>(data.size())) == 1,
        "encrypt");
    out.resize(static_cast<std::size_t>(length));
    return out;
}

/// Spreads 7 bytes over 8, leaving each low bit for the parity that DES ignores.
std::string des_key(std::string_view seven) {
    std::uint64_t bits = 0;
    for (char c : seven) bits = bits << 8 | static_cast<unsigned char>(c);
    std::string key;
    for (int shift = 49; shift >= 0; shift -= 7)
        key.push_back(static_cast<char>((bits >> shift & 0x7F) << 1));
    return key;
}

std::string des(std::string_view seven, std::string_view block) {
    return cipher("DES-ECB", des_key(seven), block);
}

}  // namespace

std::string hash(const char* name, std::string_view data) {
    const Owned<EVP_MD, EVP_MD_free> algorithm(EVP_MD_fetch(library(), name, nullptr));
    require(algorithm != nullptr, "offer a hash that is needed");
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    require(EVP_Digest(data.data(), data.size(), digest.data(), &length, algorithm.get(), nullptr) == 1,
            "hash");
    return std::string(digest.begin(), digest.begin() + length);
}

std::string md5(std::string_view data) { return hash("MD5", data); }

std::string hmac_md5(std::string_view key, std::string_view data) {
    const Owned<EVP_MAC, EVP_MAC_free> algorithm(EVP_MAC_fetch(library(), "HMAC", nullptr));
    require(algorithm != nullptr, "offer HMAC");
    const Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> context(EVP_MAC_CTX_new(algorithm.get()));
    std::string digest_name = "MD5";
    const std::array<OSSL_PARAM, 2> params = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
        OSSL_PARAM_construct_end()};
    std::string out(16, '\0');
    std::size_t length = 0;
    require(context && EVP_MAC_init(context.get(), raw(key), key.size(), params.data()) == 1 &&
                EVP_MAC_update(context.get(), raw(data), data.size()) == 1 &&
                EVP_MAC_final(context.get(), raw(out), &length, out.size()) == 1,
            "compute an HMAC");
    return out;
}

std::string rc4(std::string_view key, std::string_view data) { return cipher("RC4", key, data); }

std::string ntowf_v1(std::string_view password) { return hash("MD4", utf16::from_utf8(password)); }

std::string lmowf_v1(std::string_view password) {
    std::string upper = uppercase_utf8(password);
    upper.resize(14);
    return des(std::string_view(upper).substr(0, 7), "KGS!@#$%") +
           des(std::string_view(upper).substr(7), "KGS!@#$%");
}

std::string ntowf_v2(std::string_view nt_hash, std::string_view user, std::string_view domain) {
    return hmac_md5(nt_hash, utf16::from_utf8(uppercase_utf8(user)) + utf16::from_utf8(domain));
}

std::string v1_response(std::string_view hash, std::string_view server_challenge) {
    std::string key(hash);
    key.resize(21);
    const std::string_view keys = key;
    return des(keys.substr(0, 7), server_challenge) + des(keys.substr(7, 7), server_challenge) +
           des(keys.substr(14), server_challenge);
}

std::string v1_ess_response(std::string_view nt_hash, std::string_view server_challenge,
                            std::string_view client_challenge) {
    const std::string both = md5(std::string(server_challenge).append(client_challenge));
    return v1_response(nt_hash, std::string_view(both).substr(0, 8));
}

std::string v2_proof(std::string_view ntowf_v2, std::string_view server_challenge, std::string_view blob) {
    return hmac_md5(ntowf_v2, std::string(server_challenge).append(blob));
}

std::string lm_v2_response(std::string_view ntowf_v2, std::string_view server_challenge,
                           std::string_view client_challenge) {
    return hmac_md5(ntowf_v2, std::string(server_challenge).append(client_challenge))
        .append(client_challenge);
}

std::string v2_session_base_key(std::string_view ntowf_v2, std::string_view nt_proof) {
    return hmac_md5(ntowf_v2, nt_proof);
}

std::string v1_session_base_key(std::string_view nt_hash) { return hash("MD4", nt_hash); }

std::string mic(std::string_view exported_session_key, std::string_view negotiate, std::string_view challenge,
                std::string_view authenticate) {
    constexpr std::size_t kMicOffset = 72;
    std::string all = std::string(negotiate).append(challenge);
    const std::size_t begin = all.size() + kMicOffset;
    all.append(authenticate);
    if (all.size() >= begin + 16) all.replace(begin, 16, 16, '\0');
    return hmac_md5(exported_session_key, all);
}

std::string channel_bindings(std::string_view certificate_hash) {
    const std::string application = std::string("tls-server-end-point:").append(certificate_hash);
    std::string structure(16, '\0');  // no initiator, no acceptor address
    wire::put_u32_le(structure, static_cast<std::uint32_t>(application.size()));
    return md5(structure + application);
}

}  // namespace why401::proof
