#include "app/own_site.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

TEST(OwnSite, ThePageNamesTheAddressThatWasReached) {
    const std::string page = own_site({"/", "127.0.0.1:8401", false}).body;
    EXPECT_TRUE(says(page, "curl --proxy http://127.0.0.1:8401 "));
    EXPECT_TRUE(says(page, "http://127.0.0.1:8401/proxy.pac"));
    EXPECT_TRUE(says(page, "<code>127.0.0.1</code>"));
    EXPECT_TRUE(says(page, "<code>8401</code>"));
    EXPECT_FALSE(says(page, "{{"));
    EXPECT_FALSE(says(page, "}}"));
    EXPECT_TRUE(says(own_site({"/", "[::1]:9", false}).body, "<code>[::1]</code>"));
}

TEST(OwnSite, ThePageSaysHowItWasReached) {
    const std::string through = setup_page("127.0.0.1:1", Door::Proxy),
                      at = setup_page("127.0.0.1:1", Door::Address), ui = setup_page("127.0.0.1:1", Door::Ui);
    EXPECT_TRUE(says(through, "You are looking at this through the proxy: it works."));
    EXPECT_TRUE(says(at, "You reached the proxy&#39;s own address."));
    for (const std::string& page : {at, ui}) EXPECT_FALSE(says(page, "through the proxy: it works."));
    EXPECT_EQ(own_site({"/x?y", "127.0.0.1:1", true}).body, through);
    EXPECT_EQ(own_site({"", "127.0.0.1:1", false}).body, at);
}

TEST(OwnSite, RunsNoScriptAndAsksNoOtherHost) {
    const std::string page = own_site({"/", "127.0.0.1:8401", true}).body;
    for (const char* never :
         {"<script", "<img", "<iframe", "<form", "@import", "url(", " src=", "onclick", "style="})
        EXPECT_FALSE(says(page, never)) << never;
    std::size_t links = 0;
    for (std::size_t at = page.find("href="); at != std::string::npos; at = page.find("href=", at + 1))
        ++links;
    EXPECT_EQ(links, 2u);
    EXPECT_TRUE(says(page, "href=\"data:,\"") && says(page, "href=\"/setup.css\""));
}

TEST(OwnSite, WhatIsNoAddressChangesNothing) {
    EXPECT_FALSE(says(setup_page("\"><script>&{{door}}:1", Door::Ui), "<script"));
    EXPECT_EQ(pac_file("1.2.3.4:5\"; evil(); \""), pac_file("1.2.3.4:5evil"));
}

TEST(OwnSite, ThePacFileSendsEverythingHere) {
    const OwnAnswer pac = own_site({"/proxy.pac?x", "192.168.1.5:8401", false});
    EXPECT_EQ(pac.type, "application/x-ns-proxy-autoconfig");
    EXPECT_EQ(pac.body, "function FindProxyForURL(url, host) { return \"PROXY 192.168.1.5:8401\"; }\n");
}

}  // namespace
}  // namespace why401
