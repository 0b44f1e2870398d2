// Extended Protection in the lab: whose login is let through, as IIS has it.

#include "lab/extended_protection.h"

#include <gtest/gtest.h>

#include "lab/site.h"
#include "lab/test_client.h"
#include "wire/hex.h"

namespace why401::lab {
namespace {

using test::bound_login;
using test::kChance;
using test::negotiate;

const std::string kOurs(16, '\x5a');
const std::string kOthers(16, '\x3c');
const std::string kZeros(16, '\0');

using Verdict = LoginStep::Verdict;

Protection over_tls(TokenChecking checking) {
    return {checking, true, hex::encode(kOurs), "epa-require.lab.why401.test"};
}
Protection over_http(TokenChecking checking) { return {checking, false, "", "web01.lab.why401.test:80"}; }

/// An NTLMv2 AUTHENTICATE with these pairs of the client's own.
ntlm::AuthenticateMessage login_with(const std::optional<std::string>& binding, std::string_view spn) {
    ntlm::AvPairs pairs;
    if (binding) pairs.push_back({ntlm::kAvChannelBindings, *binding, 0});
    if (!spn.empty()) pairs.push_back(ntlm::av_name_pair(ntlm::kAvTargetName, spn));
    ntlm::AuthenticateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm;
    parts.user = "alice";
    parts.nt_response = std::string(16, 'p') + ntlm::encode_v2_blob(1, "clientch", pairs);
    return ntlm::decode_authenticate(ntlm::encode(parts));
}

Verdict verdict(const std::string& binding, std::string_view password) {
    const Protection protection = over_tls(TokenChecking::Require);
    const LoginStep first = step(Fresh{}, kNtlm, negotiate(), machine(0), kChance, protection);
    return step(first.next, kNtlm, bound_login(first.token, binding, password), machine(0), kChance,
                protection)
        .verdict;
}

TEST(LabExtendedProtection, ASiteHasThePolicyOfItsName) {
    EXPECT_EQ(token_checking_of("epa-require.lab.why401.test:443"), TokenChecking::Require);
    EXPECT_EQ(token_checking_of("EPA-Allow"), TokenChecking::Allow);
    EXPECT_EQ(token_checking_of("epa-none.lab.why401.test"), TokenChecking::None);
    EXPECT_EQ(token_checking_of("web01.lab.why401.test"), TokenChecking::None);
    EXPECT_EQ(token_checking_of(""), TokenChecking::None);
}

TEST(LabExtendedProtection, OverTlsABindingMustFitTheServersOwnCertificate) {
    struct {
        std::optional<std::string> binding;
        bool allow, require;
    } const rows[] = {
        {std::nullopt, true, false}, {kZeros, false, false}, {kOurs, true, true}, {kOthers, false, false}};
    for (const auto& row : rows) {
        const auto login = login_with(row.binding, "HTTP/somewhere.else");
        EXPECT_TRUE(admits(over_tls(TokenChecking::None), login));
        EXPECT_EQ(admits(over_tls(TokenChecking::Allow), login), row.allow) << login.channel_bindings();
        EXPECT_EQ(admits(over_tls(TokenChecking::Require), login), row.require) << login.channel_bindings();
    }
}

TEST(LabExtendedProtection, OverPlainHttpTheServiceNameMustFit) {
    struct {
        const char* spn;
        bool allow, require;
    } const rows[] = {{"", true, false},
                      {"HTTP/web01.lab.why401.test", true, true},
                      {"http/WEB01.lab.why401.test:8080", true, true},
                      {"HTTP/web02.lab.why401.test", false, false},
                      {"cifs/web01.lab.why401.test", false, false}};
    for (const auto& row : rows) {
        const auto login = login_with(kOthers, row.spn);
        EXPECT_TRUE(admits(over_http(TokenChecking::None), login)) << row.spn;
        EXPECT_EQ(admits(over_http(TokenChecking::Allow), login), row.allow) << row.spn;
        EXPECT_EQ(admits(over_http(TokenChecking::Require), login), row.require) << row.spn;
    }
}

TEST(LabExtendedProtection, TheBindingIsJudgedBeforeThePassword) {
    EXPECT_EQ(verdict(kOurs, "Wonderland1"), Verdict::Accepted);
    EXPECT_EQ(verdict(kOurs, "Looking-Glass"), Verdict::Refused);
    EXPECT_EQ(verdict(kOthers, "Wonderland1"), Verdict::Unbound);
    EXPECT_EQ(verdict(kOthers, "Looking-Glass"), Verdict::Unbound);
}

TEST(LabExtendedProtection, TheSiteLogsBadBindings) {
    Request request;
    request.method = "GET";
    request.target = "/?detailed=1";
    request.host = "epa-require.lab.why401.test";
    request.over_tls = true;
    request.binding = hex::encode(kOurs);
    request.authorization = test::credentials("NTLM", negotiate());
    const Answer challenge = answer(Fresh{}, request, machine(0), kChance, {});
    const auto* pending = std::get_if<ExpectAuthenticate>(&challenge.next);
    ASSERT_NE(pending, nullptr);
    request.authorization =
        test::credentials("NTLM", bound_login(pending->challenge, kOthers, "Wonderland1"));
    const Answer refused = answer(challenge.next, request, machine(0), kChance, {});
    EXPECT_EQ(refused.response.status, 401);
    EXPECT_EQ(refused.response.substatus, 1);
    EXPECT_EQ(refused.response.win32, kBadBindings);
    const std::string page = std::get<std::string>(refused.response.body);
    EXPECT_NE(page.find("0x80090346"), std::string::npos);
    EXPECT_NE(page.find("https://epa-require.lab.why401.test:443/"), std::string::npos);
}

}  // namespace
}  // namespace why401::lab
