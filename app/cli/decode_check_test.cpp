#include "app/cli/decode_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/recorded_story.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class DecodeCheck : public test::InFolder {
protected:
    DecodeSecrets with(const std::string& password, std::string challenge = "") {
        std::ofstream(file("password")) << password << "\n";
        return {file("password"), std::move(challenge), "GET"};
    }
    std::string told(std::string_view value, const DecodeSecrets& secrets, int expected = 0) {
        std::ostringstream out, err;
        EXPECT_EQ(tell_check(value, false, secrets, out, err), expected);
        return out.str() + err.str();
    }
};

std::string token(std::string_view digits) { return base64::encode(hex::decode(digits).value()); }

TEST_F(DecodeCheck, SaysWhetherAnAuthenticateWasMadeWithThePassword) {
    for (const vectors::Exchange& exchange : vectors::kExchanges) {
        const std::string value = "Authorization: NTLM " + token(exchange.authenticate);
        const std::string challenge = token(exchange.challenge), password(exchange.password);
        EXPECT_THAT(told(value, with(password, challenge)), HasSubstr("the given password was used"));
        EXPECT_THAT(told(value, with("not it", "NTLM " + challenge)), HasSubstr("another password"));
        EXPECT_THAT(told(value, with(password)), HasSubstr("would need the CHALLENGE"));
    }
}

TEST_F(DecodeCheck, SaysItOfBasicAndDigestToo) {
    EXPECT_THAT(told("Basic dGVzdDoxMjPCow==", with("123\xC2\xA3")),
                HasSubstr("the given password was used"));
    const std::string digest =
        "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
        "algorithm=SHA-256, "
        "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
        "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
        "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"";
    EXPECT_THAT(told(digest, with("Circle of Life")),
                HasSubstr("the given password was used (Digest SHA-256)"));
    EXPECT_THAT(told(digest, with("Circle Of Life")), HasSubstr("another password"));
}

TEST_F(DecodeCheck, RefusesWhatNoPasswordMakesAndAFileWithoutOne) {
    EXPECT_THAT(told("Bearer abc", with("p"), 2), HasSubstr("no credentials"));
    EXPECT_THAT(told("Basic dGVzdDoxMjPCow==", with(""), 2), HasSubstr("is empty"));
    EXPECT_THAT(told("Basic dGVzdDoxMjPCow==", {file("nothing"), "", "GET"}, 2), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace why401::cli
