// What a check with a password or a service's key proves, and what it disproves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/proven.h"
#include "tests/support/told.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

ProofOutcome password(PasswordOutcome::Verdict verdict, std::string fits = "",
                      PasswordOutcome::Mic mic = PasswordOutcome::Mic::Absent) {
    PasswordOutcome outcome;
    outcome.verdict = verdict;
    outcome.method = "NTLMv2";
    outcome.fits = std::move(fits);
    outcome.mic = mic;
    outcome.challenge = ExchangeId(2);
    outcome.missing = "the CHALLENGE";
    return {outcome, std::nullopt};
}
ProofOutcome right() { return password(PasswordOutcome::Verdict::Right); }
ProofOutcome wrong(std::string fits = "") {
    return password(PasswordOutcome::Verdict::Wrong, std::move(fits));
}

ProofOutcome ticket(TicketOutcome::Key key) {
    TicketOutcome outcome;
    outcome.key = key;
    outcome.service = "HTTP/web01@CONTOSO.TEST";
    outcome.keytab = {"HTTP/web01@CONTOSO.TEST, version 3, AES256"};
    outcome.version = 2;
    outcome.etype = 18;
    if (key == TicketOutcome::Key::Fits) {
        outcome.client = "alice@CONTOSO.TEST";
        outcome.opened_by = outcome.keytab.front();
        outcome.ends = 4'000'000'000;
    }
    return {std::nullopt, outcome};
}

Story to_authenticate() {
    return story().on(1, 1).get("/").refuses().get("/").negotiate().challenges().get("/").authenticate(
        kAlice);
}
std::string a_ticket() {
    return "Negotiate " + base64::encode(hex::decode(vectors::kInitKerberosAndNtlm).value());
}

// --- a password that was not used

TEST(NtlmFail001, ACheckThatFindsAnotherPasswordMakesItCertain) {
    const auto told = tell(to_authenticate().checked(wrong()).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().because, HasSubstr("another password, domain or user name was used"));
}

TEST(NtlmFail001, TheMistakeThatFitsIsNamed) {
    const auto told = tell(to_authenticate().checked(wrong("with an empty domain")).refuses());
    EXPECT_THAT(told.only().because, HasSubstr("it fits with an empty domain"));
}

TEST(NtlmFail001, ALoginThatWasAcceptedIsHealthyWhateverTheCheckSays) {
    EXPECT_EQ(tell(to_authenticate().checked(wrong()).answers(200)).failures(), "");
}

TEST(NtlmFail001, ACheckThatCannotTellChangesNothing) {
    const auto told =
        tell(to_authenticate().checked(password(PasswordOutcome::Verdict::CannotTell)).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmFail001, AHandshakeThatThePoolTookApartStaysThePoolsFault) {
    const auto told = tell(story()
                               .policy("pooled/switch")
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .checked(wrong())
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-002");
}

TEST(NtlmFail001, WhatIsProvenGoesBeforeWhatAnEarlierRuleInfers) {
    const auto refused_three_times = [](ProofOutcome outcome) {
        auto tale = story().on(1, 1);
        for (int i = 0; i < 3; ++i)
            tale.get("/").negotiate().challenges().get("/").authenticate(kAlice).checked(outcome).refuses();
        return tell(tale).failures();
    };
    EXPECT_EQ(refused_three_times(password(PasswordOutcome::Verdict::CannotTell)),
              "2:NTLM-FAIL-001 4:NTLM-FAIL-001 6:NTLM-LOOP-003");
    EXPECT_EQ(refused_three_times(wrong()), "2:NTLM-FAIL-001 4:NTLM-FAIL-001 6:NTLM-FAIL-001");
    EXPECT_EQ(refused_three_times(wrong("for DESK\\alice, which is another account than CONTOSO\\alice")),
              "2:NTLM-FAIL-001 4:NTLM-FAIL-001 6:NTLM-LOOP-003")
        << "a rule that knows more of the mistake keeps the word";
}

TEST(BasicBad001, ACheckThatFindsAnotherPasswordMakesItCertain) {
    const auto told = tell(
        story().on(1, 1).get("/").basic("alice", "x").checked(wrong()).offers("Basic realm=r").answers(401));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
    EXPECT_EQ(told.findings.begin()->second.confidence, Confidence::Certain);
}

TEST(Proxy407001, ACheckThatFindsAnotherPasswordMakesItCertain) {
    const auto told = tell(story()
                               .proxy_auth()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .checked(wrong())
                               .offers("Basic realm=r")
                               .answers(407));
    EXPECT_EQ(told.failures(), "1:PROXY-407-001");
    EXPECT_EQ(told.findings.begin()->second.confidence, Confidence::Certain);
}

// --- PROOF-PASS-001

TEST(ProofPass001, ARefusedLoginWithTheGivenPasswordIsNotBlamedOnIt) {
    const auto told = tell(to_authenticate().checked(right()).refuses());
    EXPECT_EQ(told.failures(), "3:PROOF-PASS-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().ruled_out, Contains(HasSubstr("mistyped or stale password")));
}

TEST(ProofPass001, TheSealThatFitsRulesOutChangesOnTheWay) {
    const auto told =
        tell(to_authenticate()
                 .checked(password(PasswordOutcome::Verdict::Right, "", PasswordOutcome::Mic::Good))
                 .refuses());
    EXPECT_THAT(told.only().ruled_out, Contains(HasSubstr("the seal (MIC)")));
}

TEST(ProofPass001, HoldsForBasicAndAtAProxyToo) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .basic("alice", "x")
                       .checked(right())
                       .offers("Basic realm=r")
                       .answers(401))
                  .failures(),
              "1:PROOF-PASS-001");
    EXPECT_EQ(tell(story()
                       .proxy_auth()
                       .on(1, 1)
                       .get("/")
                       .basic("alice", "x")
                       .checked(right())
                       .offers("Basic realm=r")
                       .answers(407))
                  .failures(),
              "1:PROOF-PASS-001");
}

