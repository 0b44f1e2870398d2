// Negotiate: Kerberos tickets, NTLM wrapped in SPNEGO, and tickets that leak through a pool.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"
#include "tokens/spnego.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

std::string negotiate(std::string_view hex_token) {
    return "Negotiate " + base64::encode(hex::decode(hex_token).value());
}
std::string ticket() { return negotiate(vectors::kInitKerberosAndNtlm); }

TEST(NormKrb004, ATicketThatIsAcceptedIsAHealthyLogin) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .get("/")
                               .credentials(ticket())
                               .says("WWW-Authenticate: " + negotiate(vectors::kRespApRep))
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-KRB-004");
    EXPECT_EQ(told.conversations.at(1).verdict, "NORM-KRB-004");
    EXPECT_EQ(told.exchanges.at(2).leg, "single");
}

TEST(NormKrb004, ATicketInEveryRequestIsOneLogin) {
    auto tale = story().on(1, 1);
    for (int i = 0; i < 5; ++i) tale.get("/").credentials(ticket()).answers(200);
    const auto told = tell(tale);
    EXPECT_EQ(told.conversations.size(), 1U);
    EXPECT_EQ(told.conversations.at(1).exchanges.size(), 1U);
    EXPECT_EQ(told.exchanges.at(5).conversation, 1U);
}

TEST(NormKrb004, ARefusedTicketIsNotHealthy) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket()).refuses()).failures(), "1:KRB-CNAME-001");
}

TEST(NormKrb004, CannotTellWhetherAContinuedNegotiationEndsWell) {
    const auto asks_on = [] {
        return story()
            .on(1, 1)
            .get("/")
            .credentials(ticket())
            .offers(negotiate(vectors::kRespRequestMic))
            .answers(401);
    };
    EXPECT_EQ(tell(asks_on(), false).failures(), "");
    EXPECT_EQ(tell(asks_on()).failures(), "1:NEGO-PROVIDER-001");
    EXPECT_EQ(tell(asks_on().get("/").credentials(ticket()).answers(200)).failures(), "");
}

TEST(Authz401001, ACompletedTicketExchangeThatIsStillRefusedIsAboutRights) {
    const auto told = tell(story()
                               .server("Apache")
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .offers(negotiate(vectors::kRespApRep))
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:AUTHZ-401-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmPool003, ATicketsConnectionThatServesAnotherClientIsLikelyALeak) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .answers(200)
                               .on(2, 1)
                               .get("/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().because, HasSubstr("Kerberos ticket"));
}

TEST(NtlmPool003, AClientWithATicketOfItsOwnSpeaksForItself) {
    EXPECT_EQ(tell(story()
                       .policy("pooled/lifo")
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket())
                       .answers(200)
                       .on(2, 1)
                       .get("/")
                       .credentials(ticket())
                       .answers(200))
                  .failures(),
              "");
}

TEST(NormNtlm003, NtlmInsideNegotiateIsTheSameLogin) {
    ntlm::NegotiateParts first;
    first.flags = ntlm::kUnicode | ntlm::kNtlm;
    ntlm::ChallengeParts second;
    second.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kTargetInfo;
    second.server_challenge = "12345678";
    second.target_info = {ntlm::av_name_pair(ntlm::kAvNbComputerName, "WEB01"),
                          ntlm::av_timestamp_pair(132'000'000'000'000'000ULL)};
    ntlm::AuthenticateParts third;
    third.flags = first.flags;
    third.domain = "CONTOSO";
    third.user = "alice";
    third.nt_response = std::string(16, 'p') + ntlm::encode_v2_blob(1, "clientch", second.target_info);
    const auto init = "Negotiate " + base64::encode(spnego::encode_init({std::string(spnego::kNtlmMech)},
                                                                        ntlm::encode(first)));
    const auto challenge =
        "Negotiate " + base64::encode(spnego::encode_resp(spnego::NegState::AcceptIncomplete,
                                                          spnego::kNtlmMech, ntlm::encode(second)));
    const auto reply =
        "Negotiate " + base64::encode(spnego::encode_resp(std::nullopt, "", ntlm::encode(third)));

    const auto whole = tell(story()
                                .on(1, 1)
                                .get("/")
                                .refuses()
                                .get("/")
                                .credentials(init)
                                .offers(challenge)
                                .answers(401)
                                .get("/")
                                .credentials(reply)
                                .answers(200));
    EXPECT_EQ(whole.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
    EXPECT_EQ(whole.conversations.at(1).scheme, "Negotiate");
    EXPECT_EQ(whole.conversations.at(1).identity, "CONTOSO\\alice");

    const auto split = tell(story()
                                .policy("pooled/switch")
                                .on(1, 1)
                                .get("/")
                                .credentials(init)
                                .offers(challenge)
                                .answers(401)
                                .on(1, 2)
                                .get("/")
                                .credentials(reply)
                                .refuses());
    EXPECT_EQ(split.failures(), "2:NTLM-POOL-002");
}

}  // namespace
}  // namespace why401
