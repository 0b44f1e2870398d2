#include "analysis/scheme_facts.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Found stale_refusal(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool had_credentials = now.own_credentials() != nullptr;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Intermediary;
    found.because =
        "The " + std::to_string(now.status) + " of " + name(now.id) +
        " was not made for this request: a cache kept one that had been made for somebody else, and "
        "handed it out" +
        (had_credentials ? " although this request carried credentials." : std::string("."));
    found.evidence = {
        proof(now.id, *now.web.from_cache, "out of a store"),
        request_proof(now, had_credentials ? "the credentials that nobody looked at" : "the request"),
        answer_proof(now, "the stored refusal")};
    found.ruled_out = {"the user's password: the server was not asked"};
    found.not_visible = {"what the server would have answered"};
    found.consequence = "The refusal stays until the cache forgets it, whoever asks.";
    return found;
}

Found stored_page(const Case& c) {
    const ExchangeFacts& now = c.now;
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = now.web.may_be_stored ? Culprit::Server : Culprit::Intermediary;
    found.because = printable(now.url, 140) + " wants a login (" + name(*c.around.wants_login) +
                    "), yet a cache gave it to a client without one in " + name(now.id) +
                    ": it kept the page that had been made for a user" +
                    (now.web.may_be_stored ? ", as the server's Cache-Control allows." : std::string("."));
    found.evidence = {proof(now.id, *now.web.from_cache, "out of a store"),
                      {*c.around.wants_login, "response.status", std::nullopt, "a stranger was refused here"},
                      proof(now.id, now.request_line, "this request carries no credentials")};
    found.not_visible = {"for whom the stored page was made",
                         "whether another field of the request, such as a key, said who asks",
                         "whether the page has been opened to all since"};
    found.consequence = "Strangers see what was made for a user, and users what was made for others.";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.web.from_cache || now.answered_by_us) return NotApplicable{};
    if (now.refused()) {
        const bool answerable = now.own_credentials() == nullptr && now.challenges().any();
        // A first 401 out of a store still says what the server wants, and a client may go on from there.
        if (answerable && (!c.gave_up() || c.served_elsewhere())) return NotApplicable{};
        // A reason given for these very credentials was not made for others.
        if (now.own_credentials() != nullptr && now.schemes && now.schemes->token_words)
            return NotApplicable{};
        return stale_refusal(c);
    }
    const bool stranger = now.step() == Step::None && now.web.cookies.empty() && !c.standing.server &&
                          !c.standing.client && !now.credentials[Space::Origin];
    if (now.status != 200 || !c.around.wants_login || !stranger || c.history.open_to_anonymous)
        return NotApplicable{};
    return stored_page(c);
}

constexpr std::string_view kFix[] = {
    "let the server mark such answers Cache-Control: private or no-store",
    "let the cache keep neither 401 nor answers to requests with Authorization",
    "empty the cache for this address now"};
constexpr Source kSources[] = {{"RFC 9111 3.5", "https://www.rfc-editor.org/rfc/rfc9111#section-3.5"},
                               {"RFC 9111 5.1", "https://www.rfc-editor.org/rfc/rfc9111#section-5.1"}};

}  // namespace

extern constinit const Rule cache_401_001{
    {.id = "CACHE-401-001",
     .title = "a cache answered instead of the server, with something that was made for another request",
     .severity = Severity::Critical,
     .explanation =
         "A cache that many share must keep no answer to a request with credentials unless the server "
         "allows it, and a 401 only when told to. A kept 401 locks people out; a kept page lets them "
         "in.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of the answer: Age, X-Cache and their like",
     .scene = "analysis/cache_test.cpp Cache401001"},
    check};

}  // namespace why401
