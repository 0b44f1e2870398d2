#include "analysis/forbidden.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

struct Reason {
    std::string_view words;
    Culprit culprit = Culprit::Unknown;
};

/// The code beside 403.13, .16 or .17 tells more than the number.
Reason reason_of(unsigned substatus, std::uint32_t code) {
    switch (code) {
        case 0x800B0109U: return {"its issuer is not among those that the server trusts", Culprit::Unknown};
        case 0x800B010AU:
            return {"the server could not build the chain to an issuer it trusts", Culprit::Server};
        case 0x800B0101U: return {"it has expired or is not valid yet", Culprit::Client};
        case 0x80092010U: return {"its issuer has revoked it", Culprit::Client};
        case 0x80092012U:
        case 0x80092013U:
            return {
                "the server could not find out whether it is revoked: the list of its issuer was out of "
                "reach",
                Culprit::Server};
        default: break;
    }
    if (substatus == 17) return {"it has expired or is not valid yet", Culprit::Client};
    if (substatus == 13) return {"it is revoked, or the server could not find out", Culprit::Unknown};
    return {"the server does not trust it, or finds it invalid", Culprit::Unknown};
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto stated = stated_forbidden(now);
    if (!stated) return NotApplicable{};
    if (stated->substatus != 13 && stated->substatus != 16 && stated->substatus != 17) return NotApplicable{};
    const auto code = stated_code(now);
    const Reason reason = reason_of(stated->substatus, code ? code->code : 0);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = reason.culprit;
    found.because = "The client showed a certificate for " + printable(now.url, 140) +
                    " and the server refused "
                    "it with " +
                    stated->value() + " in " + name(now.id) + ": " + std::string(reason.words) + ".";
    found.evidence = {stated->where, proof(now.id, now.request_line, "the request")};
    if (code) found.evidence.push_back(code->where);
    found.ruled_out = {"a missing certificate: that would be 403.7"};
    found.not_visible = {"the certificate itself: it passed in TLS"};
    if (stated->substatus == 16)
        found.not_visible.push_back(
            "the server's stores: a certificate that is not self-signed among its "
            "trusted roots has the same effect");
    found.consequence = "This certificate opens nothing here.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at dates, issuer and revocation on the server itself: certutil -verify -urlfetch FILE",
    "403.16: put the issuer's root into the server's Trusted Root store, intermediates into their own, and "
    "take "
    "what is not self-signed out of the roots",
    "403.13: let the server reach the issuer's revocation list"};
constexpr Source kSources[] = {
    {"HTTP status codes in IIS",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/health-diagnostic-performance/"
     "http-status-code"}};

}  // namespace

extern constinit const Rule cert_40316_002{
    {.id = "CERT-40316-002",
     .title = "the server does not accept the client's certificate",
     .severity = Severity::Error,
     .explanation =
         "403.13, 403.16 and 403.17: the certificate is revoked, not trusted, or out of its time - or "
         "the server cannot make sure.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's page or log: only they give the number",
     .scene = "analysis/forbidden_test.cpp Cert40316002"},
    check};

}  // namespace why401
