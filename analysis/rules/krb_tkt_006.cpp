#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

struct Meaning {
    std::int64_t code;
    Culprit culprit;
    const char* what;
    const char* fix;
};

constexpr Meaning kMeanings[] = {
    {32, Culprit::Client, "the ticket had expired when it was shown",
     "log in anew or discard old tickets: klist purge, kinit"},
    {33, Culprit::Unknown, "the ticket is not valid yet, by the server's clock",
     "compare the clocks of client, server and domain controller"},
    {34, Culprit::Unknown,
     "it has seen this very request before, or another server that shares its memory has",
     "find out who sends requests twice; servers behind one name and key: look at their replay caches"},
    {38, Culprit::Unknown,
     "the ticket is tied to a network address, and the request came from another one, as through a proxy or "
     "address translation",
     "ask for tickets without addresses (krb5.conf: noaddresses = true, the default)"},
};

Verdict check(const Case& c) {
    const auto said = kerberos_says(c, {32, 33, 34, 38}, {});
    if (!said) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    for (const Meaning& meaning : kMeanings) {
        if (meaning.code != said->code) continue;
        found.culprit = meaning.culprit;
        found.because = "The server opened the ticket of " + name(c.now.id) + " and refused it with " +
                        said->text + ": " + meaning.what + ".";
        found.first_fix = {meaning.fix};
    }
    found.evidence = {said->where, request_proof(c.now, "the request")};
    if (const auto ticket = ticket_of(c.now)) prove(c.now, *ticket, found.evidence);
    found.ruled_out = {"the service's key: the ticket could be opened"};
    found.not_visible = {"the ticket's own times and addresses: they are encrypted"};
    found.consequence = "This ticket will not work again; a fresh one may.";
    return found;
}

constexpr std::string_view kFix[] = {"if fresh tickets fail alike: look at the server's Kerberos log"};
constexpr Source kSources[] = {{"RFC 4120 7.5.9", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"},
                               {"RFC 4120 3.2.3", "https://www.rfc-editor.org/rfc/rfc4120#section-3.2.3"}};

}  // namespace

extern constinit const Rule krb_tkt_006{
    {.id = "KRB-TKT-006",
     .title = "the Kerberos ticket is expired, not valid yet, shown twice, or tied to another address",
     .severity = Severity::Error,
     .explanation = "The server could open the ticket, and what is written in it does not hold here and now.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's KRB-ERROR",
     .scene = "analysis/kerberos_word_test.cpp KrbTkt006"},
    check};

}  // namespace why401
