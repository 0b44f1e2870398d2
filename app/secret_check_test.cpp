#include "app/secret_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/explanation.h"
#include "tests/support/story.h"
#include "tokens/ntlm_flags.h"
#include "tokens/proof/digest_proof.h"
#include "tokens/proof/ntlm_proof.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using testing::HasSubstr;
using testing::Not;
using Verdict = PasswordOutcome::Verdict;
using Mic = PasswordOutcome::Mic;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kPassword = "Wonderland1";

std::unique_ptr<Explanation> explain(const Story& tale, const std::string& user = kAlice,
                                     const std::string& password = kPassword) {
    auto explanation = std::make_unique<Explanation>();
    const auto check = std::make_shared<SecretCheck>();
    check->use_password(user, proof::Wiped(std::string(password)));
    explanation->check_with([check](Exchange& exchange) { check->examine(exchange); });
    for (const RecordItem& item : tale.items()) explanation->add(item);
    explanation->finish();
    return explanation;
}

const PasswordOutcome& outcome(const Explanation& explanation, std::uint64_t exchange) {
    static const PasswordOutcome kNone{};
    const auto found = explanation.checks().find(exchange);
    return found == explanation.checks().end() || !found->second->password ? kNone : *found->second->password;
}

std::string rules(const Explanation& explanation) {
    std::string out;
    for (const auto& [id, finding] : explanation.findings())
        out += (out.empty() ? "" : " ") + std::to_string(number(finding.exchange)) + ":" +
               std::string(finding.rule) + "/" + std::string(to_string(finding.confidence));
    return out;
}

/// Messages of real logins, with real proofs.
struct Login {
    std::string negotiate, challenge, authenticate;

    explicit Login(const std::string& password, const std::string& domain = "CONTOSO", char nonce = 'c') {
        ntlm::NegotiateParts asked;
        asked.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kExtendedSessionSecurity;
        negotiate = ntlm::encode(asked);
        ntlm::ChallengeParts parts;
        parts.flags = asked.flags | ntlm::kTargetInfo;
        parts.server_challenge = std::string(8, nonce);
        parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO"),
                             ntlm::av_timestamp_pair(132'000'000'000'000'000ULL)};
        challenge = ntlm::encode(parts);
        proof::Login login;
        login.domain = domain;
        login.user = "alice";
        login.password = password;
        login.workstation = "DESK";
        login.client_challenge = "clientch";
        authenticate = proof::build_authenticate(negotiate, challenge, login);
    }
};

std::string ntlm_value(const std::string& message) { return "NTLM " + base64::encode(message); }

Story up_to_the_answer(const Login& login) {
    return story()
        .on(1, 1)
        .get("/")
        .refuses()
        .get("/")
        .credentials(ntlm_value(login.negotiate))
        .says("WWW-Authenticate: " + ntlm_value(login.challenge))
        .answers(401)
        .get("/")
        .credentials(ntlm_value(login.authenticate));
}

TEST(SecretCheck, TheRightPasswordSendsTheReaderElsewhere) {
    const auto told = explain(up_to_the_answer(Login(kPassword)).refuses());
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Right);
    EXPECT_EQ(outcome(*told, 3).mic, Mic::Good);
    EXPECT_EQ(outcome(*told, 3).challenge, ExchangeId(2));
    EXPECT_EQ(rules(*told), "3:PROOF-PASS-001/certain");
}

TEST(SecretCheck, AnotherPasswordMakesTheFindingCertain) {
    const auto told = explain(up_to_the_answer(Login("Spring2024")).refuses());
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Wrong);
    EXPECT_EQ(rules(*told), "3:NTLM-FAIL-001/certain");
}

TEST(SecretCheck, AHealthyLoginIsConfirmedAndNothingElse) {
    const auto told = explain(up_to_the_answer(Login(kPassword)).answers(200));
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Right);
    EXPECT_EQ(rules(*told), "");
}

TEST(SecretCheck, AnotherAccountWithTheSamePasswordIsNamed) {
    const auto told = explain(up_to_the_answer(Login(kPassword, "DESK")).refuses());
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Wrong);
    EXPECT_THAT(outcome(*told, 3).fits, HasSubstr("for DESK\\alice"));
    EXPECT_EQ(outcome(*told, 3).mic, Mic::Good);
}

TEST(SecretCheck, ThePasswordFindsTheChallengeWhateverTheConnectionsSay) {
    const Login first(kPassword, "CONTOSO", 'a'), second(kPassword, "CONTOSO", 'b');
    const auto told = explain(story()
                                  .on(1, 1)
                                  .get("/a")
                                  .credentials(ntlm_value(first.negotiate))
                                  .says("WWW-Authenticate: " + ntlm_value(first.challenge))
                                  .answers(401)
                                  .on(2, 2)
                                  .get("/b")
                                  .credentials(ntlm_value(second.negotiate))
                                  .says("WWW-Authenticate: " + ntlm_value(second.challenge))
                                  .answers(401)
                                  .get("/c")
                                  .credentials(ntlm_value(first.authenticate))
                                  .refuses());
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Right);
    EXPECT_EQ(outcome(*told, 3).challenge, ExchangeId(1));
}

