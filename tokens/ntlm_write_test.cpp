#include "tokens/ntlm_write.h"

#include <gtest/gtest.h>

#include "tokens/ntlm_flags.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"

namespace why401::ntlm {
namespace {

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

TEST(NtlmWrite, NegotiateEqualsTheBytesOfWindows) {
    NegotiateParts parts;
    parts.flags = 0xe20882b7;
    parts.version = Version{10, 0, 17763, 15, 0};
    EXPECT_EQ(hex::encode(encode(parts)), vectors::kExchanges[1].negotiate);
}

TEST(NtlmWrite, NegotiateCarriesOemNames) {
    NegotiateParts parts;
    parts.flags = kOem | kOemDomainSupplied | kOemWorkstationSupplied;
    parts.domain = "CONTOSO";
    parts.workstation = "PC";
    const NegotiateMessage message = decode_negotiate(encode(parts));
    EXPECT_EQ(message.domain.text, "CONTOSO");
    EXPECT_EQ(message.workstation.text, "PC");
    EXPECT_TRUE(message.anomalies.empty());
}

TEST(NtlmWrite, ChallengesEqualThoseOfTheSpecification) {
    ChallengeParts parts;
    parts.flags = 0xe2028233;
    parts.server_challenge = bytes("0123456789abcdef");
    parts.target_name = "Server";
    parts.version = Version{6, 0, 6000, 15, 0};
    EXPECT_EQ(hex::encode(encode(parts)), vectors::kV1Challenge) << "MS-NLMP 4.2.2.3";
    parts.flags = 0xe28a8233;
    parts.target_info = {av_name_pair(kAvNbDomainName, "Domain"), av_name_pair(kAvNbComputerName, "Server")};
    EXPECT_EQ(hex::encode(encode(parts)), vectors::kV2Challenge) << "MS-NLMP 4.2.4.3";
}

TEST(NtlmWrite, AuthenticatesEqualThoseOfTheSpecification) {
    AuthenticateParts parts;
    parts.flags = 0xe2808235;
    parts.domain = "Domain";
    parts.user = "User";
    parts.workstation = "COMPUTER";
    parts.version = Version{5, 1, 2600, 15, 0};
    parts.lm_response = bytes(vectors::kLmV1Response);
    parts.nt_response = bytes(vectors::kV1Response);
    parts.session_key = bytes(vectors::kV1EncryptedSessionKey);
    EXPECT_EQ(hex::encode(encode(parts)), vectors::kV1Authenticate) << "MS-NLMP 4.2.2.3";
    parts.flags = 0xe2888235;
    parts.lm_response = bytes(vectors::kLmV2Response);
    parts.nt_response = bytes(vectors::kV2Proof) + bytes(vectors::kV2Temp);
    parts.session_key = bytes(vectors::kV2EncryptedSessionKey);
    EXPECT_EQ(hex::encode(encode(parts)), vectors::kV2Authenticate) << "MS-NLMP 4.2.4.3";
}

TEST(NtlmWrite, BlobEqualsTempOfTheSpecification) {
    const AvPairs pairs = {av_name_pair(kAvNbDomainName, "Domain"),
                           av_name_pair(kAvNbComputerName, "Server")};
    EXPECT_EQ(hex::encode(encode_v2_blob(0, bytes("aaaaaaaaaaaaaaaa"), pairs)), vectors::kV2Temp);
}

TEST(NtlmWrite, EveryPublishedChallengeRoundTrips) {
    for (const vectors::Exchange& exchange : vectors::kExchanges) {
        const ChallengeMessage message = decode_challenge(bytes(exchange.challenge));
        ChallengeParts parts;
        parts.flags = message.flags;
        parts.server_challenge = message.server_challenge;
        parts.target_name = message.target_name.text;
        parts.target_info = message.target_info;
        parts.version = message.version;
        EXPECT_EQ(hex::encode(encode(parts)), exchange.challenge) << exchange.name;
    }
}

TEST(NtlmWrite, OemFlagWritesOemStrings) {
    ChallengeParts parts;
    parts.flags = kOem;
    parts.target_name = "CC";
    const ChallengeMessage message = decode_challenge(encode(parts));
    EXPECT_EQ(message.target_name.bytes, "CC");
}

TEST(NtlmWrite, ShortChallengesAndMicsAreFilledWithZeros) {
    ChallengeParts challenge;
    challenge.server_challenge = "abc";
    EXPECT_EQ(decode_challenge(encode(challenge)).server_challenge, std::string("abc\0\0\0\0\0", 8));
    AuthenticateParts authenticate;
    authenticate.mic = "";
    EXPECT_EQ(encode(authenticate).size(), 88U);
}

}  // namespace
}  // namespace why401::ntlm
