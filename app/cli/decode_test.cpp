#include "app/cli/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "tokens/vectors/ntlm_vectors.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401::cli {
namespace {

using testing::HasSubstr;

struct Result {
    int code = 0;
    std::string out, err;
};

Result decode(std::string_view value, bool json) {
    std::ostringstream out, err;
    const int code = decode_command(value, json, out, err);
    return {code, out.str(), err.str()};
}

boost::json::value decode_json(std::string_view value) {
    const Result result = decode(value, true);
    EXPECT_EQ(result.code, 0) << value;
    EXPECT_EQ(result.err, "");
    return boost::json::parse(result.out);
}

std::string base64_of(std::string_view digits) { return base64::encode(hex::decode(digits).value()); }
const vectors::Exchange& login() { return vectors::kExchanges[4]; }

TEST(Decode, TakesAHeaderLineAValueOrBareBase64) {
    const std::string text = base64_of(login().authenticate);
    const auto expected = decode_json("NTLM " + text);
    EXPECT_EQ(decode_json("Authorization: NTLM " + text), expected);
    EXPECT_EQ(decode_json("> Authorization: NTLM " + text + "\r\n"), expected);
    EXPECT_EQ(decode_json(text), expected);
    EXPECT_EQ(decode_json(text.substr(0, 76) + "\n" + text.substr(76)), expected)
        << "as mail programs break lines";
}

TEST(Decode, GivesFlatKeysForAnAuthenticateMessage) {
    const auto json = decode_json(base64_of(login().authenticate)).as_object();
    EXPECT_EQ(json.at("scheme"), "NTLM");
    EXPECT_EQ(json.at("message"), "AUTHENTICATE");
    EXPECT_EQ(json.at("user"), "vagrant-domain");
    EXPECT_EQ(json.at("domain"), "DOMAIN");
    EXPECT_EQ(json.at("workstation"), "SERVER2019");
    EXPECT_EQ(json.at("ntlm_version"), "NTLMv2");
    EXPECT_EQ(json.at("flags"), 0xe2888215LL);
    EXPECT_EQ(json.at("flag_names").as_array().at(0), "NTLMSSP_NEGOTIATE_UNICODE");
    EXPECT_EQ(json.at("version"), "10.0.17763");
    EXPECT_EQ(json.at("mic"), boost::json::string(login().mic));
    EXPECT_EQ(json.at("channel_bindings"), "zero");
    EXPECT_EQ(json.at("av_pairs").at("MsvAvDnsComputerName"), "DC01.domain.local");
    EXPECT_EQ(json.at("av_pairs").at("MsvAvFlags"), 2);
    EXPECT_EQ(json.at("anomalies").as_array().size(), 0U);
    EXPECT_GT(json.at("fields").as_array().size(), 15U);
    const auto& field = json.at("fields").as_array().at(0).as_object();
    EXPECT_EQ(field.at("name"), "Signature");
    EXPECT_EQ(field.at("bytes"), (boost::json::array{0, 8}));
}

TEST(Decode, GivesFlatKeysForAChallengeMessage) {
    const auto json = decode_json("WWW-Authenticate: NTLM " + base64_of(login().challenge)).as_object();
    EXPECT_EQ(json.at("message"), "CHALLENGE");
    EXPECT_EQ(json.at("target_name"), "DOMAIN");
    EXPECT_EQ(json.at("server_challenge"), "3567f0f9fce36ed9");
    EXPECT_EQ(json.at("av_pairs").at("MsvAvTimestamp").as_string().subview(0, 10), "2020-05-07");
}

TEST(Decode, PutsAWrappedTokenUnderInner) {
    const auto init = decode_json("Negotiate " + base64_of(vectors::kInitKerberosAndNtlm)).as_object();
    EXPECT_EQ(init.at("message"), "NegTokenInit");
    EXPECT_EQ(init.at("mech_types"), (boost::json::array{"1.2.840.113554.1.2.2", "1.3.6.1.4.1.311.2.2.10"}));
    const auto& request = init.at("inner").as_object();
    EXPECT_EQ(request.at("message"), "AP-REQ");
    EXPECT_EQ(request.at("realm"), "DOMAIN.LOCAL");
    EXPECT_EQ(request.at("spn"), "host/dc01");
    EXPECT_EQ(request.at("etype"), 18);
    EXPECT_EQ(request.at("kvno"), 6);
    EXPECT_EQ(request.at("ap_options"), 0x20000000);
    const auto resp = decode_json(base64_of(vectors::kRespRequestMic)).as_object();
    EXPECT_EQ(resp.at("scheme"), "Negotiate");
    EXPECT_EQ(resp.at("neg_state"), "request-mic");
    EXPECT_FALSE(resp.contains("inner"));
}

TEST(Decode, NamesKerberosErrors) {
    const auto json = decode_json(base64_of(vectors::kKrbErrorInner)).as_object();
    EXPECT_EQ(json.at("message"), "KRB-ERROR");
    EXPECT_EQ(json.at("error_code"), 25);
    EXPECT_EQ(json.at("error_name"), "KDC_ERR_PREAUTH_REQUIRED");
    EXPECT_EQ(json.at("anomalies").as_array().size(), 1U);
}

TEST(Decode, GivesAnArrayForSeveralChallenges) {
    const auto json = decode_json("WWW-Authenticate: Negotiate, NTLM, Basic realm=\"x\"").as_array();
    ASSERT_EQ(json.size(), 3U);
    EXPECT_EQ(json.at(0).at("scheme"), "Negotiate");
    EXPECT_EQ(json.at(1).at("message"), "challenge");
    EXPECT_EQ(json.at(2).at("params").at("realm"), "x");
    EXPECT_EQ(decode_json("WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n").as_array().size(), 2U);
}

TEST(Decode, ReadsBasicDigestAndBearer) {
    const auto basic = decode_json("Authorization: Basic dXNlcjpwYTpzcw==").as_object();
    EXPECT_EQ(basic.at("user"), "user");
    EXPECT_EQ(basic.at("password"), "pa:ss");
    EXPECT_EQ(decode_json("dXNlcjpwYTpzcw==").at("scheme"), "Basic") << "printable text with a colon";
    const auto digest = decode_json("Digest username=\"alice\", realm=\"r\", response=\"0\"").as_object();
    EXPECT_EQ(digest.at("message"), "credentials");
    EXPECT_EQ(digest.at("params").at("username"), "alice");
    const auto jwt = decode_json("Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjEyMywiYSI6WzFdfQ.").as_object();
    EXPECT_EQ(jwt.at("claims").at("exp"), 123);
    EXPECT_EQ(jwt.at("header").at("alg"), "none");
    EXPECT_EQ(decode_json("eyJhbGciOiJub25lIn0.eyJleHAiOjEyMywiYSI6WzFdfQ.").at("scheme"), "Bearer");
}

TEST(Decode, ReadsWhatAServerSaysAfterALogin) {
    for (const char* field : {"Authentication-Info", "< Proxy-Authentication-Info"}) {
        const auto info =
            decode_json(std::string(field) + ": nextnonce=\"x\", qop=auth, nc=0000000a").as_object();
        EXPECT_EQ(info.at("message"), "Authentication-Info");
        EXPECT_EQ(info.at("params").at("nextnonce"), "x");
        EXPECT_THAT(decode(std::string(field) + ": nextnonce=\"x\", nc=0000000a", false).out,
                    HasSubstr("use number 10"));
    }
}

TEST(Decode, SaysWhatTheClaimsOfATokenMeanAndNeverShowsItsSignature) {
    const Result result = decode("Bearer eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEzMDA4MTkzODB9.c2VjcmV0", false);
    EXPECT_THAT(result.out, HasSubstr("2011-03-22T18:43:00Z: not to be accepted from then on"));
    EXPECT_THAT(result.out, HasSubstr("6 bytes - present, not verified"));
    EXPECT_THAT(result.out, testing::Not(HasSubstr("c2VjcmV0")));
    EXPECT_EQ(decode_json("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXY.Y3Q.dGFn").at("scheme"), "Bearer")
        << "a JWE";
}

TEST(Decode, DoesNotFollowDeepJson) {
    const std::string deep = "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}";
    std::string claims = base64::encode(deep);
    while (claims.back() == '=') claims.pop_back();
    const auto json = decode_json("Bearer eyJhbGciOiJub25lIn0." + claims + ".").as_object();
    EXPECT_TRUE(json.at("claims").is_string());
}

TEST(Decode, ReportsWhatIsWrongAndDecodesTheRest) {
    const auto json = decode_json("NTLM " + base64_of(login().authenticate.substr(0, 400))).as_object();
    EXPECT_EQ(json.at("message"), "AUTHENTICATE");
    EXPECT_FALSE(json.at("anomalies").as_array().empty());
    EXPECT_FALSE(json.at("anomalies").as_array().at(0).at("clause").as_string().empty());
}

TEST(Decode, ReturnsTwoForNothingAndThreeForWhatCannotBeRead) {
    EXPECT_EQ(decode("", false).code, 2);
    EXPECT_EQ(decode(" \r\n", true).code, 2);
    for (const char* value : {"hello", "Negotiate AAAA", "\x01\x02", "Authorization:", "NTLM %%%"}) {
        const Result result = decode(value, false);
        EXPECT_EQ(result.code, 3) << value;
        EXPECT_THAT(result.err, HasSubstr("neither")) << value;
    }
    EXPECT_EQ(decode("ApiKey 12345", true).code, 0) << "a scheme of its own with an opaque token";
}

TEST(Decode, WritesAlignedTextWithPlacesMeaningsAndClauses) {
    const Result result = decode("Authorization: NTLM " + base64_of(login().authenticate), false);
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("NTLM: AUTHENTICATE\n"));
    EXPECT_THAT(result.out,
                HasSubstr("  0..7      Signature                       NTLMSSP  [MS-NLMP 2.2.1]\n"));
    EXPECT_THAT(result.out, HasSubstr("vagrant-domain  [MS-NLMP 2.2.1.3]\n"));
    EXPECT_THAT(result.out, HasSubstr("Windows 10 1809 / Server 2019"));
    EXPECT_THAT(decode("Negotiate " + base64_of(vectors::kInitNtlm), false).out,
                HasSubstr("inside: NEGOTIATE\n"));
    EXPECT_THAT(decode("Negotiate", false).out, HasSubstr("without a token"));
}

TEST(Decode, LetsNoControlCharacterReachTheTerminal) {
    const std::string hostile = base64::encode("user\x1b]0;x\x07:pw");
    EXPECT_EQ(decode("Basic " + hostile, false).out.find('\x1b'), std::string::npos);
}

TEST(Decode, DoesNotTakeWordsForBase64) {
    EXPECT_EQ(decode("foo bar baz", false).code, 3);
    EXPECT_EQ(decode("rubbish !!", false).code, 3);
    EXPECT_EQ(decode("foo bar baz", false).out.find("KRB"), std::string::npos);
}

TEST(Decode, WritesValidJsonForBytesThatAreNotUtf8) {
    EXPECT_EQ(decode_json("Basic realm=\"\xFF\"").at("params").at("realm"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace why401::cli