TEST(ProofPass001, AcceptedLoginsAndLegsOfALoginAreNone) {
    EXPECT_EQ(tell(to_authenticate().checked(right()).answers(200)).failures(), "");
    EXPECT_EQ(tell(story().on(1, 1).get("/").basic("alice", "x").checked(right()).answers(404)).failures(),
              "");
}

TEST(ProofPass001, AStaleDigestNonceIsANormalStep) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials("Digest username=\"alice\", realm=\"r\", nonce=\"n\", uri=\"/\", "
                                            "qop=auth, nc=00000001, cnonce=\"c\", response=\"00\"")
                               .checked(right())
                               .offers("Digest realm=\"r\", nonce=\"m\", qop=\"auth\", stale=true")
                               .answers(401)
                               .get("/")
                               .credentials("Digest username=\"alice\", realm=\"r\", nonce=\"m\", uri=\"/\", "
                                            "qop=auth, nc=00000001, cnonce=\"c\", response=\"11\"")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
}

TEST(ProofPass001, CannotTellWithoutACheck) {
    EXPECT_EQ(tell(to_authenticate().refuses()).failures(), "3:NTLM-FAIL-001");
}

// --- PROOF-TICKET-002

TEST(ProofTicket002, ARefusedTicketThatTheKeyOpensIsNotBlamedOnTheKey) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(a_ticket())
                               .checked(ticket(TicketOutcome::Key::Fits))
                               .refuses());
    EXPECT_EQ(told.failures(), "1:PROOF-TICKET-002");
    EXPECT_THAT(told.only().because, HasSubstr("alice@CONTOSO.TEST"));
}

TEST(ProofTicket002, AnAcceptedTicketIsHealthy) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .credentials(a_ticket())
                       .checked(ticket(TicketOutcome::Key::Fits))
                       .answers(200))
                  .failures(),
              "");
}

TEST(ProofTicket002, CannotTellOfATicketThatDoesNotOpen) {
    for (const auto key : {TicketOutcome::Key::DoesNotFit, TicketOutcome::Key::Unreadable}) {
        const auto told =
            tell(story().on(1, 1).get("/").credentials(a_ticket()).checked(ticket(key)).refuses());
        EXPECT_THAT(told.failures(), testing::Not(HasSubstr("PROOF-TICKET-002")));
    }
}

// --- CBT-MITM-001 with an opened ticket

std::string refused_through_tls(const std::string& bindings) {
    ProofOutcome outcome = ticket(TicketOutcome::Key::Fits);
    outcome.ticket->authenticator_opened = true;
    outcome.ticket->channel_bindings = bindings;
    const auto told =
        tell(story().intercepts(1, 1).get("/").credentials(a_ticket()).checked(std::move(outcome)).refuses());
    std::string out = told.failures();
    for (const auto& [id, finding] : told.findings)
        if (finding.kind == FindingKind::Failure) out += " " + std::string(to_string(finding.confidence));
    return out;
}

TEST(CbtMitm001, AnOpenedTicketThatIsBoundToThisProxyIsCertain) {
    const std::string ours = test::certificate("ours").ntlm_binding;
    EXPECT_EQ(refused_through_tls(ours), "1:CBT-MITM-001 certain");
}

