#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// IIS itself always says what it wants, other than applications on it; and so does a site that did before.
bool must_have_asked(const Case& c) {
    const PageKind kind = c.now.page.kind;
    const bool page_of_iis = kind == PageKind::IisDetailed || kind == PageKind::IisShort ||
                             kind == PageKind::Iis6 || kind == PageKind::Iis5 || kind == PageKind::HttpSys;
    const bool lets_through_nothing = c.now.intermediary.find("squid") != std::string::npos;
    const bool iis = c.now.server == ServerKind::Iis || c.now.server == ServerKind::HttpSys;
    const bool own_page = kind == PageKind::Other || kind == PageKind::WebApi;  // an application refused
    return page_of_iis || (c.around.offers_windows && !own_page) || (iis && lets_through_nothing);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused()) return NotApplicable{};
    const ChallengeFacts& received = now.received[now.space];
    const ChallengeFacts& forwarded = now.forwarded[now.space];

    const bool lost = received.any() && forwarded.schemes.size() < received.schemes.size();
    if (lost && (!forwarded.any() || (received.connection_based && !forwarded.connection_based))) {
        Found found;
        found.confidence = Confidence::Certain;
        found.culprit = Culprit::ThisProxy;
        found.because =
            "The server offered " + offered(received) + " in " + name(now.id) +
            ", but this proxy passed on " + offered(forwarded) +
            (now.was_injected("drop-www-authenticate") ? " (fault drop-www-authenticate is on)" : "") +
            ", so the client on " + name(now.client) + " had nothing to answer.";
        found.evidence = {proof(now.id, received.place, "this challenge was received and not passed on")};
        found.ruled_out = {"a client that cannot log in: it was never asked to"};
        found.consequence = "The client shows the 401 at once, without asking for a password.";
        if (now.was_injected("drop-www-authenticate"))
            found.first_fix = {"switch the fault off: why401 fault drop-www-authenticate off"};
        found.outcome = "broken";
        return found;
    }
    if (received.any() || now.intermediary.empty() || !c.anonymous_refusal() || !must_have_asked(c))
        return NotApplicable{};
    Found found;
    found.culprit = Culprit::Intermediary;
    found.because = "The " + std::to_string(now.status) + " of " + name(now.id) +
                    " carries no challenge at all, though this server says what it wants, and it passed "
                    "somebody on the way (" +
                    printable(now.intermediary) + ") who may have removed it.";
    found.evidence = {proof(now.id, now.status_line, "no challenge in this answer"),
                      proof(now.id, *now.intermediary_place, "a mark of an intermediary")};
    found.not_visible = {"what the server itself sent"};
    found.consequence = "The client has nothing to answer.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {"let WWW-Authenticate pass at every hop (Squid: connection-auth=on)",
                                     "ask the server directly, without any proxy, and compare: curl -I URL"};
constexpr Source kSources[] = {
    {"RFC 9110 15.5.2", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"},
    {"Squid, connection-auth", "http://www.squid-cache.org/Doc/config/http_port/"}};

}  // namespace

extern constinit const Rule ntlm_strip_001{
    {.id = "NTLM-STRIP-001",
     .title = "somebody removed the server's challenge, so the client had nothing to answer",
     .severity = Severity::Error,
     .explanation =
         "An intermediary took WWW-Authenticate lines, or the schemes that belong to a connection, out of "
         "the server's 401.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the response as received and as passed on, or a mark of an intermediary",
     .scene =
         "`why401 proxy --lab --fault drop-www-authenticate`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
