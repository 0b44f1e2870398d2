// What a bearer token says of itself, and how broken ones are told from opaque ones.
#include "tokens/bearer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jwt.h"
#include "tokens/credential_view.h"
#include "tokens/describe.h"
#include "tokens/json_object.h"
#include "wire/base64.h"

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using test::jwt_of;
using test::url64;

constexpr const char* kEntra =
    R"({"aud":"api://orders","iss":"https://sts.windows.net/t/","iat":1700000000,"nbf":1700000000,)"
    R"("exp":1700003600,"appid":"p1","scp":"read write","upn":"alice@contoso.com","sub":"s"})";

TEST(Jwt, SaysWhatItSays) {
    const auto token = bearer::decode(jwt_of(kEntra));
    ASSERT_TRUE(token.is_jwt);
    EXPECT_EQ(token.said.algorithm, "RS256");
    EXPECT_EQ(token.said.key, "k1");
    EXPECT_EQ(token.said.exp, 1'700'003'600);
    EXPECT_EQ(token.said.nbf, 1'700'000'000);
    EXPECT_THAT(token.said.audience, ElementsAre("api://orders"));
    EXPECT_EQ(token.said.issuer, "https://sts.windows.net/t/");
    EXPECT_EQ(token.said.party, "p1");
    EXPECT_EQ(token.said.scope, "read write");
    EXPECT_EQ(token.said.user, "alice@contoso.com");
    EXPECT_FALSE(token.said.unsigned_by_choice());
    EXPECT_TRUE(bearer::decode(jwt_of("{}", R"({"alg":"NONE"})")).said.unsigned_by_choice());
}

TEST(Jwt, TakesClaimsAsTheyComeInTheWild) {
    const auto said =
        bearer::decode(jwt_of(R"({"aud":["a","b"],"exp":1700003600.75,"nbf":"soon","scope":["x","y"],)"
                              R"("sub":"s","client_id":"c","iat":1e300,"exp":5})"))
            .said;
    EXPECT_THAT(said.audience, ElementsAre("a", "b"));
    EXPECT_EQ(said.exp, 5) << "of two the last counts, as for most readers";
    EXPECT_FALSE(said.nbf) << "not a number";
    EXPECT_FALSE(said.iat) << "no time";
    EXPECT_EQ(said.scope, "x y");
    EXPECT_EQ(said.user, "s");
    EXPECT_EQ(bearer::decode(jwt_of(R"({"client_id":"daemon"})")).said.user, "daemon");
}

TEST(Jwt, IsDescribedClaimByClaimWithTimesAndPlaces) {
    const std::string text = jwt_of(kEntra);
    const auto fields = describe(decode_token("Bearer", text));
    const auto of = [&](std::string_view name) {
        for (const DescribedField& field : fields)
            if (field.name == name) return field;
        return DescribedField{};
    };
    EXPECT_THAT(of("exp").meaning, HasSubstr("2023-11-14T23:13:20Z"));
    EXPECT_EQ(of("exp").clause, "RFC 7519 4.1.4");
    EXPECT_EQ(of("kid").value, "k1");
    EXPECT_EQ(of("signature").value, "15 bytes");
    for (const DescribedField& field : fields) {
        EXPECT_LE(field.offset + field.length, text.size()) << field.name;
        EXPECT_FALSE(field.clause.empty()) << field.name;
        EXPECT_EQ(field.value.find(url64("not a signature")), std::string::npos);
    }
    // The place holds the claim: its base64 characters, decoded from the next group on, contain the value.
    const std::string claims = text.substr(text.find('.') + 1);
    const std::size_t at = of("scp").offset - text.find('.') - 1;
    EXPECT_THAT(base64::decode(claims.substr(at / 4 * 4, 24)).bytes, HasSubstr("read write"));
}

TEST(Jwt, AnEncryptedOneIsRecognisedAndLeftAlone) {
    const auto token = bearer::decode(url64(R"({"alg":"RSA-OAEP","enc":"A256GCM"})") + ".a2V5.aXY.Y3Q.dGFn");
    EXPECT_TRUE(token.is_jwe);
    EXPECT_FALSE(token.is_jwt);
    EXPECT_EQ(token.said.algorithm, "RSA-OAEP");
    EXPECT_FALSE(token.is_broken_jwt());
    EXPECT_THAT(describe(token).back().meaning, HasSubstr("encrypted"));
}

TEST(Jwt, BrokenOnesAreToldFromOpaqueOnes) {
    const std::string whole = jwt_of(kEntra);
    EXPECT_TRUE(bearer::decode(whole.substr(0, whole.rfind('.'))).is_broken_jwt())
        << "the signature is missing";
    EXPECT_TRUE(bearer::decode(whole.substr(0, whole.find('.') + 9)).is_broken_jwt()) << "cut off";
    EXPECT_FALSE(bearer::decode("eyJpdiI6IlNvbWV0aGluZyI").is_broken_jwt())
        << "an opaque token of Laravel's shape";
    for (const char* opaque :
         {"2YotnFZFEjr1zCsicMWpAA", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "a.b.c", "ya29.a0Af"})
        EXPECT_FALSE(bearer::decode(opaque).is_broken_jwt()) << opaque;
    EXPECT_FALSE(bearer::decode("null").is_jwt);
    EXPECT_EQ(bearer::decode("a b").anomalies.size(), 1U);
}

TEST(Jwt, HostileOnesEndInWords) {
    const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
    EXPECT_FALSE(bearer::decode(jwt_of("{\"exp\":" + deep + "}")).said.exp);
    EXPECT_FALSE(bearer::decode(jwt_of("{\"exp\":1}}")).said.exp);
    EXPECT_TRUE(bearer::decode(jwt_of("{\"a\":\"\\u0000\\ud800\"}")).is_jwt);
    EXPECT_EQ(bearer::decode(jwt_of("{\"exp\":99999999999999999999999}")).said.exp, std::nullopt);
    EXPECT_EQ(bearer::decode(std::string(60'000, '.')).said.exp, std::nullopt);
}

TEST(JsonObject, GivesPlacesOfValues) {
    const std::string text = R"( {"a" : "x\"y" , "b":[1,{"c":"}"}],"a":2.5,"d":null,"e":{} } )";
    const auto members = json_object::read(text);
    ASSERT_TRUE(members);
    ASSERT_EQ(members->size(), 5U);
    EXPECT_EQ(text.substr((*members)[0].offset, (*members)[0].length), R"("x\"y")");
    EXPECT_EQ((*members)[0].text, "x\"y");
    EXPECT_EQ(text.substr((*members)[1].offset, (*members)[1].length), R"([1,{"c":"}"}])");
    EXPECT_EQ((*members)[3].text, "null");
    EXPECT_EQ(json_object::find(*members, "a")->number, 2);
    EXPECT_EQ(json_object::find(*members, "z"), nullptr);
    for (const char* no : {"", "[]", "{", "{\"a\"}", "{\"a\":1}x", "1"})
        EXPECT_FALSE(json_object::read(no)) << no;
}

TEST(CredentialView, ATokenWithoutASchemeIsNotShownAsOne) {
    const CredentialView jwt = view_credentials(jwt_of(kEntra));
    EXPECT_EQ(jwt.scheme, "");
    ASSERT_NE(jwt.bearer(), nullptr);
    EXPECT_TRUE(jwt.bearer()->is_jwt);
    EXPECT_EQ(jwt.step, Step::Single);
    EXPECT_EQ(jwt.user, "alice@contoso.com");
    const CredentialView opaque = view_credentials("ghp_16C7e42F292c6912E7710c838347Ae178B4a");
    EXPECT_EQ(opaque.scheme, "");
    EXPECT_EQ(view_credentials("Negotiate").scheme, "Negotiate");
    EXPECT_EQ(view_credentials("AWS4-HMAC-SHA256").scheme, "AWS4-HMAC-SHA256");
}

}  // namespace
}  // namespace why401
