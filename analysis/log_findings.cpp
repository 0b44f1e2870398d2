#include "analysis/log_findings.h"

#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr const char* kNoConnections =
    "the connections: this log does not know them, rows are paired by client address, program and page";

bool refused_in_log(const Case& c) { return log_leg(c.now) == LogLeg::Refusal; }

bool says_denied(std::uint32_t code) {
    return code == kLogonDenied || code == kStatusLogonFailure || code == kLogonFailure;
}

Evidence code_proof(const ExchangeFacts& now, std::string says) {
    return log_proof(now, std::to_string(now.log->win32.value_or(0)), std::move(says));
}

Evidence row_proof(const ExchangeFacts& now, std::string says) {
    return {now.id, "log.line", std::pair<std::uint64_t, std::uint64_t>(0, now.log->text.size()),
            std::move(says)};
}

void add_challenge(const Case& c, Found& found) {
    if (number(c.trail.challenge) != 0)
        found.evidence.push_back({c.trail.challenge, "log.line", std::nullopt,
                                  "the CHALLENGE before it, to the same client at the same page"});
}

/// Browsers fetch icons and manifests without credentials, on a connection of their own (Fetch, 2.2.5).
bool is_fetched_as_nobody(const ExchangeFacts& facts) {
    const std::string_view path = std::string_view(facts.url).substr(0, facts.url.find('?'));
    return facts.web.icon || path.ends_with("manifest.json") || path.ends_with(".webmanifest");
}

}  // namespace

std::optional<Found> ntlm_denied_in_log(const Case& c) {
    const ExchangeFacts& now = c.now;
    const std::uint32_t code = log_code(now);
    if (!refused_in_log(c) || !says_denied(code)) return std::nullopt;
    if (now.request_seen && now.step() != Step::Authenticate) return std::nullopt;
    const bool challenged = now.request_seen || number(c.trail.challenge) != 0;
    // Without a CHALLENGE: Basic, which leaves a name, or the anonymous account.
    if (!challenged && (code == kLogonFailure || !now.log->user.empty())) return std::nullopt;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The server's own record says that the login of " +
                    (now.user().empty() ? std::string() : printable(now.user(), 120) + " from ") +
                    log_client(now) + " at " + printable(now.url, 120) + " was denied, in " + log_row(now) +
                    ": a wrong password, an unknown user, or an account that may not log in.";
    found.evidence = {code_proof(now, "the logon was denied")};
    if (now.request_seen) found.evidence.push_back(request_proof(now, "the AUTHENTICATE"));
    add_challenge(c, found);
    found.ruled_out = {"a client that did not try to log in: its credentials were looked at",
                       "the file's access control list: that would be 401.3"};
    if (now.user().empty())
        found.not_visible = {
            "who it was: IIS logs no name for a login that failed so; event 4625 in the server's "
            "security log does"};
    if (!challenged)
        found.not_visible.push_back("the scheme: no CHALLENGE to this client is in the log before it");
    found.not_visible.push_back(kNoConnections);
    found.consequence = "The client asks for other credentials or gives up.";
    return found;
}

std::optional<Found> basic_denied_in_log(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!refused_in_log(c) || !c.says_substatus("401.1") || !says_denied(log_code(now))) return std::nullopt;
    const CredentialFacts* own = now.own_credentials();
    if (now.request_seen && (own == nullptr || own->view.basic() == nullptr)) return std::nullopt;
    // Without the name, only a client that had just been asked can have sent credentials.
    const bool named = !now.user().empty();
    if (number(c.trail.challenge) != 0 || (!named && number(c.trail.asked) == 0)) return std::nullopt;
    Found found;
    found.confidence = named ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = "The server refused user name and password of " +
                    (named ? printable(now.user(), 120) : std::string("an unnamed user")) + " from " +
                    log_client(now) + " in " + log_row(now) + ".";
    found.evidence = {code_proof(now, "logon failure: unknown user name or wrong password")};
    if (named) {
        found.evidence.push_back(
            own != nullptr
                ? request_proof(now, "the user's credentials")
                : log_proof(now, now.log->user, "the user: IIS logs the name of a failed Basic login"));
        found.ruled_out = {
            "a login that was refused for the connection it came on: that leaves no name in the log"};
    } else {
        found.not_visible = {"the scheme, and who it was: this row names no user"};
    }
    found.not_visible.push_back("which of the two is wrong: event 4625 in the server's security log may say");
    found.consequence = "The client asks for a password again.";
    return found;
}

