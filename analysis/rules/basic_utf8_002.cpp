#include "analysis/scheme_case.h"
#include "wire/ascii.h"
#include "wire/utf8.h"

namespace why401 {
namespace {

bool is_ascii(std::string_view text) {
    for (const char c : text)
        if ((c & 0x80) != 0) return false;
    return true;
}

std::string where_of(const basic::Credentials& basic) {
    const std::size_t colon = basic.bytes.find(':');
    const bool user = !is_ascii(std::string_view(basic.bytes).substr(0, colon));
    const bool password = !is_ascii(std::string_view(basic.bytes).substr(colon));
    return user && password ? "user name and password" : user ? "the user name" : "the password";
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Basic");
    if (own == nullptr || own->view.basic() == nullptr) return NotApplicable{};
    const basic::Credentials& basic = *own->view.basic();
    if (basic.ascii || !basic.has_colon || c.history.accepted_same) return NotApplicable{};
    const OfferedChallenge* offered = c.now.schemes->of("Basic");
    if (offered == nullptr) return CannotTell{"the Basic challenge: it may name a character set"};
    const bool wants_utf8 = same_name(offered->challenge.value("charset"), "UTF-8");
    if (wants_utf8 && basic.utf8) return NotApplicable{};  // both agree; then it is the password
    Found found;
    found.confidence = wants_utf8 ? Confidence::Likely : Confidence::Possible;
    found.culprit = wants_utf8 ? Culprit::Client : Culprit::Unknown;
    const char* sent = basic.utf8 ? "UTF-8" : "Latin-1 or another old character set";
    found.because = "In " + name(c.now.id) + " " + where_of(basic) + " of " +
                    who(printable(c.now.user(), 80)) + " holds letters beyond ASCII, sent as " + sent +
                    ", and " + keeper(c.now) +
                    (wants_utf8 ? " had asked for UTF-8." : " did not say which it expects.");
    found.evidence = {
        request_proof(c.now, std::string("bytes beyond ASCII, sent as ") + sent),
        challenge_proof(c.now, "Basic", wants_utf8 ? "charset=\"UTF-8\"" : "no charset in the challenge")};
    found.not_visible = {"how " + keeper(c.now) + " reads these bytes",
                         "whether the password is wrong besides: an all-ASCII one would tell"};
    found.consequence = "The same password works from one client and not from another.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the server ask with charset=\"UTF-8\" and read UTF-8, and the client send it",
    "until then: a user name and a password of plain ASCII letters, digits and signs"};
constexpr Source kSources[] = {{"RFC 7617 2.1", "https://www.rfc-editor.org/rfc/rfc7617#section-2.1"}};

}  // namespace

extern constinit const Rule basic_utf8_002{
    {.id = "BASIC-UTF8-002",
     .title = "client and server read the letters beyond ASCII in user name or password differently",
     .severity = Severity::Error,
     .explanation =
         "Basic sends bytes. Unless the challenge says charset=\"UTF-8\", nobody has agreed on what they "
         "mean: browsers send UTF-8, many programs Latin-1.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials and the challenge",
     .scene = "analysis/basic_test.cpp BasicUtf8002"},
    check};

}  // namespace why401
