#include <gtest/gtest.h>

#include "app/own_site.h"

namespace why401 {
namespace {

struct Looking : testing::Test {
    OwnSite site{certs::CaCertificate{}};

    std::string ask(const std::string& path, bool tls = false) {
        return site.answer({path, "127.0.0.1:8401", true, tls}).body;
    }
    /// What stands between the two; empty when it is not there.
    static std::string between(const std::string& text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        if (at == std::string::npos) return {};
        std::string found = text.substr(at + from.size());
        found.resize(found.find(to));
        for (std::size_t i; (i = found.find("&amp;")) != std::string::npos;) found.replace(i, 5, "&");
        return found;
    }
    static std::string next(const std::string& page) { return between(page, "; url=", "\""); }
    static std::string image(const std::string& page) {
        return between(page, "src=\"https://why401.test", "\"");
    }
    static bool trusts(const std::string& page) {
        return page.find("This browser trusts the CA.") != std::string::npos;
    }
};

TEST_F(Looking, GoesOnUntilTheImageHasComeOverTls) {
    std::string page = ask("/trust");
    for (int looks = 0; looks < 3; ++looks) {
        EXPECT_FALSE(trusts(page));
        page = ask(next(page));
    }
    ask(image(page), true);
    page = ask(next(page));
    EXPECT_TRUE(trusts(page));
    EXPECT_EQ(next(page), "") << "then it rests";
    EXPECT_EQ(image(page), "");
}

TEST_F(Looking, AnImageThatCameInClearProvesNothing) {
    const std::string page = ask("/trust");
    ask(image(page), false);
    EXPECT_FALSE(trusts(ask(next(page))));
}

TEST_F(Looking, OneBrowserIsNotTakenForAnother) {
    const std::string one = ask("/trust"), another = ask("/trust");
    ask(image(one), true);
    EXPECT_FALSE(trusts(ask(next(another))));
    EXPECT_TRUE(trusts(ask(next(one))));
}

TEST_F(Looking, APageThatIsForgottenStopsAsking) {
    std::string page = ask("/trust");
    int looks = 1;
    while (!next(page).empty() && looks < 1000) {
        page = ask(next(page));
        ++looks;
    }
    EXPECT_LT(looks, 100);
    EXPECT_FALSE(trusts(page));
    EXPECT_NE(page.find("<a href=\"/trust\">Look again</a>"), std::string::npos);
}

TEST_F(Looking, WhatNobodyWasGivenIsNoKey) {
    ask("/trusted.svg?key=1", true);
    ask("/trusted.svg?key=18446744073709551615", true);
    ask("/trusted.svg", true);
    EXPECT_FALSE(trusts(ask("/trust")));
    EXPECT_FALSE(trusts(ask("/trust?key=99&look=3")));
    EXPECT_FALSE(trusts(ask("/trust?key=<script>&look=-1")));
    EXPECT_EQ(ask("/trust?key=<script>").find("<script"), std::string::npos);
}

TEST_F(Looking, ManyThatTrustTakeNoMoreRoom) {
    std::string last;
    for (int i = 0; i < 1000; ++i) {
        last = ask("/trust");
        ask(image(last), true);
    }
    EXPECT_TRUE(trusts(ask(next(last))));
}

}  // namespace
}  // namespace why401
