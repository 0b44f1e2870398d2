// What a person reads of the three NTLM messages: every value with its meaning and its bytes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/describe.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

DescribedField field(const std::vector<DescribedField>& fields, std::string_view name) {
    for (const DescribedField& known : fields)
        if (known.name == name) return known;
    return {};
}

std::vector<DescribedField> authenticate(std::size_t exchange) {
    return describe(ntlm::decode_authenticate(bytes(vectors::kExchanges[exchange].authenticate)));
}

/// The description of an AUTHENTICATE made of these parts.
std::vector<DescribedField> written(const ntlm::AuthenticateParts& parts) {
    return describe(ntlm::decode_authenticate(ntlm::encode(parts)));
}

ntlm::AuthenticateParts parts_with(const ntlm::AvPairs& pairs, std::uint64_t time = 1) {
    ntlm::AuthenticateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm;
    parts.user = "alice";
    parts.nt_response = std::string(16, 'p') + ntlm::encode_v2_blob(time, "12345678", pairs);
    return parts;
}

TEST(DescribeNtlm, SpellsOutEachFlagAtTheByteThatHoldsIt) {
    const auto fields = describe(ntlm::decode_negotiate(bytes(vectors::kExchanges[1].negotiate)));
    EXPECT_EQ(field(fields, "NegotiateFlags").value, "0xe20882b7");
    std::size_t flags = 0;
    for (const DescribedField& known : fields) flags += known.clause == "MS-NLMP 2.2.2.5" ? 1 : 0;
    EXPECT_EQ(flags, 1 + ntlm::flag_names(0xe20882b7).size());
    const DescribedField version = field(fields, "NTLMSSP_NEGOTIATE_VERSION");
    EXPECT_EQ(version.value, "0x02000000");
    EXPECT_EQ(version.offset, 12U + 3U);
    EXPECT_EQ(version.length, 1U);
    EXPECT_THAT(field(fields, "Version").meaning, HasSubstr("Server 2019"));
}

TEST(DescribeNtlm, TellsWhoseNameTheTargetIs) {
    const auto fields = describe(ntlm::decode_challenge(bytes(vectors::kExchanges[1].challenge)));
    EXPECT_EQ(field(fields, "TargetName").meaning, "the server's domain");
    EXPECT_EQ(field(fields, "MsvAvDnsComputerName").value, "DC01.domain.local");
    EXPECT_EQ(field(fields, "MsvAvTimestamp").meaning, "2020-05-07T10:34:37.2775166Z, the server's clock");
    EXPECT_EQ(field(fields, "ServerChallenge").offset, 24U);
}

TEST(DescribeNtlm, SaysWhyThereIsAMicOrNone) {
    EXPECT_EQ(field(authenticate(1), "MIC").meaning, "seals all three messages");
    EXPECT_EQ(field(authenticate(1), "MIC").value, vectors::kExchanges[1].mic);
    // gss-ntlmssp: the CHALLENGE has a timestamp, MsvAvFlags is there and 0.
    EXPECT_EQ(field(authenticate(3), "MIC").value, "absent");
    EXPECT_THAT(field(authenticate(3), "MIC").meaning, HasSubstr("nothing seals"));
    EXPECT_THAT(field(written(parts_with({})), "MIC").meaning, HasSubstr("none is due"));
    const ntlm::AvPairs announced = {ntlm::av_flags_pair(ntlm::kAvFlagMicPresent)};
    EXPECT_THAT(field(written(parts_with(announced)), "MIC").meaning, HasSubstr("no room"));
    ntlm::AuthenticateParts zeros = parts_with(announced);
    zeros.mic = std::string(16, '\0');
    EXPECT_THAT(field(written(zeros), "MIC").meaning, HasSubstr("never computed"));
    EXPECT_EQ(field(describe(ntlm::decode_authenticate(bytes(vectors::kV1Authenticate))), "MIC").meaning,
              "only NTLMv2 has one");
}

