#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const TlsFactsPtr& tls = c.standing.upstream_tls;
    if (!tls || tls->excepted.empty() || c.now.answered_by_us) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::ThisProxy;
    found.because = "The certificate that the server of " + host_of(c.now) + " showed on " +
                    name(c.now.upstream) + " failed a check (" + printable(tls->excepted, 80) +
                    ") and was let pass in this run on purpose; " + name(c.now.id) +
                    " was sent to whoever that is.";
    found.evidence = {
        tls_proof(c.now, Leg::Upstream,
                  tls->certificate ? "it showed " + describe(*tls->certificate) : "not accepted")};
    found.not_visible = {"whether it is the server that was meant"};
    found.consequence = "Whoever holds that certificate's key could have read and changed what passed.";
    return found;
}

constexpr std::string_view kFix[] = {
    "mend the certificate, or give its authority to this proxy (--upstream-ca FILE), and start without the "
    "exception"};
constexpr Source kSources[] = {{"RFC 9525", "https://www.rfc-editor.org/rfc/rfc9525"}};

}  // namespace

extern constinit const Rule tls_unchecked_003{
    {.id = "TLS-UNCHECKED-003",
     .title = "nothing failed, but the server's certificate was let pass although a check of it failed",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "An exception (why401 accept) or --tls-insecure-upstream lets a server through whose certificate "
         "nobody vouches for. The record says so wherever a login went there.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the server's TLS showed",
     .scene = "`why401 proxy --intercept all --tls-insecure-upstream HOST`, then that host"},
    check};

}  // namespace why401
