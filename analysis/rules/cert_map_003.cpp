#include "analysis/forbidden.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// A trace that names the module which turns certificates into users.
bool mapped_by_certificate(const ExchangeFacts& facts) {
    if (!facts.log) return false;
    return facts.log->auth_type == "SSL/PCT" ||
           facts.log->module.find("CertificateMappingAuthentication") != std::string::npos;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto stated = stated_forbidden(now);
    const bool mapper = stated && stated->substatus == 12;
    const bool traced = now.status == 401 && mapped_by_certificate(now);
    if (!mapper && !traced) return NotApplicable{};
    Found found;
    found.confidence = mapper ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = "The client showed a certificate for " + printable(now.url, 140) +
                    ", and the server found no account for it that may enter: " + answer(c) + " in " +
                    name(now.id) + ".";
    found.evidence = {proof(now.id, now.request_line, "the request")};
    if (mapper) found.evidence.push_back(stated->where);
    if (traced)
        found.evidence.push_back(
            {now.id, "log.line", std::nullopt, "the server mapped a certificate to a user"});
    found.ruled_out = {"trust: a certificate that is not trusted is 403.16"};
    found.not_visible = {"the certificate, and the mappings of the server or its directory"};
    found.consequence = "The certificate is good and opens nothing.";
    return found;
}

constexpr std::string_view kFix[] = {
    "add or correct the mapping (IIS: iisClientCertificateMappingAuthentication; a directory: the user's "
    "certificates or altSecurityIdentities)",
    "make sure that one certificate fits one account, and that its password in the mapping is the current "
    "one"};
constexpr Source kSources[] = {
    {"HTTP status codes in IIS",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/health-diagnostic-performance/"
     "http-status-code"},
    {"IIS client certificate mapping",
     "https://learn.microsoft.com/en-us/iis/configuration/system.webserver/security/authentication/"
     "iisclientcertificatemappingauthentication/"}};

}  // namespace

extern constinit const Rule cert_map_003{
    {.id = "CERT-MAP-003",
     .title = "the server knows no account for the client's certificate",
     .severity = Severity::Error,
     .explanation = "A certificate says who the client is; the server still needs a mapping from it to an "
                    "account. 403.12 says that there is none, or that it may not enter.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's page, log or trace",
     .scene = "analysis/forbidden_test.cpp CertMap003"},
    check};

}  // namespace why401
