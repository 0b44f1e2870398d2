#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.space == Space::Proxy || c.now.status == 304) return NotApplicable{};
    const CredentialFacts* own = c.now.own_credentials();
    if (own == nullptr || !own->view.connection_based()) return NotApplicable{};
    const Step step = own->view.step;
    // A mechanism that is not the server's favourite costs one more leg (RFC 4178 5).
    if (c.now.refused() && c.now.challenges().token && !c.now.challenges().ntlm &&
        negotiation_goes_on(c.now) && step != Step::Authenticate &&
        c.now.challenges().step != Step::Challenge) {
        if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
        if (!c.answered()) return NotApplicable{};
    } else if (step != Step::ApReq || !c.now.let_in()) {
        return NotApplicable{};
    }
    Found found;
    found.confidence = Confidence::Certain;
    found.because = "The client showed a Kerberos ticket in " + name(c.now.id) + " on " +
                    name(c.now.upstream) + " and the negotiation went on as it should.";
    found.evidence = {request_proof(c.now, "credentials"), answer_proof(c.now, "the server took them")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix"};
constexpr Source kSources[] = {{"RFC 4559 5", "https://www.rfc-editor.org/rfc/rfc4559#section-5"}};

}  // namespace

extern constinit const Rule norm_krb_004{
    {.id = "NORM-KRB-004",
     .title = "a Kerberos login takes one refusal before it succeeds, and this one did",
     .severity = Severity::Info,
     .explanation =
         "Ask, be told Negotiate, come back with a ticket. A token in the final answer is the server's own "
         "proof of identity.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the answer to the ticket",
     .scene = "analysis/negotiate_test.cpp NormKrb004"},
    check};

}  // namespace why401
