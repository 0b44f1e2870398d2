// 403 beside a login: rights, TLS, client certificates, and a site that asks nobody.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::Contains;
using testing::HasSubstr;

std::string detailed(const std::string& substatus, const std::string& code = "0x00000000") {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=403," + substatus + "," +
           code + ",17763\">x</a>";
}

Story forbids(Story tale, const std::string& substatus, const std::string& code = "0x00000000") {
    return tale.get("/closed").page(detailed(substatus, code)).answers(403);
}

// --- S403-AUTHZ-001

TEST(S403Authz001, AUserWhoIsKnownAndMayNot) {
    const auto told = tell(story().on(1, 1).ntlm_login("CONTOSO\\alice").get("/payroll").answers(403));
    EXPECT_EQ(told.failures(), "") << "the login is healthy";
    EXPECT_EQ(told.only().rule, "S403-AUTHZ-001");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr("alice"));
}

TEST(S403Authz001, CredentialsThatWereNotTurnedAwayAreLikelyGood) {
    const auto told =
        tell(story().https().server("Apache").on(1, 1).get("/").basic("alice", "x").answers(403));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.only().rule, "S403-AUTHZ-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("looked at")));
}

TEST(S403Authz001, TheNumberNamesTheReason) {
    const auto told = tell(forbids(story().on(1, 1).ntlm_login("CONTOSO\\alice"), "6"));
    EXPECT_THAT(told.only().because, HasSubstr("403.6"));
    EXPECT_THAT(told.only().because, HasSubstr("address"));
    EXPECT_EQ(told.exchanges.at(4).substatus->value, "403.6");
    EXPECT_EQ(told.exchanges.at(4).substatus->basis, SubstatusBasis::Page);
}

TEST(S403Authz001, IsToldOncePerUser) {
    Story tale = story().on(1, 1).ntlm_login("CONTOSO\\alice").get("/a").answers(403).get("/b").answers(403);
    EXPECT_EQ(tell(tale).findings.size(), 1U);
}

TEST(S403Authz001, AForbiddenPageWithoutALoginInSightIsNotOurs) {
    EXPECT_TRUE(tell(story().on(1, 1).get("/").answers(403)).findings.empty());
    EXPECT_TRUE(tell(forbids(story().on(1, 1), "14")).findings.empty());
}

TEST(S403Authz001, CannotTellWhoAStrangerIsEvenOnALendedConnection) {
    Story tale =
        story().policy("pooled/lifo").on(1, 1).ntlm_login("CONTOSO\\alice").on(2, 1).get("/x").answers(403);
    for (const auto& [id, finding] : tell(tale).findings) EXPECT_NE(finding.rule, "S403-AUTHZ-001");
}

// --- S403-SSL-002

TEST(S403Ssl002, APageThatWantsTlsAndWasAskedForWithout) {
    const auto told = tell(forbids(story().on(1, 1), "4"));
    EXPECT_EQ(told.failures(), "1:S403-SSL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    ASSERT_TRUE(told.only().evidence.at(0).bytes);
    EXPECT_EQ(told.only().evidence.at(0).at, "response.body");
}

TEST(S403Ssl002, SomebodyWhoEndedTlsBeforeUsIsNamed) {
    EXPECT_EQ(tell(forbids(story().on(1, 1).asks("X-Forwarded-Proto: https"), "4")).only().culprit,
              Culprit::Intermediary);
}

TEST(S403Ssl002, AnotherNumberIsAnotherMatter) {
    EXPECT_EQ(tell(forbids(story().on(1, 1), "14")).failures(), "");
}

TEST(S403Ssl002, CannotTellFromThePageThatHidesTheNumber) {
    EXPECT_EQ(
        tell(story().on(1, 1).get("/").page("<title>403 - Forbidden: Access is denied.</title>").answers(403))
            .failures(),
        "");
}

TEST(S403Ssl002, ThePageOfIis6SaysItToo) {
    const auto told = tell(story()
                               .server("Microsoft-IIS/6.0")
                               .on(1, 1)
                               .get("/")
                               .page("<h2>HTTP Error 403.4 - Forbidden: SSL is required to view this "
                                     "resource.<br>Internet Information Services (IIS)</h2>")
                               .answers(403));
    EXPECT_EQ(told.failures(), "1:S403-SSL-002");
}

// --- CERT-*

TEST(Cert4037001, AServerThatWantsACertificateAndGotNone) {
    const auto told = tell(forbids(story().https().on(1, 1), "7"));
    EXPECT_EQ(told.failures(), "1:CERT-4037-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(Cert4037001, WhatThisProxyCannotShowIsItsOwnFault) {
    TlsFacts to_client, to_server;
    to_client.certificate = test::certificate("ours");
    to_server.certificate = test::certificate("theirs");
    to_server.client_certificate_asked = true;
    Story tale = story().https().tls(Leg::Client, 1, to_client).tls(Leg::Upstream, 1, to_server).on(1, 1);
    EXPECT_EQ(tell(forbids(tale, "7")).failures(), "1:CERT-MITM-004");
}

TEST(Cert4037001, OverPlainHttpNobodyCanShowOne) {
    const auto told = tell(forbids(story().on(1, 1), "7"));
    EXPECT_EQ(told.failures(), "1:CERT-4037-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(Cert4037001, CannotTellFromABare403) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").answers(403)).failures(), "");
}

