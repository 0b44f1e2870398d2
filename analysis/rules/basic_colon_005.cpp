#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Basic");
    if (own == nullptr || own->view.basic() == nullptr) return NotApplicable{};
    const basic::Credentials& basic = *own->view.basic();
    if (!basic.has_colon || basic.password.find(':') == std::string::npos) return NotApplicable{};
    if (!c.now.challenges().offers("Basic"))
        return CannotTell{"the challenge: whether Basic is taken at all"};
    if (c.history.accepted) return NotApplicable{};  // this user name is known here
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = "The credentials of " + name(c.now.id) + " hold more than one colon, and " +
                    keeper(c.now) + " takes what stands before the first one, " +
                    who(printable(basic.user, 80)) +
                    ", for the user name: if that name itself should have a colon, it was cut there.";
    found.evidence = {request_proof(c.now, "more than one colon"), answer_proof(c.now, "asks again")};
    found.not_visible = {"where the user name was meant to end: a password may hold colons",
                         "whether the password is right"};
    found.consequence = "A user name with a colon can never log in by Basic.";
    return found;
}

constexpr std::string_view kFix[] = {
    "if the user name has a colon: use another form of it (an alias, a mail address), or another scheme",
    "if only the password has one, that is fine: check user name and password"};
constexpr Source kSources[] = {{"RFC 7617 2", "https://www.rfc-editor.org/rfc/rfc7617#section-2"}};

}  // namespace

extern constinit const Rule basic_colon_005{
    {.id = "BASIC-COLON-005",
     .title = "the user name may have been cut at a colon, which no Basic user name can hold",
     .severity = Severity::Error,
     .explanation = "The first colon parts user and password. All after it counts as the password.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials and the answer",
     .scene = "analysis/basic_test.cpp BasicColon005"},
    check};

}  // namespace why401
