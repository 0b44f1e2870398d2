#include "analysis/beyond.h"

#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr const char* kFirstFix =
    "find who stands between here and the server, and let it keep a server connection for each client "
    "(nginx: "
    "pass TCP through, with its stream module)";

/// Same connection here; a mark in the answer, or the impossible, says that somebody stands behind it.
Found moved_beyond(const Case& c) {
    const ExchangeFacts& now = c.now;
    const ClientLogin& login = *c.standing.client;
    const bool marked = !now.intermediary.empty();
    Found found;
    found.confidence = marked || c.history.lost_login ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Intermediary;
    found.because =
        who(login.identity) + " had logged in on " + name(login.upstream) + " (" + name(login.by) +
        "), and " + name(now.id) + " used the same " + name(now.upstream) + ", yet " + answer(c) +
        " as to a stranger; " +
        (marked ? "an intermediary stands behind it (" + printable(now.intermediary) +
                      ") and probably used another connection."
                : std::string("an unbroken connection loses no login, so an intermediary that leaves no mark "
                              "probably used another one behind it."));
    found.evidence = {proof(login.by, login.place, "logged in on " + name(login.upstream)),
                      request_proof(now, "same connection, no credentials needed")};
    if (marked) found.evidence.push_back(proof(now.id, *now.intermediary_place, "a mark of an intermediary"));
    if (c.history.keeps_login)
        found.evidence.push_back({*c.history.keeps_login, "response.status", std::nullopt,
                                  "served without credentials: the server keeps the login of a connection"});
    found.ruled_out = {"this proxy: it kept " + name(now.client) + " on " + name(now.upstream)};
    if (c.history.page_was_theirs)
        found.ruled_out.push_back("the permissions of this page: the same user had got it before");
    found.not_visible = {"the connections behind " + name(now.upstream)};
    found.not_visible.push_back(c.login_vanished()
                                    ? "a server that was restarted in between"
                                    : "a server that wants a login for each request (NTLM-PERSIST-001)");
    found.consequence = "Logins do not last on this path.";
    found.first_fix = {kFirstFix};
    return found;
}

/// CHALLENGE and AUTHENTICATE on one pair of connections, with nothing in between.
bool together(const Case& c) {
    if (!c.standing.answered || c.standing.answered->challenge.interposed || !c.now.upstream) return false;
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    return challenge.upstream == c.now.upstream && challenge.client == c.now.client;
}

/// Credentials that were good before, on a path that is known to mix connections, or of a kind that does.
std::optional<Found> mixed_beyond(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool mixes = c.history.lost_login || now.lends_connections;
    if (!together(c) || !c.history.accepted || !mixes || states_code(now, kLogonDenied)) return std::nullopt;
    const std::string reason =
        c.history.lost_login ? "a login has already vanished from an unbroken connection here (" +
                                   name(*c.history.lost_login) + ")"
                             : "somebody stands between who lends server connections to whoever comes (" +
                                   printable(now.intermediary) + ")";
    Found found;
    found.confidence = c.history.lost_login ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Intermediary;
    found.because = "CHALLENGE and AUTHENTICATE of " + who(now.user()) + " both passed here on " +
                    name(now.upstream) + ", the server had accepted this user in " +
                    name(*c.history.accepted) + " and refused this time; " + reason +
                    ", so the two probably reached the server on different connections.";
    found.evidence = {
        proof(c.standing.answered->challenge.exchange, c.standing.answered->challenge.place, "the CHALLENGE"),
        request_proof(now, "its AUTHENTICATE, on the same connection"),
        answer_proof(now, "refused, though the same user was let in before")};
    found.ruled_out = {"this proxy: both messages used " + name(now.upstream)};
    found.not_visible = {"the connections behind " + name(now.upstream),
                         "the password: a mistyped one would look the same"};
    found.consequence = "Logins fail now and then, the more clients there are the more often.";
    found.first_fix = {kFirstFix};
    found.outcome = "broken";
    return found;
}

/// Same connections here, yet the server calls the token invalid: the split is behind us.
std::optional<Found> split_beyond(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!together(c) || !states_code(now, kInvalidToken) || now.intermediary.empty()) return std::nullopt;
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Intermediary;
    found.because = "CHALLENGE and AUTHENTICATE of " + who(now.user()) + " both passed here on " +
                    name(now.upstream) +
                    ", yet the server calls the token invalid (0x80090308), as it does when the two reach it "
                    "on different connections; somebody stands between (" +
                    printable(now.intermediary) + ").";
    found.evidence = {proof(challenge.exchange, challenge.place, "the CHALLENGE"),
                      request_proof(now, "its AUTHENTICATE, on the same connection"),
                      proof(now.id, *now.intermediary_place, "a mark of an intermediary")};
    found.evidence.push_back(stated_code(now)->where);
    found.ruled_out = {"this proxy: both messages used " + name(now.upstream)};
    found.not_visible = {"the connections behind the intermediary",
                         "Extended Protection, which can refuse with the same code"};
    found.consequence = "Logins fail through that intermediary.";
    found.outcome = "broken";
    return found;
}

}  // namespace

std::optional<Found> login_lost_beyond(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto& server = c.standing.server;
    if (c.recognised() || c.server_may_forget()) return std::nullopt;
    if (c.login_vanished()) return moved_beyond(c);
    if (now.intermediary.empty()) return std::nullopt;
    if (server && server->served > 0 && !c.says_substatus("401.2")) return std::nullopt;
    return moved_beyond(c);
}

std::optional<Found> handshake_split_beyond(const Case& c) {
    if (c.recognised()) return std::nullopt;
    if (auto found = split_beyond(c)) return found;
    return mixed_beyond(c);
}

}  // namespace why401
