// NTLM beside the rest of HTTP: content that must travel with the login, requests without any, HTTP/2.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

// --- NTLM-POST-001

/// As browsers do: content, an empty NEGOTIATE, then `last` bytes with the AUTHENTICATE.
Story upload(std::uint64_t last) {
    Story told = story();
    told.on(1, 1).method("POST", "/save").content(5000).refuses();
    told.method("POST", "/save").content(0).negotiate().challenges();
    return told.method("POST", "/save").content(last).authenticate(kAlice);
}

TEST(NtlmPost001, ContentThatDoesNotComeWithTheAcceptedLoginIsLost) {
    const auto told = tell(upload(0).answers(200));
    EXPECT_EQ(told.failures(), "3:NTLM-POST-001");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().because, HasSubstr("5000 bytes"));
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
}

TEST(NtlmPost001, AServerThatAsksForTheLengthHasMissedTheContent) {
    EXPECT_EQ(tell(upload(0).answers(411)).failures(), "3:NTLM-POST-001");
    EXPECT_EQ(tell(upload(5000).answers(411)).failures(), "");
    EXPECT_EQ(tell(upload(0).answers(404)).failures(), "");
}

TEST(NtlmPost001, ContentThatComesWithTheLastMessageIsAHealthyUpload) {
    const auto told = tell(upload(5000).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
    Story empty = story();
    empty.on(1, 1).method("POST", "/save").content(0).refuses();
    empty.method("POST", "/save").content(0).negotiate().challenges();
    EXPECT_EQ(tell(empty.method("POST", "/save").content(0).authenticate(kAlice).answers(200)).failures(),
              "");
}

TEST(NtlmPost001, AnEmptyFirstMessageThatIsRefusedForItsLength) {
    Story told = story();
    told.on(1, 1).method("POST", "/save").content(5000).refuses();
    told.method("POST", "/save").content(0).negotiate().says("Via: 1.1 filter").answers(411);
    const auto heard = tell(told);
    EXPECT_EQ(heard.exchanges.at(2).finding, "NTLM-POST-001");
    EXPECT_EQ(heard.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(heard.only().confidence, Confidence::Likely);
}

TEST(NtlmPost001, AnUploadThatIsCutOffByTheRefusal) {
    Story told = story();
    told.on(1, 1).method("POST", "/save").content(5'000'000);
    told.broke(Fault{Fault::Whose::Upstream, "request body", "the server reset the connection", "", {}, ""});
    const auto heard = tell(told.refuses());
    EXPECT_EQ(heard.failures(), "1:NTLM-POST-001");
    EXPECT_EQ(heard.only().confidence, Confidence::Likely);
    Story closed = story();
    closed.on(1, 1).method("POST", "/save").content(5'000'000).says("Connection: close");
    EXPECT_EQ(tell(closed.refuses()).only().confidence, Confidence::Possible);
}

TEST(NtlmPost001, AClientThatWaitsOrTriesAgainOrSendsNothingIsNone) {
    Story waits = story();
    waits.on(1, 1).method("POST", "/save").content(9).asks("Expect: 100-continue").says("Connection: close");
    EXPECT_EQ(tell(waits.refuses()).failures(), "1:CLIENT-NOAUTH-001");
    Story again = story();
    again.on(1, 1).method("POST", "/save").content(9).says("Connection: close").refuses();
    again.on(2, 2).method("POST", "/save").content(0).negotiate().challenges();
    EXPECT_EQ(tell(again.method("POST", "/save").content(9).authenticate(kAlice).answers(200)).failures(),
              "");
    EXPECT_EQ(tell(story().on(1, 1).get("/").says("Connection: close").refuses()).failures(),
              "1:CLIENT-NOAUTH-001");
}

TEST(NtlmPost001, CannotTellWhatWasSentOnConnectionsThatNobodyKnows) {
    Story told = story();
    told.unknown_connections().method("POST", "/save").content(5000).refuses();
    told.method("POST", "/save").content(0).negotiate().challenges();
    EXPECT_EQ(tell(told.method("POST", "/save").content(0).authenticate(kAlice, 2).answers(200)).failures(),
              "");
}

// --- NTLM-HEAD-001

Story by(const std::string& method) {
    Story told = story();
    told.on(1, 1).method(method, "/").refuses();
    told.method(method, "/").negotiate().challenges();
    return told.method(method, "/").authenticate(kAlice);
}

TEST(NtlmHead001, ALoginWithHeadIsNotedOnceAndIsHealthy) {
    const auto told = tell(by("HEAD").answers(200));
    EXPECT_EQ(told.failures(), "");
    std::vector<std::string> rules;
    for (const auto& [id, finding] : told.findings) rules.emplace_back(finding.rule);
    EXPECT_THAT(rules, testing::Contains("NTLM-HEAD-001"));
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
}

TEST(NtlmHead001, StandsBesideARefusal) {
    const auto told = tell(by("OPTIONS").refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.findings.size(), 3U) << "NEGOTIATE belongs to nobody, AUTHENTICATE to alice";
}

TEST(NtlmHead001, OtherMethodsAndOtherSchemesAreNone) {
    EXPECT_TRUE(tell(by("GET").answers(200)).findings.empty());
    EXPECT_TRUE(
        tell(story().https().on(1, 1).method("HEAD", "/").basic("a", "b").answers(200)).findings.empty());
}

TEST(NtlmHead001, CannotTellWhatALoginWithoutAMessageIs) {
    EXPECT_EQ(tell(story().on(1, 1).method("HEAD", "/").credentials("Negotiate").refuses())
                  .failures()
                  .find("NTLM-HEAD"),
              std::string::npos);
}

// --- NTLM-H2-001

TEST(NtlmH2001, ABareAnswerToTheFirstMessageOverHttp2) {
    const auto told = tell(story().on(1, 1).get("/").http2().negotiate().refuses());
    EXPECT_EQ(told.failures(), "1:NTLM-H2-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(
        tell(story().on(1, 1).get("/").http2().negotiate().says("Via: 2 front").refuses()).only().culprit,
        Culprit::Intermediary);
}

TEST(NtlmH2001, AWholeLoginOverHttp2ThatIsRefused) {
    Story told = story();
    told.on(1, 1).get("/").http2().refuses();
    told.get("/").http2().negotiate().challenges();
    const auto heard = tell(told.get("/").http2().authenticate(kAlice).refuses());
    EXPECT_EQ(heard.failures(), "3:NTLM-H2-001");
    EXPECT_EQ(heard.only().confidence, Confidence::Possible);
}

TEST(NtlmH2001, AClientThatDoesNotComeBack) {
    Story told = story().connects(Leg::Client, 1);
    const auto heard = tell(told.on(1, 1).get("/").http2().refuses().closes(Leg::Client, 1));
    EXPECT_EQ(heard.failures(), "1:NTLM-H2-001");
}

TEST(NtlmH2001, AClientThatFallsBackToHttp11IsHealthy) {
    Story told = story();
    told.on(1, 1).get("/").http2().refuses();
    told.on(2, 2).get("/").negotiate().challenges();
    const auto heard = tell(told.get("/").authenticate(kAlice).answers(200));
    EXPECT_EQ(heard.failures(), "");
    EXPECT_EQ(heard.exchanges.at(1).finding, "NORM-ANON-001");
    EXPECT_EQ(tell(story().on(1, 1).get("/").negotiate().refuses()).failures(), "1:NTLM-REFUSE-001");
}

TEST(NtlmH2001, CannotTellWhenTheRecordEndsThere) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").http2().refuses()).failures(), "1:CLIENT-NOAUTH-001");
}

}  // namespace
}  // namespace why401
