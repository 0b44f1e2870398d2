#include "analysis/keep_alive.h"

#include "analysis/words.h"

namespace why401 {
namespace {

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
        // The AUTHENTICATE had gone out on it: what we closed then, stopping say, was a wait for its answer.
        if (answered.challenge.upstream == now.upstream && now.timing.forwarded != Instant{} &&
            closing.at.steady_us >= now.timing.forwarded.steady_us)
            return std::nullopt;
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

}  // namespace

IssuedChallenge challenge_leg(const ExchangeFacts& facts, Space space) {
    IssuedChallenge leg;
    leg.exchange = facts.id;
    leg.client = facts.client;
    leg.upstream = facts.upstream;
    leg.space = space;
    leg.origin = facts.origin;
    leg.at = facts.timing.response_head.steady_us != 0 ? facts.timing.response_head : facts.timing.ended;
    if (facts.received[space].ntlm) leg.message = *facts.received[space].ntlm;
    leg.request_closes = facts.request_closes;
    leg.forwarded_request_closes = facts.forwarded_request_closes;
    leg.response_closes = facts.response_closes;
    leg.forwarded_response_closes = facts.forwarded_response_closes;
    leg.injected = facts.injected;
    leg.intermediary = facts.intermediary;
    leg.front_end = facts.front_end;
    leg.place = facts.received[space].place;
    leg.connection_field = facts.connection_field;
    return leg;
}

std::optional<Loss> lost_before_answer(const Case& c) {
    const IssuedChallenge& leg = c.standing.answered->challenge;
    std::optional<Loss> loss = injected(leg, &c.now);
    if (!loss) loss = said_so(leg);
    if (!loss) loss = was_closed(*c.standing.answered, c.now);
    return loss;
}

std::optional<Loss> lost_after_challenge(const Case& c) {
    const IssuedChallenge leg = challenge_leg(c.now, c.now.space);
    std::optional<Loss> loss = injected(leg, nullptr);
    if (!loss) loss = said_so(leg);
    return loss;
}

}  // namespace why401
