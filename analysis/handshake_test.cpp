// Logins that are disturbed or forgotten: interleaving, balancers, idle connections, Via.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kBob = "CONTOSO\\bob";

// --- NTLM-PIPE-001

TEST(NtlmPipe001, AnAnonymousRequestInBetweenEndsTheLogin) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(2, 1)
                               .get("/x")
                               .refuses()
                               .on(1, 1)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_THAT(told.failures(), HasSubstr("3:NTLM-PIPE-001"));
    EXPECT_EQ(told.findings.begin()->second.culprit, Culprit::ThisProxy);
}

TEST(NtlmPipe001, TheInjectedOneIsOursAndItsOwnRefusalIsNormal) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(0, 1)
                               .get("/")
                               .injected("interleave-anonymous")
                               .refuses()
                               .on(1, 1)
                               .get("/")
                               .injected("interleave-anonymous")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-PIPE-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.exchanges.at(2).finding, "NORM-ANON-001");
}

TEST(NtlmPipe001, ARequestOnAnotherConnectionDisturbsNobody) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(2, 2)
                               .get("/x")
                               .answers(200)
                               .on(1, 1)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
}

TEST(NtlmPipe001, CannotTellWithoutConnections) {
    const auto told = tell(story()
                               .unknown_connections()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/x")
                               .answers(200)
                               .get("/")
                               .authenticate(kAlice, 1)
                               .refuses());
    EXPECT_THAT(told.failures(), Not(HasSubstr("PIPE")));
}

// --- NTLM-POOL-004

TEST(NtlmPool004, TwoLoginsOnOneConnectionSpoilEachOther) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(2, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 1)
                               .get("/")
                               .authenticate(kAlice, 1)
                               .refuses()
                               .on(2, 1)
                               .get("/")
                               .authenticate(kBob, 2)
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-004 4:NTLM-POOL-004");
    EXPECT_EQ(told.findings.begin()->second.culprit, Culprit::ThisProxy);
}

TEST(NtlmPool004, ANegotiateThatMeetsABusyConnectionIsTurnedAway) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(2, 1)
                               .get("/")
                               .negotiate()
                               .refuses());
    EXPECT_THAT(told.failures(), HasSubstr("2:NTLM-POOL-004"));
}

TEST(NtlmPool004, OneClientThatBeginsAnewDisturbsOnlyItself) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice, 2)
                               .answers(200));
    EXPECT_THAT(told.failures(), Not(HasSubstr("POOL")));
}

TEST(NtlmPool004, CannotTellWithoutClientConnections) {
    const auto told = tell(story()
                               .unknown_connections()
                               .upstream(1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice, 1)
                               .refuses());
    EXPECT_THAT(told.failures(), Not(HasSubstr("NTLM-POOL-004")));
}

// --- NTLM-POOL-005

TEST(NtlmPool005, TwoComputerNamesOnOneConnectionBetrayABalancer) {
    const auto told = tell(story()
                               .on(1, 1)
                               .computer("WEB01")
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses()
                               .computer("WEB02")
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-005 4:NTLM-POOL-005");
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Likely);
    EXPECT_EQ(told.findings.at(2).culprit, Culprit::Intermediary);
}

TEST(NtlmPool002, ALastMessageThatIsSentOnceMoreOnAnotherConnection) {
    const auto again = [](std::uint64_t connection) {
        Story told =
            story().on(1, 1).get("/").negotiate().challenges().get("/").authenticate(kAlice).answers(200);
        return tell(told.on(connection, connection).get("/").authenticate(kAlice, 1).refuses());
    };
    const auto elsewhere = again(2);
    EXPECT_EQ(elsewhere.failures(), "3:NTLM-POOL-002");
    EXPECT_EQ(elsewhere.only().culprit, Culprit::Client);
    EXPECT_EQ(again(1).exchanges.at(3).finding, "UNKNOWN-401");  // on its own connection nothing was split
}

