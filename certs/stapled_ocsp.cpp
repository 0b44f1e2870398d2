#include "certs/stapled_ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <cstdint>

#include "certs/certificate_words.h"
#include "certs/owned.h"

namespace why401::certs {
namespace {

constexpr std::int64_t kClockSkew = 300;

// The answer names the certificate by hashes of its own choice.
bool is_about(OCSP_SINGLERESP* answer, const X509* certificate, const X509* issuer) {
    OCSP_CERTID* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(answer));
    ASN1_OBJECT* hash = nullptr;
    OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id);
    const EVP_MD* method = EVP_get_digestbyobj(hash);
    if (method == nullptr) return false;
    const Owned<OCSP_CERTID, OCSP_CERTID_free> ours(OCSP_cert_to_id(method, certificate, issuer));
    return ours && OCSP_id_cmp(ours.get(), id) == 0;
}

Staple read_answer(OCSP_SINGLERESP* answer, std::int64_t now) {
    ASN1_GENERALIZEDTIME *from = nullptr, *until = nullptr;
    const int status = OCSP_single_get0_status(answer, nullptr, nullptr, &from, &until);
    if (from == nullptr || seconds_of(from) > now + kClockSkew) return Staple::Unusable;
    if (until != nullptr && seconds_of(until) < now - kClockSkew) return Staple::Unusable;
    if (status == V_OCSP_CERTSTATUS_REVOKED) return Staple::Revoked;
    return status == V_OCSP_CERTSTATUS_GOOD ? Staple::Good : Staple::Unusable;
}

}  // namespace

Staple read_staple(std::string_view der, STACK_OF(X509) * chain, X509_STORE* trusted,
                   std::chrono::system_clock::time_point now) {
    if (der.empty()) return Staple::None;
    if (sk_X509_num(chain) < 2) return Staple::Unusable;
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
        d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size())));
    if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return Staple::Unusable;
    const Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_response_get1_basic(response.get()));
    if (!basic || OCSP_basic_verify(basic.get(), chain, trusted, 0) != 1) return Staple::Unusable;
    for (int i = 0; i < OCSP_resp_count(basic.get()); ++i) {
        OCSP_SINGLERESP* answer = OCSP_resp_get0(basic.get(), i);
        if (is_about(answer, sk_X509_value(chain, 0), sk_X509_value(chain, 1)))
            return read_answer(answer, std::chrono::system_clock::to_time_t(now));
    }
    return Staple::Unusable;
}

}  // namespace why401::certs