TEST(DescribeNtlm, TellsTheResponsesApart) {
    const auto lm = [](const std::vector<DescribedField>& fields) {
        return field(fields, "LmChallengeResponse").meaning;
    };
    EXPECT_EQ(lm(authenticate(1)), "zeros: left out");
    EXPECT_EQ(lm(authenticate(3)), "empty");
    EXPECT_THAT(lm(describe(ntlm::decode_authenticate(bytes(vectors::kV2Authenticate)))), StartsWith("LMv2"));
    EXPECT_EQ(lm(describe(ntlm::decode_authenticate(bytes(vectors::kV1Authenticate)))),
              "made of the LAN Manager hash");
    ntlm::AuthenticateParts ess;
    ess.flags = ntlm::kUnicode;
    ess.user = "User";
    ess.lm_response = bytes(vectors::kEssLmResponse);
    ess.nt_response = bytes(vectors::kEssNtResponse);
    EXPECT_THAT(lm(written(ess)), StartsWith("8 random bytes"));
    EXPECT_EQ(field(written(ess), "NtChallengeResponse").meaning, "NTLMv1 with extended session security");
    ess.lm_response = ess.nt_response;
    EXPECT_THAT(lm(written(ess)), StartsWith("a copy"));
}

TEST(DescribeNtlm, ShowsAnAnonymousLoginAsOne) {
    ntlm::AuthenticateParts nobody;
    nobody.flags = ntlm::kUnicode | ntlm::kAnonymous;
    nobody.lm_response = std::string(1, '\0');
    const auto fields = written(nobody);
    EXPECT_EQ(field(fields, "UserName").meaning, "empty: an anonymous login");
    EXPECT_EQ(field(fields, "NtChallengeResponse").meaning, "empty: an anonymous login");
    EXPECT_EQ(field(fields, "LmChallengeResponse").meaning, "one zero byte: an anonymous login");
    EXPECT_EQ(field(fields, "NTLMSSP_ANONYMOUS").meaning, "anonymous logon");
}

TEST(DescribeNtlm, ExplainsAnEmptyDomainAndWhoseClockTheTimeIs) {
    EXPECT_THAT(field(authenticate(1), "DomainName").meaning, HasSubstr("user principal name"));
    EXPECT_EQ(field(written(parts_with({})), "DomainName").meaning, "empty");
    EXPECT_THAT(field(authenticate(1), "TimeStamp").meaning, HasSubstr("copied"));
    EXPECT_EQ(field(written(parts_with({})), "TimeStamp").meaning, "the client's own clock");
    EXPECT_EQ(field(written(parts_with({}, 0)), "TimeStamp").meaning, "not set");
    EXPECT_EQ(field(written(parts_with({{ntlm::kAvTargetName, "", 0}})), "MsvAvTargetName").meaning,
              "empty: the client names no service");
}

TEST(DescribeNtlm, DistinguishesBindingsOfZerosFromRealOnes) {
    EXPECT_THAT(field(authenticate(1), "MsvAvChannelBindings").meaning, HasSubstr("all zero"));
    EXPECT_THAT(field(authenticate(0), "MsvAvChannelBindings").meaning, HasSubstr("certificate"));
    EXPECT_EQ(field(written(parts_with({})), "MsvAvChannelBindings").name, "");
}

TEST(ChangedNames, AreThoseThatDifferInACopyOfTheSameChallenge) {
    ntlm::ChallengeMessage challenge = ntlm::decode_challenge(bytes(vectors::kExchanges[1].challenge));
    const auto reply = ntlm::decode_authenticate(bytes(vectors::kExchanges[1].authenticate));
    EXPECT_TRUE(ntlm::changed_names(reply, challenge).empty());
    for (ntlm::AvPair& pair : challenge.target_info)
        if (pair.id == ntlm::kAvNbComputerName) pair.value = bytes("4500");
    EXPECT_EQ(ntlm::answers(reply, challenge), ntlm::Answer::Yes) << "its time decides";
    EXPECT_EQ(ntlm::changed_names(reply, challenge), std::vector<std::uint16_t>{ntlm::kAvNbComputerName});
}

TEST(ChangedNames, AreNoneOfAnotherChallengeOrWithoutATime) {
    const auto reply = ntlm::decode_authenticate(bytes(vectors::kExchanges[1].authenticate));
    EXPECT_TRUE(
        ntlm::changed_names(reply, ntlm::decode_challenge(bytes(vectors::kExchanges[3].challenge))).empty());
    const auto old = ntlm::decode_authenticate(bytes(vectors::kV2Authenticate));
    ntlm::ChallengeMessage challenge = ntlm::decode_challenge(bytes(vectors::kV2Challenge));
    challenge.target_info[1] = ntlm::av_name_pair(ntlm::kAvNbComputerName, "Other");
    EXPECT_TRUE(ntlm::changed_names(old, challenge).empty());
}

}  // namespace
}  // namespace why401
