#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (!now.refused() || own == nullptr) return NotApplicable{};
    const std::string scheme = own->view.scheme;

    if (!now.credentials_reached_server[now.space]) {
        Found found;
        found.confidence = Confidence::Certain;
        found.culprit = Culprit::ThisProxy;
        found.because = "The client sent " + scheme + " credentials in " + name(now.id) + " on " +
                        name(now.client) + ", but this proxy took them out before it sent the request on " +
                        name(now.upstream) +
                        (now.was_injected("drop-authorization") ? " (fault drop-authorization is on)" : "") +
                        ", so " + answer(c) + ".";
        found.evidence = {request_proof(now, "these " + scheme + " credentials were received"),
                          proof(now.id, now.request_line, "they are missing from what was sent on"),
                          answer_proof(now, "the answer asks for credentials as if there had been none")};
        found.ruled_out = {"wrong credentials: the server never saw them"};
        found.consequence = "No login can succeed while the field is removed.";
        if (now.was_injected("drop-authorization"))
            found.first_fix = {"switch the fault off: why401 fault drop-authorization off"};
        found.outcome = "broken";
        return found;
    }
    // A login that was begun, or a user whom the page names, had come through.
    const bool named = !now.page.logon_user.empty() && now.page.logon_user.find('\\') != std::string::npos;
    if (now.step() == Step::Authenticate || named ||
        now.page.module.find("Authorization") != std::string::npos)
        return NotApplicable{};
    // Further away it takes the server's own word: "no credentials" in answer to a scheme that it offers.
    const bool logged = now.log && now.log->user.empty();  // and the log is a second witness
    if ((now.intermediary.empty() && !logged) || !c.says_substatus("401.2") ||
        !now.challenges().offers(scheme))
        return NotApplicable{};
    Found found;
    found.culprit = Culprit::Intermediary;
    found.because = "This proxy sent the " + scheme + " credentials of " + name(now.id) +
                    " on, yet the server says 401.2, as for a request without any" +
                    (now.intermediary.empty() ? std::string(", and its log has no user for it.")
                                              : ", and the answer passed somebody on the way (" +
                                                    printable(now.intermediary) + ").");
    found.evidence = {request_proof(now, "credentials sent on"),
                      answer_proof(now, "their scheme is offered again")};
    if (now.intermediary_place)
        found.evidence.push_back(proof(now.id, *now.intermediary_place, "a mark of an intermediary"));
    if (const auto says = substatus_proof(now, c.substatus)) found.evidence.push_back(*says);
    found.not_visible = {"what the intermediary sent to the server"};
    found.consequence = "Credentials do not get through on this path.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the Authorization field pass unchanged at every hop (Apache CGI: CGIPassAuth On)",
    "compare with the server's log: 401.2 and no user name confirm that nothing arrived"};
constexpr Source kSources[] = {{"RFC 9110 11.6.2", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2"}};

}  // namespace

extern constinit const Rule authz_strip_001{
    {.id = "AUTHZ-STRIP-001",
     .title = "the credentials did not reach the server: somebody removed them on the way",
     .severity = Severity::Error,
     .explanation =
         "A proxy, gateway or CGI layer dropped the Authorization field. The server saw a request without "
         "credentials and asked for some.",
     .fix = kFix,
     .sources = kSources,
     .needs =
         "the request as received and as sent on, or the server's own page and a mark of an intermediary",
     .scene =
         "`why401 proxy --lab --fault drop-authorization`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
