#include "analysis/scheme_case.h"
#include "analysis/ticket.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// "api.example.com" of "https://api.example.com:443/x"; empty for anything that is no address.
std::string_view host_in(std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!same_name(url.substr(0, scheme.size()), scheme)) continue;
        url.remove_prefix(scheme.size());
        return url.substr(0, url.find_first_of(":/?"));
    }
    return {};
}

/// The last two labels: hosts of one owner, as far as one can guess.
std::string_view owner_of(std::string_view host) {
    const std::size_t last = host.rfind('.');
    if (last == std::string_view::npos || last == 0) return host;
    const std::size_t before = host.rfind('.', last - 1);
    return before == std::string_view::npos ? host : host.substr(before + 1);
}

/// It names sites, and all of them belong to somebody else. A request to an IP address names no site.
bool for_another_site(const std::vector<std::string>& audience, std::string_view host) {
    for (const std::string& one : audience) {
        const std::string_view named = host_in(one);
        if (named.empty() || same_name(owner_of(named), owner_of(host))) return false;
    }
    return !audience.empty() && host.find('.') != std::string_view::npos && !is_address(host);
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    const jwt::Said& said = own->view.bearer()->said;
    const bool issuer = schemes.says(TokenFault::Issuer);
    const bool stated = issuer || schemes.says(TokenFault::Audience);
    if (!stated && (schemes.token_words || c.history.accepted)) return NotApplicable{};
    if (!stated && said.audience.empty())
        return own->view.bearer()->is_jwt
                   ? Verdict{NotApplicable{}}
                   : Verdict{CannotTell{"the token's own claims: it cannot be read from outside"}};
    if (!stated && !for_another_site(said.audience, host_of(c.now))) return NotApplicable{};
    const std::string audience =
        said.audience.empty() ? "" : "aud \"" + printable(list(said.audience), 160) + "\"";
    const std::string from = said.issuer.empty() ? "" : "iss \"" + printable(said.issuer, 120) + "\"";
    Found found;
    found.confidence = stated ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because =
        "The token of " + name(c.now.id) + " was " +
        (issuer ? "issued by somebody this server does not trust" : "made for another service") +
        (audience.empty() && from.empty()
             ? std::string()
             : " (it says " + audience + (audience.empty() || from.empty() ? "" : ", ") + from + ")") +
        (stated ? ", says " + c.now.origin + " itself." : "; the request went to " + c.now.origin + ".");
    found.evidence = {request_proof(c.now, audience.empty() ? "the token" : "a token that says " + audience)};
    if (stated) found.evidence.push_back(said_proof(c.now));
    found.evidence.push_back(answer_proof(c.now, "the refusal"));
    found.not_visible = {"which audience and issuer the server expects: its configuration says",
                         "whether it is the server that is configured for the wrong tenant or environment"};
    if (!stated)
        found.not_visible.push_back("the server's reason: it gives none, and its name may be another inside");
    found.consequence = "The token works elsewhere and never here.";
    return found;
}

constexpr std::string_view kFix[] = {
    "ask the issuer for a token for this very service (its resource, audience or scope), in the right tenant",
    "compare aud and iss of the token (why401 decode) with what the server is configured to accept"};
constexpr Source kSources[] = {{"RFC 7519 4.1.3", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3"},
                               {"RFC 9068 4", "https://www.rfc-editor.org/rfc/rfc9068#section-4"}};

}  // namespace

extern constinit const Rule bearer_aud_003{
    {.id = "BEARER-AUD-003",
     .title = "the token was made for another service, or by another issuer",
     .severity = Severity::Error,
     .explanation =
         "A token names for whom it is (aud) and who made it (iss). A server accepts its own only.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's own words, or the token's claims",
     .scene = "analysis/bearer_test.cpp BearerAud003"},
    check};

}  // namespace why401
