#include "app/api/guard.h"

#include <gtest/gtest.h>

namespace why401::api {
namespace {

constexpr const char* kToken = "00112233445566778899aabbccddeeff";
const std::string kBearer = std::string("Bearer ") + kToken;
const std::string kCookie = std::string("theme=dark; why401-8402=") + kToken;

Asked from_script(std::string_view method, std::string_view path) {
    Asked asked;
    asked.method = method;
    asked.path = path;
    asked.host = "127.0.0.1:8402";
    asked.authorization = kBearer;
    if (method != "GET") asked.content_type = "application/json";
    return asked;
}
Asked from_page(std::string_view method, std::string_view path) {
    Asked asked = from_script(method, path);
    asked.authorization = {};
    asked.cookie = kCookie;
    if (method != "GET") {
        asked.has_origin = true;
        asked.origin = "http://127.0.0.1:8402";
    }
    return asked;
}
unsigned status(const Asked& asked) {
    const auto refusal = Guard(8402, kToken).refuse(asked);
    if (!refusal) return 200;
    EXPECT_TRUE(refusal->sentence.ends_with('.')) << refusal->sentence;
    return refusal->status;
}

TEST(Guard, LetsScriptsWithTheTokenAndPagesWithTheCookieIn) {
    EXPECT_EQ(status(from_script("GET", "/api/v1/status")), 200U);
    EXPECT_EQ(status(from_script("PUT", "/api/v1/policy")), 200U);
    EXPECT_EQ(status(from_page("GET", "/api/v1/status")), 200U);
    EXPECT_EQ(status(from_page("PUT", "/api/v1/policy")), 200U);
}

TEST(Guard, TakesAFileOnlyWhereCapturesAreOpenedAndOnlyAsBytes) {
    Asked file = from_page("POST", "/api/v1/captures");
    for (const char* type : {"application/octet-stream", " Application/Octet-Stream "}) {
        file.content_type = type;
        EXPECT_TRUE(hands_over_a_file(file)) << type;
        EXPECT_EQ(status(file), 200U) << type;
    }
    for (const char* type : {"", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded",
                             "application/octet-stream, text/plain"}) {
        file.content_type = type;
        EXPECT_FALSE(hands_over_a_file(file)) << type;
        EXPECT_EQ(status(file), 415U) << type;
    }
    Asked elsewhere = from_page("PUT", "/api/v1/policy");
    elsewhere.content_type = "application/octet-stream";
    EXPECT_EQ(status(elsewhere), 415U);
    file.content_type = "application/octet-stream";
    file.has_origin = false;
    EXPECT_EQ(status(file), 403U);
}

TEST(Guard, KnowsItsOwnNamesOnly) {
    for (const char* host : {"127.0.0.1:8402", "localhost:8402", "LOCALHOST:8402", "[::1]:8402"}) {
        Asked asked = from_script("GET", "/api/v1/status");
        asked.host = host;
        EXPECT_EQ(status(asked), 200U) << host;
    }
    for (const char* host :
         {"", "127.0.0.1", "localhost", "127.0.0.1:8403", "127.0.0.1:84020", "evil.test:8402", "evil.test",
          "localhost.evil.test:8402", "127.0.0.1.evil.test:8402", "0.0.0.0:8402", "[::]:8402",
          "127.0.0.1:8402@evil.test", "user@127.0.0.1:8402"}) {
        Asked asked = from_script("GET", "/");
        asked.host = host;
        EXPECT_EQ(status(asked), 421U) << host;
    }
    Asked twice = from_script("GET", "/");
    twice.host_count = 2;
    EXPECT_EQ(status(twice), 421U);
}

TEST(Guard, KnowsTheAddressWhereItListens) {
    const Guard guard(8402, kToken, "127.0.0.2:8402");
    Asked asked;
    asked.method = "GET";
    asked.path = "/";
    asked.host = "127.0.0.2:8402";
    EXPECT_FALSE(guard.refuse(asked));
    for (const char* host : {"127.0.0.2", "127.0.0.3:8402", "127.0.0.2:8401"}) {
        asked.host = host;
        EXPECT_TRUE(guard.refuse(asked)) << host;
    }
}

TEST(Guard, RefusesAWrongOrMissingToken) {
    for (const std::string& authorization :
         {std::string(), std::string("Bearer "), std::string("Bearer wrong"), std::string("Basic ") + kToken,
          std::string(kToken), kBearer + "0", kBearer.substr(0, kBearer.size() - 1),
          "Bearer " + std::string(32, '0')}) {
        Asked asked = from_script("GET", "/api/v1/exchanges");
        asked.authorization = authorization;
        EXPECT_EQ(status(asked), 401U) << authorization;
    }
    for (const char* cookie :
         {"", "why401-8402=", "why401-8402=wrong", "why401-8403=00112233445566778899aabbccddeeff",
          "xwhy401-8402=00112233445566778899aabbccddeeff"}) {
        Asked asked = from_page("GET", "/api/v1/exchanges");
        asked.cookie = cookie;
        EXPECT_EQ(status(asked), 401U) << cookie;
    }
}

TEST(Guard, ShowsPagesAndThePacFileToAnybodyHere) {
    for (const char* path : {"/", "/page.js", "/proxy.pac", "/nothing"}) {
        Asked asked = from_script("GET", path);
        asked.authorization = {};
        EXPECT_EQ(status(asked), 200U) << path;
    }
    Asked metrics = from_script("GET", "/metrics");
    metrics.authorization = {};
    EXPECT_EQ(status(metrics), 401U);
}

TEST(Guard, RefusesOtherOrigins) {
    for (const char* origin :
         {"", "null", "http://evil.test", "https://127.0.0.1:8402", "http://127.0.0.1:8403",
          "http://127.0.0.1", "http://127.0.0.1:8402.evil.test"})
        for (const char* method : {"GET", "PUT"}) {
            Asked asked = from_script(method, "/api/v1/policy");
            asked.has_origin = true;
            asked.origin = origin;
            EXPECT_EQ(status(asked), 403U) << method << " " << origin;
        }
}

TEST(Guard, DoesNotTakeAnAbsentOriginForTrust) {
    Asked change = from_page("PUT", "/api/v1/policy");
    change.has_origin = false;
    EXPECT_EQ(status(change), 403U);
    Asked events = from_page("GET", "/api/v1/events");
    events.websocket = true;
    EXPECT_EQ(status(events), 403U);
    events.has_origin = true;
    events.origin = "http://localhost:8402";
    EXPECT_EQ(status(events), 200U);
    Asked script = from_script("GET", "/api/v1/events");
    script.websocket = true;
    EXPECT_EQ(status(script), 200U);
}

TEST(Guard, TakesChangesAsJsonOnly) {
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                             "application/jsonp"}) {
        Asked asked = from_script("PUT", "/api/v1/policy");
        asked.content_type = type;
        EXPECT_EQ(status(asked), 415U) << type;
    }
    Asked asked = from_script("PUT", "/api/v1/policy");
    asked.content_type = "Application/JSON; charset=utf-8";
    EXPECT_EQ(status(asked), 200U);
}

TEST(Guard, GivesACookieThatScriptsAndOtherSitesCannotUse) {
    const std::string cookie = Guard(8402, kToken).cookie();
    EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
    EXPECT_EQ(cookie.find("Domain"), std::string::npos);
}

TEST(Token, Has128BitsAndIsNewEachTime) {
    EXPECT_EQ(new_token().size(), 32U);
    EXPECT_NE(new_token(), new_token());
}

}  // namespace
}  // namespace why401::api
