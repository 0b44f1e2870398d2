#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Who took the connection away between CHALLENGE and AUTHENTICATE, and how one can tell.
struct Loss {
    Culprit culprit = Culprit::Unknown;
    Confidence confidence = Confidence::Certain;
    std::string how;
    std::string fault;  ///< name of an injected fault
    std::optional<Evidence> evidence;
};

std::optional<Loss> injected(const IssuedChallenge& leg, const ExchangeFacts* reply) {
    for (const std::string_view fault : {"close-after-challenge", "http10-upstream"}) {
        if (!leg.was_injected(fault)) continue;
        return Loss{Culprit::ThisProxy, Confidence::Certain,
                    "this proxy ended keep-alive on that leg on purpose (fault " + std::string(fault) + ")",
                    std::string(fault), std::nullopt};
    }
    if (reply == nullptr || !reply->was_injected("delay-authenticate")) return std::nullopt;
    return Loss{Culprit::ThisProxy, Confidence::Certain,
                "this proxy held the AUTHENTICATE back on purpose (fault delay-authenticate) until the "
                "server had given up",
                "delay-authenticate", std::nullopt};
}

std::optional<Loss> said_so(const IssuedChallenge& leg) {
    const auto at = [&](std::string says) {
        return leg.connection_field ? proof(leg.exchange, *leg.connection_field, std::move(says))
                                    : proof(leg.exchange, leg.place, std::move(says));
    };
    if (leg.request_closes)
        return Loss{
            Culprit::Client, Confidence::Certain, "the client itself had asked to close after the NEGOTIATE",
            "",
            Evidence{leg.exchange, "request.line", std::nullopt, "the request does not keep the connection"}};
    if (leg.forwarded_request_closes)
        return Loss{Culprit::ThisProxy, Confidence::Certain,
                    "this proxy sent the NEGOTIATE on without keep-alive", "",
                    Evidence{leg.exchange, "request.line", std::nullopt, "keep-alive was lost on the way"}};
    if (leg.response_closes) {
        const bool between = !leg.intermediary.empty();
        return Loss{between ? Culprit::Intermediary : Culprit::Server,
                    between ? Confidence::Likely : Confidence::Certain,
                    "the very answer that brought the CHALLENGE said that the connection would be closed", "",
                    at("closes the connection that the login needs")};
    }
    if (leg.forwarded_response_closes)
        return Loss{Culprit::ThisProxy, Confidence::Certain,
                    "this proxy told the client to close after the CHALLENGE", "",
                    at("passed on with a close that the server had not sent")};
    return std::nullopt;
}

std::optional<Loss> was_closed(const AnsweredChallenge& answered, const ExchangeFacts& now) {
    if (!answered.closing || answered.closing->at.steady_us < answered.challenge.at.steady_us)
        return std::nullopt;
    const Closing& closing = *answered.closing;
    const std::string on = name(answered.challenge.upstream);
    const std::int64_t gap = closing.at.steady_us - answered.challenge.at.steady_us;
    if (closing.by == ClosedBy::Us) {
        // A policy that closes connections is a matter of pooling, told by NTLM-POOL-002.
        if (!now.policy.empty() && now.policy != "affinity") return std::nullopt;
        return Loss{Culprit::ThisProxy, Confidence::Certain,
                    "this proxy closed " + on + " in between" +
                        (closing.because.empty() ? std::string() : " (" + closing.because + ")"),
                    "", std::nullopt};
    }
    return Loss{closing.kind == CloseKind::Fin ? Culprit::Server : Culprit::Network, Confidence::Certain,
                "the other end closed " + on + " " + duration(gap) + " after it had sent the CHALLENGE", "",
                std::nullopt};
}

Found tell(const Case& c, const Loss& loss, const IssuedChallenge& leg, std::string because) {
    Found found;
    found.confidence = loss.confidence;
    found.culprit = loss.culprit;
    found.because = std::move(because);
    found.evidence = {proof(leg.exchange, leg.place, "the CHALLENGE, sent on " + name(leg.upstream))};
    if (loss.evidence) found.evidence.push_back(*loss.evidence);
    if (c.now.id != leg.exchange)
        found.evidence.push_back(request_proof(c.now, "its AUTHENTICATE, too late for that connection"));
    found.ruled_out = {
        "a wrong password: no server could check the answer without the connection it belongs to"};
    if (loss.culprit == Culprit::Server || loss.culprit == Culprit::Intermediary)
        found.not_visible = {"whether the server itself or somebody in front of it closed"};
    found.consequence = "The login cannot complete, however often it is tried.";
    if (!loss.fault.empty()) found.first_fix = {"switch the fault off: why401 fault " + loss.fault + " off"};
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (c.failed_authenticate() && c.standing.answered) {
        const IssuedChallenge& leg = c.standing.answered->challenge;
        const bool moved = leg.upstream != now.upstream || now.status == 0 || now.answered_by_us;
        if (!moved) return NotApplicable{};
        std::optional<Loss> loss = injected(leg, &now);
        if (!loss) loss = said_so(leg);
        if (!loss) loss = was_closed(*c.standing.answered, now);
        if (!loss) return NotApplicable{};
        const std::int64_t gap = now.timing.started.steady_us - leg.at.steady_us;
        return tell(c, *loss, leg,
                    who(now.user()) + " got the CHALLENGE of " + name(leg.exchange) + " on " +
                        name(leg.upstream) + ", but " + loss->how + "; the AUTHENTICATE of " + name(now.id) +
                        (gap > 0 ? " (" + duration(gap) + " later)" : std::string()) +
                        " found no login to finish, and " + answer(c) + ".");
    }
    if (!now.refused() || !now.challenges().ntlm || !c.gave_up() || now.step() != Step::Negotiate)
        return NotApplicable{};
    IssuedChallenge leg;
    leg.exchange = now.id;
    leg.client = now.client;
    leg.upstream = now.upstream;
    leg.place = now.challenges().place;
    leg.connection_field = now.connection_field;
    leg.injected = now.injected;
    leg.intermediary = now.intermediary;
    leg.request_closes = now.request_closes;
    leg.forwarded_request_closes = now.forwarded_request_closes;
    leg.response_closes = now.response_closes;
    leg.forwarded_response_closes = now.forwarded_response_closes;
    std::optional<Loss> loss = injected(leg, nullptr);
    if (!loss) loss = said_so(leg);
    if (!loss) return NotApplicable{};
    return tell(c, *loss, leg,
                "The server sent its CHALLENGE in " + name(now.id) + " on " + name(now.upstream) + ", but " +
                    loss->how + ", and the client on " + name(now.client) + " did not go on.");
}

constexpr std::string_view kFix[] = {"keep connections alive at every hop and on the site",
                                     "speak HTTP/1.1 to the server and add no Connection: close (nginx: "
                                     "proxy_http_version 1.1 and an empty Connection)"};
constexpr Source kSources[] = {{"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_ka_004{
    {.id = "NTLM-KA-004",
     .title = "the connection was lost in the middle of the NTLM login",
     .severity = Severity::Error,
     .explanation = "CHALLENGE and AUTHENTICATE must travel on one connection. When it is closed in between, "
                    "the answer comes to a server that has forgotten the question.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both messages and what became of the connection between them"},
    check};

}  // namespace why401
