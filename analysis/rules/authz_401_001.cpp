#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.server == ServerKind::Iis ||
        now.server == ServerKind::HttpSys)
        return NotApplicable{};
    const bool lasting =
        c.standing.server && !c.standing.server->per_request && c.standing.server->client == now.client;
    const bool login_done = now.step() == Step::ApReq && completed(now);
    // Digest never sends the same twice; a client that was just let in still has the same password.
    const bool same_password =
        c.history.accepted_same || (now.step() == Step::Single && now.own_credentials()->view.is("Digest"));
    // A token that was revoked, or another password, is refused in silence too.
    const bool own_still_good = now.own_credentials() != nullptr &&
                                !now.own_credentials()->view.is("Bearer") &&
                                (now.step() != Step::Single || same_password) && !c.history.page_was_theirs;
    const bool silent = !now.challenges().any() && (own_still_good || lasting) && c.history.accepted;
    const bool elsewhere = c.history.accepted && now.step() == Step::Single && c.history.refusals.empty() &&
                           same_password && !c.history.page_was_theirs;
    const bool on_login = lasting && c.anonymous_refusal() && c.standing.server->served > 0 &&
                          now.server != ServerKind::Unknown;
    if (!login_done && !silent && !elsewhere && !on_login) return NotApplicable{};

    std::string user(now.user());
    if (user.empty() && c.standing.server) user = c.standing.server->identity;
    Found found;
    found.confidence = login_done || silent ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = (user.empty() ? "The user" : user) + std::string(" had been let in here") +
                    (c.history.accepted ? " (" + name(*c.history.accepted) + ")" : "") + ", but is refused " +
                    printable(now.url, 120) + " in " + name(now.id) +
                    ": logged in, not authorised, and told 401 where 403 was meant.";
    found.evidence = {request_proof(now, "the request"), answer_proof(now, "the refusal")};
    if (c.history.accepted)
        found.evidence.push_back(
            {*c.history.accepted, "response.status", std::nullopt, "the same user was let in"});
    found.ruled_out = {"an unknown user or a password that never works here"};
    found.not_visible = {"the server's rules for this path"};
    found.consequence = "Browsers ask for a password that was never wrong.";
    return found;
}

constexpr std::string_view kFix[] = {"correct the rule that decides who may open this path (Apache: Require)",
                                     "Apache: AuthzSendForbiddenOnFailure On, so that it says 403"};
constexpr Source kSources[] = {
    {"Apache mod_authz_core, AuthzSendForbiddenOnFailure",
     "https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html#authzsendforbiddenonfailure"}};

}  // namespace

extern constinit const Rule authz_401_001{
    {.id = "AUTHZ-401-001",
     .title =
         "the login worked, but this user may not open this page, and the server says 401 instead of 403",
     .severity = Severity::Error,
     .explanation = "Some servers, Apache among them, answer 401 when a known user is not authorised.",
     .fix = kFix,
     .sources = kSources,
     .needs = "an earlier success of the same user at the same server",
     .scene = "analysis/refusal_page_test.cpp Authz401001; Apache with `Require user` and another user"},
    check};

}  // namespace why401
