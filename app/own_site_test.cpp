#include "app/own_site.h"

#include <gtest/gtest.h>

#include "app/setup_page.h"

namespace why401 {
namespace {

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

certs::CaCertificate some_ca() {
    certs::CaCertificate ca;
    ca.pem = "-----BEGIN CERTIFICATE-----\n";
    ca.der = std::string("\x30\x82\x00\x01", 4);
    ca.name = "why401 CA <host> 2026-11-22";
    ca.sha256 = "00ff10";
    return ca;
}

OwnSite without_tls() { return OwnSite(std::nullopt); }
OwnSite with_tls() { return OwnSite(some_ca()); }

OwnQuestion by_name(std::string_view path, bool tls = false) { return {path, "127.0.0.1:8401", true, tls}; }

TEST(OwnSite, ThePageNamesTheAddressThatWasReached) {
    const std::string page = with_tls().answer({"/", "127.0.0.1:8401", false}).body;
    EXPECT_TRUE(says(page, "curl --proxy http://127.0.0.1:8401 "));
    EXPECT_TRUE(says(page, "http://127.0.0.1:8401/proxy.pac"));
    EXPECT_TRUE(says(page, "<code>127.0.0.1</code>"));
    EXPECT_TRUE(says(page, "<code>8401</code>"));
    EXPECT_FALSE(says(page, "{{"));
    EXPECT_FALSE(says(page, "}}"));
    EXPECT_TRUE(says(without_tls().answer({"/", "[::1]:9", false}).body, "<code>[::1]</code>"));
}

TEST(OwnSite, ThePageSaysHowItWasReached) {
    const std::string through = setup_page("127.0.0.1:1", Door::Proxy, nullptr),
                      at = setup_page("127.0.0.1:1", Door::Address, nullptr),
                      ui = setup_page("127.0.0.1:1", Door::Ui, nullptr);
    EXPECT_TRUE(says(through, "You are looking at this through the proxy: it works."));
    EXPECT_TRUE(says(at, "You reached the proxy&#39;s own address."));
    for (const std::string& page : {at, ui}) EXPECT_FALSE(says(page, "through the proxy: it works."));
    EXPECT_EQ(without_tls().answer({"/x?y", "127.0.0.1:1", true}).body, through);
    EXPECT_EQ(without_tls().answer({"", "127.0.0.1:1", false}).body, at);
}

TEST(OwnSite, RunsNoScriptAndAsksNoOtherHost) {
    const std::string page = with_tls().answer(by_name("/")).body;
    for (const char* never : {"<script", "<img", "<form", "@import", "url(", "onclick", "style="})
        EXPECT_FALSE(says(page, never)) << never;
    const auto count = [&](const std::string& words) {
        std::size_t found = 0;
        for (std::size_t at = page.find(words); at != std::string::npos; at = page.find(words, at + 1))
            ++found;
        return found;
    };
    EXPECT_EQ(count("href="), 4u);
    for (const char* link : {"data:,", "/setup.css", "/ca.pem", "/ca.der"})
        EXPECT_EQ(count("href=\"" + std::string(link) + "\""), 1u) << link;
    EXPECT_EQ(count(" src="), 1u);
    EXPECT_EQ(count("<iframe src=\"/trust\""), 1u);
}

TEST(OwnSite, WhatIsNoAddressAndWhatACaIsCalledChangesNothing) {
    EXPECT_FALSE(says(setup_page("\"><script>&{{door}}:1", Door::Ui, nullptr), "<script"));
    EXPECT_EQ(pac_file("1.2.3.4:5\"; evil(); \""), pac_file("1.2.3.4:5evil"));
    const std::string page = with_tls().answer(by_name("/")).body;
    EXPECT_FALSE(says(page, "<host>"));
    EXPECT_TRUE(says(page, "why401 CA &lt;host&gt; 2026-11-22"));
}

TEST(OwnSite, ThePacFileSendsEverythingHere) {
    const OwnAnswer pac = with_tls().answer({"/proxy.pac?x", "192.168.1.5:8401", false});
    EXPECT_EQ(pac.type, "application/x-ns-proxy-autoconfig");
    EXPECT_EQ(pac.body, "function FindProxyForURL(url, host) { return \"PROXY 192.168.1.5:8401\"; }\n");
}

TEST(OwnSite, HandsOutTheCaAsSystemsInstallIt) {
    OwnSite site = with_tls();
    for (const auto& [path, text] :
         {std::pair{"/ca.pem", some_ca().pem}, std::pair{"/ca.der", some_ca().der}}) {
        const OwnAnswer answer = site.answer({path, "127.0.0.1:8401", false});
        EXPECT_EQ(answer.type, "application/x-x509-ca-cert");
        EXPECT_EQ(answer.body, text);
    }
}

TEST(OwnSite, SaysWhatTheCaIsAndWhatToDoWithItOnEachSystem) {
    const std::string page = with_tls().answer(by_name("/")).body;
    EXPECT_TRUE(says(page, "<pre><code>00:ff:10</code></pre>"));
    for (const char* system : {"Windows", "macOS", "Debian, Ubuntu", "Firefox", "Java", "Node.js"})
        EXPECT_TRUE(says(page, "<summary>" + std::string(system) + "</summary>")) << system;
    EXPECT_TRUE(says(page, "why401-ca.pem"));
}

TEST(OwnSite, AtTheUiTheFilesAreAtTheProxysAddressAndNothingIsLookedAt) {
    const certs::CaCertificate ca = some_ca();
    const std::string page = setup_page("127.0.0.1:8401", Door::Ui, &ca);
    EXPECT_TRUE(says(page, "href=\"http://127.0.0.1:8401/ca.pem\""));
    EXPECT_FALSE(says(page, "<iframe"));
}

TEST(OwnSite, WithoutACaNothingIsSaidOfOne) {
    OwnSite site = without_tls();
    EXPECT_FALSE(says(site.answer(by_name("/")).body, "CA"));
    for (const char* path : {"/ca.pem", "/ca.der", "/trust", "/trusted.svg"})
        EXPECT_EQ(site.answer(by_name(path)).reason_code, "setup") << path;
}

}  // namespace
}  // namespace why401
