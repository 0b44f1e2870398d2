#include <array>

#include "tokens/describe.h"
#include "tokens/krb_errors.h"
#include "wire/hex.h"

namespace why401 {

namespace {

using Fields = std::vector<DescribedField>;
using kerberos::Place;

void add(Fields& fields, std::string name, std::string value, std::string meaning, const char* clause,
         Place at) {
    fields.push_back({std::move(name), std::move(value), std::move(meaning), clause, at.offset, at.length});
}

void add_frame(Fields& fields, bool framed, const std::string& mech) {
    if (framed) add(fields, "thisMech", mech, spnego::mech_name(mech), "RFC 2743 3.1", {});
}

void add_encrypted(Fields& fields, const std::string& name, const kerberos::EncryptedData& data) {
    constexpr const char* kClause = "RFC 4120 5.2.9";
    if (data.etype)
        add(fields, name + ".etype", std::to_string(*data.etype), kerberos::etype_name(*data.etype), kClause,
            data.etype_at);
    if (data.kvno)
        add(fields, name + ".kvno", std::to_string(*data.kvno), "version of the key", kClause, data.kvno_at);
    if (!data.etype && data.cipher_length == 0) return;  // cut off before it
    add(fields, name + ".cipher", std::to_string(data.cipher_length) + " bytes",
        "encrypted, not readable here", kClause, data.cipher_at);
}

void add_principal(Fields& fields, const char* name, const kerberos::Principal& principal) {
    if (principal.parts.empty()) return;
    add(fields, name, principal.text(), principal.type ? kerberos::name_type_name(*principal.type) : "",
        "RFC 4120 5.2.2", principal.at);
}

/// "20200613210423Z" and its microseconds.
void add_time(Fields& fields, const char* name, const std::string& text,
              const std::optional<std::int64_t>& microseconds, std::string meaning, Place at) {
    if (text.empty()) return;
    if (microseconds) meaning += ", and " + std::to_string(*microseconds) + " microseconds";
    add(fields, name, text, std::move(meaning), "RFC 4120 5.9.1", at);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// ContextFlags (RFC 4178 4.2.1), the first bit highest.
std::string req_flag_names(std::uint32_t req_flags) {
    constexpr std::array<const char*, 7> kNames = {"delegFlag", "mutualFlag", "replayFlag", "sequenceFlag",
                                                   "anonFlag",  "confFlag",   "integFlag"};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if ((req_flags & (0x80000000U >> i)) != 0) names.emplace_back(kNames[i]);
    return joined(names);
}

}  // namespace

std::vector<DescribedField> describe(const kerberos::ApReq& message) {
    Fields fields;
    add_frame(fields, message.gss_framed, message.mech);
    if (message.pvno)
        add(fields, "pvno", std::to_string(*message.pvno), "Kerberos version", "RFC 4120 5.5.1", {});
    add(fields, "ap-options", hex::number(message.ap_options),
        joined(kerberos::ap_option_names(message.ap_options)), "RFC 4120 5.5.1", message.ap_options_at);
    add(fields, "ticket.realm", message.realm, "realm of the service", "RFC 4120 5.3", message.realm_at);
    add_principal(fields, "ticket.sname", message.sname);
    add_encrypted(fields, "ticket", message.ticket);
    add_encrypted(fields, "authenticator", message.authenticator);
    return fields;
}

std::vector<DescribedField> describe(const kerberos::ApRep& message) {
    Fields fields;
    add_frame(fields, message.gss_framed, message.mech);
    add_encrypted(fields, "enc-part", message.enc_part);
    return fields;
}

std::vector<DescribedField> describe(const kerberos::KrbError& message) {
    constexpr const char* kClause = "RFC 4120 5.9.1";
    Fields fields;
    add_frame(fields, message.gss_framed, message.mech);
    if (message.error_code) {
        const auto* known = kerberos::find_error(*message.error_code);
        const std::string text = known != nullptr ? ": " + std::string(known->text) : "";
        add(fields, "error-code", std::to_string(*message.error_code), message.error_name() + text,
            "RFC 4120 7.5.9", message.error_code_at);
    }
    add_time(fields, "stime", message.stime, message.susec, "the server's clock", message.stime_at);
    add_time(fields, "ctime", message.ctime, message.cusec, "the client's clock", message.ctime_at);
    if (!message.crealm.empty()) add(fields, "crealm", message.crealm, "", kClause, {});
    add_principal(fields, "cname", message.cname);
    add(fields, "realm", message.realm, "realm of the service", kClause, message.realm_at);
    add_principal(fields, "sname", message.sname);
    if (!message.e_text.empty()) add(fields, "e-text", message.e_text, "", kClause, message.e_text_at);
    if (!message.e_data.empty())
        add(fields, "e-data", hex::encode(message.e_data), kerberos::describe(message.data), kClause,
            message.e_data_at);
    return fields;
}

std::vector<DescribedField> describe(const kerberos::SideMessage& message) {
    Fields fields;
    const bool iakerb = message.mech == kerberos::kMechIakerb;
    const char* clause = iakerb ? "draft-ietf-kitten-iakerb-03" : "draft-swift-win2k-krb-user2user-03";
    add_frame(fields, !message.mech.empty(), message.mech);
    if (!message.realm.empty())
        add(fields, iakerb ? "target-realm" : "realm", message.realm, "", clause, message.realm_at);
    add_principal(fields, "sname", message.sname);
    if (!message.carried.empty())
        add(fields, "carries", message.carried, "a message of the talk with the KDC", clause, {});
    if (message.error) add(fields, "error", message.error->error_name(), "the KDC's", "RFC 4120 7.5.9", {});
    return fields;
}

std::vector<DescribedField> describe(const negoex::Messages& messages) {
    constexpr const char* kClause = "MS-NEGOEX 2.2.6";
    Fields fields;
    for (const negoex::Message& message : messages.list) {
        const std::string about = message.conversation.empty() ? "" : "conversation " + message.conversation;
        add(fields, "message " + std::to_string(message.sequence), message.name(), about, kClause,
            {message.offset, message.length});
        if (!message.auth_schemes.empty())
            add(fields, "AuthSchemes", joined(message.auth_schemes), "in order of preference",
                "MS-NEGOEX 2.2.6.3", {});
    }
    return fields;
}

std::vector<DescribedField> describe(const spnego::NegTokenInit& token) {
    constexpr const char* kClause = "RFC 4178 4.2.1";
    Fields fields;
    std::string names;
    for (const std::string& mech : token.mech_types) {
        const std::string name = spnego::mech_name(mech);
        names += (names.empty() ? "" : ", ") + (name.empty() ? "unknown" : name);
    }
    add(fields, "mechTypes", joined(token.mech_types), names, kClause, token.mech_types_at);
    if (token.req_flags)
        add(fields, "reqFlags", hex::number(*token.req_flags), req_flag_names(*token.req_flags), kClause, {});
    if (!token.mech_token.empty())
        add(fields, "mechToken", std::to_string(token.mech_token.size()) + " bytes",
            message_name(inner_token(Token(token))), kClause, token.mech_token_at);
    if (!token.hint_name.empty())
        add(fields, "negHints.hintName", token.hint_name, "NegTokenInit2, sent by servers", "MS-SPNG 2.2.1",
            {});
    if (!token.mech_list_mic.empty())
        add(fields, "mechListMIC", hex::encode(token.mech_list_mic), "seals mechTypes", kClause, {});
    return fields;
}

std::vector<DescribedField> describe(const spnego::NegTokenResp& token) {
    constexpr const char* kClause = "RFC 4178 4.2.2";
    Fields fields;
    if (token.neg_state)
        add(fields, "negState", std::to_string(static_cast<int>(*token.neg_state)),
            spnego::name_of(*token.neg_state), kClause, token.neg_state_at);
    if (!token.supported_mech.empty())
        add(fields, "supportedMech", token.supported_mech, spnego::mech_name(token.supported_mech), kClause,
            token.supported_mech_at);
    if (!token.response_token.empty())
        add(fields, "responseToken", std::to_string(token.response_token.size()) + " bytes",
            message_name(inner_token(Token(token))), kClause, token.response_token_at);
    if (!token.mech_list_mic.empty())
        add(fields, "mechListMIC", hex::encode(token.mech_list_mic), "seals mechTypes", kClause, {});
    return fields;
}

}  // namespace why401
