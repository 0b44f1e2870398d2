#include "analysis/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/words.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

std::string report_of(const test::Told& told) {
    std::vector<Finding> findings;
    std::vector<ConversationReading> conversations;
    for (const auto& [id, finding] : told.findings) findings.push_back(finding);
    for (const auto& [id, conversation] : told.conversations) conversations.push_back(conversation);
    return report(
        {findings, {}, conversations, told.summary, [](ExchangeId) { return std::string("GET /"); }});
}

TEST(Report, TellsVerdictCulpritProofsAndRemedyOfAFinding) {
    const std::string text = report_of(tell(
        story().on(1, 1).ntlm_login("CONTOSO\\alice").policy("pooled/switch").on(1, 3).get("/x").refuses()));
    for (const char* part :
         {"error  NTLM-POOL-001", "CONTOSO\\alice had logged in on U1", "this proxy (why401 itself)",
          "certain:", "#3 request.header[2]:", "ruled out", "what to do", "1 healthy login (NTLM 1).",
          "4 exchanges, 2 login attempts; 3 401s: 2 normal, 1 explained, 0 unexplained."})
        EXPECT_THAT(text, HasSubstr(part));
}

TEST(Report, FoldsHealthyLoginsIntoOneCalmLine) {
    const std::string text = report_of(tell(story().on(1, 1).ntlm_login("A\\a").on(2, 2).ntlm_login("A\\b")));
    EXPECT_EQ(text,
              "2 healthy logins (NTLM 2). The 4 401s that belong to logins are normal.\n"
              "Nothing went wrong that can be seen here.\n"
              "6 exchanges, 2 login attempts; 4 401s: 4 normal, 0 explained, 0 unexplained.\n");
}

TEST(Report, PutsPosturesAfterFailuresAndTheWorstFirst) {
    Finding posture, warning, critical;
    posture.rule = "P";
    posture.kind = FindingKind::Posture;
    posture.severity = Severity::Critical;
    warning.rule = "W";
    warning.severity = Severity::Warning;
    critical.rule = "C";
    critical.severity = Severity::Critical;
    const std::vector<Finding> findings{posture, warning, critical};
    const std::string text = report({findings, {}, {}, {}, {}});
    EXPECT_LT(text.find("  C  "), text.find("  W  "));
    EXPECT_LT(text.find("  W  "), text.find("  P  "));
}

TEST(Report, HostileNamesCannotSpeakToTheTerminal) {
    const std::string text = report_of(tell(story()
                                                .on(1, 1)
                                                .get("/")
                                                .basic("\x1b]0;owned\x07\xE2\x80\xAE"
                                                       "evil",
                                                       "x")
                                                .offers("Basic realm=\"r\"")
                                                .answers(401)));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
    EXPECT_THAT(text, HasSubstr("\\x1B]0;owned\\x07U+202Eevil"));
}

TEST(Printable, KeepsOrdinaryTextAndCutsLongOnes) {
    EXPECT_EQ(printable("Müller"), "Müller");
    EXPECT_EQ(printable("a\xFF"
                        "b"),
              "a\\xFFb");
    EXPECT_EQ(printable("a\r\nb\x7F"), "a\\x0D\\x0Ab\\x7F");
    EXPECT_EQ(printable(std::string(500, 'x'), 10), std::string(10, 'x') + "...");
}

TEST(FindingLine, IsOneLine) {
    Finding finding;
    finding.rule = "NTLM-POOL-003";
    finding.severity = Severity::Critical;
    finding.exchange = ExchangeId{5};
    finding.because = "a\nb";
    EXPECT_EQ(finding_line(finding), "critical NTLM-POOL-003 exchange 5: a\\x0Ab (possible, unknown)");
}

}  // namespace
}  // namespace why401