TEST(SecretCheck, CannotTellWithoutTheChallenge) {
    const auto told =
        explain(story().on(1, 1).get("/").credentials(ntlm_value(Login(kPassword).authenticate)).refuses());
    EXPECT_EQ(outcome(*told, 1).verdict, Verdict::CannotTell);
    EXPECT_THAT(outcome(*told, 1).missing, HasSubstr("CHALLENGE"));
    EXPECT_THAT(rules(*told), Not(HasSubstr("PROOF")));
}

TEST(SecretCheck, OtherUsersAreNotChecked) {
    EXPECT_TRUE(explain(up_to_the_answer(Login("x")).refuses(), "CONTOSO\\bob")->checks().empty());
}

TEST(SecretCheck, AMessageThatWasChangedOnTheWayShowsByItsSeal) {
    Login login(kPassword);
    login.negotiate[12] = static_cast<char>(login.negotiate[12] ^ 1);
    const auto told = explain(up_to_the_answer(login).refuses());
    EXPECT_EQ(outcome(*told, 3).verdict, Verdict::Right);
    EXPECT_EQ(outcome(*told, 3).mic, Mic::Altered);
}

TEST(SecretCheck, RealWindowsLoginsInsideSpnegoAreOpenedAlike) {
    for (const vectors::Exchange& exchange : vectors::kExchanges) {
        const auto bytes = [](std::string_view digits) { return hex::decode(digits).value(); };
        const auto wrapped = [&](std::string_view digits) {
            return "Negotiate " + base64::encode(spnego::encode_resp(std::nullopt, "", bytes(digits)));
        };
        const Story tale =
            story()
                .on(1, 1)
                .get("/")
                .credentials("Negotiate " + base64::encode(spnego::encode_init(
                                                {std::string(spnego::kNtlmMech)}, bytes(exchange.negotiate))))
                .says("WWW-Authenticate: " + wrapped(exchange.challenge))
                .answers(401)
                .get("/")
                .credentials(wrapped(exchange.authenticate))
                .answers(200);
        const std::string user(exchange.user);
        EXPECT_EQ(outcome(*explain(tale, user, std::string(exchange.password)), 2).verdict, Verdict::Right)
            << exchange.name;
        EXPECT_EQ(outcome(*explain(tale, user, std::string(exchange.password)), 2).mic,
                  exchange.mic.empty() ? Mic::Absent : Mic::Good)
            << exchange.name;
        EXPECT_EQ(outcome(*explain(tale, user, "not it"), 2).verdict, Verdict::Wrong) << exchange.name;
    }
}

TEST(SecretCheck, BasicIsCompared) {
    const auto sent = [](const std::string& password) {
        return story().on(1, 1).get("/").basic("alice", password).offers("Basic realm=\"r\"").answers(401);
    };
    EXPECT_THAT(rules(*explain(sent(kPassword))), HasSubstr("1:PROOF-PASS-001/certain"));
    EXPECT_THAT(rules(*explain(sent("other"))), HasSubstr("1:BASIC-BAD-001/certain"));
    const auto latin1 = explain(sent("p\xE4ss"), "alice", "p\xC3\xA4ss");
    EXPECT_EQ(outcome(*latin1, 1).verdict, Verdict::Right);
    EXPECT_EQ(outcome(*latin1, 1).fits, "in Latin-1, not in UTF-8");
}

Story digest_refused(const std::string& password) {
    const std::string text =
        "username=\"alice\", realm=\"r\", nonce=\"n\", uri=\"/\", qop=auth, nc=00000001, cnonce=\"c\"";
    const auto response = proof::digest_response(digest::decode("Digest", text), "GET", password).value();
    return story()
        .on(1, 1)
        .get("/")
        .credentials("Digest " + text + ", response=\"" + response + "\"")
        .offers("Digest realm=\"r\", nonce=\"m\", qop=\"auth\"")
        .answers(401);
}

TEST(SecretCheck, DigestIsRecomputed) {
    EXPECT_EQ(rules(*explain(digest_refused(kPassword))), "1:PROOF-PASS-001/certain");
    EXPECT_EQ(outcome(*explain(digest_refused("other")), 1).verdict, Verdict::Wrong);
}

TEST(SecretCheck, TheReportTellsTheOutcomeAndNeverThePassword) {
    const auto told = explain(up_to_the_answer(Login(kPassword)).refuses());
    const std::string report = explanation_json(*told, {}, "0");
    EXPECT_THAT(report, HasSubstr("\"verdict\":\"right\""));
    EXPECT_THAT(report, HasSubstr("\"mic\":\"good\""));
    EXPECT_THAT(report, Not(HasSubstr(kPassword)));
    Explanation unchecked;
    unchecked.finish();
    EXPECT_THAT(explanation_json(unchecked, {}, "0"), Not(HasSubstr("checks")));
}

}  // namespace
}  // namespace why401
