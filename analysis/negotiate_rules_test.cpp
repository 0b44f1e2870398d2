// Negotiate itself: envelopes, mechanisms that do not fit, rejections, the server's own proof.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kerberos_tokens.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::krb_refusal;
using test::story;
using test::Story;
using test::tell;
using test::ticket;
using testing::HasSubstr;

std::string spnego_resp(spnego::NegState state, std::string_view mech, const std::string& token = "") {
    return "Negotiate " + base64::encode(spnego::encode_resp(state, mech, token));
}

std::string ntlm_first(const std::string& scheme) {
    ntlm::NegotiateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm;
    return scheme + " " + base64::encode(ntlm::encode(parts));
}

Story asks_with(const std::string& credentials) {
    return story().server("Apache").on(1, 1).get("/").credentials(credentials);
}

std::string failures_of(const std::string& rule, const test::Told& told) {
    std::string out;
    for (const auto& [id, finding] : told.findings)
        if (finding.rule == rule) out += std::to_string(number(finding.exchange));
    return out;
}

// --- NEGO-ENVELOPE-001

TEST(NegoEnvelope001, ATicketUnderTheNameOfNtlm) {
    const std::string wrong = "NTLM" + ticket().substr(9);
    const auto told = tell(asks_with(wrong).refuses());
    EXPECT_EQ(told.failures(), "1:NEGO-ENVELOPE-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(NegoEnvelope001, AnNtlmMessageUnderTheNameOfKerberos) {
    EXPECT_EQ(tell(asks_with(ntlm_first("Kerberos")).offers("Kerberos").answers(401)).failures(),
              "1:NEGO-ENVELOPE-001");
}

TEST(NegoEnvelope001, NtlmUnderNegotiateIsUsual) {
    EXPECT_EQ(failures_of("NEGO-ENVELOPE-001", tell(asks_with(ntlm_first("Negotiate")).refuses())), "");
}

TEST(NegoEnvelope001, CannotTellWhereTheServerGoesOnWithIt) {
    EXPECT_EQ(failures_of("NEGO-ENVELOPE-001", tell(asks_with("NTLM" + ticket().substr(9)).challenges())),
              "");
}

// --- NEGO-EMPTY-001

TEST(NegoEmpty001, ANameWithoutAToken) {
    const auto told = tell(asks_with("Negotiate").refuses());
    EXPECT_EQ(told.failures(), "1:NEGO-EMPTY-001");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(NegoEmpty001, SomethingThatIsNoToken) {
    EXPECT_EQ(tell(asks_with("Negotiate user:password!").refuses()).failures(), "1:NEGO-EMPTY-001");
}

TEST(NegoEmpty001, ABareNameThatIsFollowedByATicketIsAFirstTry) {
    const auto told = tell(asks_with("Negotiate").refuses().get("/").credentials(ticket()).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-KRB-004");
}

TEST(NegoEmpty001, CannotTellWhatTheRecordHides) {
    EXPECT_EQ(tell(asks_with("Negotiate <redacted>").refuses()).failures(), "1:UNKNOWN-401");
    EXPECT_EQ(tell(asks_with("Negotiate ***").refuses()).failures(), "1:UNKNOWN-401");
}

// --- NEGO-NEGOEX-001

std::string offers_only(const std::vector<std::string>& mechs) {
    return "Negotiate " + base64::encode(spnego::encode_init(mechs, "NEGOEXTS"));
}

TEST(NegoNegoex001, AClientThatOffersNothingElse) {
    const auto told = tell(asks_with(offers_only({std::string(spnego::kNegoExMech)})).refuses());
    EXPECT_EQ(told.failures(), "1:NEGO-NEGOEX-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(tell(asks_with(offers_only({std::string(kerberos::kMechIakerb)})).refuses()).failures(),
              "1:NEGO-NEGOEX-001");
}

TEST(NegoNegoex001, NegoexBesideKerberosIsUsual) {
    EXPECT_EQ(failures_of("NEGO-NEGOEX-001", tell(asks_with(offers_only({std::string(kerberos::kMech),
                                                                         std::string(spnego::kNegoExMech)}))
                                                      .refuses())),
              "");
}

TEST(NegoNegoex001, CannotTellWhileTheServerGoesOn) {
    EXPECT_EQ(failures_of("NEGO-NEGOEX-001", tell(asks_with(offers_only({std::string(spnego::kNegoExMech)}))
                                                      .offers(spnego_resp(spnego::NegState::AcceptIncomplete,
                                                                          spnego::kNegoExMech, "x"))
                                                      .answers(401))),
              "");
}

// --- NEGO-REJECT-001

TEST(NegoReject001, ARejectWithoutAReason) {
    const auto told =
        tell(asks_with(ticket()).offers(spnego_resp(spnego::NegState::Reject, "")).answers(401));
    EXPECT_EQ(told.failures(), "1:NEGO-REJECT-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(NegoReject001, ARejectWithAReasonIsToldByItsReason) {
    EXPECT_EQ(tell(asks_with(ticket()).offers(krb_refusal(41)).answers(401)).failures(), "1:KRB-SPN-002");
}

TEST(NegoReject001, AnAcceptIsNone) {
    EXPECT_EQ(
        tell(asks_with(ticket())
                 .says("WWW-Authenticate: " + spnego_resp(spnego::NegState::AcceptCompleted, kerberos::kMech))
                 .answers(200))
            .failures(),
        "");
}

TEST(NegoReject001, CannotTellWhatWasRejectedWithoutCredentials) {
    EXPECT_EQ(
        failures_of(
            "NEGO-REJECT-001",
            tell(story().on(1, 1).get("/").offers(spnego_resp(spnego::NegState::Reject, "")).answers(401))),
        "");
}

// --- NEGO-PROVIDER-001

TEST(NegoProvider001, ATicketWhereOnlyNtlmIsOffered) {
    const auto told = tell(asks_with(ticket()).offers("NTLM").answers(401));
    EXPECT_EQ(told.failures(), "1:NEGO-PROVIDER-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(NegoProvider001, NtlmWhereOnlyKerberosIsTaken) {
    EXPECT_EQ(tell(asks_with(ntlm_first("Negotiate")).offers("Negotiate").answers(401)).failures(),
              "1:NEGO-PROVIDER-001");
    EXPECT_EQ(
        tell(
            asks_with(ntlm_first("Negotiate")).offers(spnego_resp(spnego::NegState::Reject, "")).answers(401))
            .failures(),
        "1:NEGO-PROVIDER-001");
}

TEST(NegoProvider001, AServerThatOffersBothTakesBoth) {
    EXPECT_EQ(failures_of("NEGO-PROVIDER-001", tell(asks_with(ntlm_first("Negotiate")).refuses())), "");
    EXPECT_EQ(failures_of("NEGO-PROVIDER-001", tell(asks_with(ticket()).refuses())), "");
}

TEST(NegoProvider001, CannotTellUntilTheClientHasHadTimeToGoOnWithNtlm) {
    const auto asked =
        asks_with(ticket()).offers(spnego_resp(spnego::NegState::RequestMic, spnego::kNtlmMech)).answers(401);
    EXPECT_EQ(tell(asked, false).failures(), "");
    EXPECT_EQ(tell(asked).failures(), "1:NEGO-PROVIDER-001");
    for (const auto& [id, finding] : tell(asked).findings) {
        if (finding.kind != FindingKind::Failure) continue;
        EXPECT_EQ(finding.severity, Severity::Info);
    }
}

// --- NEGO-RAWKRB-001

TEST(NegoRawkrb001, ATicketWithoutSpnegoIsAFactBesideTheLogin) {
    const auto told = tell(asks_with("Negotiate " + base64::encode(test::raw_ticket({}))).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(failures_of("NEGO-RAWKRB-001", told), "1");
    EXPECT_EQ(failures_of("NEGO-RAWKRB-001",
                          tell(asks_with("Negotiate " + base64::encode(test::ap_req({}))).answers(200))),
              "1");
}

TEST(NegoRawkrb001, SpnegoIsTheRule) {
    EXPECT_EQ(failures_of("NEGO-RAWKRB-001", tell(asks_with(ticket()).answers(200))), "");
}

TEST(NegoRawkrb001, CannotTellFromATokenThatNobodyKnows) {
    EXPECT_EQ(failures_of("NEGO-RAWKRB-001", tell(asks_with("Negotiate AAAA").answers(200))), "");
}

// --- KRB-MUTUAL-001

TEST(KrbMutual001, SomebodyBetweenAndAnAnswerWithoutTheProofThatWasDemanded) {
    const auto told = tell(asks_with(ticket()).says("Via: 1.1 balancer").answers(200));
    EXPECT_EQ(failures_of("KRB-MUTUAL-001", told), "1");
    EXPECT_EQ(told.failures(), "");
}

TEST(KrbMutual001, AClientThatLeavesBecauseOfIt) {
    auto items = asks_with(ticket()).answers(200).items();
    std::get<Exchange>(items.front()).outcome = Outcome::Abandoned;
    EXPECT_EQ(failures_of("KRB-MUTUAL-001", tell(items)), "1");
}

TEST(KrbMutual001, AServerThatLeavesItOutIsUsual) {
    EXPECT_EQ(failures_of("KRB-MUTUAL-001", tell(asks_with(ticket()).answers(200))), "");
}

TEST(KrbMutual001, AProofThatThisProxyRemoved) {
    const auto told =
        tell(asks_with(ticket())
                 .says("WWW-Authenticate: " + spnego_resp(spnego::NegState::AcceptCompleted, kerberos::kMech))
                 .removes_from_response("WWW-Authenticate")
                 .answers(200));
    EXPECT_EQ(failures_of("KRB-MUTUAL-001", told), "1");
    EXPECT_EQ(told.findings.begin()->second.culprit, Culprit::ThisProxy);
}

TEST(KrbMutual001, NobodyMissesWhatNobodyDemanded) {
    EXPECT_EQ(failures_of("KRB-MUTUAL-001",
                          tell(asks_with(ticket({.mutual = false})).says("Via: 1.1 balancer").answers(200))),
              "");
}

TEST(KrbMutual001, CannotTellOfALoginThatWasRefused) {
    EXPECT_EQ(failures_of("KRB-MUTUAL-001", tell(asks_with(ticket()).offers("Negotiate").answers(401))), "");
}

}  // namespace
}  // namespace why401