TEST(NtlmPool005, TwoFrontEndsOfExchangeWithinOneLoginBetrayABalancer) {
    const auto login = [](const char* first, const char* second) {
        Story told = story().on(1, 1).get("/ews/").negotiate().says(first).challenges();
        return tell(told.get("/ews/").authenticate(kAlice).says(second).refuses());
    };
    const auto told = login("X-FEServer: EX1", "X-FEServer: EX2");
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-005");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(login("X-FEServer: EX1", "X-FEServer: ex1").failures(), "2:NTLM-FAIL-001");
    EXPECT_EQ(login("X-FEServer: EX1", "X-Powered-By: ASP.NET").failures(), "2:NTLM-FAIL-001");
}

TEST(NtlmPool005, TwoServersOnTwoConnectionsAreAFarm) {
    const auto told = tell(story()
                               .on(1, 1)
                               .computer("WEB01")
                               .ntlm_login(kAlice)
                               .on(2, 2)
                               .computer("WEB02")
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kBob)
                               .refuses());
    EXPECT_EQ(told.failures(), "5:NTLM-FAIL-001");
}

TEST(NtlmPool005, CannotTellWhereTheChallengesNameNoComputer) {
    const auto told = tell(story()
                               .on(1, 1)
                               .computer("")
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-FAIL-001 4:NTLM-FAIL-001");
}

// --- NTLM-IDLE-001 and the closed connections of NTLM-POOL-001

TEST(NtlmIdle001, ALoginThatEndedWithItsIdleConnectionIsHarmless) {
    const auto told = tell(story()
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .wait(120'000)
                               .closes(Leg::Upstream, 1)
                               .on(1, 2)
                               .ntlm_login(kAlice, "/later"));
    EXPECT_EQ(told.failures(), "4:NTLM-IDLE-001");
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_EQ(told.conversations.size(), 2U);
}

TEST(NtlmIdle001, AConnectionThatWeClosedIsNoIdleTimeout) {
    const auto told = tell(story()
                               .policy("per-request")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .closes(Leg::Upstream, 1, ClosedBy::Us, "policy per-request")
                               .on(1, 2)
                               .get("/x")
                               .refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_THAT(told.only().ruled_out, testing::Contains(HasSubstr("policy per-request")));
}

TEST(NtlmIdle001, CannotTellWithoutServerConnections) {
    const auto told =
        tell(story().client(1).unknown_upstream().ntlm_login(kAlice).wait(120'000).get("/x").refuses());
    EXPECT_THAT(told.failures(), Not(HasSubstr("IDLE")));
}

TEST(NtlmPool001, IsLikelyOnlyWhereAnIntermediaryStandsBehindOneConnection) {
    const auto told = tell(story().on(1, 1).ntlm_login(kAlice).get("/x").says("Via: 1.1 squid").refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

// --- NTLM-PERSIST-001

TEST(NtlmPersist001, AViaFieldThatWeAddedMakesIisForget) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .injected("add-via")
                               .adds_to_request("Via: 1.1 why401")
                               .challenges()
                               .get("/")
                               .injected("add-via")
                               .adds_to_request("Via: 1.1 why401")
                               .authenticate(kAlice)
                               .answers(200)
                               .get("/x")
                               .injected("add-via")
                               .adds_to_request("Via: 1.1 why401")
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-PERSIST-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(NtlmPersist001, AServerThatAsksEachTimeIsPossiblySetToDoSo) {
    const auto told = tell(story().on(1, 1).ntlm_login(kAlice).get("/x").refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-PERSIST-001");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(NtlmPersist001, AServerThatAnnouncedItIsLikely) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .says("Persistent-Auth: false")
                               .answers(200)
                               .get("/x")
                               .refuses());
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmPersist001, ALoginThatTheClientRestartsItselfIsNormal) {
    const auto told = tell(story()
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .get("/x")
                               .negotiate()
                               .challenges()
                               .get("/x")
                               .authenticate(kAlice)
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003 NORM-NTLM-002 NORM-NTLM-003");
}

TEST(NtlmPersist001, CannotTellWithoutServerConnections) {
    const auto told = tell(story().client(1).unknown_upstream().ntlm_login(kAlice).get("/x").refuses());
    EXPECT_THAT(told.failures(), Not(HasSubstr("PERSIST")));
}

}  // namespace
}  // namespace why401
