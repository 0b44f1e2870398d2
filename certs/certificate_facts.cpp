#include "certs/certificate_words.h"
#include "certs/channel_binding.h"
#include "certs/owned.h"
#include "wire/hex.h"

namespace why401::certs {

namespace {

constexpr std::size_t kMostNames = 16;

}  // namespace

CertificateFacts facts_of(const X509& certificate) {
    CertificateFacts facts;
    facts.subject = name_in_words(X509_get_subject_name(&certificate));
    facts.issuer = name_in_words(X509_get_issuer_name(&certificate));
    facts.names = names_of(certificate);
    if (facts.names.size() > kMostNames) {
        facts.names_left_out = static_cast<std::uint32_t>(facts.names.size() - kMostNames);
        facts.names.resize(kMostNames);
    }
    facts.not_before = seconds_of(X509_get0_notBefore(&certificate));
    facts.not_after = seconds_of(X509_get0_notAfter(&certificate));
    facts.sha256 = sha256_of(certificate);
    const std::string end_point = tls_server_end_point(certificate);
    facts.end_point = hex::encode(end_point);
    facts.ntlm_binding = hex::encode(ntlm_channel_binding(end_point));
    return facts;
}

}  // namespace why401::certs
