#include "store/tls_text.h"

#include <utility>

#include "store/json_text.h"
#include "store/record_text.h"

namespace why401::tls_text {
namespace {

using namespace json_text;

/// An object whose empty members are left out.
class Members {
public:
    explicit Members(std::string& out) : out_(out) { out_ += '{'; }
    ~Members() { out_ += '}'; }
    Members(const Members&) = delete;

    void text(std::string_view key, std::string_view value) {
        if (!value.empty()) record_text::write_string(name(key), value);
    }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        if (!values.empty()) record_text::write(name(key), values);
    }
    void number(std::string_view key, std::int64_t value) {
        if (value != 0) name(key) += std::to_string(value);
    }
    void truth(std::string_view key, bool value) {
        if (value) name(key) += "true";
    }
    std::string& name(std::string_view key) {
        if (!std::exchange(first_, false)) out_ += ',';
        return out_.append(1, '"').append(key).append("\":");
    }

private:
    std::string& out_;
    bool first_ = true;
};

/// The members of an object; those that are not there read as empty.
class Found {
public:
    explicit Found(const json::value& value) : object_(object_of(value)) {}

    std::string text(std::string_view key) const {
        const json::value* value = find(key);
        return value ? string_of(*value) : std::string();
    }
    std::vector<std::string> texts(std::string_view key) const {
        const json::value* value = find(key);
        return value ? strings_of(*value) : std::vector<std::string>();
    }
    std::int64_t number(std::string_view key) const {
        const json::value* value = find(key);
        if (!value) return 0;
        if (!value->is_int64()) damaged("JSON with something else where a number must stand");
        return value->get_int64();
    }
    bool truth(std::string_view key) const {
        const json::value* value = find(key);
        return value && truth_of(*value);
    }
    const json::value* find(std::string_view key) const {
        return object_.if_contains(json::string_view(key.data(), key.size()));
    }

private:
    const json::object& object_;
};

void write_certificate(std::string& out, const CertificateFacts& certificate) {
    Members members(out);
    members.text("subject", certificate.subject);
    members.text("issuer", certificate.issuer);
    members.texts("names", certificate.names);
    members.number("names_left_out", certificate.names_left_out);
    members.number("not_before", certificate.not_before);
    members.number("not_after", certificate.not_after);
    members.text("sha256", certificate.sha256);
    members.text("end_point", certificate.end_point);
    members.text("ntlm_binding", certificate.ntlm_binding);
}

CertificateFacts certificate_of(const json::value& value) {
    const Found found(value);
    CertificateFacts certificate;
    certificate.subject = found.text("subject");
    certificate.issuer = found.text("issuer");
    certificate.names = found.texts("names");
    certificate.names_left_out = static_cast<std::uint32_t>(found.number("names_left_out"));
    certificate.not_before = found.number("not_before");
    certificate.not_after = found.number("not_after");
    certificate.sha256 = found.text("sha256");
    certificate.end_point = found.text("end_point");
    certificate.ntlm_binding = found.text("ntlm_binding");
    return certificate;
}

void write_refusal(std::string& out, const TlsRefusal& refusal) {
    Members members(out);
    members.text("check", refusal.check);
    members.text("what", refusal.what);
    members.text("certificate", refusal.certificate);
    members.text("hint", refusal.hint);
    members.truth("may_be_excepted", refusal.may_be_excepted);
}

TlsRefusal refusal_of(const json::value& value) {
    const Found found(value);
    return {found.text("check"), found.text("what"), found.text("certificate"), found.text("hint"),
            found.truth("may_be_excepted")};
}

}  // namespace

void write(std::string& out, const TlsFacts& facts) {
    Members members(out);
    members.text("server_name", facts.server_name);
    members.texts("alpn_offered", facts.alpn_offered);
    members.text("version", facts.version);
    members.text("cipher", facts.cipher);
    members.text("alpn", facts.alpn);
    members.texts("alpn_declined", facts.alpn_declined);
    members.truth("resumed", facts.resumed);
    if (facts.certificate) write_certificate(members.name("certificate"), *facts.certificate);
    members.truth("client_certificate_asked", facts.client_certificate_asked);
    members.texts("client_certificate_issuers", facts.client_certificate_issuers);
    members.text("excepted", facts.excepted);
    if (facts.refusal) write_refusal(members.name("refusal"), *facts.refusal);
    members.texts("remarks", facts.remarks);
}

TlsFacts read(std::string_view text) {
    const json::value value = parse(text);
    const Found found(value);
    TlsFacts facts;
    facts.server_name = found.text("server_name");
    facts.alpn_offered = found.texts("alpn_offered");
    facts.version = found.text("version");
    facts.cipher = found.text("cipher");
    facts.alpn = found.text("alpn");
    facts.alpn_declined = found.texts("alpn_declined");
    facts.resumed = found.truth("resumed");
    if (const json::value* certificate = found.find("certificate"))
        facts.certificate = certificate_of(*certificate);
    facts.client_certificate_asked = found.truth("client_certificate_asked");
    facts.client_certificate_issuers = found.texts("client_certificate_issuers");
    facts.excepted = found.text("excepted");
    if (const json::value* refusal = found.find("refusal")) facts.refusal = refusal_of(*refusal);
    facts.remarks = found.texts("remarks");
    return facts;
}

}  // namespace why401::tls_text
