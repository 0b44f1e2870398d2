#include "analysis/log_findings.h"
#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool may_be_iis(const Case& c) {
    return c.now.server == ServerKind::Iis || c.now.server == ServerKind::Unknown;
}

/// Logged in on this very connection, which serves other pages, but not this one.
bool behaves_so(const Case& c) {
    if (!may_be_iis(c) || c.says_substatus("401.1") || c.says_substatus("401.2")) return false;
    return c.anonymous_refusal() && c.standing.server && c.standing.server->served > 0 &&
           !c.standing.server->per_request && c.standing.server->client == c.now.client;
}

Verdict check(const Case& c) {
    if (c.now.status != 401 || c.now.answered_by_us) return NotApplicable{};
    const bool page = c.says_substatus("401.3");
    if (!page && !behaves_so(c)) return NotApplicable{};
    // Refused as the anonymous user while other schemes are on offer: a client may still log in.
    if (c.may_still_log_in() || got_it_after_all(c)) return NotApplicable{};

    std::string user(c.now.user());
    if (user.empty() && c.standing.server) user = c.standing.server->identity;
    Found found;
    found.confidence = page ? Confidence::Certain : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = (c.now.credentials_withheld ? std::string("The user")
                     : user.empty()             ? std::string("The server's anonymous user")
                                                : user) +
                    (page ? " was recognised" : " had been served other pages on " + name(c.now.upstream)) +
                    ", but may not open " + printable(c.now.url, 120) + " (" + name(c.now.id) + ")" +
                    (page ? ": the server says 401.3, the file's access control list."
                          : ": this is how IIS refuses by the file's access control list.");
    if (c.standing.server && number(c.standing.server->by) != 0)
        found.evidence.push_back(
            proof(c.standing.server->by, c.standing.server->place, "the login was accepted here"));
    if (c.now.request_seen) found.evidence.push_back(request_proof(c.now, "the request"));
    if (const auto says = substatus_proof(c.now, c.substatus); page && says) found.evidence.push_back(*says);
    found.ruled_out = {"the password: the server got as far as looking at the file"};
    if (!page)
        found.not_visible = {
            "the substatus: the server's log or a page opened on the server itself would confirm 401.3"};
    found.consequence = "Browsers ask for a password that was never wrong.";
    return found;
}

constexpr std::string_view kFix[] = {
    "grant this user, or a group of theirs, read permission on the file and its folder",
    "content on a share: both the share's and the file system's permissions count",
    "leave the ACLs of other 401s alone: only 401.3 has to do with them"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.3", ""}};

}  // namespace

extern constinit const Rule iis_4013_acl{
    {.id = "IIS-4013-ACL",
     .title = "the server knows who asks, but the file's access control list says no",
     .severity = Severity::Error,
     .explanation = "401.3 comes after a successful login: this user, or the anonymous one, lacks permission "
                    "on the file.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from the page or a log; by behaviour, other pages served on the same login",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/acl/?detailed=1"},
    check};

}  // namespace why401
