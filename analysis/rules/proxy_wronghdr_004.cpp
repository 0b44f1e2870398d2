#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Found told(const Case& c, Space wrong) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts& sent = *now.credentials[wrong];
    Found found;
    found.culprit = Culprit::Client;
    found.evidence = {proof(now.id, sent.place, "credentials for the other door"),
                      answer_proof(now, "the door that asked")};
    found.ruled_out = {"wrong credentials: nobody who wanted some has seen any"};
    return found;
}

/// Proxy-Authorization goes to the nearest proxy only. Inside a tunnel there is none left.
std::optional<Found> at_site(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.credentials[Space::Origin] || !now.credentials[Space::Proxy])
        return std::nullopt;
    const bool kept_back = !now.credentials_reached_server[Space::Proxy];
    Found found = told(c, Space::Proxy);
    if (now.in_tunnel)
        found.confidence = Confidence::Certain;
    else if (kept_back)  // there is no other proxy behind this one, and this one asks for nothing
        found.confidence = Confidence::Possible;
    else
        return std::nullopt;
    found.because = "The site asked for a login in " + name(now.id) + ", but the client had put " +
                    printable(now.credentials[Space::Proxy]->view.scheme, 40) +
                    " credentials into Proxy-Authorization, which is for proxies, " +
                    (kept_back ? "and which is therefore not passed on." : "and which no site reads.");
    if (!now.in_tunnel)
        found.not_visible = {"whether they were meant for a proxy, and the client has none for the site"};
    found.consequence = "The site sees no login; a site that is sent these credentials gets to know them.";
    return found;
}

std::optional<Found> at_proxy(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 407 || now.credentials[Space::Proxy] || !now.credentials[Space::Origin])
        return std::nullopt;
    const std::string& scheme = now.credentials[Space::Origin]->view.scheme;
    // For a scheme that this proxy does not take, they were meant for the site all along.
    if (!now.challenges().offers(scheme)) return std::nullopt;
    Found found = told(c, Space::Origin);
    found.confidence = Confidence::Possible;
    found.because = "The next proxy asked for a login in " + name(now.id) + ", and the client's " +
                    printable(scheme, 40) +
                    " credentials stand in Authorization, which is for the site; it never sent any for the "
                    "proxy.";
    found.not_visible = {"whether they were meant for the site, and the client has none for the proxy"};
    found.consequence = "Nothing behind that proxy can be reached.";
    return found;
}

Verdict check(const Case& c) {
    if (c.now.answered_by_us || !c.gave_up() || !c.now.schemes) return NotApplicable{};
    if (auto found = at_site(c)) return *found;
    if (auto found = at_proxy(c)) return *found;
    if (c.now.status == 401 && c.now.credentials[Space::Proxy] && !c.now.credentials[Space::Origin])
        return CannotTell{"whether the proxy behind this one wanted the Proxy-Authorization field"};
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "give the client the credentials for what asks: the site's as Authorization (curl --user), the proxy's "
    "as "
    "Proxy-Authorization (curl --proxy-user)"};
constexpr Source kSources[] = {{"RFC 9110 11.7.2", "https://www.rfc-editor.org/rfc/rfc9110#section-11.7.2"}};

}  // namespace

extern constinit const Rule proxy_wronghdr_004{
    {.id = "PROXY-WRONGHDR-004",
     .title = "the client sent its credentials in the field for the other door: proxy and site have one each",
     .severity = Severity::Warning,
     .explanation =
         "A proxy reads Proxy-Authorization and asks with 407, a site reads Authorization and asks with "
         "401. Neither looks into the other's field.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of the request, and what the client did next",
     .scene = "analysis/header_syntax_test.cpp ProxyWronghdr004"},
    check};

}  // namespace why401
