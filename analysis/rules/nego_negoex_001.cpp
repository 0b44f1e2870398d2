#include <algorithm>

#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool is_exotic(const std::string& mech) {
    return mech == spnego::kNegoExMech || mech == kerberos::kMechIakerb;
}

/// Every mechanism that the client offers is NEGOEX or IAKERB.
bool only_exotic(const CredentialView& view) {
    if (const auto* init = view.spnego_init())
        return !init->mech_types.empty() &&
               std::all_of(init->mech_types.begin(), init->mech_types.end(), is_exotic);
    if (std::holds_alternative<negoex::Messages>(view.token)) return true;
    const auto* side = std::get_if<kerberos::SideMessage>(&view.token);
    return side != nullptr && is_exotic(side->mech);
}

std::string offer(const CredentialView& view) {
    const auto* init = view.spnego_init();
    if (init == nullptr) return message_name(view.token);
    std::vector<std::string> names;
    for (const std::string& mech : init->mech_types) names.push_back(spnego::mech_name(mech));
    return list(names);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (!now.refused() || now.answered_by_us || own == nullptr || !only_exotic(own->view))
        return NotApplicable{};
    if (negotiation_goes_on(now)) return CannotTell{"the end of the negotiation: the server goes on with it"};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "In " + name(now.id) + " the client offers only " + offer(own->view) +
                    ", neither plain Kerberos nor NTLM, and the server does not take that up.";
    found.evidence = {request_proof(now, "offers " + offer(own->view)), answer_proof(now, "refused")};
    found.ruled_out = {"the password: it had not come to that"};
    found.not_visible = {"which account the client uses"};
    found.consequence = "Client and server have no mechanism in common.";
    return found;
}

constexpr std::string_view kFix[] = {
    "log in with a domain account: NEGOEX alone is typical of accounts that no domain knows (Microsoft "
    "account, "
    "cloud-only)",
    "give the client DOMAIN\\user and a password, so that it can offer NTLM or fetch a ticket"};
constexpr Source kSources[] = {
    {"MS-NEGOEX", "https://learn.microsoft.com/openspecs/windows_protocols/ms-negoex/"},
    {"RFC 4178 4.2.1", "https://www.rfc-editor.org/rfc/rfc4178#section-4.2.1"}};

}  // namespace

extern constinit const Rule nego_negoex_001{
    {.id = "NEGO-NEGOEX-001",
     .title = "the client offers only mechanisms that web servers do not speak (NEGOEX, IAKERB)",
     .severity = Severity::Warning,
     .explanation =
         "Negotiate is a list of mechanisms. Web servers know Kerberos and NTLM; a list without both "
         "leads nowhere.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the client's first Negotiate token and the answer",
     .scene = "analysis/negotiate_rules_test.cpp NegoNegoex001"},
    check};

}  // namespace why401