TEST(Cert40316002, ACertificateThatIsRefusedIsToldWithTheServersCode) {
    const auto untrusted = tell(forbids(story().https().on(1, 1), "16", "0x800b0109"));
    EXPECT_EQ(untrusted.failures(), "1:CERT-40316-002");
    EXPECT_EQ(untrusted.only().culprit, Culprit::Unknown);
    EXPECT_THAT(untrusted.only().because, HasSubstr("issuer"));
    const auto expired = tell(forbids(story().https().on(1, 1), "17"));
    EXPECT_EQ(expired.failures(), "1:CERT-40316-002");
    EXPECT_EQ(expired.only().culprit, Culprit::Client);
    EXPECT_EQ(expired.only().confidence, Confidence::Certain);
}

TEST(Cert40316002, AListThatIsOutOfReachIsNotTheClients) {
    const auto told = tell(forbids(story().https().on(1, 1), "13", "0x80092013"));
    EXPECT_EQ(told.failures(), "1:CERT-40316-002");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(Cert40316002, AMissingCertificateIsAnotherRule) {
    EXPECT_EQ(tell(forbids(story().https().on(1, 1), "7")).failures(), "1:CERT-4037-001");
}

TEST(Cert40316002, CannotTellFromAPageOfSomebodyElse) {
    EXPECT_EQ(tell(story()
                       .server("nginx")
                       .https()
                       .on(1, 1)
                       .get("/")
                       .page("<h1>Error 403.16 - see the manual</h1>")
                       .answers(403))
                  .failures(),
              "");
}

TEST(CertMap003, ACertificateWithoutAnAccount) {
    const auto told = tell(forbids(story().https().on(1, 1), "12"));
    EXPECT_EQ(told.failures(), "1:CERT-MAP-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(CertMap003, AnOrdinary401IsNoMatterOfCertificates) {
    EXPECT_EQ(
        tell(story().https().on(1, 1).get("/").basic("alice", "x").offers("Basic").answers(401)).failures(),
        "1:BASIC-BAD-001");
}

TEST(CertMap003, CannotTellFromA401WhetherACertificateWasShown) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").answers(401)).failures(), "1:RFC-NOCHAL-001");
}

// --- IIS-AUTHTWICE-001

Story site_with_windows_login(const std::string& page) {
    return story()
        .on(1, 1)
        .ntlm_login("CONTOSO\\alice", "/intern")
        .on(2, 2)
        .get("/app")
        .page(page)
        .answers(403);
}

TEST(IisAuthtwice001, AnApplicationThatSeesAStrangerWhereTheSiteCouldAsk) {
    const auto told = tell(site_with_windows_login("<p>no user</p>"));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.only().rule, "IIS-AUTHTWICE-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().evidence.at(0).exchange, ExchangeId(2));
}

TEST(IisAuthtwice001, AFolderThatMayNotBeListedIsNone) {
    EXPECT_TRUE(tell(site_with_windows_login(detailed("14"))).findings.empty());
}

TEST(IisAuthtwice001, ASiteThatNeverAsksHasNothingToAskWith) {
    EXPECT_TRUE(tell(story().on(1, 1).get("/app").page("<p>no user</p>").answers(403)).findings.empty());
}

TEST(IisAuthtwice001, CannotTellFromThePageThatHidesTheNumber) {
    EXPECT_TRUE(
        tell(site_with_windows_login("<title>403 - Forbidden: Access is denied.</title>")).findings.empty());
}

}  // namespace
}  // namespace why401
