#include "lab/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/test_client.h"
#include "tokens/basic.h"
#include "tokens/spnego.h"

namespace why401::lab {
namespace {

using test::authenticate;
using test::credentials;
using test::kChance;
using test::negotiate;
using testing::ElementsAre;
using testing::HasSubstr;

const Login kAlice = Authenticated{"CONTOSO\\alice", "NTLM"};

Request get(std::string target, std::optional<std::string> authorization = {}) {
    Request request;
    request.method = "GET";
    request.target = std::move(target);
    request.host = "web01.lab.why401.test";
    request.authorization = std::move(authorization);
    return request;
}

Answer ask(const Login& login, const Request& request, SiteOptions options = {}) {
    return answer(login, request, machine(0), kChance, options);
}

std::vector<std::string> challenges(const Response& response) {
    std::vector<std::string> values;
    for (const auto& [name, value] : response.fields)
        if (name == "WWW-Authenticate") values.push_back(value);
    return values;
}

std::string field(const Response& response, std::string_view name) {
    for (const auto& fields : {response.fields, response.last_fields})
        for (const auto& [n, value] : fields)
            if (n == name) return value;
    return "(absent)";
}

std::string text(const Response& response) { return std::get<std::string>(response.body); }

/// "401.2 5", as the log would say it.
std::string code(const Answer& a) {
    return std::to_string(a.response.status) + '.' + std::to_string(a.response.substatus) + ' ' +
           std::to_string(a.response.win32);
}

/// The token of the only challenge.
std::string offered_token(const Answer& a) {
    const std::string value = challenges(a.response).at(0);
    return base64::decode_strict(value.substr(value.find(' ') + 1)).value();
}

/// AUTHENTICATE after a fresh NEGOTIATE, sent for `target`.
Answer log_in(const std::string& target, std::string_view user, std::string_view password, bool via = false,
              std::string_view scheme = kNtlm) {
    Request first = get(target, credentials(scheme, negotiate()));
    first.via = via;
    const Answer challenge = ask(Fresh{}, first);
    Request second = get(target, credentials(scheme, authenticate(offered_token(challenge), user, password)));
    second.via = via;
    return ask(challenge.next, second);
}

// ---- Windows authentication
// --------------------------------------------------------------------------------------

TEST(LabSite, ARequestWithoutCredentialsOnAFreshConnectionIs4012WithBothSchemesOnLinesOfTheirOwn) {
    const Answer a = ask(Fresh{}, get("/"));
    EXPECT_EQ(code(a), "401.2 5");
    EXPECT_THAT(challenges(a.response), ElementsAre("Negotiate", "NTLM"));
    EXPECT_EQ(field(a.response, "Server"), "Microsoft-IIS/10.0");
    EXPECT_EQ(a.response.user, "");
    EXPECT_EQ(a.step, "none");
    EXPECT_FALSE(a.response.close);
}

TEST(LabSite, TheChallengeLegIs4011AndAnsweredByHttpSys) {
    const Answer a = ask(Fresh{}, get("/", credentials("NTLM", negotiate())));
    EXPECT_EQ(code(a), "401.1 2148074254");
    ASSERT_EQ(challenges(a.response).size(), 1u);
    EXPECT_EQ(ntlm::message_type(offered_token(a)), 2u);
    EXPECT_EQ(field(a.response, "Server"), "Microsoft-HTTPAPI/2.0");
    EXPECT_EQ(a.step, "negotiate");
    EXPECT_TRUE(std::holds_alternative<ExpectAuthenticate>(a.next));
}

TEST(LabSite, ARightLoginIsServedAndKept) {
    const Answer a = log_in("/", "alice", "Wonderland1");
    EXPECT_EQ(code(a), "200.0 0");
    EXPECT_THAT(text(a.response), HasSubstr("user=CONTOSO\\alice"));
    EXPECT_EQ(field(a.response, "Persistent-Auth"), "true");
    EXPECT_EQ(a.response.user, "CONTOSO\\alice");
    EXPECT_EQ(a.step, "authenticate");

    const Answer later = ask(a.next, get("/more"));
    EXPECT_EQ(code(later), "200.0 0");
    EXPECT_THAT(text(later.response), HasSubstr("user=CONTOSO\\alice"));
    EXPECT_EQ(field(later.response, "Persistent-Auth"), "(absent)");
    EXPECT_EQ(later.step, "none");
}

TEST(LabSite, AWrongPasswordIs4011WithBareChallenges) {
    const Answer a = log_in("/", "alice", "Builder1");
    EXPECT_EQ(code(a), "401.1 2148074252");
    EXPECT_THAT(challenges(a.response), ElementsAre("Negotiate", "NTLM"));
    EXPECT_EQ(a.response.user, "");
    EXPECT_TRUE(std::holds_alternative<Fresh>(a.next));
}

TEST(LabSite, AnAuthenticateWithoutItsChallengeIs4011InvalidToken) {
    const Answer challenge = ask(Fresh{}, get("/", credentials("NTLM", negotiate())));
    const std::string reply =
        credentials("NTLM", authenticate(offered_token(challenge), "alice", "Wonderland1"));
    EXPECT_EQ(code(ask(Fresh{}, get("/", reply))), "401.1 2148074248");
    EXPECT_EQ(code(ask(kAlice, get("/", reply))), "401.1 2148074248");
}

TEST(LabSite, AMalformedTokenIs4011InvalidToken) {
    for (const char* value :
         {"NTLM", "NTLM !!", "Negotiate", "NTLM aGVsbG8=", "Negotiate aGVsbG8=", "NTLM TlRMTVNTUAAB"})
        EXPECT_EQ(code(ask(Fresh{}, get("/", value))), "401.1 2148074248") << value;
}

TEST(LabSite, ANegotiateRestartsTheLoginOfAnAuthenticatedConnection) {
    const Answer a = ask(kAlice, get("/", credentials("NTLM", negotiate())));
    EXPECT_EQ(code(a), "401.1 2148074254");
    EXPECT_EQ(code(ask(a.next, get("/"))), "401.2 5");
}

TEST(LabSite, AnyOtherRequestInMidHandshakeDropsTheLogin) {
    const Answer challenge = ask(Fresh{}, get("/", credentials("NTLM", negotiate())));
    const std::string reply =
        credentials("NTLM", authenticate(offered_token(challenge), "alice", "Wonderland1"));
    for (const char* target : {"/", "/anonymous/", "/basic/"}) {
        const Answer between = ask(challenge.next, get(target));
        EXPECT_EQ(code(ask(between.next, get("/", reply))), "401.1 2148074248") << target;
    }
}

TEST(LabSite, CredentialsOfASchemeThatIsNotOfferedAre4012) {
    const std::string basic = "Basic " + basic::encode("alice", "Wonderland1");
    EXPECT_EQ(code(ask(Fresh{}, get("/", basic))), "401.2 5");
    EXPECT_EQ(code(ask(Fresh{}, get("/", "Bearer x"))), "401.2 5");
    EXPECT_EQ(ask(Fresh{}, get("/", basic)).step, "basic");
}

TEST(LabSite, ALoginThroughAProxyIsServedButNotKept) {
    const Answer a = log_in("/", "alice", "Wonderland1", true);
    EXPECT_EQ(code(a), "200.0 0");
    EXPECT_EQ(field(a.response, "Persistent-Auth"), "false");
    EXPECT_EQ(code(ask(a.next, get("/"))), "401.2 5");
}

TEST(LabSite, ARequestThroughAProxyIsNotServedOnALoginMadeWithoutOne) {
    Request request = get("/");
    request.via = true;
    const Answer a = ask(kAlice, request);
    EXPECT_EQ(code(a), "401.2 5");
    EXPECT_TRUE(std::holds_alternative<Fresh>(a.next));
}

TEST(LabSite, NegotiateTakesWrappedNtlmAndEndsWithAcceptCompleted) {
    const std::string init = spnego::encode_init({std::string(spnego::kNtlmMech)}, negotiate());
    const Answer challenge = ask(Fresh{}, get("/", credentials("Negotiate", init)));
    EXPECT_EQ(code(challenge), "401.1 2148074254");
    EXPECT_EQ(challenge.step, "negotiate");
    const auto resp = std::get<spnego::NegTokenResp>(spnego::decode(offered_token(challenge)));
    const std::string reply =
        spnego::encode_resp({}, {}, authenticate(resp.response_token, "bob", "Builder1"));
    const Answer a = ask(challenge.next, get("/", credentials("Negotiate", reply)));
    EXPECT_EQ(code(a), "200.0 0");
    EXPECT_EQ(a.step, "authenticate");
    const auto last = std::get<spnego::NegTokenResp>(spnego::decode(offered_token(a)));
    EXPECT_EQ(last.neg_state, spnego::NegState::AcceptCompleted);
}

TEST(LabSite, RawNtlmUnderNegotiateIsTaken) {
    const Answer a = log_in("/", "bob", "Builder1", false, kNegotiate);
    EXPECT_EQ(code(a), "200.0 0");
    EXPECT_THAT(challenges(a.response), ElementsAre());
}

TEST(LabSite, SchemesCompareWithoutCase) {
    EXPECT_EQ(code(ask(Fresh{}, get("/", credentials("ntlm", negotiate())))), "401.1 2148074254");
}

TEST(LabSite, ProxySupportIsSentOnlyWhenAskedFor) {
    EXPECT_EQ(field(ask(Fresh{}, get("/")).response, "Proxy-Support"), "(absent)");
    const SiteOptions options{true};
    const Request start = get("/", credentials("NTLM", negotiate()));
    EXPECT_EQ(field(ask(Fresh{}, get("/"), options).response, "Proxy-Support"),
              "Session-Based-Authentication");
    EXPECT_EQ(field(ask(Fresh{}, start, options).response, "Proxy-Support"), "Session-Based-Authentication");
    EXPECT_EQ(field(ask(Fresh{}, get("/basic/"), options).response, "Proxy-Support"), "(absent)");
    EXPECT_EQ(field(ask(kAlice, get("/"), options).response, "Proxy-Support"), "(absent)");
}

// ---- areas
// -------------------------------------------------------------------------------------------------------

TEST(LabSite, TheAnonymousAreaServesEverybodyAndLeavesALoginAlone) {
    const Answer a = ask(kAlice, get("/anonymous/"));
    EXPECT_EQ(code(a), "200.0 0");
    EXPECT_THAT(text(a.response), HasSubstr("user=-\r\n"));
    EXPECT_EQ(a.response.user, "");
    EXPECT_TRUE(std::holds_alternative<Authenticated>(a.next));
    EXPECT_EQ(code(ask(Fresh{}, get("/ANONYMOUS"))), "200.0 0");
}

TEST(LabSite, AreasEndAtASegment) { EXPECT_EQ(code(ask(Fresh{}, get("/anonymously"))), "401.2 5"); }

struct Behind {
    const char* target;
    const char* code;
};
class LabAreaBehindLogin : public testing::TestWithParam<Behind> {};

TEST_P(LabAreaBehindLogin, SaysNoOnlyToThoseWhoAreLoggedIn) {
    const auto& [target, expected] = GetParam();
    EXPECT_EQ(code(ask(Fresh{}, get(target))), "401.2 5");
    const Answer later = ask(kAlice, get(target));
    EXPECT_EQ(code(later), expected);
    EXPECT_EQ(later.response.user, "CONTOSO\\alice");
    EXPECT_THAT(challenges(later.response), ElementsAre("Negotiate", "NTLM"));
    EXPECT_TRUE(std::holds_alternative<Authenticated>(later.next));
    const Answer at_once = log_in(target, "alice", "Wonderland1");
    EXPECT_EQ(code(at_once), expected);
    EXPECT_EQ(field(at_once.response, "Persistent-Auth"), "(absent)");
}

INSTANTIATE_TEST_SUITE_P(All, LabAreaBehindLogin,
                         testing::Values(Behind{"/acl/", "401.3 5"}, Behind{"/filter/x", "401.4 5"},
                                         Behind{"/app", "401.5 5"}));

TEST(LabSite, TheApplicationSpeaksForItselfUnlessDetailsAreWanted) {
    EXPECT_THAT(text(ask(kAlice, get("/app/")).response), HasSubstr("Orders application"));
    EXPECT_THAT(text(ask(kAlice, get("/app/?detailed=1")).response), HasSubstr("IIS70Error=401,5,"));
}

TEST(LabSite, DetailedPagesNameTheSubstatusTheUrlAndTheUser) {
    const std::string page = text(ask(kAlice, get("/acl/?x=1&detailed=1")).response);
    EXPECT_THAT(page, HasSubstr("IIS70Error=401,3,0x80070005"));
    EXPECT_THAT(page, HasSubstr("http://web01.lab.why401.test:80/acl/?x=1&amp;detailed=1"));
    EXPECT_THAT(page, HasSubstr("CONTOSO\\alice"));
    EXPECT_THAT(page, HasSubstr("&nbsp;NTLM<"));
    EXPECT_THAT(text(ask(Fresh{}, get("/?detailed=1")).response), HasSubstr("Not yet determined"));
    EXPECT_THAT(text(log_in("/?detailed=1", "alice", "x").response),
                HasSubstr("IIS70Error=401,1,0x8009030c"));
}

TEST(LabSite, WithoutDetailsEveryRefusalLooksTheSame) {
    EXPECT_EQ(text(ask(Fresh{}, get("/")).response), text(ask(kAlice, get("/acl/")).response));
}

TEST(LabSite, BasicVerifiesEachRequest) {
    const auto with = [](std::string_view user, std::string_view password) {
        return get("/basic/", "Basic " + basic::encode(user, password));
    };
    const Answer none = ask(kAlice, get("/basic/"));
    EXPECT_EQ(code(none), "401.2 5");
    EXPECT_THAT(challenges(none.response), ElementsAre("Basic realm=\"lab.why401.test\", charset=\"UTF-8\""));
    EXPECT_EQ(ask(Fresh{}, with("CONTOSO\\bob", "Builder1")).response.user, "CONTOSO\\bob");
    EXPECT_EQ(code(ask(Fresh{}, with("bob", "Builder1"))), "200.0 0");
    const Answer wrong = ask(Fresh{}, with("bob", "builder1"));
    EXPECT_EQ(code(wrong), "401.1 1326");
    EXPECT_EQ(wrong.response.user, "bob");
    EXPECT_EQ(code(ask(Fresh{}, get("/basic/", credentials("NTLM", negotiate())))), "401.2 5");
    EXPECT_EQ(code(ask(Fresh{}, get("/basic/", "Basic"))), "401.1 1326");
}

// ---- what is served
// ----------------------------------------------------------------------------------------------

TEST(LabSite, ThePageCountsTheBytesThatArrived) {
    Request post = get("/form");
    post.method = "POST";
    post.body_bytes = 1234;
    EXPECT_THAT(text(ask(kAlice, post).response), HasSubstr("received=1234"));
}

TEST(LabSite, ResourcesChooseTheShapeOfTheAnswer) {
    EXPECT_EQ(std::get<Pattern>(ask(kAlice, get("/large?bytes=5000000000")).response.body).bytes,
              5'000'000'000u);
    EXPECT_EQ(std::get<Pattern>(ask(Fresh{}, get("/anonymous/large?bytes=7")).response.body).bytes, 7u);
    EXPECT_EQ(std::get<Pattern>(ask(kAlice, get("/large?bytes=-1")).response.body).bytes, 1'000'000u);
    EXPECT_EQ(std::get<Chunks>(ask(kAlice, get("/chunked")).response.body).parts.size(), 3u);
    EXPECT_TRUE(ask(kAlice, get("/close")).response.close);
    EXPECT_EQ(ask(kAlice, get("/slow?ms=250")).response.delay.count(), 250);
    EXPECT_EQ(code(ask(Fresh{}, get("/large?bytes=1"))), "401.2 5");
}

}  // namespace
}  // namespace why401::lab
