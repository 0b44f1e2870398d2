#include "lab/ntlm_login.h"

#include <gtest/gtest.h>

#include "lab/test_client.h"
#include "tokens/ntlm.h"
#include "tokens/spnego.h"

namespace why401::lab {
namespace {

using test::authenticate;
using test::kChance;
using test::negotiate;
using Verdict = LoginStep::Verdict;

LoginStep ntlm_step(const Login& login, std::string_view token) {
    return step(login, kNtlm, token, machine(0), kChance);
}

/// The state after a NEGOTIATE.
LoginStep challenged() { return ntlm_step(Fresh{}, negotiate()); }

TEST(LabLogin, ANegotiateIsAnsweredWithAChallengeThatNamesTheMachine) {
    const LoginStep taken = step(Fresh{}, kNtlm, negotiate(), machine(1), kChance);
    ASSERT_EQ(taken.verdict, Verdict::Challenge);
    EXPECT_TRUE(std::holds_alternative<ExpectAuthenticate>(taken.next));
    const ntlm::ChallengeMessage challenge = ntlm::decode_challenge(taken.token);
    EXPECT_TRUE(challenge.anomalies.empty());
    EXPECT_EQ(challenge.server_challenge, kChance.server_challenge);
    EXPECT_EQ(challenge.target_name.text, "CONTOSO");
    EXPECT_EQ(ntlm::av_text(challenge.target_info, ntlm::kAvNbComputerName), "WEB02");
    EXPECT_EQ(ntlm::av_text(challenge.target_info, ntlm::kAvNbDomainName), "CONTOSO");
    EXPECT_EQ(ntlm::av_text(challenge.target_info, ntlm::kAvDnsComputerName), "web02.lab.why401.test");
    EXPECT_EQ(ntlm::av_text(challenge.target_info, ntlm::kAvDnsDomainName), "contoso.test");
    EXPECT_EQ(challenge.timestamp(), kChance.filetime);
    ASSERT_TRUE(challenge.version);
    EXPECT_EQ(challenge.version->build, 17763);
}

TEST(LabLogin, TheChallengeGrantsOnlyWhatWasAskedFor) {
    ntlm::NegotiateParts modest;
    modest.flags = ntlm::kOem | ntlm::kNtlm;
    const auto challenge = ntlm::decode_challenge(ntlm_step(Fresh{}, ntlm::encode(modest)).token);
    EXPECT_NE(challenge.flags & ntlm::kOem, 0u);
    EXPECT_EQ(challenge.flags & ntlm::kUnicode, 0u);
    EXPECT_EQ(challenge.flags &
                  (ntlm::kKeyExchange | ntlm::kSeal | ntlm::kExtendedSessionSecurity | ntlm::kVersion),
              0u);
    const auto full = ntlm::decode_challenge(challenged().token);
    EXPECT_NE(full.flags & ntlm::kUnicode, 0u);
    EXPECT_EQ(full.flags & ntlm::kOem, 0u);
    EXPECT_NE(full.flags & ntlm::kTargetTypeDomain, 0u);
}

TEST(LabLogin, TheRightPasswordLogsIn) {
    const LoginStep first = challenged();
    const LoginStep taken = ntlm_step(first.next, authenticate(first.token, "Alice", "Wonderland1"));
    EXPECT_EQ(taken.verdict, Verdict::Accepted);
    EXPECT_EQ(taken.user, "CONTOSO\\alice");
    ASSERT_TRUE(std::holds_alternative<Authenticated>(taken.next));
    EXPECT_EQ(std::get<Authenticated>(taken.next).user, "CONTOSO\\alice");
    EXPECT_EQ(std::get<Authenticated>(taken.next).scheme, "NTLM");
    EXPECT_TRUE(taken.token.empty());
}

TEST(LabLogin, TheDomainMayBeEmptyTheMachineOrInsideTheName) {
    for (const auto& [domain, user] : {std::pair{"", "bob"}, {"WEB01", "bob"}, {"", "bob@contoso.test"}}) {
        const LoginStep first = challenged();
        const LoginStep taken = ntlm_step(first.next, authenticate(first.token, user, "Builder1", domain));
        EXPECT_EQ(taken.verdict, Verdict::Accepted) << domain << ' ' << user;
        EXPECT_EQ(taken.user, "CONTOSO\\bob");
    }
}

TEST(LabLogin, AWrongPasswordAndAnUnknownUserAreRefusedAlike) {
    for (const auto& [user, password] :
         {std::pair{"alice", "wonderland1"}, {"mallory", "Wonderland1"}, {"", ""}}) {
        const LoginStep first = challenged();
        const LoginStep taken = ntlm_step(first.next, authenticate(first.token, user, password));
        EXPECT_EQ(taken.verdict, Verdict::Refused) << user;
        EXPECT_TRUE(std::holds_alternative<Fresh>(taken.next));
        EXPECT_TRUE(taken.token.empty());
    }
}

TEST(LabLogin, AnAuthenticateOnAnotherConnectionIsOutOfTurn) {
    const std::string reply = authenticate(challenged().token, "alice", "Wonderland1");
    for (const Login& login : {Login{Fresh{}}, Login{Authenticated{"CONTOSO\\bob", "NTLM"}}}) {
        const LoginStep taken = ntlm_step(login, reply);
        EXPECT_EQ(taken.verdict, Verdict::OutOfTurn);
        EXPECT_TRUE(std::holds_alternative<Fresh>(taken.next));
    }
}

TEST(LabLogin, AnAuthenticateForAnotherChallengeIsRefused) {
    const std::string reply = authenticate(challenged().token, "alice", "Wonderland1");
    const Chance other{"\x11\x11\x11\x11\x11\x11\x11\x11", kChance.filetime + 1};
    const LoginStep second = step(Fresh{}, kNtlm, negotiate(), machine(0), other);
    EXPECT_EQ(ntlm_step(second.next, reply).verdict, Verdict::Refused);
}

TEST(LabLogin, AnAuthenticateCannotBeUsedTwice) {
    const LoginStep first = challenged();
    const std::string reply = authenticate(first.token, "alice", "Wonderland1");
    const LoginStep accepted = ntlm_step(first.next, reply);
    ASSERT_EQ(accepted.verdict, Verdict::Accepted);
    EXPECT_EQ(ntlm_step(accepted.next, reply).verdict, Verdict::OutOfTurn);
}

TEST(LabLogin, ANegotiateThatWasChangedOnTheWayShowsInTheMic) {
    std::string changed = negotiate();
    ASSERT_EQ(changed.size(), 40u);
    changed[34] = static_cast<char>(changed[34] ^ 1);  // the build number: the CHALLENGE stays the same
    const LoginStep first = ntlm_step(Fresh{}, changed);
    const LoginStep taken = ntlm_step(first.next, authenticate(first.token, "alice", "Wonderland1"));
    EXPECT_EQ(taken.verdict, Verdict::Altered);
    EXPECT_TRUE(std::holds_alternative<Fresh>(taken.next));
}

TEST(LabLogin, ANegotiateRestartsTheLoginOfAnAuthenticatedConnection) {
    const LoginStep taken = ntlm_step(Authenticated{"CONTOSO\\alice", "NTLM"}, negotiate());
    EXPECT_EQ(taken.verdict, Verdict::Challenge);
    EXPECT_TRUE(std::holds_alternative<ExpectAuthenticate>(taken.next));
}

TEST(LabLogin, WhatIsNoTokenIsMalformed) {
    const std::string signature(ntlm::kSignature);
    for (const std::string& token :
         {std::string(), std::string("hello"), signature, signature + std::string("\1\0\0\0", 4),
          challenged().token, spnego::encode_init({std::string(spnego::kNtlmMech)}, negotiate())}) {
        const LoginStep taken = ntlm_step(challenged().next, token);
        EXPECT_EQ(taken.verdict, Verdict::Malformed);
        EXPECT_TRUE(std::holds_alternative<Fresh>(taken.next));
    }
}

// ---- under Negotiate
// ---------------------------------------------------------------------------------------------

LoginStep negotiate_step(const Login& login, std::string_view token) {
    return step(login, kNegotiate, token, machine(0), kChance);
}

spnego::NegTokenResp resp_of(const LoginStep& taken) {
    const spnego::Message message = spnego::decode(taken.token);
    const auto* resp = std::get_if<spnego::NegTokenResp>(&message);
    return resp ? *resp : spnego::NegTokenResp{};
}

TEST(LabLogin, RawNtlmUnderNegotiateIsAnsweredRaw) {
    const LoginStep first = negotiate_step(Fresh{}, negotiate());
    EXPECT_EQ(ntlm::message_type(first.token), 2u);
    const LoginStep taken = negotiate_step(first.next, authenticate(first.token, "alice", "Wonderland1"));
    EXPECT_EQ(taken.verdict, Verdict::Accepted);
    EXPECT_TRUE(taken.token.empty());
    EXPECT_EQ(std::get<Authenticated>(taken.next).scheme, "Negotiate");
}

TEST(LabLogin, WrappedNtlmIsAnsweredInNegTokenResp) {
    const LoginStep first =
        negotiate_step(Fresh{}, spnego::encode_init({std::string(spnego::kNtlmMech)}, negotiate()));
    ASSERT_EQ(first.verdict, Verdict::Challenge);
    const spnego::NegTokenResp resp = resp_of(first);
    EXPECT_EQ(resp.neg_state, spnego::NegState::AcceptIncomplete);
    EXPECT_EQ(resp.supported_mech, spnego::kNtlmMech);
    EXPECT_EQ(ntlm::message_type(resp.response_token), 2u);

    const std::string reply = authenticate(resp.response_token, "alice", "Wonderland1");
    const LoginStep taken = negotiate_step(first.next, spnego::encode_resp({}, {}, reply));
    EXPECT_EQ(taken.verdict, Verdict::Accepted);
    EXPECT_EQ(resp_of(taken).neg_state, spnego::NegState::AcceptCompleted);
}

TEST(LabLogin, AClientThatGuessedKerberosIsAskedForNtlm) {
    const std::string kerberos = "1.2.840.113554.1.2.2";
    const LoginStep asked = negotiate_step(
        Fresh{}, spnego::encode_init({kerberos, std::string(spnego::kNtlmMech)}, "\x60\x03guess"));
    ASSERT_EQ(asked.verdict, Verdict::Mechanism);
    EXPECT_EQ(resp_of(asked).supported_mech, spnego::kNtlmMech);
    const LoginStep first = negotiate_step(asked.next, spnego::encode_resp({}, {}, negotiate()));
    EXPECT_EQ(first.verdict, Verdict::Challenge);
    EXPECT_EQ(ntlm::message_type(resp_of(first).response_token), 2u);
}

TEST(LabLogin, AClientThatOffersOnlyKerberosIsMalformedHere) {
    EXPECT_EQ(negotiate_step(Fresh{}, spnego::encode_init({"1.2.840.113554.1.2.2"}, "x")).verdict,
              Verdict::Malformed);
}

}  // namespace
}  // namespace why401::lab
