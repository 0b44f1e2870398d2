// Extended Protection: what a login over TLS is bound to, who ended that TLS, and what cannot be told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"
#include "tokens/vectors/spnego_vectors.h"

namespace why401 {
namespace {

using test::binding_to;
using test::story;
using test::Story;
using test::tell;
using test::Told;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kBadBindings = "0x80090346";
const std::string kZeros(16, '\0');

std::string detailed(const std::string& code, const std::string& substatus = "1") {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401," + substatus + "," +
           code + ",17763\">x</a>";
}

/// Up to the AUTHENTICATE, which the test writes and answers.
Story begins(Story tale, const std::string& path = "/") {
    return tale.get(path).refuses().get(path).negotiate().challenges().get(path);
}
Story begins_decrypted(const std::string& path = "/") { return begins(story().intercepts(1, 1), path); }
Story begins_plain() { return begins(story().on(1, 1)); }

/// What a piece of evidence points at, in the exchange that it names.
std::string pointed_at(const Story& tale, const Evidence& evidence) {
    for (const RecordItem& item : tale.items())
        if (const auto* exchange = std::get_if<Exchange>(&item);
            exchange && exchange->id == evidence.exchange)
            return exchange->request.head.substr(evidence.bytes.value().first, evidence.bytes->second);
    return {};
}

// --- CBT-MITM-001

TEST(CbtMitm001, ALoginThatIsBoundToOurCertificateAndRefusedIsOurDoing) {
    const auto told = tell(begins_decrypted().bound(binding_to("ours")).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:CBT-MITM-001");
    const Finding& finding = told.only();
    EXPECT_EQ(finding.confidence, Confidence::Certain);
    EXPECT_EQ(finding.culprit, Culprit::ThisProxy);
    const auto ours = test::certificate("ours"), theirs = test::certificate("theirs");
    EXPECT_THAT(finding.evidence, Contains(testing::Field(&Evidence::says, HasSubstr(ours.ntlm_binding))));
    EXPECT_THAT(finding.evidence, Contains(testing::Field(&Evidence::says, HasSubstr(theirs.ntlm_binding))));
    EXPECT_THAT(finding.evidence, Contains(testing::Field(&Evidence::says, HasSubstr(ours.sha256))));
    EXPECT_THAT(finding.evidence, Contains(testing::Field(&Evidence::says, HasSubstr(theirs.sha256))));
    EXPECT_THAT(finding.fix.front(), HasSubstr("--tunnel web01.test"));
    EXPECT_THAT(finding.not_visible, Contains(HasSubstr("whether the password is right")));
    EXPECT_EQ(told.conversations.at(1).outcome, "refused");
    EXPECT_EQ(told.summary.explained_401, 1U);
}

TEST(CbtMitm001, PointsAtTheBytesOfTheBinding) {
    for (const bool wrapped : {false, true}) {
        Story tale = begins_decrypted();
        if (wrapped) tale.wrapped();
        tale.bound(binding_to("ours")).authenticate(kAlice).refuses();
        const auto told = tell(tale);
        ASSERT_EQ(told.failures(), "3:CBT-MITM-001") << wrapped;
        const Evidence& evidence = told.findings.begin()->second.evidence.front();
        EXPECT_EQ(evidence.at, "request.header[2]");
        // Base64 holds three bytes in four characters: the ends may show a neighbour's bits.
        std::string characters = pointed_at(tale, evidence);
        std::size_t best = 0;
        for (int skip = 0; skip < 4; ++skip) {
            const std::string bytes =
                base64::decode(std::string(static_cast<std::size_t>(skip), 'A') + characters).bytes;
            best = std::max(best, bytes.find("ours#########") != std::string::npos ? bytes.size() : 0);
        }
        EXPECT_GT(best, 0U) << characters;
        EXPECT_LE(characters.size(), 24U);
    }
}

TEST(CbtMitm001, IsCertainByTheServersOwnWordAndOnlyPossibleWhereItSpeaksOfTheLogon) {
    const auto refused_saying = [](const char* code) {
        return tell(
            begins_decrypted().bound(binding_to("ours")).authenticate(kAlice).page(detailed(code)).refuses());
    };
    EXPECT_EQ(refused_saying(kBadBindings).only().confidence, Confidence::Certain);
    EXPECT_THAT(refused_saying(kBadBindings).only().not_visible, Each(Not(HasSubstr("should it accept"))));
    const auto denied = refused_saying("0x8009030C");
    EXPECT_EQ(denied.failures(), "3:CBT-MITM-001");
    EXPECT_EQ(denied.only().confidence, Confidence::Possible);
    EXPECT_EQ(denied.only().culprit, Culprit::Unknown);
}

TEST(CbtMitm001, OutlivesRetriesThatLookLikeALoop) {
    Story tale = story().intercepts(1, 1);
    for (int i = 0; i < 4; ++i) tale = begins(tale).bound(binding_to("ours")).authenticate(kAlice).refuses();
    EXPECT_EQ(tell(tale).failures(), "3:CBT-MITM-001 6:CBT-MITM-001 9:CBT-MITM-001 12:CBT-MITM-001");
}

TEST(CbtMitm001, AServerThatHasAcceptedSuchALoginDoesNotCheck) {
    Story tale = begins_decrypted().bound(binding_to("ours")).authenticate("CONTOSO\\bob").answers(200);
    tale.intercepts(2, 2);
    const auto told = tell(begins(tale).bound(binding_to("ours")).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "6:NTLM-FAIL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().ruled_out, Contains(HasSubstr("exchange 3")));
}

TEST(CbtMitm001, IsTakenBackWhenTheServerAcceptsSuchALoginLater) {
    Story tale = begins_decrypted().bound(binding_to("ours")).authenticate(kAlice).refuses();
    EXPECT_EQ(tell(tale).failures(), "3:CBT-MITM-001");
    tale.get("/")
        .negotiate()
        .challenges()
        .get("/")
        .bound(binding_to("ours"))
        .authenticate(kAlice)
        .answers(200);
    const auto told = tell(tale);
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.conversations.at(1).verdict, "NTLM-FAIL-001");
    EXPECT_EQ(told.exchanges.at(3).finding, "NTLM-FAIL-001");
    EXPECT_EQ(told.summary.explained_401, 1U);
}

TEST(CbtMitm001, StandsWhenAnotherServerAcceptsSuchALogin) {
    Story tale = begins_decrypted().bound(binding_to("ours")).authenticate(kAlice).refuses();
    tale.host("other.test").intercepts(2, 2);
    EXPECT_EQ(tell(begins(tale).bound(binding_to("ours")).authenticate(kAlice).answers(200)).failures(),
              "3:CBT-MITM-001");
}

TEST(CbtMitm001, AGoodLoginThatAnAclRefusesIsNotOurDoing) {
    EXPECT_EQ(tell(begins_decrypted()
                       .bound(binding_to("ours"))
                       .authenticate(kAlice)
                       .page(detailed("0x80070005", "3"))
                       .refuses())
                  .failures(),
              "3:IIS-4013-ACL");
}

TEST(CbtMitm001, AnAcceptedLoginIsAHealthyOne) {
    EXPECT_EQ(tell(begins_decrypted().bound(binding_to("ours")).authenticate(kAlice).answers(200)).failures(),
              "");
}

TEST(CbtMitm001, CannotTellWithoutTheServersCertificate) {
    TlsFacts to_client;
    to_client.certificate = test::certificate("ours");
    Story tale = story().https().tls(Leg::Client, 1, to_client).on(1, 1);
    const auto told = tell(begins(tale).bound(binding_to("ours")).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    // Where no other rule knows either, what is missing is said.
    const auto lost = tell(tale.get("/").bound(binding_to("ours")).authenticate(kAlice, 99).refuses());
    EXPECT_EQ(lost.failures(), "1:UNKNOWN-401");
    EXPECT_THAT(lost.only().not_visible,
                Contains(AllOf(HasSubstr("CBT-MITM-001"), HasSubstr("certificates"))));
}

// --- Kerberos: its binding is encrypted

std::string ticket() {
    return "Negotiate " + base64::encode(hex::decode(vectors::kInitKerberosAndNtlm).value());
}

TEST(CbtMitm001, ARefusedTicketThroughOurTlsIsPossiblyOurDoing) {
    const auto told = tell(story().intercepts(1, 1).get("/").credentials(ticket()).refuses());
    EXPECT_EQ(told.failures(), "1:CBT-MITM-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("encrypted")));
    EXPECT_THAT(told.only().fix.front(), HasSubstr("--tunnel web01.test"));
}

TEST(CbtMitm001, ATicketIsNotAccusedWhereTicketsWorkThroughOurTls) {
    const Story refused = story().intercepts(1, 1).get("/").credentials(ticket()).refuses();
    EXPECT_EQ(tell(Story(refused).get("/").credentials(ticket()).answers(200)).failures(), "1:KRB-CNAME-001");
    EXPECT_EQ(tell(story()
                       .intercepts(1, 1)
                       .get("/")
                       .credentials(ticket())
                       .answers(200)
                       .get("/")
                       .credentials(ticket())
                       .refuses())
                  .failures(),
              "2:KRB-REPLAY-007");
}

TEST(CbtMitm001, ATicketOverPlainHttpIsNotAboutCertificates) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket()).refuses()).failures(), "1:KRB-CNAME-001");
}

// --- CBT-OFFLOAD-003

TEST(CbtOffload003, ALoginBoundToTheServersCertificateThatItCallsBadIsBoundToSomebodyInFront) {
    const auto told = tell(begins_decrypted()
                               .bound(binding_to("theirs"))
                               .authenticate(kAlice)
                               .page(detailed(kBadBindings))
                               .refuses());
    EXPECT_EQ(told.failures(), "3:CBT-OFFLOAD-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
}

TEST(CbtOffload003, AMarkOfSomebodyInBetweenMakesItPossible) {
    const auto told = tell(begins_decrypted()
                               .bound(binding_to("theirs"))
                               .authenticate(kAlice)
                               .says("Via: 1.1 balancer")
                               .refuses());
    EXPECT_EQ(told.failures(), "3:CBT-OFFLOAD-003");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(CbtOffload003, ACertificateThatNobodyHereHasShownIsSomebodyElses) {
    const auto told = tell(begins_decrypted().bound(binding_to("firewall")).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:CBT-OFFLOAD-003");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("between the client and this proxy"));
}

TEST(CbtOffload003, ALoginBoundToTheRightCertificateIsRefusedForItsPassword) {
    const auto told = tell(begins_decrypted().bound(binding_to("theirs")).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().ruled_out, Contains(HasSubstr("channel binding")));
}

TEST(CbtOffload003, CannotTellWithoutCertificates) {
    EXPECT_EQ(
        tell(begins(story().https().on(1, 1)).bound(binding_to("firewall")).authenticate(kAlice).refuses())
            .failures(),
        "3:NTLM-FAIL-001");
}

// --- CBT-NONE-002

TEST(CbtNone002, ALoginWithoutABindingThatTheServerCallsBadlyBoundLacksOne) {
    for (const bool zero : {false, true}) {
        Story tale = begins_decrypted();
        if (zero) tale.bound(kZeros);
        const auto told = tell(tale.authenticate(kAlice).page(detailed(kBadBindings)).refuses());
        EXPECT_EQ(told.failures(), "3:CBT-NONE-002");
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
        EXPECT_EQ(told.only().culprit, Culprit::Client);
        EXPECT_THAT(told.only().because, HasSubstr(zero ? "of zeros" : "no channel binding"));
    }
}

TEST(CbtNone002, IsPossibleForAUserWhoWasLetInWithABinding) {
    Story tale = begins_decrypted().bound(binding_to("theirs")).authenticate(kAlice).answers(200);
    tale.intercepts(2, 2);
    const auto told = tell(begins(tale).authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "6:CBT-NONE-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(CbtNone002, AServerThatAcceptsLoginsWithoutABindingDoesNotInsist) {
    Story tale = begins_decrypted().authenticate(kAlice).answers(200);
    tale.intercepts(2, 2);
    EXPECT_EQ(tell(begins(tale).authenticate(kAlice).refuses()).failures(), "6:NTLM-FAIL-001");
}

TEST(CbtNone002, AWrongPasswordWithoutABindingIsAWrongPasswordUntilSomethingPointsElsewhere) {
    const auto told = tell(begins_decrypted().authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_THAT(told.only().because, HasSubstr("insists on a channel binding"));
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("insists on a channel binding")));
    const auto plain = tell(begins_plain().authenticate(kAlice).refuses());
    EXPECT_EQ(plain.failures(), "3:NTLM-FAIL-001");
    EXPECT_THAT(plain.only().because, Not(HasSubstr("binding")));
    EXPECT_THAT(plain.only().not_visible, Each(Not(HasSubstr("binding"))));
}

TEST(CbtNone002, CannotTellBySixteenBytesOverPlainHttp) {
    EXPECT_EQ(tell(begins_plain().bound(kZeros).authenticate(kAlice).refuses()).failures(),
              "3:NTLM-FAIL-001");
}

// --- CBT-SPN-004

TEST(CbtSpn004, AServerThatCallsAPlainLoginBadlyBoundMeansItsServiceName) {
    struct {
        const char* spn;
        Confidence confidence;
        Culprit culprit;
    } const cases[] = {{"HTTP/elsewhere.test", Confidence::Likely, Culprit::Client},
                       {"", Confidence::Likely, Culprit::Client},
                       {"HTTP/web01.test", Confidence::Possible, Culprit::Server},
                       {"http\\WEB01", Confidence::Possible, Culprit::Server}};
    for (const auto& one : cases) {
        Story tale = begins_plain();
        if (*one.spn) tale.meant_for(one.spn);
        const auto told = tell(tale.authenticate(kAlice).page(detailed(kBadBindings)).refuses());
        EXPECT_EQ(told.failures(), "3:CBT-SPN-004") << one.spn;
        EXPECT_EQ(told.only().confidence, one.confidence) << one.spn;
        EXPECT_EQ(told.only().culprit, one.culprit) << one.spn;
    }
}

TEST(CbtSpn004, ALoginMeantForAnotherServiceIsPossiblyRefusedForIt) {
    const auto told = tell(begins_plain().meant_for("cifs/files.test").authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "3:CBT-SPN-004");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("cifs/files.test"));
}

TEST(CbtSpn004, AnAliasOfTheServerIsNotHeldAgainstAWrongPassword) {
    EXPECT_EQ(tell(begins_plain().meant_for("HTTP/real-name.test").authenticate(kAlice).refuses()).failures(),
              "3:NTLM-FAIL-001");
}

TEST(CbtSpn004, CannotTellWithoutANameOrTheServersWord) {
    EXPECT_EQ(tell(begins_plain().authenticate(kAlice).page(detailed("0x80090308")).refuses()).failures(),
              "3:NTLM-POOL-002");  // a token that the server has no use for
}

}  // namespace
}  // namespace why401
