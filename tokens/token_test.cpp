// Basic, Digest, Bearer, and which of all tokens a text is.
#include "tokens/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/describe.h"
#include "tokens/krb_errors.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401 {
namespace {

std::string base64_of(std::string_view digits) { return base64::encode(hex::decode(digits).value()); }

TEST(Basic, SplitsAtTheFirstColonOnly) {
    const basic::Credentials credentials = basic::decode(base64::encode("user:pa:ss"));
    EXPECT_EQ(credentials.user, "user");
    EXPECT_EQ(credentials.password, "pa:ss");
    EXPECT_TRUE(credentials.anomalies.empty());
    EXPECT_EQ(basic::encode("user", "pa:ss"), base64::encode("user:pa:ss"));
}

TEST(Basic, ShowsBothReadingsOfRfc7617sExample) {
    const basic::Credentials utf8 = basic::decode("dGVzdDoxMjPCow==");
    EXPECT_TRUE(utf8.utf8);
    EXPECT_EQ(utf8.password, "123\xC2\xA3");
    EXPECT_EQ(utf8.latin1_password, "123\xC3\x82\xC2\xA3");
    const basic::Credentials latin1 = basic::decode("dGVzdDoxMjOj");
    EXPECT_FALSE(latin1.utf8);
    EXPECT_EQ(latin1.password, "123\xC2\xA3");
}

TEST(Basic, ReportsAMissingColonAndTextThatIsNoBase64) {
    const basic::Credentials no_colon = basic::decode(base64::encode("user"));
    EXPECT_EQ(no_colon.user, "user");
    ASSERT_EQ(no_colon.anomalies.size(), 1U);
    EXPECT_EQ(no_colon.anomalies[0].clause, "RFC 7617 2");
    EXPECT_FALSE(std::get<basic::Credentials>(decode_token("Basic", "user:pass")).anomalies.empty());
}

TEST(Digest, KeepsParametersInOrderWithPlacesAfterTheScheme) {
    const std::string_view text =
        "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256";
    const auto params = std::get<digest::Params>(decode_token("Digest", text));
    EXPECT_EQ(params.value("REALM"), "http-auth@example.org");
    EXPECT_EQ(params.value("qop"), "auth, auth-int");
    EXPECT_FALSE(params.is_credentials());
    EXPECT_EQ(text.substr(params.params[0].value_offset, params.params[0].value_length),
              "\"http-auth@example.org\"");
    EXPECT_EQ(text.substr(params.params[2].offset, params.params[2].length), "algorithm=SHA-256");
}

TEST(Digest, ReportsFaultsOfItsGrammar) {
    const auto params = digest::decode("Digest", "username=\"a\", uri=/x/y, response=\"1\"");
    EXPECT_TRUE(params.is_credentials());
    ASSERT_EQ(params.anomalies.size(), 1U);
    EXPECT_EQ(params.anomalies[0].offset, 18U);
}

TEST(Digest, AnEqualsSignInFrontIsNoParameterOfAnyName) {
    const auto params = digest::decode("Digest", "==\x1d");
    EXPECT_TRUE(params.params.empty());
    ASSERT_EQ(params.anomalies.size(), 1U);
    EXPECT_EQ(params.anomalies[0].offset, 0U);
}

TEST(Bearer, ShowsJwtPartsAsTextAndCountsTheSignature) {
    // RFC 7519 3.1.
    const bearer::Token token = bearer::decode(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    ASSERT_TRUE(token.is_jwt);
    EXPECT_EQ(token.header, "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}");
    EXPECT_THAT(token.claims, testing::HasSubstr("\"exp\":1300819380"));
    EXPECT_EQ(token.signature_bytes, 32U);
}

TEST(Bearer, LeavesOpaqueAndBrokenTokensAlone) {
    EXPECT_FALSE(bearer::decode("2YotnFZFEjr1zCsicMWpAA").is_jwt);
    EXPECT_FALSE(bearer::decode("a.b.c").is_jwt);
    const bearer::Token broken = bearer::decode("eyJhIjoxfQ.!!.x");
    EXPECT_FALSE(broken.is_jwt);
    EXPECT_TRUE(broken.is_broken_jwt());
    EXPECT_EQ(broken.anomalies.size(), 2U)
        << "a character that does not belong, and claims that cannot be read";
    EXPECT_EQ(bearer::decode(std::string(70'000, 'a')).anomalies.size(), 1U);
}

TEST(Bearer, ShowsAnUnsignedJwtAsSuch) {
    const Token token = decode_token("Bearer", "eyJhbGciOiJub25lIn0.e30.");
    EXPECT_TRUE(std::get<bearer::Token>(token).is_jwt);
    EXPECT_EQ(describe(token).back().meaning, "empty: nobody signed this");
}

TEST(Token, IsNamedAfterItsMessage) {
    const auto& exchange = vectors::kExchanges[1];
    const std::pair<Token, const char*> cases[] = {
        {decode_token("NTLM", base64_of(exchange.negotiate)), "NEGOTIATE"},
        {decode_token("NTLM", base64_of(exchange.challenge)), "CHALLENGE"},
        {decode_token("ntlm", base64_of(exchange.authenticate)), "AUTHENTICATE"},
        {decode_token("Negotiate", base64_of(exchange.negotiate)), "NEGOTIATE"},
        {decode_token("Negotiate", base64_of(vectors::kInitNtlm)), "NegTokenInit"},
        {decode_token("Negotiate", base64_of(vectors::kRespApRep)), "NegTokenResp"},
        {decode_token("Negotiate", base64_of(vectors::kRawApReq)), "AP-REQ"},
        {decode_token("Negotiate", base64_of(vectors::kRawApRep)), "AP-REP"},
        {decode_token("Negotiate", base64_of(vectors::kKrbErrorInner)), "KRB-ERROR"},
        {decode_token("Negotiate", "AAAA"), "unknown"},
        {decode_token("Negotiate", "%%%"), "unknown"},
        {decode_token("Negotiate", ""), "challenge"},
        {decode_token("Basic", "realm=\"x\""), "challenge"},
        {decode_token("Basic", "dXNlcjpwYXNz"), "credentials"},
        {decode_token("Digest", "nonce=\"x\""), "challenge"},
        {decode_token("Digest", "nonce=\"x\", response=\"y\""), "credentials"},
        {decode_token("Bearer", "error=\"invalid_token\""), "challenge"},
        {decode_token("Bearer", "abc"), "credentials"},
        {decode_token("Nego2", base64_of(exchange.negotiate)), "NEGOTIATE"},
    };
    for (const auto& [token, name] : cases) EXPECT_EQ(message_name(token), name);
}

TEST(Token, ReportsFaultsOfItsBase64) {
    std::string text = base64_of(vectors::kExchanges[1].negotiate);
    while (text.back() == '=') text.pop_back();
    const Token token = decode_token("NTLM", text);
    EXPECT_NE(find_negotiate(token), nullptr);
    ASSERT_EQ(anomalies(token).size(), 1U);
    EXPECT_EQ(anomalies(token)[0].what, "base64: padding is missing");
}

TEST(Token, AnUnknownNtlmMessageTypeIsUnknown) {
    const Token token = decode_token("NTLM", base64_of("4e544c4d53535000090000000000000000000000"));
    EXPECT_EQ(message_name(token), "unknown");
    EXPECT_EQ(anomalies(token).at(0).offset, 8U);
}

TEST(Describe, EveryFieldOfEveryVectorLiesInsideItsToken) {
    const auto check = [](const std::string& raw) {
        const Token token = decode_bytes(raw);
        const auto fields = describe(token);
        EXPECT_FALSE(fields.empty());
        for (const DescribedField& field : fields) {
            EXPECT_LE(field.offset + field.length, raw.size()) << field.name;
            EXPECT_FALSE(field.name.empty());
            EXPECT_FALSE(field.clause.empty()) << field.name;
        }
    };
    for (const auto& exchange : vectors::kExchanges)
        for (const auto digits : {exchange.negotiate, exchange.challenge, exchange.authenticate})
            check(hex::decode(digits).value());
    for (const auto digits :
         {vectors::kInitKerberosAndNtlm, vectors::kInit2, vectors::kRespApRep, vectors::kRawApReq,
          vectors::kRawApRep, vectors::kKrbErrorInner, vectors::kRespRequestMic})
        check(hex::decode(digits).value());
}

TEST(Describe, PointsAtNothingOutsideAMessageThatIsCutOff) {
    const auto& exchange = vectors::kExchanges[1];
    for (const auto digits : {exchange.negotiate, exchange.challenge, exchange.authenticate}) {
        const std::string whole = hex::decode(digits).value();
        for (std::size_t length = 12; length < whole.size(); ++length)
            for (const DescribedField& field :
                 describe(decode_bytes(std::string_view(whole).substr(0, length))))
                EXPECT_LE(field.offset + field.length, length) << field.name;
    }
}

TEST(Describe, ExplainsValuesInWords) {
    const auto fields = describe(decode_bytes(hex::decode(vectors::kExchanges[1].authenticate).value()));
    const auto meaning = [&fields](const char* name) {
        for (const DescribedField& field : fields)
            if (field.name == name) return field.meaning;
        return std::string("no such field");
    };
    EXPECT_EQ(meaning("Version"), "Windows 10 1809 / Server 2019");
    EXPECT_EQ(meaning("MsvAvFlags"), "a MIC is present");
    EXPECT_EQ(meaning("MsvAvTimestamp"), "2020-05-07T10:34:37.2775166Z, the server's clock");
    EXPECT_THAT(meaning("MsvAvChannelBindings"), testing::HasSubstr("all zero"));
    EXPECT_THAT(meaning("NtChallengeResponse"), testing::StartsWith("NTLMv2"));
    EXPECT_EQ(meaning("NTLMSSP_NEGOTIATE_KEY_EXCH"), "the client sends an encrypted session key");
}

TEST(KerberosErrors, AreFoundByCode) {
    EXPECT_STREQ(kerberos::find_error(37)->name, "KRB_AP_ERR_SKEW");
    EXPECT_STREQ(kerberos::find_error(41)->name, "KRB_AP_ERR_MODIFIED");
    EXPECT_EQ(kerberos::find_error(30), nullptr);
    EXPECT_EQ(kerberos::find_error(-1), nullptr);
}

}  // namespace
}  // namespace why401
