// Servers whose certificate or TLS was not accepted, and those that want a certificate of the client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TlsFacts refused_by(const std::string& check, bool may_be_excepted = true) {
    TlsFacts facts;
    facts.certificate = test::certificate("theirs");
    facts.refusal = TlsRefusal{check, "its certificate expired on 2026-01-02", "CN=theirs (the server's own)",
                               "renew it", may_be_excepted};
    facts.client_certificate_asked = check == "client-certificate-required";
    return facts;
}

// --- TLS-UPSTREAM-001

TEST(TlsUpstream001, AServerWhoseCertificateFailsACheckIsNamedWithTheCheck) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .tls(Leg::Upstream, 1, refused_by("expired"))
                               .get("/")
                               .refused_for("certificate", "the certificate of web01.test has expired"));
    EXPECT_EQ(told.failures(), "1:TLS-UPSTREAM-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("expired on 2026-01-02"), HasSubstr("CN=theirs")));
    EXPECT_THAT(told.only().fix,
                AllOf(Contains("or renew it"), Contains(HasSubstr("why401 accept web01.test "))));
    EXPECT_EQ(told.exchanges.at(1).finding, "TLS-UPSTREAM-001");
}

TEST(TlsUpstream001, EachRequestInsideIsToldAndCredentialsAreSaidToBeSafe) {
    Story tale = story().https().on(1, 1).tls(Leg::Upstream, 1, refused_by("plain-text", false));
    tale.get("/a").basic("alice", "secret").refused_for("tls", "it spoke no TLS");
    tale.get("/b").refused_for("tls", "it spoke no TLS");
    const auto told = tell(tale);
    EXPECT_EQ(told.failures(), "1:TLS-UPSTREAM-001 2:TLS-UPSTREAM-001");
    EXPECT_THAT(told.findings.at(1).ruled_out, Contains(HasSubstr("no credentials")));
    EXPECT_THAT(told.findings.at(1).fix, Not(Contains(HasSubstr("why401 accept web01.test "))));
}

TEST(TlsUpstream001, ARequestThatHadBeenSentIsNotSaidToBeUnsent) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .tls(Leg::Upstream, 1, refused_by("client-certificate-required", false))
                               .get("/")
                               .sent_all_the_same()
                               .refused_for("tls", "it ended TLS"));
    EXPECT_EQ(told.failures(), "1:CERT-MITM-004");
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("on its way"), Not(HasSubstr("not sent"))));
}

TEST(TlsUpstream001, WhoIsToBlameDependsOnWhatFailed) {
    const auto culprit = [](const std::string& check) {
        return tell(story()
                        .https()
                        .on(1, 1)
                        .tls(Leg::Upstream, 1, refused_by(check))
                        .get("/")
                        .refused_for("certificate", "x"))
            .only()
            .culprit;
    };
    for (const char* theirs : {"expired", "wrong-host", "weak-key", "revoked", "wrong-purpose"})
        EXPECT_EQ(culprit(theirs), Culprit::Server) << theirs;
    for (const char* either :
         {"untrusted-root", "self-signed", "incomplete-chain", "not-yet-valid", "timeout"})
        EXPECT_EQ(culprit(either), Culprit::Unknown)
            << either << ": what this machine trusts, or its clock, or the wire";
}

TEST(TlsUpstream001, AServerThatCannotBeReachedIsNotAboutTls) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").refused_for("connect", "nobody listens")).failures(),
              "");
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").answers(502)).failures(), "");
}

TEST(TlsUpstream001, CannotTellMoreThanTheFaultWhereTheConnectionIsNotOnRecord) {
    const auto told = tell(
        story().https().on(1, 1).get("/").refused_for("certificate", "the certificate was not accepted"));
    EXPECT_EQ(told.failures(), "1:TLS-UPSTREAM-001");
    EXPECT_THAT(told.only().because, HasSubstr("the certificate was not accepted."));
}

