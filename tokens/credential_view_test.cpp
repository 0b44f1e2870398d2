#include "tokens/credential_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/vectors/ntlm_vectors.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401 {
namespace {

std::string base64_of(std::string_view digits) { return base64::encode(hex::decode(digits).value()); }
const vectors::Exchange& login() { return vectors::kExchanges[4]; }
std::string wrapped(std::string_view digits) {
    return base64::encode(spnego::encode_resp(spnego::NegState::AcceptIncomplete, spnego::kNtlmMech,
                                              hex::decode(digits).value()));
}

TEST(CredentialView, NamesTheStepWhereverTheMessageIsWrapped) {
    const std::pair<std::string, Step> cases[] = {
        {"", Step::None},
        {"  ", Step::None},
        {"Bearer", Step::Empty},
        {"NTLM " + base64_of(login().negotiate), Step::Negotiate},
        {"NTLM " + base64_of(login().authenticate), Step::Authenticate},
        {"Negotiate " + base64_of(login().authenticate), Step::Authenticate},
        {"Negotiate " + base64_of(vectors::kInitNtlm), Step::Negotiate},
        {"Negotiate " + wrapped(login().authenticate), Step::Authenticate},
        {"Negotiate " + base64_of(vectors::kInitKerberosAndNtlm), Step::ApReq},
        {"Negotiate " + base64_of(vectors::kRawApReq), Step::ApReq},
        {"Negotiate " + base64_of(vectors::kInit2), Step::Unknown},
        {"Negotiate AAAA", Step::Unknown},
        {"Basic dXNlcjpwYXNz", Step::Single},
        {"Digest username=\"alice\", response=\"0\"", Step::Single},
        {"Bearer abc", Step::Single},
        {"ApiKey 123", Step::Single},
    };
    for (const auto& [value, step] : cases)
        EXPECT_STREQ(name_of(view_credentials(value).step), name_of(step)) << value;
}

TEST(CredentialView, NamesTheUser) {
    EXPECT_EQ(view_credentials("NTLM " + base64_of(login().authenticate)).user, "DOMAIN\\vagrant-domain");
    EXPECT_EQ(view_credentials("NTLM " + base64_of(vectors::kExchanges[1].authenticate)).user,
              "vagrant-domain@DOMAIN.LOCAL");
    EXPECT_EQ(view_credentials("Basic dXNlcjpwYXNz").user, "user");
    EXPECT_EQ(view_credentials("Digest username=\"Mufasa\", response=\"0\"").user, "Mufasa");
    EXPECT_EQ(view_credentials("NTLM " + base64_of(login().negotiate)).user, "");
}

TEST(CredentialView, TellsWhetherTheLoginSticksToTheConnection) {
    for (const char* scheme : {"NTLM", "ntlm", "Negotiate", "Nego2", "Kerberos"})
        EXPECT_TRUE(binds_to_connection(scheme));
    for (const char* scheme : {"Basic", "Digest", "Bearer", "Neg", ""})
        EXPECT_FALSE(binds_to_connection(scheme));
}

TEST(CredentialView, RecognisesSpnegoInsideTheSchemeNtlm) {
    const CredentialView view = view_credentials("NTLM " + base64_of(vectors::kInitNtlm));
    EXPECT_TRUE(view.scheme_mismatch);
    EXPECT_TRUE(view.in_spnego);
    EXPECT_EQ(view.step, Step::Negotiate);
    ASSERT_EQ(view.anomalies.size(), 1U);
    EXPECT_EQ(view.anomalies[0].offset, 5U);
    EXPECT_FALSE(view_credentials("Negotiate " + base64_of(login().negotiate)).scheme_mismatch)
        << "raw NTLM inside Negotiate is common";
}

TEST(CredentialView, ReportsTwoSetsOfCredentials) {
    const CredentialView view = view_credentials("Basic dXNlcjpwYXNz, Bearer abc");
    EXPECT_EQ(view.user, "user");
    EXPECT_EQ(view.anomalies.size(), 1U);
}

TEST(ChallengeView, ListsSchemesInTheOrderOffered) {
    const ChallengeView view = view_challenge("Negotiate, NTLM, Basic realm=\"a, b\"");
    EXPECT_THAT(view.schemes(), testing::ElementsAre("Negotiate", "NTLM", "Basic"));
    EXPECT_TRUE(view.offers("basic"));
    EXPECT_FALSE(view.offers("Digest"));
    EXPECT_TRUE(view.connection_based());
    EXPECT_TRUE(view.bare_connection_offer());
    EXPECT_EQ(view.step, Step::None);
    EXPECT_EQ(view.of("Basic")->value("realm"), "a, b");
}

TEST(ChallengeView, FindsTheChallengeRawOrWrapped) {
    for (const std::string& value :
         {"NTLM " + base64_of(login().challenge), "Negotiate " + wrapped(login().challenge)}) {
        const ChallengeView view = view_challenge(value);
        EXPECT_EQ(view.step, Step::Challenge);
        ASSERT_NE(view.challenge(), nullptr);
        EXPECT_EQ(view.challenge()->computer(), "DC01.domain.local");
        EXPECT_FALSE(view.bare_connection_offer());
    }
    EXPECT_EQ(view_challenge("Negotiate " + wrapped(login().challenge)).neg_state(),
              spnego::NegState::AcceptIncomplete);
}

TEST(ChallengeView, FindsMutualAuthenticationStatesAndKerberosErrors) {
    const ChallengeView done = view_challenge("Negotiate " + base64_of(vectors::kRespApRep));
    EXPECT_EQ(done.step, Step::ApRep);
    EXPECT_NE(done.ap_rep(), nullptr);
    EXPECT_EQ(done.neg_state(), spnego::NegState::AcceptCompleted);
    const ChallengeView fallback = view_challenge("Negotiate " + base64_of(vectors::kRespRequestMic));
    EXPECT_EQ(fallback.neg_state(), spnego::NegState::RequestMic);
    const std::string error =
        kerberos::encode_krb_error(41, "20261122221836Z", "CONTOSO.TEST", {"HTTP", "web01"});
    for (const std::string& value : {"Negotiate " + base64::encode(error),
                                     "Negotiate " + base64::encode(spnego::encode_resp(
                                                        spnego::NegState::Reject, kerberos::kMech, error))}) {
        const ChallengeView refused = view_challenge(value);
        ASSERT_NE(refused.krb_error(), nullptr);
        EXPECT_EQ(refused.krb_error()->error_name(), "KRB_AP_ERR_MODIFIED");
    }
}

TEST(ChallengeView, IsEmptyForAnEmptyValue) {
    const ChallengeView view = view_challenge("");
    EXPECT_EQ(view.step, Step::None);
    EXPECT_TRUE(view.schemes().empty());
    EXPECT_FALSE(view.bare_connection_offer());
}

TEST(Views, AnswerInOneLineWhichChallengeAReplyAnswers) {
    const CredentialView reply = view_credentials("NTLM " + base64_of(login().authenticate));
    const ChallengeView own = view_challenge("NTLM " + base64_of(login().challenge));
    const ChallengeView other = view_challenge("NTLM " + base64_of(vectors::kExchanges[1].challenge));
    EXPECT_EQ(ntlm::answers(*reply.authenticate(), *own.challenge()), ntlm::Answer::Yes);
    EXPECT_EQ(ntlm::answers(*reply.authenticate(), *other.challenge()), ntlm::Answer::No);
}

}  // namespace
}  // namespace why401
