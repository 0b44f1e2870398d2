#include "proxy/machine/connection_login.h"

#include <gtest/gtest.h>

#include "proxy/machine/faults.h"
#include "proxy/machine/own_page.h"
#include "tests/support/login_tokens.h"

namespace why401 {
namespace {

using namespace test;

LoginStep step(const std::string& fields) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    http1::HeadParser parser(http1::HeadParser::Kind::Request);
    EXPECT_EQ(parser.parse(bytes), http1::Progress::Complete);
    return login_step(parser.head(), bytes);
}

ChallengeOffer offer(const std::string& fields) {
    const std::string bytes = "HTTP/1.1 401 No\r\n" + fields + "\r\n";
    http1::HeadParser parser(http1::HeadParser::Kind::Response);
    EXPECT_EQ(parser.parse(bytes), http1::Progress::Complete);
    return challenge_offer(parser.head(), bytes);
}

TEST(ConnectionLogin, TheStepOfARequestIsReadFromEitherHeaderFamily) {
    for (const std::string name : {"Authorization: ", "proxy-AUTHORIZATION:"}) {
        EXPECT_EQ(step(name + ntlm_negotiate() + "\r\n"), LoginStep::Negotiate);
        EXPECT_EQ(step(name + ntlm_negotiate("negotiate") + "\r\n"), LoginStep::Negotiate);
        EXPECT_EQ(step(name + ntlm_authenticate() + "\r\n"), LoginStep::Authenticate);
        EXPECT_EQ(step(name + ntlm_authenticate("bob", "ntlm") + "\r\n"), LoginStep::Authenticate);
        EXPECT_EQ(step(name + kerberos_login() + "\r\n"), LoginStep::ApReq);
    }
}

TEST(ConnectionLogin, SchemesThatLiveInARequestAreNoLoginOfAConnection) {
    for (const std::string value :
         {"Basic YTpi", "Bearer abc", "Digest username=\"a\"", "", "Bearer", "NTLMv3 x"})
        EXPECT_EQ(step("Authorization: " + value + "\r\n"), LoginStep::None) << value;
    EXPECT_EQ(step(""), LoginStep::None);
}

TEST(ConnectionLogin, ATokenNobodyKnowsStillCountsAsALogin) {
    for (const std::string value : {"NTLM", "NTLM !!!", "Negotiate AAAA", "Nego2 YHYG", "Kerberos x"})
        EXPECT_EQ(step("Authorization: " + value + "\r\n"), LoginStep::Other) << value;
}

TEST(ConnectionLogin, OffersAreSeenInAnyCaseInBothFamiliesAndBesideOthers) {
    EXPECT_TRUE(offer("WWW-Authenticate: NTLM\r\n").www);
    EXPECT_TRUE(offer("www-authenticate: Basic realm=\"x\", nTlM\r\n").connection_based);
    EXPECT_TRUE(offer("WWW-Authenticate: Nego2 YHYG\r\n").connection_based) << "haproxy#581: variants count";
    const ChallengeOffer proxy = offer("Proxy-Authenticate: Negotiate\r\n");
    EXPECT_TRUE(proxy.connection_based);
    EXPECT_FALSE(proxy.www);
    EXPECT_FALSE(offer("WWW-Authenticate: Basic realm=\"NTLM\"\r\n").connection_based);
    EXPECT_FALSE(offer("X: NTLM\r\n").connection_based);
    EXPECT_FALSE(offer("WWW-Authenticate: NTLM\r\n").challenge_token);
    EXPECT_TRUE(offer("WWW-Authenticate: " + ntlm_challenge() + "\r\n").challenge_token);
    EXPECT_TRUE(offer("WWW-Authenticate: " + ntlm_challenge("Negotiate") + "\r\n").challenge_token);
}

TEST(Faults, EveryNameOfTheContractSwitchesOnAndOff) {
    FaultSet set;
    EXPECT_TRUE(set.empty());
    for (const FaultText& text : fault_texts()) {
        const std::string name(text.name);
        const std::string full = text.fault == FaultName::DelayAuthenticate ? name + ":1500" : name;
        EXPECT_TRUE(set.enable(full)) << full;
        EXPECT_TRUE(set.has(text.fault));
        EXPECT_EQ(set.names(), std::vector<std::string>{full});
        EXPECT_TRUE(set.disable(name));
        EXPECT_TRUE(set.empty());
        EXPECT_NE(text.meaning, "");
        EXPECT_NE(text.rule, "");
    }
    EXPECT_EQ(fault_texts().size(), 10u);
}

TEST(Faults, WhatIsNoFaultLeavesTheSetAsItWas) {
    FaultSet set;
    for (const char* name : {"", "addvia", "add-via:1", "delay-authenticate", "delay-authenticate:",
                             "delay-authenticate:0", "delay-authenticate:600001", "delay-authenticate:-5",
                             "delay-authenticate:9999999999", "delay-authenticate:5s", "Add-Via"})
        EXPECT_FALSE(set.enable(name)) << name;
    EXPECT_TRUE(set.empty());
    EXPECT_FALSE(set.disable("nothing"));
}

TEST(OwnPage, SaysThatItIsNotTheServersAndEscapesWhatCameFromTheNetwork) {
    OwnPage page{502, "connect-failed", "No connection to <b>", "a\"&<script>\x01", "hint"};
    const std::string response = own_response(page, true, false);
    EXPECT_TRUE(response.starts_with("HTTP/1.1 502 Bad Gateway\r\nX-Why401: connect-failed\r\n"));
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(response.find("<script>"), std::string::npos);
    EXPECT_NE(response.find("a&quot;&amp;&lt;script&gt;?"), std::string::npos);
    EXPECT_NE(response.find("not from the server"), std::string::npos);
}

TEST(OwnPage, ItsLengthIsTrueAndAHeadRequestGetsTheHeadAlone) {
    OwnPage page{504, "x", "h", "d", ""};
    const std::string whole = own_response(page, false, false), head = own_response(page, false, true);
    EXPECT_TRUE(whole.starts_with(head));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    const std::string length = std::to_string(whole.size() - head.size());
    EXPECT_NE(head.find("Content-Length: " + length + "\r\n"), std::string::npos);
    EXPECT_EQ(whole.find("Connection: close"), std::string::npos);
    const std::string own = own_response(OwnAnswer{"pac", "text/plain", "hi"}, false, false);
    EXPECT_TRUE(own.starts_with("HTTP/1.1 200 OK\r\nX-Why401: pac\r\nContent-Type: text/plain\r\n"));
    EXPECT_TRUE(own.ends_with("Content-Length: 2\r\n\r\nhi"));
}

}  // namespace
}  // namespace why401
