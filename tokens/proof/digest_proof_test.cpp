#include "tokens/proof/digest_proof.h"

#include <gtest/gtest.h>

namespace why401::proof {
namespace {

std::string rfc7616(const std::string& algorithm) {
    return "username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=" +
           algorithm +
           ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
           "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"\"";
}

TEST(DigestProof, EqualsTheExamplesOfRfc7616) {
    EXPECT_EQ(digest_response(digest::decode("Digest", rfc7616("MD5")), "GET", "Circle of Life"),
              "8ca523f5e9506fed4657c9700eebdbec");
    EXPECT_EQ(digest_response(digest::decode("Digest", rfc7616("SHA-256")), "GET", "Circle of Life"),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(DigestProof, EqualsTheExampleOfRfc2617) {
    const auto params = digest::decode(
        "Digest",
        "username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
        "uri=\"/dir/index.html\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"x\"");
    EXPECT_EQ(digest_response(params, "GET", "Circle Of Life"), "6629fae49393a05397450978507c4ef1");
    EXPECT_NE(digest_response(params, "POST", "Circle Of Life"), "6629fae49393a05397450978507c4ef1");
}

TEST(DigestProof, KnowsTheFormWithoutQop) {
    const auto params = digest::decode("Digest", "username=\"a\", realm=\"b\", nonce=\"c\", uri=\"/\"");
    // MD5(MD5("a:b:p") ":c:" MD5("GET:/")), computed by another program.
    EXPECT_EQ(digest_response(params, "GET", "p"), "ee89d25443ef201943b546d5df2991dd");
}

TEST(DigestProof, RefusesWhatItCannotCompute) {
    EXPECT_FALSE(digest_response(digest::decode("Digest", "algorithm=TOKEN, nonce=\"x\""), "GET", "p"));
    EXPECT_FALSE(digest_response(digest::decode("Digest", "qop=auth-int, nonce=\"x\""), "GET", "p"));
    EXPECT_FALSE(digest_userhash("a", "b", "WHIRLPOOL"));
}

TEST(DigestProof, UserhashOfRfc7616IsTruncatedSha512) {
    const std::string user = "J\xC3\xA4s\xC3\xB8n Doe";
    EXPECT_EQ(digest_userhash(user, "api@example.org", "SHA-512-256", true),
              "488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec");
    EXPECT_EQ(digest_userhash(user, "api@example.org", "SHA-512-256"),
              "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
}

}  // namespace
}  // namespace why401::proof
