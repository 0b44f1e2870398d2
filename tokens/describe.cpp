#include "tokens/describe.h"

#include <array>
#include <type_traits>

#include "wire/ascii.h"
#include "wire/hex.h"

namespace why401 {

namespace {

using Fields = std::vector<DescribedField>;

struct ParamMeaning {
    const char* name;
    const char* meaning;
    const char* clause;
};

constexpr std::array<ParamMeaning, 18> kParams = {{
    {"realm", "protection space", "RFC 9110 11.5"},
    {"nonce", "the server's one-time value", "RFC 7616 3.3"},
    {"opaque", "to be returned unchanged", "RFC 7616 3.3"},
    {"stale", "true: only the nonce was too old, the password was right", "RFC 7616 3.3"},
    {"algorithm", "hash", "RFC 7616 3.3"},
    {"qop", "quality of protection", "RFC 7616 3.3"},
    {"charset", "encoding of user and password", "RFC 7617 2.1"},
    {"userhash", "whether the user name is hashed", "RFC 7616 3.4.4"},
    {"domain", "URIs of the protection space", "RFC 7616 3.3"},
    {"username", "user", "RFC 7616 3.4"},
    {"username*", "user, extended notation", "RFC 7616 3.4"},
    {"uri", "must equal the request target", "RFC 7616 3.4"},
    {"response", "proves the password without showing it", "RFC 7616 3.4.1"},
    {"cnonce", "the client's one-time value", "RFC 7616 3.4"},
    {"nc", "how often this nonce was used, in hex", "RFC 7616 3.4"},
    {"error", "why the token was refused", "RFC 6750 3"},
    {"error_description", "for developers", "RFC 6750 3"},
    {"scope", "what the token must permit", "RFC 6750 3"},
}};

const ParamMeaning* find_param(std::string_view name) {
    for (const ParamMeaning& known : kParams)
        if (same_name(known.name, name)) return &known;
    return nullptr;
}

}  // namespace

std::vector<DescribedField> describe(const UnknownToken& token) {
    return {{"bytes", hex::encode(token.bytes), "nothing that is recognised", "", 0, token.bytes.size()}};
}

std::vector<DescribedField> describe(const basic::Credentials& credentials) {
    constexpr const char* kClause = "RFC 7617 2";
    const std::size_t colon = credentials.bytes.find(':');
    const std::size_t user_length = credentials.has_colon ? colon : credentials.bytes.size();
    const std::string charset = credentials.utf8 ? "read as UTF-8" : "not UTF-8: read as Latin-1";
    Fields fields;
    fields.push_back({"user", credentials.user, charset, kClause, 0, user_length});
    if (!credentials.has_colon) return fields;
    fields.push_back({"password", credentials.password, charset, kClause, colon + 1,
                      credentials.bytes.size() - colon - 1});
    if (credentials.utf8 && credentials.latin1_user != credentials.user)
        fields.push_back(
            {"user (Latin-1)", credentials.latin1_user, "the other reading", kClause, 0, user_length});
    if (credentials.utf8 && credentials.latin1_password != credentials.password)
        fields.push_back({"password (Latin-1)", credentials.latin1_password, "the other reading", kClause,
                          colon + 1, credentials.bytes.size() - colon - 1});
    return fields;
}

std::vector<DescribedField> describe(const digest::Params& params) {
    Fields fields;
    for (const http_auth::Param& param : params.params) {
        const ParamMeaning* known = find_param(param.name);
        fields.push_back({param.name, param.value, known != nullptr ? known->meaning : "",
                          known != nullptr ? known->clause : "RFC 9110 11.2", param.value_offset,
                          param.value_length});
    }
    return fields;
}

std::vector<DescribedField> describe(const bearer::Token& token) {
    if (token.header.empty())
        return {{"token", token.text, "opaque: only its issuer can read it", "RFC 6750 2.1", 0,
                 token.text.size()}};
    const std::size_t first = token.text.find('.');
    Fields fields = {{"header", token.header, "not verified", "RFC 7519 5", 0, first}};
    if (!token.is_jwt) return fields;
    const std::size_t second = token.text.find('.', first + 1);
    fields.push_back({"claims", token.claims, "not verified", "RFC 7519 4", first + 1, second - first - 1});
    fields.push_back({"signature", std::to_string(token.signature_bytes) + " bytes", "present, not verified",
                      "RFC 7515 3", second + 1, token.text.size() - second - 1});
    if (token.signature_bytes == 0) fields.back().meaning = "empty: nobody signed this";
    return fields;
}

std::vector<DescribedField> describe(const Token& token) {
    return std::visit(
        [](const auto& value) -> Fields {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, EmptyToken>) {
                return {};
            } else {
                return describe(value);
            }
        },
        token);
}

}  // namespace why401
