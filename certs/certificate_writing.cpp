#include "certs/certificate_writing.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

#include <ctime>

#include "certs/authority.h"

namespace why401::certs {

OwnedKey new_p256_key() {
    OwnedKey key(EVP_EC_gen("P-256"));
    require(key != nullptr, "make a P-256 key");
    return key;
}

void set_random_serial(X509& certificate) {
    const Owned<BIGNUM, BN_free> number(BN_new());
    require(number && BN_rand(number.get(), 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
            "make a serial number");
}

void set_validity(X509& certificate, std::chrono::system_clock::time_point now, std::chrono::seconds life) {
    const std::time_t from = std::chrono::system_clock::to_time_t(now - kBackdated);
    require(ASN1_TIME_set(X509_getm_notBefore(&certificate), from) != nullptr &&
                ASN1_TIME_set(X509_getm_notAfter(&certificate), from + life.count()) != nullptr,
            "write the validity of a certificate");
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME& time) {
    std::tm parts{};
    require(ASN1_TIME_to_tm(&time, &parts) == 1, "read a time of a certificate");
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

void add_extension(X509& certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1, "write an extension");
}

void add_extension(X509& certificate, int nid, void* value, bool critical) {
    require(X509_add1_ext_i2d(&certificate, nid, value, critical ? 1 : 0, X509V3_ADD_APPEND) == 1,
            "write an extension");
}

Owned<GENERAL_NAME, GENERAL_NAME_free> general_name(int type, std::string_view bytes) {
    Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
    ASN1_STRING* text = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
    require(name && text != nullptr, "write a name");
    GENERAL_NAME_set0_value(name.get(), type, text);
    require(ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1, "write a name");
    return name;
}

std::string common_name_of(const X509& certificate) {
    const X509_NAME* subject = X509_get_subject_name(&certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size < 0) return {};
    std::string name(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return name;
}

}  // namespace why401::certs
