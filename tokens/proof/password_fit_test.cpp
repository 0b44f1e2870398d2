#include "tokens/proof/password_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/digest_proof.h"
#include "tokens/proof/ntlm_proof.h"
#include "tokens/proof/proof.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401::proof {
namespace {

using testing::HasSubstr;

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

Account account(std::string_view name, std::string_view password) {
    return Account(name, Wiped(std::string(password)));
}

/// "as it should be", the mistake, or "no".
std::string text(const std::optional<Fit>& fit) {
    if (!fit) return "no";
    if (!fit->mistake.empty()) return fit->mistake;
    return fit->remark.empty() ? "as it should be" : fit->remark;
}

// --- names

TEST(AccountName, IsTakenApartInAllThreeForms) {
    EXPECT_EQ(AccountName::of("CONTOSO\\alice").domain, "CONTOSO");
    EXPECT_EQ(AccountName::of("alice@contoso.test").realm, "contoso.test");
    EXPECT_EQ(AccountName::of("alice").user, "alice");
    EXPECT_TRUE(AccountName::of("CONTOSO\\alice").may_be("ALICE@contoso.test"));
    EXPECT_FALSE(AccountName::of("CONTOSO\\alice").may_be("CONTOSO\\bob"));
    EXPECT_TRUE(AccountName::of("CONTOSO\\alice").other_domain("DESK"));
    EXPECT_FALSE(AccountName::of("CONTOSO\\alice").other_domain("contoso.test"));
    EXPECT_FALSE(AccountName::of("alice").other_domain("DESK"));
}

// --- NTLM

TEST(FitNtlm, FindsThePasswordOfEveryPublishedExchange) {
    for (const vectors::Exchange& exchange : vectors::kExchanges) {
        const std::string challenge = bytes(exchange.challenge), reply = bytes(exchange.authenticate);
        const std::string user(exchange.user);
        EXPECT_EQ(text(fit_ntlm(account(user, exchange.password), challenge, reply)), "as it should be")
            << exchange.name;
        EXPECT_EQ(text(fit_ntlm(account(user, "not it"), challenge, reply)), "no") << exchange.name;
    }
}

TEST(FitNtlm, KnowsVersion1WithAndWithoutExtendedSessionSecurity) {
    const std::string challenge = bytes(vectors::kV1Challenge);
    EXPECT_EQ(text(fit_ntlm(account("User", "Password"), challenge, bytes(vectors::kV1Authenticate))),
              "as it should be");
    ntlm::AuthenticateParts parts;
    parts.user = "User";
    parts.nt_response = bytes(vectors::kEssNtResponse);
    parts.lm_response = bytes(vectors::kEssLmResponse);
    EXPECT_EQ(text(fit_ntlm(account("User", "Password"), challenge, ntlm::encode(parts))), "as it should be");
    EXPECT_EQ(text(fit_ntlm(account("User", "password"), challenge, ntlm::encode(parts))), "no");
}

std::string challenge() {
    ntlm::ChallengeParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kTargetInfo | ntlm::kExtendedSessionSecurity;
    parts.server_challenge = bytes("0123456789abcdef");
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO"),
                         ntlm::av_timestamp_pair(132'333'212'772'000'000ULL)};
    return ntlm::encode(parts);
}

/// The message says one user and domain, the response was computed for others.
std::string reply(const std::string& says_user, const std::string& says_domain, const std::string& user,
                  const std::string& domain, bool capitals = true) {
    const std::string hash = ntowf_v1("Wonderland1");
    const std::string owf = capitals ? ntowf_v2(hash, user, domain)
                                     : hmac_md5(hash, bytes("61006c00690063006500") + bytes("43004f00"));
    const std::string blob = ntlm::encode_v2_blob(132'333'212'772'000'000ULL, "clientch",
                                                  ntlm::decode_challenge(challenge()).target_info);
    ntlm::AuthenticateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm;
    parts.user = says_user;
    parts.domain = says_domain;
    parts.workstation = "DESK";
    parts.lm_response = std::string(24, '\0');
    parts.nt_response = v2_proof(owf, bytes("0123456789abcdef"), blob) + blob;
    return ntlm::encode(parts);
}

std::string fit(const std::string& message, const char* name = "CONTOSO\\alice",
                const char* password = "Wonderland1") {
    return text(fit_ntlm(account(name, password), challenge(), message));
}

TEST(FitNtlm, NamesTheUsualMistakes) {
    EXPECT_EQ(fit(reply("alice", "CONTOSO", "alice", "CONTOSO")), "as it should be");
    EXPECT_EQ(fit(reply("alice", "CONTOSO", "alice", "")), "with an empty domain");
    EXPECT_EQ(fit(reply("alice", "CONTOSO", "alice", "DESK")),
              "with the workstation's name DESK as the domain");
    EXPECT_EQ(fit(reply("alice", "contoso", "alice", "CONTOSO")), "with the domain in capitals");
    EXPECT_EQ(fit(reply("alice", "CONTOSO", "alice", "contoso")), "with the domain in small letters");
    EXPECT_EQ(fit(reply("alice", "", "alice", "CONTOSO")), "with the domain CONTOSO");
    EXPECT_EQ(fit(reply("CONTOSO\\alice", "", "alice", "CONTOSO"), "alice"),
              "with the domain taken out of the user name");
    EXPECT_EQ(fit(reply("alice", "CO", "alice", "CO", false), "alice"),
              "without putting the user name in capitals");
    EXPECT_EQ(fit(reply("alice", "", "alice@contoso.test", ""), "alice@contoso.test"),
              "with alice@contoso.test as the user name and no domain");
}

TEST(FitNtlm, TellsAnotherAccountOfTheSameNameFromTheRightOne) {
    EXPECT_EQ(fit(reply("alice", "DESK", "alice", "DESK")),
              "for DESK\\alice, which is another account than CONTOSO\\alice");
    EXPECT_EQ(fit(reply("alice", "DESK", "alice", "DESK"), "alice"), "as it should be");
    EXPECT_EQ(fit(reply("alice", "contoso.test", "alice", "contoso.test")), "as it should be");
}

TEST(FitNtlm, KnowsAPasswordThatWasMistypedInAUsualWay) {
    const std::string message = reply("alice", "CONTOSO", "alice", "CONTOSO");
    EXPECT_THAT(fit(message, "alice", "wONDERLAND1"), HasSubstr("Caps Lock"));
    EXPECT_EQ(fit(message, "alice", " Wonderland1"), "without the blanks around it");
    EXPECT_EQ(fit(message, "alice", "Wonderland"), "no");
}

TEST(FitNtlm, SurvivesMessagesThatAreCutOff) {
    const std::string message = reply("alice", "CONTOSO", "alice", "CONTOSO"), asked = challenge();
    const Account alice = account("alice", "Wonderland1");
    for (std::size_t length = 0; length < message.size(); length += 5)
        EXPECT_NO_THROW(fit_ntlm(alice, asked, message.substr(0, length)));
    for (std::size_t length = 0; length < 32; ++length)
        EXPECT_EQ(text(fit_ntlm(alice, asked.substr(0, length), message)), "no");
}

// --- Digest

digest::Params credentials(const std::string& user, const std::string& more, const std::string& method,
                           const DigestSecret& secret) {
    const std::string text = user + ", realm=\"r\", nonce=\"n\", uri=\"/\", nc=00000001, cnonce=\"c\"" + more;
    const auto response = digest_response(digest::decode("Digest", text), method, secret);
    return digest::decode("Digest", text + ", response=\"" + response.value_or("") + "\"");
}

TEST(FitDigest, KnowsEveryAlgorithm) {
    for (const char* algorithm :
         {"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"})
        for (const char* qop : {"", ", qop=auth", ", qop=auth-int"}) {
            const std::string more = std::string(", algorithm=") + algorithm + qop;
            const auto sent = credentials("username=\"alice\"", more, "POST", {"alice", "p", "body", false});
            EXPECT_EQ(text(fit_digest(account("alice", "p"), sent, {"POST", "body"})), "as it should be")
                << more;
            EXPECT_EQ(text(fit_digest(account("alice", "q"), sent, {"POST", "body"})), "no") << more;
        }
}

TEST(FitDigest, WithoutTheWholeBodyCannotComputeAuthInt) {
    const auto sent =
        credentials("username=\"alice\"", ", qop=auth-int", "POST", {"alice", "p", "body", false});
    EXPECT_FALSE(can_compute(sent, {"POST", std::nullopt}));
    EXPECT_TRUE(can_compute(sent, {"POST", "body"}));
    EXPECT_FALSE(can_compute(digest::decode("Digest", "algorithm=TOKEN, response=\"x\""), {"GET", ""}));
}

TEST(FitDigest, TakesTheTruncatedHashOfTheRfcsExampleToo) {
    const auto sent = credentials("username=\"alice\"", ", algorithm=SHA-512-256, qop=auth", "GET",
                                  {"alice", "p", std::nullopt, true});
    EXPECT_EQ(text(fit_digest(account("alice", "p"), sent, {"GET", ""})), "as it should be");
}

TEST(FitDigest, FindsTheAccountBehindAHashedOrEncodedName) {
    const AccountName jason = AccountName::of("J\xC3\xA4s\xC3\xB8n Doe");
    const auto hashed = digest::decode(
        "Digest",
        "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\", userhash=true, "
        "realm=\"api@example.org\", algorithm=SHA-512-256, nonce=\"n\", uri=\"/\", response=\"x\"");
    EXPECT_TRUE(names_account(hashed, jason));
    EXPECT_FALSE(names_account(hashed, AccountName::of("bob")));
    const auto encoded = credentials("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe", ", qop=auth", "GET",
                                     {jason.user, "p", {}, false});
    EXPECT_TRUE(names_account(encoded, jason));
    EXPECT_EQ(text(fit_digest(account(jason.user, "p"), encoded, {"GET", ""})), "as it should be");
}

TEST(FitDigest, NamesTheUsualMistakes) {
    const auto latin1 = credentials("username=\"alice\"", ", qop=auth", "GET", {"alice", "p\xE4", {}, false});
    EXPECT_EQ(text(fit_digest(account("alice", "p\xC3\xA4"), latin1, {"GET", ""})),
              "in Latin-1, not in UTF-8");
    const auto bare =
        credentials("username=\"CONTOSO-alice@x\"", ", qop=auth", "GET", {"CONTOSO-alice", "p", {}, false});
    EXPECT_EQ(text(fit_digest(account("CONTOSO-alice", "p"), bare, {"GET", ""})),
              "with the domain left out of the user name");
    const auto method = credentials("username=\"alice\"", ", qop=auth", "GET", {"alice", "p", {}, false});
    EXPECT_EQ(text(fit_digest(account("alice", "p"), method, {"HEAD", ""})), "for the method GET");
    EXPECT_THAT(text(fit_digest(account("alice", "P"), method, {"GET", ""})), HasSubstr("Caps Lock"));
}

// --- Basic

std::string fit_sent(const std::string& user_pass, const char* name, const char* password) {
    return text(fit_basic(account(name, password), basic::decode(base64::encode(user_pass))));
}

TEST(FitBasic, ReadsUtf8AndLatin1OfRfc7617) {
    EXPECT_EQ(text(fit_basic(account("test", "123\xC2\xA3"), basic::decode("dGVzdDoxMjPCow=="))),
              "as it should be");
    EXPECT_EQ(text(fit_basic(account("test", "123\xC2\xA3"), basic::decode("dGVzdDoxMjOj"))),
              "in Latin-1, not in UTF-8");
    EXPECT_EQ(text(fit_basic(account("test", "123"), basic::decode("dGVzdDoxMjOj"))), "no");
}

TEST(FitBasic, NamesTheUsualMistakes) {
    EXPECT_EQ(fit_sent("alice:Wonderland1", "alice", "Wonderland1"), "as it should be");
    EXPECT_EQ(fit_sent("alice:Wonderland1\n", "alice", "Wonderland1"), "with a line break at its end");
    EXPECT_THAT(fit_sent("alice:wONDERLAND1", "alice", "Wonderland1"), HasSubstr("Caps Lock"));
    EXPECT_THAT(fit_sent("DESK\\alice:Wonderland1", "CONTOSO\\alice", "Wonderland1"),
                HasSubstr("another account"));
    EXPECT_EQ(fit_sent("alice:a:b", "alice", "a:b"), "as it should be") << "a colon belongs to the password";
    EXPECT_EQ(fit_sent("alice", "alice", "Wonderland1"), "no");
}

}  // namespace
}  // namespace why401::proof
