#include "tokens/describe.h"

#include <array>
#include <charconv>
#include <type_traits>

#include "tokens/json_object.h"
#include "wire/ascii.h"
#include "wire/base64.h"
#include "wire/hex.h"
#include "wire/utc.h"

namespace why401 {

namespace {

using Fields = std::vector<DescribedField>;

struct ParamMeaning {
    const char* name;
    const char* meaning;
    const char* clause;
};

constexpr std::array<ParamMeaning, 27> kParams = {{
    {"realm", "protection space", "RFC 9110 11.5"},
    {"nonce", "the server's one-time value", "RFC 7616 3.3"},
    {"opaque", "to be returned unchanged", "RFC 7616 3.3"},
    {"stale", "true: only the nonce was too old, the password was right", "RFC 7616 3.3"},
    {"algorithm", "hash", "RFC 7616 3.3"},
    {"qop", "quality of protection: auth, or auth-int with the body", "RFC 7616 3.3"},
    {"charset", "encoding of user and password", "RFC 7617 2.1"},
    {"userhash", "whether the user name is hashed", "RFC 7616 3.4.4"},
    {"domain", "URIs of the protection space", "RFC 7616 3.3"},
    {"username", "user", "RFC 7616 3.4"},
    {"username*", "user, extended notation", "RFC 7616 3.4"},
    {"uri", "must equal the request target", "RFC 7616 3.4"},
    {"response", "proves the password without showing it", "RFC 7616 3.4.1"},
    {"cnonce", "the client's one-time value", "RFC 7616 3.4"},
    {"nc", "how often this nonce was used, in hex", "RFC 7616 3.4"},
    {"nextnonce", "the one-time value for the next request", "RFC 7616 3.5"},
    {"rspauth", "the server's proof that it knows the password too", "RFC 7616 3.5"},
    {"error", "why the token was refused", "RFC 6750 3"},
    {"error_description", "for developers", "RFC 6750 3"},
    {"error_uri", "where it is explained", "RFC 6750 3"},
    {"scope", "what the token must permit", "RFC 6750 3"},
    {"resource_metadata", "where the server says which issuers it trusts", "RFC 9728 5.1"},
    {"acr_values", "how the user must be authenticated", "RFC 9470 3"},
    {"max_age", "how old that may be, in seconds", "RFC 9470 3"},
    {"authorization_uri", "where to get a token", "Microsoft Entra"},
    {"resource_id", "for which service the token must be made", "Microsoft Entra"},
    {"service", "for which service the token must be made", "Docker token specification"},
}};

/// What the value itself says, where that takes a calendar, a count or a table.
std::string reading_of(const digest::Params& params, const http_auth::Param& param) {
    if (same_name(param.name, "nc")) {
        std::uint32_t count = 0;
        const char* end = param.value.data() + param.value.size();
        if (std::from_chars(param.value.data(), end, count, 16).ptr == end && !param.value.empty())
            return "use number " + std::to_string(count) + " of this nonce";
    }
    if (same_name(param.name, "username*")) return digest::user(params);
    if (same_name(param.name, "username") && same_name(params.value("userhash"), "true"))
        return "a hash of user and realm";
    return {};
}

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
    const std::string charset = credentials.ascii  ? "plain ASCII"
                                : credentials.utf8 ? "read as UTF-8; Latin-1 cannot be excluded"
                                                   : "not UTF-8: read as Latin-1";
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
        std::string meaning = known != nullptr ? known->meaning : "";
        if (const std::string reading = reading_of(params, param); !reading.empty())
            meaning += (meaning.empty() ? "" : ": ") + reading;
        fields.push_back({param.name, param.value, std::move(meaning),
                          known != nullptr ? known->clause : "RFC 9110 11.2", param.value_offset,
                          param.value_length});
    }
    return fields;
}

namespace {

/// The members of one part of a JWT that begins at `begin` of the token; the part itself where it is no JSON.
void describe_part(const char* name, const std::string& json, std::size_t begin, std::size_t length,
                   const char* clause, Fields& fields) {
    const auto members = json_object::read(json);
    if (!members) {
        fields.push_back({name, json, "not verified", clause, begin, length});
        return;
    }
    for (const json_object::Member& member : *members) {
        const jwt::Meaning known = jwt::meaning_of(member.name);
        std::string meaning(known.meaning);
        if (jwt::is_time(member.name) && member.number) meaning = utc_second(*member.number) + ": " + meaning;
        const base64::Span place = base64::characters_of(member.offset, member.length);
        fields.push_back({member.name, member.text, meaning,
                          std::string(known.clause.empty() ? std::string_view(clause) : known.clause),
                          begin + place.offset, place.length});
    }
}

}  // namespace

std::vector<DescribedField> describe(const bearer::Token& token) {
    const std::string& text = token.text;
    if (token.header.empty())
        return {{"token", text, "opaque: only its issuer can read it", "RFC 6750 2.1", 0, text.size()}};
    const std::size_t first = text.find('.');
    Fields fields;
    describe_part("header", token.header, 0, first, "RFC 7519 5", fields);
    if (token.is_jwe)
        fields.push_back({"content", std::to_string(text.size() - first - 1) + " characters",
                          "encrypted: only its receiver can read it", "RFC 7516 3.1", first + 1,
                          text.size() - first - 1});
    if (!token.is_jwt) return fields;
    const std::size_t second = text.find('.', first + 1);
    describe_part("claims", token.claims, first + 1, second - first - 1, "RFC 7519 4", fields);
    fields.push_back({"signature", std::to_string(token.signature_bytes) + " bytes", "present, not verified",
                      "RFC 7515 3", second + 1, text.size() - second - 1});
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
