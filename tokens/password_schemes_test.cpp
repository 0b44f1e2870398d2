// Basic and Digest in every condition that shows without a password: character sets, faults, places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/credential_view.h"
#include "tokens/describe.h"
#include "wire/base64.h"

namespace why401 {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string all_of(const std::vector<Anomaly>& anomalies) {
    std::string out;
    for (const Anomaly& anomaly : anomalies) out += anomaly.what + "; ";
    return out;
}

std::string meaning(const Token& token, std::string_view name) {
    for (const DescribedField& field : describe(token))
        if (field.name == name) return field.meaning;
    return "no such field";
}

// --- Basic

TEST(Basic, TellsWhereTheCharacterSetMatters) {
    EXPECT_TRUE(basic::decode("dXNlcjpwYXNz").ascii);
    EXPECT_FALSE(basic::decode("dGVzdDoxMjPCow==").ascii);
    EXPECT_EQ(meaning(decode_token("Basic", "dXNlcjpwYXNz"), "password"), "plain ASCII");
    EXPECT_THAT(meaning(decode_token("Basic", "dGVzdDoxMjPCow=="), "password"),
                HasSubstr("cannot be excluded"));
    EXPECT_THAT(meaning(decode_token("Basic", "dGVzdDoxMjOj"), "password"), HasSubstr("Latin-1"));
}

TEST(Basic, ALineBreakFromEchoIsAControlCharacter) {
    const auto credentials = basic::decode(base64::encode("alice:Wonderland1\n"));
    EXPECT_TRUE(credentials.ends_in_line_break());
    ASSERT_EQ(credentials.anomalies.size(), 1U);
    EXPECT_EQ(credentials.anomalies[0].clause, "RFC 7617 2");
    EXPECT_FALSE(basic::decode(base64::encode("alice:Wonderland1")).has_control_characters());
    EXPECT_TRUE(basic::decode(base64::encode("al\tice:x")).has_control_characters());
}

TEST(Basic, EmptyUserOrPasswordIsLegal) {
    for (const char* text : {":", "alice:", ":secret"}) {
        const auto credentials = basic::decode(base64::encode(text));
        EXPECT_TRUE(credentials.has_colon);
        EXPECT_THAT(credentials.anomalies, IsEmpty()) << text;
    }
}

TEST(Basic, HostileBytesAreReportedInsideTheText) {
    for (const std::string& text :
         {std::string(), std::string("="), std::string("===="), std::string("\0\0", 2), std::string("QQ"),
          std::string("Basic QQ=="), std::string("\"QQ==\""), std::string(100'000, '-'),
          base64::encode(std::string(50'000, '\n'))}) {
        const auto credentials = basic::decode(text);
        EXPECT_FALSE(credentials.anomalies.empty());
        for (const Anomaly& anomaly : credentials.anomalies) EXPECT_LE(anomaly.offset, text.size());
    }
}

// --- Digest

constexpr const char* kGood =
    "username=\"Mufasa\", realm=\"r\", nonce=\"n\", uri=\"/\", qop=auth, nc=0000002a, cnonce=\"c\", "
    "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"o\", algorithm=MD5";

std::string changed(std::string_view from, std::string_view to) {
    std::string text = kGood;
    return text.replace(text.find(from), from.size(), to);
}

TEST(DigestFaults, GoodCredentialsAndGoodChallengesHaveNone) {
    EXPECT_EQ(all_of(digest::faults(digest::decode("Digest", kGood))), "");
    EXPECT_EQ(all_of(digest::faults(digest::decode(
                  "Digest",
                  "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
                  "nonce=\"7ypf\", opaque=\"FQhe\", stale=FALSE, userhash=true, charset=UTF-8"))),
              "");
    // RFC 2069: neither qop nor cnonce nor nc.
    EXPECT_EQ(all_of(digest::faults(digest::decode("Digest",
                                                   "username=\"a\", realm=\"b\", nonce=\"c\", uri=\"/\", "
                                                   "response=\"ee89d25443ef201943b546d5df2991dd\""))),
              "");
}

TEST(DigestFaults, EachIsNamedWithItsPlace) {
    const std::pair<std::string, const char*> cases[] = {
        {changed("qop=auth", "qop=\"auth\""), "qop must not be quoted"},
        {changed("algorithm=MD5", "algorithm=\"MD5\""), "algorithm must not be quoted"},
        {changed("nonce=\"n\"", "nonce=n"), "nonce must be quoted"},
        {changed("0000002a", "2a"), "nc is not eight hex digits"},
        {changed("0000002a", "0000002z"), "nc is not eight hex digits"},
        {changed("6629fae4", ""), "24 hex digits, and this algorithm makes 32"},
        {changed("6629fae4", "zzzzzzzz"), "response is not hex"},
        {changed("algorithm=MD5", "algorithm=SHA-256"), "32 hex digits, and this algorithm makes 64"},
        {changed("algorithm=MD5", "algorithm=MD6"), "not registered"},
        {changed("cnonce=\"c\", ", ""), "cnonce is missing"},
        {changed("nc=0000002a, ", ""), "nc is missing"},
        {changed("uri=\"/\", ", ""), "uri is missing"},
        {changed("realm=\"r\"", "realm=\"r\", realm=\"s\""), "realm stands here twice"},
        {changed("realm=\"r\"", "realm=\"r\", username*=UTF-8''a"), "username and username* together"},
    };
    for (const auto& [text, expected] : cases) {
        const auto faults = digest::faults(digest::decode("Digest", text));
        EXPECT_THAT(all_of(faults), HasSubstr(expected)) << text;
        for (const Anomaly& fault : faults) EXPECT_LT(fault.offset, text.size());
    }
}

TEST(DigestFaults, OfChallenges) {
    const std::pair<const char*, const char*> cases[] = {
        {"nonce=\"n\", qop=\"auth\"", "realm is missing"},
        {"realm=\"r\", qop=\"auth\"", "nonce is missing"},
        {"realm=\"r\", nonce=\"n\"", "RFC 2069"},
        {"realm=\"r\", nonce=\"n\", qop=auth", "qop must be quoted"},
        {"realm=\"r\", nonce=\"n\", qop=\"auth\", stale=maybe", "neither true nor false"},
        {"realm=\"r\", nonce=\"n\", qop=\"auth\", stale=\"true\"", "stale must not be quoted"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_THAT(all_of(digest::faults(digest::decode("Digest", text))), HasSubstr(expected)) << text;
}

TEST(DigestUser, IsDecodedFromTheExtendedNotation) {
    const auto user = [](const char* text) { return digest::user(digest::decode("Digest", text)); };
    EXPECT_EQ(user("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, response=\"0\""), "J\xC3\xA4s\xC3\xB8n Doe");
    EXPECT_EQ(user("username=\"Mufasa\""), "Mufasa");
    EXPECT_EQ(user("username*=ISO-8859-1''J%E4s"), "ISO-8859-1''J%E4s");  // not ours to read
    EXPECT_EQ(user("username*=UTF-8''%FF%"), "\xEF\xBF\xBD%");
    EXPECT_EQ(user("username*=x"), "x");
    EXPECT_EQ(view_credentials("Digest username*=UTF-8''J%C3%A4s, response=\"0\"").user, "J\xC3\xA4s");
}

TEST(DigestDescribe, SaysWhatNumbersMean) {
    const Token token = decode_token("Digest", kGood);
    EXPECT_THAT(meaning(token, "nc"), HasSubstr("use number 42"));
    EXPECT_THAT(meaning(decode_token("Digest", "username=\"ab\", userhash=true, response=\"\""), "username"),
                HasSubstr("hash"));
    const Token info =
        decode_token("Digest", "nextnonce=\"x\", qop=auth, rspauth=\"00\", cnonce=\"c\", nc=00000001");
    EXPECT_EQ(message_name(info), "Authentication-Info");
    EXPECT_THAT(anomalies(info), IsEmpty());
    EXPECT_THAT(meaning(info, "rspauth"), HasSubstr("server's proof"));
}

}  // namespace
}  // namespace why401
