#include "tokens/proof/ntlm_proof.h"

#include <gtest/gtest.h>

#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/proof.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"

namespace why401::proof {
namespace {

using Mic = Verification::Mic;

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

Verification verify(const vectors::Exchange& exchange, const Secret& secret) {
    return verify_authenticate(secret, bytes(exchange.negotiate), bytes(exchange.challenge),
                               bytes(exchange.authenticate));
}

TEST(VerifyAuthenticate, FindsThePasswordAndTheMicOfEveryPublishedExchange) {
    for (const vectors::Exchange& exchange : vectors::kExchanges) {
        const Verification good = verify(exchange, Secret::password(exchange.password));
        EXPECT_TRUE(good.proof_matches) << exchange.name;
        EXPECT_EQ(good.kind, ntlm::ResponseKind::V2);
        EXPECT_EQ(good.mic, exchange.mic.empty() ? Mic::Absent : Mic::Good) << exchange.name;
        EXPECT_TRUE(verify(exchange, Secret::nt_hash(ntowf_v1(exchange.password))).proof_matches);
        const Verification wrong = verify(exchange, Secret::password("not it"));
        EXPECT_FALSE(wrong.proof_matches) << exchange.name;
        EXPECT_EQ(wrong.mic, exchange.mic.empty() ? Mic::Absent : Mic::CannotTell) << exchange.name;
    }
}

TEST(VerifyAuthenticate, SeesThatAMessageWasChangedOnTheWay) {
    const vectors::Exchange& exchange = vectors::kExchanges[0];
    std::string negotiate = bytes(exchange.negotiate);
    negotiate[12] = static_cast<char>(negotiate[12] ^ 1);
    const Verification changed = verify_authenticate(Secret::password(exchange.password), negotiate,
                                                     bytes(exchange.challenge), bytes(exchange.authenticate));
    EXPECT_TRUE(changed.proof_matches);
    EXPECT_EQ(changed.mic, Mic::Bad);
    const Verification unseen = verify_authenticate(Secret::password(exchange.password), "",
                                                    bytes(exchange.challenge), bytes(exchange.authenticate));
    EXPECT_EQ(unseen.mic, Mic::CannotTell);
}

TEST(VerifyAuthenticate, RefusesTheRightPasswordForAnotherChallenge) {
    const auto& all = vectors::kExchanges;
    EXPECT_FALSE(verify_authenticate(Secret::password(all[1].password), bytes(all[1].negotiate),
                                     bytes(all[2].challenge), bytes(all[1].authenticate))
                     .proof_matches);
}

TEST(VerifyAuthenticate, KnowsNtlmV1WithAndWithoutExtendedSessionSecurity) {
    const std::string challenge = bytes(vectors::kV1Challenge);
    const Verification v1 =
        verify_authenticate(Secret::password("Password"), "", challenge, bytes(vectors::kV1Authenticate));
    EXPECT_EQ(v1.kind, ntlm::ResponseKind::V1);
    EXPECT_TRUE(v1.proof_matches);
    ntlm::AuthenticateParts parts;
    parts.user = "User";
    parts.nt_response = bytes(vectors::kEssNtResponse);
    parts.lm_response = bytes(vectors::kEssLmResponse);
    const Verification ess =
        verify_authenticate(Secret::password("Password"), "", challenge, ntlm::encode(parts));
    EXPECT_EQ(ess.kind, ntlm::ResponseKind::V1Ess);
    EXPECT_TRUE(ess.proof_matches);
    EXPECT_FALSE(
        verify_authenticate(Secret::password("x"), "", challenge, ntlm::encode(parts)).proof_matches);
}

TEST(VerifyAuthenticate, SurvivesTruncationAnywhere) {
    const vectors::Exchange& exchange = vectors::kExchanges[1];
    const Secret secret = Secret::password(exchange.password);
    const std::string whole = bytes(exchange.authenticate);
    for (std::size_t length = 0; length < whole.size(); length += 3)
        EXPECT_NO_THROW(verify_authenticate(secret, bytes(exchange.negotiate), bytes(exchange.challenge),
                                            whole.substr(0, length)));
    EXPECT_FALSE(verify_authenticate(secret, "", "", whole).proof_matches);
}

Login alice() {
    Login login;
    login.domain = "CONTOSO";
    login.user = "alice";
    login.password = "Wonderland1";
    login.workstation = "PC1";
    login.spn = "HTTP/web01";
    login.client_challenge = bytes("0102030405060708");
    login.filetime = 132333212772775166ULL;
    login.random_session_key = bytes("55555555555555555555555555555555");
    return login;
}

std::string negotiate() { return bytes(vectors::kExchanges[1].negotiate); }

std::string challenge(std::optional<std::uint64_t> time, std::uint32_t flags = 0xe2898235) {
    ntlm::ChallengeParts parts;
    parts.flags = flags;
    parts.server_challenge = bytes("0123456789abcdef");
    parts.target_name = "CONTOSO";
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO"),
                         ntlm::av_name_pair(ntlm::kAvNbComputerName, "WEB01")};
    if (time) parts.target_info.push_back(ntlm::av_timestamp_pair(*time));
    parts.version = ntlm::Version{10, 0, 20348, 15, 0};
    return ntlm::encode(parts);
}

TEST(BuildAuthenticate, AnswersAModernChallengeWithProofAndMic) {
    Login login = alice();
    login.channel_bindings = bytes(vectors::kChannelBindings);
    const std::string offered = challenge(132333212772000000ULL);
    const std::string token = build_authenticate(negotiate(), offered, login);
    const ntlm::AuthenticateMessage message = ntlm::decode_authenticate(token);
    EXPECT_TRUE(message.anomalies.empty());
    EXPECT_EQ(message.identity(), "CONTOSO\\alice");
    EXPECT_EQ(message.workstation.text, "PC1");
    EXPECT_EQ(message.target_spn(), "HTTP/web01");
    EXPECT_EQ(message.channel_bindings(), vectors::kChannelBindings);
    EXPECT_EQ(message.v2->time, 132333212772000000ULL) << "the server's time, not the client's";
    EXPECT_EQ(message.lm_response.bytes, std::string(24, '\0'));
    EXPECT_EQ(ntlm::answers(message, ntlm::decode_challenge(offered)), ntlm::Answer::Yes);
    const Verification verified =
        verify_authenticate(Secret::password("Wonderland1"), negotiate(), offered, token);
    EXPECT_TRUE(verified.proof_matches);
    EXPECT_EQ(verified.mic, Mic::Good);
}

TEST(BuildAuthenticate, AnswersAnOldChallengeWithoutMic) {
    const std::string offered = challenge(std::nullopt);
    const std::string token = build_authenticate(negotiate(), offered, alice());
    const ntlm::AuthenticateMessage message = ntlm::decode_authenticate(token);
    EXPECT_FALSE(message.mic);
    EXPECT_EQ(message.v2->time, alice().filetime);
    EXPECT_EQ(message.lm_response.length(), 24U);
    EXPECT_NE(message.lm_response.bytes, std::string(24, '\0'));
    EXPECT_TRUE(
        verify_authenticate(Secret::password("Wonderland1"), negotiate(), offered, token).proof_matches);
}

TEST(BuildAuthenticate, DoesWithoutKeyExchange) {
    Login login = alice();
    login.random_session_key.clear();
    const std::string offered = challenge(132333212772000000ULL);
    const std::string token = build_authenticate(negotiate(), offered, login);
    const ntlm::AuthenticateMessage message = ntlm::decode_authenticate(token);
    EXPECT_TRUE(message.session_key.empty());
    EXPECT_EQ(message.flags & ntlm::kKeyExchange, 0U);
    EXPECT_EQ(message.channel_bindings(), "zero");
    EXPECT_EQ(verify_authenticate(Secret::password("Wonderland1"), negotiate(), offered, token).mic,
              Mic::Good);
}

TEST(BuildAuthenticate, ReproducesTheProofOfChromiumsVector) {
    const vectors::Exchange& exchange = vectors::kExchanges[0];
    const ntlm::AuthenticateMessage published = ntlm::decode_authenticate(bytes(exchange.authenticate));
    const std::string owf = ntowf_v2(ntowf_v1("Password"), "User", "Domain");
    const std::string blob =
        ntlm::encode_v2_blob(exchange.time, bytes(exchange.client_challenge), published.v2->pairs);
    EXPECT_EQ(hex::encode(v2_proof(owf, bytes("0123456789abcdef"), blob)), exchange.proof);
    EXPECT_EQ(blob, published.nt_response.bytes.substr(16));
}

}  // namespace
}  // namespace why401::proof
