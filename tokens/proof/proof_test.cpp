#include "tokens/proof/proof.h"

#include <gtest/gtest.h>

#include "tokens/proof/uppercase.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"

namespace why401::proof {
namespace {

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

const std::string kServer = bytes("0123456789abcdef");
const std::string kClient = bytes("aaaaaaaaaaaaaaaa");
const std::string kRandomKey = bytes("55555555555555555555555555555555");

TEST(NtlmV1, EqualsMsNlmp422) {
    const std::string hash = ntowf_v1("Password");
    EXPECT_EQ(hex::encode(hash), vectors::kNtowfV1);
    EXPECT_EQ(hex::encode(lmowf_v1("Password")), vectors::kLmowfV1);
    EXPECT_EQ(hex::encode(v1_response(hash, kServer)), vectors::kV1Response);
    EXPECT_EQ(hex::encode(v1_response(lmowf_v1("Password"), kServer)), vectors::kLmV1Response);
    EXPECT_EQ(hex::encode(v1_session_base_key(hash)), vectors::kV1SessionBaseKey);
    EXPECT_EQ(hex::encode(rc4(v1_session_base_key(hash), kRandomKey)), vectors::kV1EncryptedSessionKey);
}

TEST(NtlmV1, WithExtendedSessionSecurityEqualsMsNlmp423) {
    EXPECT_EQ(hex::encode(v1_ess_response(ntowf_v1("Password"), kServer, kClient)), vectors::kEssNtResponse);
}

TEST(NtlmV2, EqualsMsNlmp424) {
    const std::string owf = ntowf_v2(ntowf_v1("Password"), "User", "Domain");
    EXPECT_EQ(hex::encode(owf), vectors::kNtowfV2);
    const std::string proof = v2_proof(owf, kServer, bytes(vectors::kV2Temp));
    EXPECT_EQ(hex::encode(proof), vectors::kV2Proof);
    EXPECT_EQ(hex::encode(lm_v2_response(owf, kServer, kClient)), vectors::kLmV2Response);
    EXPECT_EQ(hex::encode(v2_session_base_key(owf, proof)), vectors::kV2SessionBaseKey);
    EXPECT_EQ(hex::encode(rc4(v2_session_base_key(owf, proof), kRandomKey)), vectors::kV2EncryptedSessionKey);
}

TEST(NtlmV2, EqualsTheExampleOfEricGlass) {
    const std::string hash = ntowf_v1("SecREt01");
    EXPECT_EQ(hex::encode(hash), vectors::kGlassNtHash);
    const std::string owf = ntowf_v2(hash, "user", "DOMAIN");
    EXPECT_EQ(hex::encode(owf), vectors::kGlassNtowfV2);
    EXPECT_EQ(hex::encode(lm_v2_response(owf, bytes(vectors::kGlassServerChallenge),
                                         bytes(vectors::kGlassClientChallenge))),
              vectors::kGlassLmV2Response);
    EXPECT_EQ(hex::encode(v2_proof(owf, bytes(vectors::kGlassServerChallenge), bytes(vectors::kGlassBlob))),
              vectors::kGlassV2Proof);
}

TEST(NtlmV2, UppercasesTheUserAndKeepsTheDomain) {
    const std::string hash = ntowf_v1("Password");
    EXPECT_EQ(ntowf_v2(hash, "user", "Domain"), ntowf_v2(hash, "USER", "Domain"));
    EXPECT_NE(ntowf_v2(hash, "user", "Domain"), ntowf_v2(hash, "user", "DOMAIN"));
    EXPECT_EQ(ntowf_v2(hash, "j\xC3\xB6rg", "d"), ntowf_v2(hash, "J\xC3\x96RG", "d"));
}

TEST(ChannelBindings, EqualMicrosoftsExample) {
    EXPECT_EQ(hex::encode(channel_bindings(bytes(vectors::kCertificateSha256))), vectors::kChannelBindings);
}

TEST(Hash, KnowsTheNamesThatDigestNeeds) {
    EXPECT_EQ(hex::encode(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hash("SHA256", "").size(), 32U);
    EXPECT_EQ(hash("SHA512-256", "").size(), 32U);
    EXPECT_THROW(hash("NOSUCHHASH", ""), std::runtime_error);
}

TEST(Hmac, EqualsRfc2202) {
    EXPECT_EQ(hex::encode(hmac_md5("Jefe", "what do ya want for nothing?")),
              "750c783e6ab0b503eaa86e310a5db738");
    EXPECT_EQ(hex::encode(hmac_md5(std::string(80, '\xaa'),
                                   "Test Using Larger Than Block-Size Key - Hash Key First")),
              "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
}

TEST(Uppercase, MapsLatinGreekCyrillicAndArmenianOneToOne) {
    EXPECT_EQ(uppercase_utf8("az\xC3\xA4\xC3\xBF"), "AZ\xC3\x84\xC5\xB8")
        << "y with diaeresis leaves Latin-1";
    EXPECT_EQ(uppercase_utf8("\xCE\xB1\xCF\x89\xCF\x82"), "\xCE\x91\xCE\xA9\xCE\xA3") << "final sigma too";
    EXPECT_EQ(uppercase_utf8("\xD0\xB6\xD1\x8F\xD1\x91"), "\xD0\x96\xD0\xAF\xD0\x81");
    EXPECT_EQ(uppercase_utf8("\xD5\xA1"), "\xD4\xB1");
    EXPECT_EQ(uppercase_utf8("\xC5\x82\xC4\x8D"), "\xC5\x81\xC4\x8C");
}

TEST(Uppercase, LeavesTheRestAsItIs) {
    for (const char* text :
         {"AZ09\\@", "\xC3\x9F", "\xC3\xB7", "\xC4\xB1", "\xC2\xB5", "\xE6\x97\xA5", "\xF0\x9F\x98\x80"})
        EXPECT_EQ(uppercase_utf8(text), text);
}

}  // namespace
}  // namespace why401::proof
