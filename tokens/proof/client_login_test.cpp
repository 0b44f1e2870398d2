#include "tokens/proof/client_login.h"

#include <gtest/gtest.h>

#include "tokens/credential_view.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/ntlm_proof.h"

namespace why401::proof {
namespace {

const OwnAccount kAlice{"CONTOSO", "alice", "Wonderland1"};
const Chance kChance{std::string("\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef"),
                     134'000'000'000'000'000ULL};

std::string challenge(bool with_time) {
    ntlm::ChallengeParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kTargetInfo | ntlm::kExtendedSessionSecurity;
    parts.server_challenge = "12345678";
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO")};
    if (with_time) parts.target_info.push_back(ntlm::av_timestamp_pair(kChance.filetime));
    return ntlm::encode(parts);
}

digest::Params digest_challenge(const std::string& rest) { return digest::decode("Digest", rest); }

TEST(ClientLogin, AnAccountIsReadInTheWaysThatPeopleWriteIt) {
    EXPECT_EQ(parse_account("CONTOSO\\alice")->domain, "CONTOSO");
    EXPECT_EQ(parse_account("CONTOSO\\alice")->user, "alice");
    EXPECT_EQ(parse_account("alice@contoso.com")->user, "alice@contoso.com");
    EXPECT_EQ(parse_account("alice")->name(), "alice");
    EXPECT_EQ(parse_account("CONTOSO\\alice")->name(), "CONTOSO\\alice");
    for (const char* none : {"", "CONTOSO\\", "ali\r\nce", "a\x7f"})
        EXPECT_FALSE(parse_account(none)) << none;
}

TEST(ClientLogin, ItsNtlmLoginIsGoodForItsPasswordAndNoOther) {
    for (const bool with_time : {true, false}) {
        const std::string first = ntlm_negotiate(), second = challenge(with_time);
        const std::string third = ntlm_authenticate(first, second, kAlice, kChance, "", "HTTP/web01");
        const auto good = verify_authenticate(Secret::password("Wonderland1"), first, second, third);
        EXPECT_TRUE(good.proof_matches);
        EXPECT_EQ(good.mic, with_time ? Verification::Mic::Good : Verification::Mic::Absent);
        EXPECT_FALSE(verify_authenticate(Secret::password("Builder1"), first, second, third).proof_matches);
        const auto message = ntlm::decode_authenticate(third);
        EXPECT_EQ(message.identity(), "CONTOSO\\alice");
        EXPECT_EQ(message.target_spn(), "HTTP/web01");
    }
}

TEST(ClientLogin, ItsNtlmLoginIsBoundToWhatItIsTold) {
    const std::string first = ntlm_negotiate(), second = challenge(true);
    const auto bound = [&](const std::optional<std::string>& binding) {
        return ntlm::decode_authenticate(ntlm_authenticate(first, second, kAlice, kChance, binding, ""))
            .channel_bindings();
    };
    EXPECT_EQ(bound(std::string(16, '\x5a')), "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
    EXPECT_EQ(bound(""), "zero");
    EXPECT_EQ(bound(std::nullopt), "absent");
}

TEST(ClientLogin, DigestIsWhatAnotherProgramComputes) {
    const auto value = digest_authorization(
        digest_challenge(
            "realm=\"digest pages\", nonce=\"abc\", algorithm=MD5, qop=\"auth-int,auth\", opaque=\"o\""),
        kAlice, "GET", "/digest/a?b=c", kChance);
    ASSERT_TRUE(value);
    const auto params = digest::decode("Digest", value->substr(7));
    EXPECT_EQ(params.value("response"), "9477d0ac97b667c5026e41b5ed0f0017");
    EXPECT_EQ(params.value("username"), "CONTOSO\\alice");
    EXPECT_EQ(params.value("uri"), "/digest/a?b=c");
    EXPECT_EQ(params.value("opaque"), "o");
    EXPECT_EQ(params.value("nc"), "00000001");
}

TEST(ClientLogin, DigestWithoutAQopIsTheOldKind) {
    const auto value = digest_authorization(digest_challenge("realm=\"r\", nonce=\"n\", algorithm=SHA-256"),
                                            {"", "alice", "p"}, "GET", "/", kChance);
    ASSERT_TRUE(value);
    const auto params = digest::decode("Digest", value->substr(7));
    EXPECT_EQ(params.value("response"), "d07ff34e43fab1256308fc3f0503be81a9d3ca3e071b2a3ea37218cfb7ed77d1");
    EXPECT_FALSE(params.has("cnonce"));
}

TEST(ClientLogin, DigestOfAnUnknownKindIsNotGuessed) {
    for (const char* rest :
         {"realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "realm=\"r\", nonce=\"n\", algorithm=TOKEN"})
        EXPECT_FALSE(digest_authorization(digest_challenge(rest), kAlice, "GET", "/", kChance)) << rest;
}

TEST(ClientLogin, BasicIsUserAndPassword) {
    EXPECT_EQ(view_credentials(basic_authorization({"", "alice", "p:w"})).user, "alice");
    EXPECT_EQ(basic_authorization({"", "Aladdin", "open sesame"}), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

}  // namespace
}  // namespace why401::proof
