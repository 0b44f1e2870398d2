#pragma once
// For tests: certificates, good and bad, made on the spot with OpenSSL. Their clock stands at kTestNow.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "certs/certificate_writing.h"

namespace why401::certs {

inline constexpr std::int64_t kTestNow = 1781524800;  // 2026-06-15T12:00:00Z
inline constexpr std::int64_t kDay = 86400;

inline std::chrono::system_clock::time_point test_now() {
    return std::chrono::system_clock::from_time_t(kTestNow);
}

inline void must(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("a test certificate cannot be made: ") + what);
}

inline OwnedKey rsa_key(unsigned int bits) { return OwnedKey(EVP_RSA_gen(bits)); }

struct TestCertificate {
    OwnedX509 certificate;
    OwnedKey key;
};

struct CertificateWish {
    std::string common_name = "good.test";  ///< empty: an empty subject
    std::string names = "DNS:good.test";    ///< as openssl.cnf has them; empty: none
    std::string raw_dns_name = {};          ///< instead: one dNSName of any bytes
    std::int64_t from = kTestNow - 30 * kDay, until = kTestNow + 60 * kDay;
    std::string basic_constraints = {};  ///< "critical,CA:TRUE"; empty: none
    std::string key_usage = {};
    std::string extended_key_usage = "serverAuth";
    std::string name_constraints = {};
    bool unknown_critical_extension = false;
    const EVP_MD* hash = EVP_sha256();  ///< null for keys that need none
    bool break_signature = false;
};

inline CertificateWish ca_wish(std::string name) {
    CertificateWish wish;
    wish.common_name = std::move(name);
    wish.names.clear();
    wish.from = kTestNow - 3000 * kDay;
    wish.until = kTestNow + 7000 * kDay;
    wish.basic_constraints = "critical,CA:TRUE";
    wish.key_usage = "critical,keyCertSign,cRLSign";
    wish.extended_key_usage.clear();
    return wish;
}

namespace making {

inline void extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
    if (value.empty()) return;
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str());
    must(made != nullptr && X509_add_ext(certificate, made, -1) == 1, value.c_str());
    X509_EXTENSION_free(made);
}

inline void raw_dns_name(X509* certificate, const std::string& bytes) {
    GENERAL_NAMES* names = GENERAL_NAMES_new();
    GENERAL_NAME* name = GENERAL_NAME_new();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size()));
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    sk_GENERAL_NAME_push(names, name);
    must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1, "subjectAltName");
    GENERAL_NAMES_free(names);
}

inline void unknown_extension(X509* certificate) {
    ASN1_OBJECT* oid = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
    ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value, reinterpret_cast<const unsigned char*>("\x05\x00"), 2);
    X509_EXTENSION* made = X509_EXTENSION_create_by_OBJ(nullptr, oid, 1, value);
    must(X509_add_ext(certificate, made, -1) == 1, "unknown extension");
    X509_EXTENSION_free(made);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
}

inline void common_name(X509* certificate, const std::string& name) {
    if (name.empty()) return;
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
}

}  // namespace making

/// Signed by `issuer`, or by itself.
inline TestCertificate make_certificate(const CertificateWish& wish, const TestCertificate* issuer = nullptr,
                                        OwnedKey key = new_p256_key()) {
    static std::uint64_t serial = 1000;
    OwnedX509 made(X509_new());
    X509* const x = made.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(x), wish.from);
    ASN1_TIME_set(X509_getm_notAfter(x), wish.until);
    making::common_name(x, wish.common_name);
    X509* const signer = issuer ? issuer->certificate.get() : x;
    X509_set_issuer_name(x, X509_get_subject_name(signer));
    X509_set_pubkey(x, key.get());
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer, x, nullptr, nullptr, 0);
    making::extension(x, &context, NID_basic_constraints, wish.basic_constraints);
    making::extension(x, &context, NID_key_usage, wish.key_usage);
    making::extension(x, &context, NID_ext_key_usage, wish.extended_key_usage);
    making::extension(x, &context, NID_name_constraints, wish.name_constraints);
    making::extension(x, &context, NID_subject_key_identifier, "hash");
    if (wish.raw_dns_name.empty())
        making::extension(x, &context, NID_subject_alt_name,
                          (wish.common_name.empty() ? "critical," : "") + wish.names);
    else
        making::raw_dns_name(x, wish.raw_dns_name);
    if (wish.unknown_critical_extension) making::unknown_extension(x);
    must(X509_sign(x, issuer ? issuer->key.get() : key.get(), wish.hash) > 0, "signing");
    if (wish.break_signature) {
        const ASN1_BIT_STRING* signature = nullptr;
        X509_get0_signature(&signature, nullptr, x);
        signature->data[signature->length - 1] ^= 1;
    }
    return {std::move(made), std::move(key)};
}

}  // namespace why401::certs
