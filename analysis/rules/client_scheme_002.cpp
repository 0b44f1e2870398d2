#include <algorithm>

#include "analysis/doors.h"
#include "analysis/scheme_case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

bool offers(const Offer& offer, std::string_view scheme) {
    return std::any_of(offer.schemes.begin(), offer.schemes.end(),
                       [&](const std::string& one) { return same_name(one, scheme); });
}

Verdict check(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    if (own == nullptr || c.opaque_tunnel) return NotApplicable{};
    if (!own->view.is("Basic") && !own->view.is("Digest")) return NotApplicable{};
    if (!c.history.offer) return CannotTell{"what the server had offered"};
    const Offer& offer = *c.history.offer;
    const char* better = offers(offer, "Negotiate") ? "Negotiate" : offers(offer, "NTLM") ? "NTLM" : nullptr;
    if (better == nullptr || !offers(offer, own->view.scheme)) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "In " + name(offer.by) + " " + keeper(c.now) + " offered " + list(offer.schemes) +
                    ", and the client of " + name(c.now.id) + " chose " + own->view.scheme + " for " +
                    who(printable(c.now.user(), 80)) + ", although " + better + " was there.";
    found.evidence = {proof(offer.by, offer.place, "what was on offer"),
                      request_proof(c.now, "what the client chose")};
    found.not_visible = {"why: a setting, a policy, or a password typed into the address"};
    found.consequence = own->view.is("Basic") ? "The password itself goes to the server with each request."
                                              : "The login proves less than it could.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client use the stronger scheme (curl: --negotiate or --ntlm; browsers: their list of trusted "
    "sites)",
    "or take the weak scheme off the server's list"};
constexpr Source kSources[] = {{"RFC 9110 11.4", "https://www.rfc-editor.org/rfc/rfc9110#section-11.4"}};

}  // namespace

extern constinit const Rule client_scheme_002{
    {.id = "CLIENT-SCHEME-002",
     .title = "the client chose a weaker scheme than the server offered",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "A client picks one of the schemes on offer. Good ones pick the strongest they know; others the "
         "first, or the one they were told.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the challenges before the login",
     .scene = "analysis/basic_test.cpp ClientScheme002"},
    check};

}  // namespace why401