// --- CERT-MITM-004

Story asks_for_certificate() {
    TlsFacts to_server;
    to_server.certificate = test::certificate("theirs");
    to_server.client_certificate_asked = true;
    to_server.client_certificate_issuers = {"CN=Smart Cards"};
    return story().intercepts(1, 1).tls(Leg::Upstream, 1, to_server);
}

TEST(CertMitm004, AServerThatEndsTlsForWantOfACertificateIsOurDoing) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .tls(Leg::Upstream, 1, refused_by("client-certificate-required", false))
                               .get("/")
                               .refused_for("tls", "it wants a client certificate"));
    EXPECT_EQ(told.failures(), "1:CERT-MITM-004");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_THAT(told.only().fix.front(), HasSubstr("--tunnel web01.test"));
}

TEST(CertMitm004, AForbiddenPageIsCertainlyAboutItOnlyWhenItSaysSo) {
    const auto told = tell(asks_for_certificate()
                               .get("/")
                               .page("<a "
                                     "href=\"http://go.microsoft.com/fwlink/"
                                     "?LinkID=62293&amp;IIS70Error=403,7,0x80070005,17763\">")
                               .answers(403));
    EXPECT_EQ(told.failures(), "1:CERT-MITM-004");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    const auto silent = tell(asks_for_certificate().get("/").answers(403));
    EXPECT_EQ(silent.failures(), "1:CERT-MITM-004");
    EXPECT_EQ(silent.only().confidence, Confidence::Possible);
    EXPECT_EQ(silent.only().culprit, Culprit::Unknown);
    EXPECT_THAT(silent.only().not_visible, Contains(HasSubstr("CN=Smart Cards")));
}

TEST(CertMitm004, ARefusalThatOffersNothingElseIsPossiblyAboutIt) {
    EXPECT_EQ(tell(asks_for_certificate().get("/").answers(401)).failures(), "1:CERT-MITM-004");
}

TEST(CertMitm004, AServerThatAskedAndIsContentOrOffersALoginIsNotAccused) {
    EXPECT_TRUE(tell(asks_for_certificate().get("/").answers(200)).findings.empty());
    EXPECT_EQ(tell(asks_for_certificate().ntlm_login("CONTOSO\\alice")).failures(), "");
    EXPECT_EQ(tell(story().intercepts(1, 1).get("/").answers(403)).failures(), "");
}

TEST(CertMitm004, CannotTellWhatWasAskedOnAConnectionThatIsNotOnRecord) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").answers(403)).failures(), "");
}

// --- TLS-UNCHECKED-003

TlsFacts shown(const std::string& excepted) {
    TlsFacts facts;
    facts.version = "TLSv1.3";
    facts.certificate = test::certificate("theirs");
    facts.excepted = excepted;
    return facts;
}

TEST(TlsUnchecked003, ALoginAtAServerThatWasLetPassIsNoted) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .tls(Leg::Upstream, 1, shown("wrong-host"))
                               .get("/")
                               .basic("alice", "secret")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    ASSERT_EQ(told.findings.size(), 1U);
    EXPECT_EQ(told.only().rule, "TLS-UNCHECKED-003");
    EXPECT_THAT(told.only().because, HasSubstr("wrong-host"));
}

TEST(TlsUnchecked003, AServerThatWasAcceptedNeedsNoWord) {
    EXPECT_TRUE(tell(story()
                         .https()
                         .on(1, 1)
                         .tls(Leg::Upstream, 1, shown(""))
                         .get("/")
                         .basic("alice", "secret")
                         .answers(200))
                    .findings.empty());
}

TEST(TlsUnchecked003, CannotTellWhereNothingIsKnownOfTls) {
    EXPECT_TRUE(
        tell(story().https().on(1, 1).get("/").basic("alice", "secret").answers(200)).findings.empty());
}

}  // namespace
}  // namespace why401
