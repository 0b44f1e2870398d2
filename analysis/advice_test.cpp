// Words that depend on who is there: the setting of the product at fault, the next step of the client's
// program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/client_program.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kAlice = "CONTOSO\\alice";

/// Logged in, and a stranger on the same connection a moment later; somebody behind it says who he is.
Story lost_behind(const std::string& mark) {
    return story()
        .recorded_by_another_proxy()
        .on(1, 1)
        .ntlm_login(kAlice)
        .get("/logo.png")
        .says(mark)
        .refuses();
}

Finding failure(const test::Told& told) {
    for (const auto& [id, finding] : told.findings)
        if (finding.kind == FindingKind::Failure) return finding;
    return {};
}

TEST(Remedy, NamesTheSettingOfTheIntermediaryAtFault) {
    const struct {
        const char* mark;
        const char* setting;
    } cases[] = {
        {"Via: 1.1 cache.test (squid/5.7)", "connection-auth=on"},
        {"x-envoy-upstream-service-time: 3", "connection_pool_per_downstream_connection"},
        {"Set-Cookie: BIGipServerpool=1677787402.36895.0000; path=/", "NTLM Connection Pool"},
        {"Set-Cookie: NSC_vip=ffffffff; path=/", "-conMultiplex DISABLED"},
    };
    for (const auto& one : cases) {
        const auto told = tell(lost_behind(one.mark));
        ASSERT_EQ(told.failures(), "4:NTLM-POOL-001") << one.mark;
        EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
        EXPECT_THAT(told.only().fix.front(), HasSubstr(one.setting));
    }
}

TEST(Remedy, NeverShowsTheValueOfACookie) {
    const auto told = tell(lost_behind("Set-Cookie: BIGipServerpool=1677787402.36895.0000; path=/"));
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("BIGipServerpool"), Not(HasSubstr("1677787402"))));
}

TEST(Remedy, AdvisesNoProductThatIsNotThere) {
    const auto told = tell(lost_behind("Via: 1.1 somebody"));
    ASSERT_EQ(told.failures(), "4:NTLM-POOL-001");
    EXPECT_THAT(told.only().fix, Each(Not(StartsWith("Squid:"))));
    EXPECT_THAT(told.only().fix, Each(Not(StartsWith("HAProxy:"))));
}

TEST(Remedy, AServersSettingStandsBesideItsOwnFault) {
    const auto told = tell(story()
                               .server("Apache/2.4.57 (Debian)")
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .offers("Basic realm=\"a\"")
                               .answers(401));
    ASSERT_EQ(told.failures(), "1:BASIC-BAD-001");
    EXPECT_THAT(failure(told).fix, Contains(HasSubstr("htpasswd -v")));
}

TEST(ClientProgram, IsKnownByItsUserAgentThoughItNamesOthersBesideItself) {
    EXPECT_EQ(recognise_client("curl/7.88.1"), ClientProgram::Curl);
    EXPECT_EQ(recognise_client(
                  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
                  "Safari/537.36"),
              ClientProgram::Chromium);
    EXPECT_EQ(recognise_client(
                  "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605"),
              ClientProgram::Safari);
    EXPECT_EQ(recognise_client("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"),
              ClientProgram::InternetExplorer);
    EXPECT_EQ(recognise_client("test/1.0"), ClientProgram::Unknown);
    EXPECT_EQ(recognise_client(""), ClientProgram::Unknown);
}

TEST(ClientProgram, TheConsequenceSaysWhatThisProgramDoesNext) {
    const auto refused = [](const char* agent) {
        return failure(tell(story()
                                .agent(agent)
                                .on(1, 1)
                                .get("/")
                                .basic("alice", "x")
                                .offers("Basic realm=\"a\"")
                                .answers(401)))
            .consequence;
    };
    EXPECT_THAT(refused("curl/8.5.0"), EndsWith("curl shows the 401 and does not try again."));
    EXPECT_THAT(refused("Mozilla/5.0 Gecko/20100101 Firefox/128.0"), EndsWith("asks the user again."));
    EXPECT_THAT(refused("something/1"), Not(HasSubstr("curl")));
}

}  // namespace
}  // namespace why401
