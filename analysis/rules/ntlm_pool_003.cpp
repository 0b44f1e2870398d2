#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool served = now.let_in() && (now.status < 400 || now.status == 403);
    if (!served || !c.standing.server) return NotApplicable{};
    const ServerLogin& login = *c.standing.server;
    // Its own credentials speak for themselves, unless they are an AUTHENTICATE that answers nothing here.
    const bool stray = now.step() == Step::Authenticate && !(c.standing.answered && !c.split());
    if (now.step() != Step::None && !stray) return NotApplicable{};
    if (!now.client || !login.client) {
        if (now.client == login.client) return NotApplicable{};
        return CannotTell{"the client connections of both requests"};
    }
    if (*login.client == *now.client) return NotApplicable{};
    if (c.history.open_to_anonymous) return NotApplicable{};  // anybody gets this page
    if (login.doubted) return CannotTell{"certainty that the server still holds that login"};

    const std::string believed = c.standing.client ? c.standing.client->identity : std::string(now.user());
    if (!believed.empty() && same_user(believed, login.identity)) return NotApplicable{};

    // The routing is certain; that the server used the login is, where it is known to ask for one.
    const bool sure = now.step() == Step::None && !login.per_request && c.history.folder_asks_for_login;
    const std::string user =
        login.per_request && login.identity.empty() ? "the user of a Kerberos ticket" : who(login.identity);
    Found found;
    found.confidence = sure ? Confidence::Certain : Confidence::Likely;
    found.culprit = hop_culprit(now);
    found.because = user + " had logged in on " + name(now.upstream) + " from " + name(login.client) + " (" +
                    name(login.by) + "); " + (now.has_decision ? "this proxy" : "an intermediary") +
                    under_policy(now) + " then sent " + name(now.id) + " of another client connection, " +
                    name(now.client) + (believed.empty() ? std::string() : " (" + believed + ")") +
                    ", on the same " + name(now.upstream) + ", and the server served it as " + user +
                    " (status " + std::to_string(now.status) + ").";
    found.evidence = {
        proof(login.by, login.place, user + " logged in on " + name(now.upstream)),
        request_proof(now, now.step() == Step::None
                               ? "this request says nothing about who asks"
                               : "this AUTHENTICATE answers no CHALLENGE of " + name(now.upstream))};
    if (now.has_decision) found.evidence.push_back(decision_proof(now));
    found.evidence.push_back(proof(now.id, now.status_line, "it was answered all the same"));
    found.ruled_out = {"a page open to anybody: it was never seen served on a connection without a login"};
    if (!c.history.folder_asks_for_login)
        found.not_visible.push_back(
            "whether this page asks for a login at all: nothing in its folder was refused yet");
    if (believed.empty())
        found.not_visible.push_back("who sits behind " + name(now.client) + ": nothing on it says so");
    found.consequence =
        "Security: a request was carried out with another user's rights. Treat it as an incident.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "keep one upstream connection for one client connection as soon as NTLM or Negotiate is seen (here: "
    "why401 policy affinity)",
    "or close an upstream connection after the client that logged in on it",
    "as a stopgap on IIS: authPersistSingleRequest=true, at the price of a login for each request"};
constexpr Source kSources[] = {
    {"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.2", ""},
    {"haproxy issue 581, user substitution", "https://github.com/haproxy/haproxy/issues/581"},
    {"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_pool_003{
    {.id = "NTLM-POOL-003",
     .title = "no 401, but worse: one client was served with another user's login",
     .severity = Severity::Critical,
     .explanation =
         "NTLM logs in a connection, not a request. When an intermediary lends a connection that one user "
         "has "
         "logged in on to another client, the server takes the second for the first and says nothing.",
     .fix = kFix,
     .sources = kSources,
     .needs = "client and upstream connection of both exchanges",
     .scene = "`why401 demo`, third act: bob is served as alice"},
    check};

}  // namespace why401