TEST(CbtMitm001, AnOpenedTicketThatIsBoundToNothingClearsThisProxy) {
    EXPECT_EQ(refused_through_tls("zero"), "1:PROOF-TICKET-002 certain");
    EXPECT_EQ(refused_through_tls(test::certificate("theirs").ntlm_binding), "1:PROOF-TICKET-002 certain");
}

// --- what is proven for other rules

Case refused_with(ProofOutcome outcome, std::int64_t wall_us = 1'000'000'000'000'000) {
    const Story tale =
        story().on(1, 1).get("/").credentials(a_ticket()).checked(std::move(outcome)).refuses();
    Exchange exchange = std::get<Exchange>(tale.items().back());
    exchange.timing.started.wall_us = wall_us;
    Case c;
    c.now = read_facts(exchange);
    return c;
}

std::string because(const Case& c, std::string_view rule) {
    const auto found = proven(c, rule);
    return found ? found->because : "";
}

TEST(Proven, EveryWayInWhichAKeyDoesNotFitHasItsRule) {
    using Key = TicketOutcome::Key;
    EXPECT_THAT(because(refused_with(ticket(Key::DoesNotFit)), "KRB-SPN-002"),
                HasSubstr("the key is another"));
    EXPECT_THAT(because(refused_with(ticket(Key::NoSuchName)), "KRB-SPN-002"), HasSubstr("no key of"));
    EXPECT_THAT(because(refused_with(ticket(Key::OtherVersion)), "KRB-KVNO-003"), HasSubstr("version 2"));
    EXPECT_THAT(because(refused_with(ticket(Key::OtherType)), "KRB-ETYPE-004"), HasSubstr("AES256"));
    for (const char* rule : {"KRB-SPN-002", "KRB-KVNO-003", "KRB-ETYPE-004"}) {
        EXPECT_EQ(because(refused_with(ticket(Key::Fits)), rule), "") << rule;
        EXPECT_TRUE(disproved(refused_with(ticket(Key::Fits)), rule)) << rule;
        EXPECT_FALSE(disproved(refused_with(ticket(Key::DoesNotFit)), rule)) << rule;
        EXPECT_EQ(because(refused_with(ticket(Key::Unreadable)), rule), "") << rule;
    }
}

TEST(Proven, ATicketIsHeldAgainstTheClockOfTheRecord) {
    ProofOutcome outcome = ticket(TicketOutcome::Key::Fits);
    outcome.ticket->starts = 1'000'000'000;
    outcome.ticket->ends = 1'000'036'000;
    const auto at = [&](std::int64_t seconds) {
        return because(refused_with(outcome, seconds * 1'000'000), "KRB-TKT-006");
    };
    EXPECT_EQ(at(1'000'000'010), "");
    EXPECT_EQ(at(1'000'036'200), "") << "within the five minutes that clocks may differ";
    EXPECT_THAT(at(1'000'039'600), HasSubstr("had run out"));
    EXPECT_THAT(at(999'999'000), HasSubstr("not valid for another"));
}

TEST(Proven, TheClientsClockIsHeldAgainstTheClockOfTheRecord) {
    ProofOutcome outcome = ticket(TicketOutcome::Key::Fits);
    outcome.ticket->authenticator_opened = true;
    outcome.ticket->client_time_us = 1'000'000'000'000'000;
    const auto at = [&](std::int64_t seconds) {
        return because(refused_with(outcome, seconds * 1'000'000), "KRB-SKEW-005");
    };
    EXPECT_EQ(at(1'000'000'200), "");
    EXPECT_THAT(at(1'000'001'200), HasSubstr("behind the clock of this record"));
    EXPECT_THAT(at(999'998'800), HasSubstr("ahead of the clock of this record"));
}

TEST(Proven, ABrokenSealNeedsTheRightPassword) {
    const auto with = [](ProofOutcome outcome) {
        Case c;
        const Story tale = to_authenticate().checked(std::move(outcome)).refuses();
        c.now = read_facts(std::get<Exchange>(tale.items().back()));
        return because(c, "NTLM-MIC-001");
    };
    using Answer = PasswordOutcome::Verdict;
    EXPECT_THAT(with(password(Answer::Right, "", PasswordOutcome::Mic::Altered)),
                HasSubstr("somebody changed"));
    EXPECT_EQ(with(password(Answer::Wrong, "", PasswordOutcome::Mic::CannotTell)), "");
    EXPECT_EQ(with(password(Answer::Right, "", PasswordOutcome::Mic::Good)), "");
}

}  // namespace
}  // namespace why401
