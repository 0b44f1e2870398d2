#include "analysis/forbidden.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto stated = stated_forbidden(now);
    if (!stated || (stated->substatus != 4 && stated->substatus != 5)) return NotApplicable{};
    const bool weak = stated->substatus == 5;
    Found found;
    found.confidence = Confidence::Certain;
    found.because = "The server wants " + std::string(weak ? "TLS with a stronger key" : "TLS") + " for " +
                    printable(now.url, 140) + " and answered " + stated->value() + " in " + name(now.id) +
                    "; ";
    if (now.web.was_https) {
        found.culprit = Culprit::Intermediary;
        found.because +=
            "the client did use https, but somebody before this proxy ended it, so that the server "
            "sees plain http.";
        found.first_fix = {"carry TLS on to the server, or switch Require SSL off behind what ends TLS"};
    } else if (weak || (!now.plain_http && now.request_seen)) {  // 403.5 is said of TLS alone
        found.culprit = weak ? Culprit::Client : Culprit::Intermediary;
        found.because += weak ? "the request came over weaker TLS."
                              : "it left here over TLS, so somebody behind this proxy ended it.";
    } else {
        found.culprit = Culprit::Client;
        found.because += "the request came over plain http.";
    }
    found.evidence = {stated->where, proof(now.id, now.request_line, "the request")};
    if (now.log) found.not_visible = {"by which address the client asked: the log names the path alone"};
    found.ruled_out = {"the user's rights and the password: neither was looked at"};
    found.consequence = "Nothing there can be had over plain http.";
    return found;
}

constexpr std::string_view kFix[] = {"ask by https",
                                     "or let the http side redirect to https (HSTS, URL Rewrite)"};
constexpr Source kSources[] = {
    {"HTTP status codes in IIS",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/health-diagnostic-performance/"
     "http-status-code"}};

}  // namespace

extern constinit const Rule s403_ssl_002{
    {.id = "S403-SSL-002",
     .title = "the page wants https, and the request reached the server without it",
     .severity = Severity::Error,
     .explanation = "403.4 is IIS's word for a page that is set to require TLS and was asked for over http.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's page or log: only they say 403.4",
     .scene = "analysis/forbidden_test.cpp S403Ssl002"},
    check};

}  // namespace why401
