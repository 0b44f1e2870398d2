#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/browser/chromium.h"
#include "app/browser/firefox.h"

namespace why401::browser {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Browser kChromium{"chromium", Family::Chromium, "/usr/bin/chromium", ""};
const Browser kFirefox{"firefox", Family::Firefox, "/usr/bin/firefox", ""};

Wish wish() {
    return {"https://web01.example/x",
            "web01.example",
            "https://web01.example:443",
            "127.0.0.1:8401",
            "/tmp/p",
            {},
            false,
            {}};
}

TEST(ChromiumStart, AsksEverythingOfTheProxyInAProfileOfItsOwn) {
    const Start start = chromium(kChromium, wish());
    EXPECT_EQ(start.command.front(), "/usr/bin/chromium");
    EXPECT_EQ(start.command.back(), "https://web01.example/x");
    for (const char* argument : {"--user-data-dir=/tmp/p", "--proxy-server=http://127.0.0.1:8401",
                                 "--proxy-bypass-list=<-loopback>", "--disable-quic"})
        EXPECT_THAT(start.command, Contains(argument));
}

TEST(ChromiumStart, GivesTicketsToTheHostOfTheUrlAlone) {
    const Start start = chromium(kChromium, wish());
    EXPECT_THAT(start.command, Contains("--auth-server-allowlist=web01.example"));
    EXPECT_THAT(start.command, Not(Contains(StartsWith("--auth-negotiate-delegate-allowlist"))));
}

TEST(ChromiumStart, TrustsNothingUnlessThereIsAKeyToTrust) {
    const auto trusting = StartsWith("--ignore-certificate-errors");
    EXPECT_THAT(chromium(kChromium, wish()).command, Not(Contains(trusting)));
    Wish with_key = wish();
    with_key.trusted_keys = {"abc=", "def="};
    EXPECT_THAT(chromium(kChromium, with_key).command,
                Contains("--ignore-certificate-errors-spki-list=abc=,def="));
    EXPECT_THAT(chromium(kChromium, with_key).command, Not(Contains("--ignore-certificate-errors")));
}

TEST(ChromiumStart, KeepsItsSandboxExceptAsRoot) {
    EXPECT_THAT(chromium(kChromium, wish()).command, Not(Contains("--no-sandbox")));
    Wish as_root = wish();
    as_root.as_root = true;
    EXPECT_THAT(chromium(kChromium, as_root).command, Contains("--no-sandbox"));
}

TEST(ChromiumStart, TakesMoreArgumentsBeforeTheUrl) {
    Wish more = wish();
    more.more_arguments = {"--headless"};
    const Start start = chromium(kChromium, more);
    EXPECT_EQ(start.command[start.command.size() - 2], "--headless");
}

TEST(FirefoxStart, AsksEverythingOfTheProxyInAProfileOfItsOwn) {
    Wish more = wish();
    more.proxy = "[::1]:9";
    more.more_arguments = {"--headless"};
    const Start start = firefox(kFirefox, more);
    EXPECT_EQ(start.command, (std::vector<std::string>{"/usr/bin/firefox", "--new-instance", "--profile",
                                                       "/tmp/p", "--headless", "https://web01.example/x"}));
    ASSERT_EQ(start.files.size(), 1u);
    EXPECT_EQ(start.files[0].first, "user.js");
    for (const char* line :
         {"user_pref(\"network.proxy.type\", 1);\n", "user_pref(\"network.proxy.http\", \"::1\");\n",
          "user_pref(\"network.proxy.ssl_port\", 9);\n",
          "user_pref(\"network.proxy.allow_hijacking_localhost\", true);\n",
          "user_pref(\"network.proxy.failover_direct\", false);\n",
          "user_pref(\"network.negotiate-auth.trusted-uris\", \"https://web01.example:443\");\n"})
        EXPECT_THAT(start.files[0].second, HasSubstr(line));
}

TEST(FirefoxStart, WhatAHostIsCalledCannotWriteAPreference) {
    Wish odd = wish();
    odd.host = "a\");\nuser_pref(\"x\", 1";
    EXPECT_THAT(firefox(kFirefox, odd).files[0].second, Not(HasSubstr("\nuser_pref(\"x\"")));
}

TEST(FirefoxStart, TrustsTheCaForServersAndForNothingElse) {
    const auto commands = firefox_trust("/tmp/p", "/ca.pem");
    ASSERT_EQ(commands.size(), 2u);
    EXPECT_THAT(commands[0], Contains("--empty-password"));
    EXPECT_EQ(commands[1], (std::vector<std::string>{"certutil", "-A", "-d", "sql:/tmp/p", "-n", "why401",
                                                     "-t", "C,,", "-i", "/ca.pem"}));
}

}  // namespace
}  // namespace why401::browser
