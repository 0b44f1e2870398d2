#include "tokens/jwt.h"

#include <array>

#include "tokens/json_object.h"
#include "wire/ascii.h"

namespace why401::jwt {
namespace {

using Members = std::vector<json_object::Member>;

struct Named {
    std::string_view name, meaning, clause;
};

constexpr std::array<Named, 27> kNames = {{
    {"alg", "how it is signed or encrypted", "RFC 7515 4.1.1"},
    {"enc", "how its content is encrypted", "RFC 7516 4.1.2"},
    {"kid", "which key of the issuer", "RFC 7515 4.1.4"},
    {"x5t", "which certificate of the issuer, SHA-1", "RFC 7515 4.1.7"},
    {"typ", "kind of token", "RFC 7519 5.1"},
    {"cty", "kind of content", "RFC 7519 5.2"},
    {"iss", "who issued it", "RFC 7519 4.1.1"},
    {"sub", "whom it is about", "RFC 7519 4.1.2"},
    {"aud", "for whom it is meant", "RFC 7519 4.1.3"},
    {"exp", "not to be accepted from then on", "RFC 7519 4.1.4"},
    {"nbf", "not to be accepted before", "RFC 7519 4.1.5"},
    {"iat", "when it was issued", "RFC 7519 4.1.6"},
    {"jti", "its own number", "RFC 7519 4.1.7"},
    {"azp", "the program it was given to", "OpenID Connect Core 2"},
    {"client_id", "the program it was given to", "RFC 8693 4.3"},
    {"appid", "the program it was given to", "Microsoft Entra"},
    {"scope", "what it permits", "RFC 8693 4.2"},
    {"scp", "what it permits", "Microsoft Entra, Okta"},
    {"roles", "what it permits a program", "RFC 9068 2.2.3.1"},
    {"upn", "user", "Microsoft Entra"},
    {"preferred_username", "user", "OpenID Connect Core 5.1"},
    {"unique_name", "user", "Microsoft Entra"},
    {"email", "user's mail address", "OpenID Connect Core 5.1"},
    {"tid", "tenant", "Microsoft Entra"},
    {"acr", "how the user was authenticated", "OpenID Connect Core 2"},
    {"auth_time", "when the user was authenticated", "OpenID Connect Core 2"},
    {"cnf", "bound to a key of the client", "RFC 7800 3.1"},
}};

std::string text_of(const Members& members, std::string_view name) {
    const auto* member = json_object::find(members, name);
    return member != nullptr && member->strings.size() == 1 ? member->strings.front() : std::string();
}

std::string first_of(const Members& members, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (std::string text = text_of(members, name); !text.empty()) return text;
    return {};
}

std::optional<std::int64_t> time_of(const Members& members, std::string_view name) {
    const auto* member = json_object::find(members, name);
    return member != nullptr ? member->number : std::nullopt;
}

std::string scope_of(const Members& claims) {
    for (const std::string_view name : {"scp", "scope", "roles"}) {
        const auto* member = json_object::find(claims, name);
        if (member == nullptr) continue;
        std::string all;
        for (const std::string& one : member->strings) all += (all.empty() ? "" : " ") + one;
        if (!all.empty()) return all;
    }
    return {};
}

}  // namespace

bool Said::unsigned_by_choice() const { return same_name(algorithm, "none"); }

Said read(std::string_view header, std::string_view claims) {
    Said said;
    if (const auto members = json_object::read(header)) {
        said.algorithm = text_of(*members, "alg");
        said.key = text_of(*members, "kid");
        said.type = text_of(*members, "typ");
    }
    const auto members = json_object::read(claims);
    if (!members) return said;
    said.exp = time_of(*members, "exp");
    said.nbf = time_of(*members, "nbf");
    said.iat = time_of(*members, "iat");
    said.issuer = text_of(*members, "iss");
    said.subject = text_of(*members, "sub");
    said.party = first_of(*members, {"azp", "appid", "client_id"});
    said.scope = scope_of(*members);
    if (const auto* audience = json_object::find(*members, "aud")) said.audience = audience->strings;
    said.user = first_of(*members, {"upn", "preferred_username", "unique_name", "email", "sub"});
    if (said.user.empty()) said.user = said.party;
    return said;
}

Meaning meaning_of(std::string_view name) {
    for (const Named& known : kNames)
        if (known.name == name) return {known.meaning, known.clause};
    return {};
}

bool is_time(std::string_view name) {
    return name == "exp" || name == "nbf" || name == "iat" || name == "auth_time";
}

}  // namespace why401::jwt
