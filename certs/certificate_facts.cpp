#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "certs/certificate_writing.h"
#include "certs/channel_binding.h"
#include "certs/host_name.h"
#include "wire/hex.h"
#include "wire/printable.h"
#include "wire/utf8.h"

namespace why401::certs {

namespace {

constexpr std::size_t kMostNames = 16, kLongestName = 1024;

std::string bytes_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// RFC 2253, but what is UTF-8 stays legible.
std::string one_line(const X509_NAME* name) {
    constexpr unsigned long kFlags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    require(bio != nullptr, "read a name");
    X509_NAME_print_ex(bio.get(), name, 0, kFlags);
    ERR_clear_error();
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return printable({text, static_cast<std::size_t>(size)}, kLongestName);
}

void take_names(CertificateFacts& facts, const X509& certificate) {
    const GeneralNames names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
        if (type != GEN_DNS && type != GEN_IPADD) continue;
        if (facts.names.size() == kMostNames) {
            ++facts.names_left_out;
            continue;
        }
        const std::string bytes = bytes_of(static_cast<const ASN1_STRING*>(value));
        const std::string address = type == GEN_IPADD ? address_text(bytes) : "";
        facts.names.push_back(!address.empty() ? address : printable(bytes, kLongestName));
    }
    ERR_clear_error();
}

/// 0 for what is no time.
std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    const bool is_time = ASN1_TIME_to_tm(time, &parts) == 1;
    ERR_clear_error();
    return is_time ? ::timegm(&parts) : 0;
}

}  // namespace

CertificateFacts facts_of(const X509& certificate) {
    CertificateFacts facts;
    facts.subject = one_line(X509_get_subject_name(&certificate));
    facts.issuer = one_line(X509_get_issuer_name(&certificate));
    take_names(facts, certificate);
    facts.not_before = seconds_of(X509_get0_notBefore(&certificate));
    facts.not_after = seconds_of(X509_get0_notAfter(&certificate));
    facts.sha256 = sha256_of(certificate);
    const std::string end_point = tls_server_end_point(certificate);
    facts.end_point = hex::encode(end_point);
    facts.ntlm_binding = hex::encode(ntlm_channel_binding(end_point));
    return facts;
}

}  // namespace why401::certs
