#include "wire/http_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401::http_auth {
namespace {

/// A compact rendering, so that cases read like the grammar: `Basic{realm=x}; Negotiate YII=`.
std::string shown(std::string_view value) {
    std::string text;
    for (const Challenge& challenge : parse_challenges(value)) {
        text += (text.empty() ? "" : "; ") + challenge.scheme;
        if (!challenge.token68.empty()) text += ' ' + challenge.token68;
        if (challenge.params.empty()) continue;
        text += '{';
        for (const Param& param : challenge.params)
            text += (text.back() == '{' ? "" : "|") + param.name + '=' + param.value;
        text += '}';
    }
    return text;
}

std::vector<std::string> faults(std::string_view value) {
    std::vector<std::string> all;
    for (const Challenge& challenge : parse_challenges(value))
        for (const Anomaly& anomaly : challenge.anomalies)
            all.push_back(std::to_string(anomaly.offset) + ": " + anomaly.what);
    return all;
}

TEST(HttpAuth, ReadsWhatTheGrammarAllows) {
    const std::pair<const char*, const char*> cases[] = {
        {"Negotiate, NTLM", "Negotiate; NTLM"},
        {"Negotiate", "Negotiate"},
        {"NTLM TlRMTVNTUAAB==", "NTLM TlRMTVNTUAAB=="},
        {"Basic realm=\"a, b=c\"", "Basic{realm=a, b=c}"},
        {"Basic realm=\"a\\\"b\\\\c\"", "Basic{realm=a\"b\\c}"},
        {"Basic realm = \"x\" , charset=UTF-8", "Basic{realm=x|charset=UTF-8}"},
        {"Digest realm=\"x\", nonce=\"n==\", qop=\"auth,auth-int\", NTLM, Basic realm=y",
         "Digest{realm=x|nonce=n==|qop=auth,auth-int}; NTLM; Basic{realm=y}"},
        {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
         "Newauth{realm=apps|type=1|title=Login to \"apps\"}; Basic{realm=simple}"},
        {", ,Negotiate,, ,NTLM,", "Negotiate; NTLM"},
        {"Negotiate abc, NTLM def=", "Negotiate abc; NTLM def="},
        {"Bearer error=\"invalid_token\"", "Bearer{error=invalid_token}"},
        {"Negotiate   oYG3", "Negotiate oYG3"},
        {"\tNTLM\t", "NTLM"},
        {"Basic realm=\"\"", "Basic{realm=}"},
        {"", ""},
        {" , ,", ""},
    };
    for (const auto& [value, expected] : cases) {
        EXPECT_EQ(shown(value), expected);
        EXPECT_THAT(faults(value), testing::IsEmpty()) << value;
    }
}

TEST(HttpAuth, KeepsReadingAfterEachFaultAndSaysWhereItIs) {
    struct Case {
        const char* value;
        const char* expected;
        const char* fault;
    };
    const Case cases[] = {
        {"Basic realm=foo bar, NTLM", "Basic{realm=foo}; NTLM",
         "16: text after a value, as if its quotes were missing"},
        {"Basic realm='x y'", "Basic{realm='x}", "12: single quotes are not quotes"},
        {"Digest realm=\"a\" nonce=\"b\"", "Digest{realm=a|nonce=b}", "17: a comma is missing"},
        {"Basic realm=\"a\" NTLM", "Basic{realm=a}; NTLM", "16: a comma is missing"},
        {"Basic realm=\"a, NTLM", "Basic{realm=a, NTLM}", "12: a quoted string is not closed"},
        {"Basic realm=\"a\\", "Basic{realm=a\\}", "12: a quoted string is not closed"},
        {"Digest uri=/dir/x, nc=1", "Digest{uri=/dir/x|nc=1}",
         "11: the value needs quotes: it is not a token"},
        {"realm=\"x\", NTLM", "{realm=x}; NTLM", "0: a parameter before any scheme"},
        {"Negotiate abc, realm=\"x\"", "Negotiate abc{realm=x}", "15: parameters after a token68"},
        {"Basic:x, NTLM", "Basic; NTLM", "5: a scheme is not followed by a space"},
        {"NTLM abc def, Negotiate", "NTLM; Negotiate", "5: neither token68 nor parameters after the scheme"},
        {"\x01\x02, NTLM", "NTLM", "0: neither a scheme nor a parameter"},
        {"Basic realm=, NTLM", "Basic realm=; NTLM", nullptr},
        {"Digest a=\"b\", realm=", "Digest{a=b|realm=}", "20: a parameter without a value"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(shown(c.value), c.expected);
        if (c.fault == nullptr) {
            EXPECT_THAT(faults(c.value), testing::IsEmpty()) << c.value;
        } else {
            EXPECT_THAT(faults(c.value), testing::Contains(c.fault)) << c.value;
        }
    }
}

TEST(HttpAuth, GivesPlacesInTheFieldValue) {
    const std::string_view value = "Negotiate oYG3 , Basic realm=\"a b\", charset=UTF-8";
    const auto challenges = parse_challenges(value);
    ASSERT_EQ(challenges.size(), 2U);
    const Challenge& first = challenges[0];
    EXPECT_EQ(value.substr(first.offset, first.length), "Negotiate oYG3");
    EXPECT_EQ(value.substr(first.rest_offset, first.rest_length), "oYG3");
    EXPECT_EQ(first.token68_offset, 10U);
    const Challenge& second = challenges[1];
    EXPECT_EQ(value.substr(second.offset, second.length), "Basic realm=\"a b\", charset=UTF-8");
    EXPECT_EQ(value.substr(second.rest_offset, second.rest_length), "realm=\"a b\", charset=UTF-8");
    const Param& realm = second.params[0];
    EXPECT_EQ(value.substr(realm.offset, realm.length), "realm=\"a b\"");
    EXPECT_EQ(value.substr(realm.value_offset, realm.value_length), "\"a b\"");
    EXPECT_TRUE(realm.quoted);
    EXPECT_FALSE(second.params[1].quoted);
}

TEST(HttpAuth, FindsSchemesAndParametersInAnyCase) {
    const auto challenges = parse_challenges("bAsIc REALM=x");
    ASSERT_EQ(challenges.size(), 1U);
    EXPECT_TRUE(challenges[0].is("Basic"));
    EXPECT_EQ(challenges[0].value("realm"), "x");
    EXPECT_EQ(challenges[0].value("charset"), "");
    EXPECT_EQ(challenges[0].param("charset"), nullptr);
}

TEST(HttpAuth, ReportsASecondSetOfCredentials) {
    const Credentials one = parse_credentials("Basic dXNlcjpwYXNz");
    EXPECT_EQ(one.token68, "dXNlcjpwYXNz");
    EXPECT_TRUE(one.anomalies.empty());
    const Credentials two = parse_credentials("Basic dXNlcjpwYXNz, NTLM abc");
    EXPECT_EQ(two.scheme, "Basic");
    ASSERT_EQ(two.anomalies.size(), 1U);
    EXPECT_EQ(two.anomalies[0].offset, 20U);
    EXPECT_EQ(parse_credentials("").scheme, "");
}

TEST(HttpAuth, KeepsSixtyFourChallengesAndSixtyFourParametersAndSaysSo) {
    std::string many;
    for (int i = 0; i < 100; ++i) many += "NTLM, ";
    EXPECT_EQ(parse_challenges(many).size(), kMaxChallenges);
    EXPECT_THAT(faults(many), testing::ElementsAre("384: more than 64 challenges: the rest is not read"));
    EXPECT_EQ(parse_challenges(many.substr(0, 64 * 6)).size(), kMaxChallenges);
    EXPECT_THAT(faults(many.substr(0, 64 * 6)), testing::IsEmpty());

    std::string params = "Digest a=b";
    for (int i = 0; i < 10000; ++i) params += ", p=v";
    const auto challenges = parse_challenges(params);
    ASSERT_EQ(challenges.size(), 1U);
    EXPECT_EQ(challenges[0].params.size(), kMaxParams);
    EXPECT_EQ(challenges[0].anomalies.size(), 1U);
}

TEST(HttpAuth, SurvivesLongHostileValues) {
    const std::string backslashes = "Basic realm=\"" + std::string(50000, '\\');
    EXPECT_EQ(parse_challenges(backslashes)[0].params[0].value.size(), 25000U);
    EXPECT_EQ(parse_challenges(std::string(100000, '"')).size(), 1U);
    EXPECT_EQ(parse_challenges(std::string(100000, '=')).size(), 1U);
    EXPECT_EQ(parse_challenges(std::string(100000, 'a')).size(), 1U);
}

TEST(HttpAuth, NeverLeavesTheValueHoweverItIsCutOff) {
    const std::string_view whole =
        "Digest realm=\"a\\\"b\", nonce=x y, NTLM abc=, Basic realm='q' z, =, Negotiate";
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const std::string value(whole.substr(0, length));
        for (const Challenge& challenge : parse_challenges(value)) {
            EXPECT_LE(challenge.offset + challenge.length, length);
            EXPECT_LE(challenge.rest_offset + challenge.rest_length, length);
            for (const Param& param : challenge.params)
                EXPECT_LE(param.value_offset + param.value_length, length);
            for (const Anomaly& anomaly : challenge.anomalies) EXPECT_LE(anomaly.offset, length);
        }
    }
}

}  // namespace
}  // namespace why401::http_auth
