#include "app/tls_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "app/json_text.h"
#include "app/report_json.h"

namespace why401 {
namespace {

namespace json = boost::json;
using json_out::text;
using json_out::text_or_null;
using json_out::texts;

json::value day(std::int64_t seconds) {
    constexpr std::int64_t kFar = INT64_MAX / 1'000'000;
    if (seconds < -kFar || seconds > kFar) return nullptr;
    return text(utc_text(seconds * 1'000'000));
}

json::object certificate_json(const CertificateFacts& certificate) {
    return {{"subject", text(certificate.subject)},
            {"issuer", text(certificate.issuer)},
            {"names", texts(certificate.names)},
            {"names_left_out", certificate.names_left_out},
            {"not_before", day(certificate.not_before)},
            {"not_after", day(certificate.not_after)},
            {"sha256", text(certificate.sha256)},
            {"end_point", text_or_null(certificate.end_point)},
            {"ntlm_binding", text_or_null(certificate.ntlm_binding)}};
}

json::object refusal_json(const TlsRefusal& refusal) {
    return {{"check", text(refusal.check)},
            {"what", text(refusal.what)},
            {"certificate", text_or_null(refusal.certificate)},
            {"hint", text_or_null(refusal.hint)},
            {"may_be_excepted", refusal.may_be_excepted}};
}

}  // namespace

json::object tls_json(const TlsFacts& facts) {
    json::object object{{"server_name", text_or_null(facts.server_name)},
                        {"alpn_offered", texts(facts.alpn_offered)},
                        {"alpn_declined", texts(facts.alpn_declined)},
                        {"version", text_or_null(facts.version)},
                        {"cipher", text_or_null(facts.cipher)},
                        {"alpn", text_or_null(facts.alpn)},
                        {"resumed", facts.resumed},
                        {"certificate", nullptr},
                        {"client_certificate_asked", facts.client_certificate_asked},
                        {"client_certificate_issuers", texts(facts.client_certificate_issuers)},
                        {"excepted", text_or_null(facts.excepted)},
                        {"refusal", nullptr},
                        {"remarks", texts(facts.remarks)}};
    if (facts.certificate) object["certificate"] = certificate_json(*facts.certificate);
    if (facts.refusal) object["refusal"] = refusal_json(*facts.refusal);
    return object;
}

}  // namespace why401