std::optional<Found> unanswered_in_log(const Case& c) {
    const ExchangeFacts& now = c.now;
    const LogLeg leg = log_leg(now);
    const bool halfway = leg == LogLeg::Challenge;
    if ((leg != LogLeg::Anonymous && !halfway) || !c.gave_up() || c.served_elsewhere()) return std::nullopt;
    if (leg == LogLeg::Anonymous && c.substatus && c.substatus->value == "401.0")
        return std::nullopt;  // nothing says that a login was on offer
    const bool ended = c.sequel.ending == Sequel::Ending::RecordEnded;
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Unknown;
    if (ended) found.severity = Severity::Info;
    found.because = "The server asked " + log_client(now) + " for a login at " + printable(now.url, 120) +
                    " in " + log_row(now) + (halfway ? ", with its CHALLENGE," : "") +
                    " and the log shows no " + (halfway ? "second half of it" : "attempt at one") +
                    (ended ? " before it ends." : " within 30 s.");
    found.evidence = {row_proof(now, halfway ? "the server's CHALLENGE, half of a login"
                                             : "refused: no credentials that the server could use")};
    found.ruled_out = {"a wrong password: none was looked at"};
    found.not_visible = {
        "what the server offered and what the client may use: a capture of one request shows both",
        kNoConnections};
    found.consequence = "The client shows the 401.";
    return found;
}

std::optional<Found> login_lost_in_log(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (is_fetched_as_nobody(now)) return std::nullopt;
    if (log_leg(now) != LogLeg::Anonymous || !c.says_substatus("401.2") || !c.gave_up() ||
        c.served_elsewhere() || !c.trail.before || !c.trail.after)
        return std::nullopt;
    if (c.trail.before->user != c.trail.after->user) return std::nullopt;
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Unknown;
    found.because = printable(c.trail.before->user, 120) + " was served from " + log_client(now) + " in " +
                    name(c.trail.before->exchange) + " and again in " + name(c.trail.after->exchange) +
                    ", but in between the same client was refused as a stranger at " +
                    printable(now.url, 120) + " in " + log_row(now) +
                    ": so it looks when a proxy sends a request over a connection that nobody logged in on.";
    found.evidence = {{c.trail.before->exchange, "log.line", std::nullopt, "served under a name before"},
                      row_proof(now, "401.2: the server knew nobody on that connection"),
                      {c.trail.after->exchange, "log.line", std::nullopt, "and after"}};
    found.not_visible = {kNoConnections,
                         "a request that was sent without a login on purpose, as scripts and icons are",
                         "whether somebody was served as somebody else: no log can show that"};
    found.consequence = "Pages fail now and then, although the login is good.";
    found.outcome = "broken";
    return found;
}

std::optional<Found> handshake_split_in_log(const Case& c) {
    const ExchangeFacts& now = c.now;
    const std::uint32_t code = log_code(now);
    if (!refused_in_log(c) || (code != kInvalidToken && code != kInvalidHandle)) return std::nullopt;
    const bool challenged = number(c.trail.challenge) != 0;
    if (!challenged && now.request_seen) return std::nullopt;  // what came is on record
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Unknown;
    found.because = log_client(now);
    if (challenged)
        found.because += " got the server's CHALLENGE in " + name(c.trail.challenge) +
                         ", and the server could make nothing of what came next, in " + log_row(now) +
                         ": as when the two halves of a login reach it over different connections.";
    else if (!c.trail.before)
        found.because +=
            " sent a token in " + log_row(now) +
            " that the server could make nothing of, and no CHALLENGE to it is in this log: as when a "
            "login was begun at another server, or on another connection.";
    else
        found.because += " was served as " + printable(c.trail.before->user, 120) + " in " +
                         name(c.trail.before->exchange) +
                         ", and then the server could make nothing of a token of it, in " + log_row(now) +
                         ", to which no CHALLENGE in this log belongs: as when a balancer brings the second "
                         "half of a login to another server than the first.";
    add_challenge(c, found);
    found.evidence.push_back(
        code_proof(now, code == kInvalidToken ? "the token is invalid" : "the login is unknown"));
    found.ruled_out = {"a wrong password: it was not looked at"};
    found.not_visible = {kNoConnections, "Extended Protection, which can refuse with the same code",
                         challenged ? "a worker process that was restarted between the two"
                                    : "the token: one that was cut off on its way is refused so, too"};
    found.consequence = "Logins fail now and then, the more clients there are the more often.";
    found.outcome = "broken";
    return found;
}

std::optional<Found> logged_in_by_log(const Case& c) {
    if (log_leg(c.now) != LogLeg::Served || number(c.trail.challenge) == 0 || c.now.user().empty())
        return std::nullopt;
    Found found;
    found.confidence = Confidence::Likely;
    found.because = printable(c.now.user(), 120) + " was served in " + log_row(c.now) +
                    ", after the CHALLENGE of " + name(c.trail.challenge) + ".";
    found.evidence = {log_proof(c.now, c.now.user(), "the name that the server knows")};
    add_challenge(c, found);
    return found;
}

Verdict normal_leg_in_log(const Case& c, LogLeg leg) {
    if (log_leg(c.now) != leg) return NotApplicable{};
    if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
    if (!c.answered() && !c.served_elsewhere()) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.because =
        log_client(c.now) +
        (c.served_elsewhere() ? " got the page of " + log_row(c.now) + " in " + name(c.sequel.served)
                              : " went on from " + log_row(c.now) + " in " + name(c.sequel.by)) +
        ", as far as a log can tell clients apart.";
    found.evidence = {row_proof(c.now, leg == LogLeg::Challenge ? "the CHALLENGE leg of a login"
                                                                : "the first leg: no credentials yet")};
    return found;
}

}  // namespace why401
