// Ordinary exchanges are passed over shortly. Whatever surrounds them, the listener hears the same words in
// the same order as when each exchange is read whole.

#include <gtest/gtest.h>

#include <random>

#include "analysis/facts.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::spoken;
using test::story;
using test::Story;
using Care = Diagnosis::Care;

/// A few clients, servers and pages, few enough to meet again and again.
class Mix {
public:
    explicit Mix(unsigned seed) : random_(seed), decrypted_(seed % 3 == 0) {}

    std::vector<RecordItem> items(int steps) {
        for (std::uint64_t id = 1; id <= 4; ++id)
            tale_.connects(Leg::Client, id, id % 2 ? "10.1.1.1:5000" : "10.1.1.2:5000")
                .connects(Leg::Upstream, id);
        for (std::uint64_t id = 1; decrypted_ && id <= 4; ++id) tale_.intercepts(id, id);
        while (steps-- > 0) step();
        return tale_.items();
    }

private:
    int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
    std::uint64_t one_of_four() { return static_cast<std::uint64_t>(below(4)) + 1; }
    Story& at_some_page() {
        static const char* const kPages[] = {"/", "/app/page", "/app/page?q=1/2", "/app/other", "/app/"};
        tale_.on(one_of_four(), one_of_four());
        tale_.agent(below(4) ? "test/1.0" : "agent/2 (x/y)").host(below(5) ? "web01.test" : "WEB02.test");
        return tale_.get(kPages[below(5)]);
    }
    /// Fields that mean something beside a login.
    void something_around() {
        switch (below(7)) {
            case 0: tale_.says("Location: /login?next=/app/page"); break;
            case 1: tale_.says("Location: http://web02.test/app/page"); break;
            case 2:
                tale_.method("POST", "/login").says("Location: /app/page").says("Set-Cookie: auth=1; secure");
                break;
            case 3: tale_.says("Age: 10"); break;
            case 4: tale_.page("IIS70Error=403,4,0x00000000,17763"); break;
            case 5: tale_.asks("Cookie: nonce=" + std::string(20'000, 'x')); break;
            default: tale_.asks("Origin: http://web02.test");
        }
    }
    void step() {
        static const int kStatus[] = {200, 200, 200, 304, 302, 403, 404, 400, 408, 500, 503};
        at_some_page();
        if (below(8) == 0) something_around();
        switch (below(16)) {
            case 0: tale_.refuses(); break;
            case 1: tale_.negotiate().challenges(); break;
            case 2: tale_.authenticate("CONTOSO\\alice").answers(200); break;
            case 3:
                if (below(2)) tale_.bound(test::binding_to(below(2) ? "ours" : "theirs"));
                tale_.authenticate("CONTOSO\\bob").answers(below(3) ? 401 : 200);
                break;
            case 4: tale_.basic("carol", "secret").answers(below(3) ? 200 : 401); break;
            case 5: tale_.says("Proxy-Authenticate: NTLM").answers(407); break;
            case 6: tale_.asks("Proxy-Authorization: Basic YTpi").answers(200); break;
            case 7: tale_.injected("add-via").answers(200); break;
            case 8: tale_.answered_by_us(below(2) ? 502 : 200); break;
            case 9:
                if (below(2))
                    tale_.refused_for(below(2) ? "certificate" : "tls", "it would not do");
                else
                    tale_.gets_no_answer();
                break;
            case 10: tale_.says("WWW-Authenticate: Negotiate oQcwBaADCgEA").answers(200); break;
            case 11:
                if (below(2))
                    tale_.closes(Leg::Client, one_of_four());
                else
                    tale_.closes(Leg::Upstream, one_of_four());
                tale_.answers(200);
                break;
            case 12: tale_.wait(below(3) ? 500 : 40'000); [[fallthrough]];
            default: tale_.answers(kStatus[below(11)]);
        }
    }

    std::mt19937 random_;
    bool decrypted_;
    Story tale_ = story();
};

TEST(ShortWay, SaysInAnyMixOfLoginsAndPagesWhatTheThoroughWaySays) {
    std::size_t findings = 0;
    for (unsigned seed = 1; seed <= 150; ++seed) {
        const auto items = Mix(seed).items(80);
        const std::string thorough = spoken(items, Care::Thorough);
        ASSERT_EQ(spoken(items, Care::Short), thorough) << "seed " << seed;
        for (std::size_t at = 0; (at = thorough.find("finding ", at)) != std::string::npos; ++at) ++findings;
    }
    EXPECT_GT(findings, 1000U) << "the mix has lost its bite";
}

TEST(ShortWay, ANewcomersPageIsServedToWhoWaitedForIt) {
    // The waiter learns of the page although its exchange is ordinary, on connections that nobody knows.
    const auto items =
        story().on(1, 1).get("/a").negotiate().challenges().on(2, 2).get("/a").answers(200).items();
    EXPECT_TRUE(is_ordinary(std::get<Exchange>(items.back())));
    EXPECT_EQ(spoken(items, Care::Short), spoken(items, Care::Thorough));
}

TEST(ShortWay, SaysNothingOfAnExchangeThatHasNothingToDoWithALogin) {
    const auto items = story().on(1, 1).get("/a").answers(200).get("/b").answers(500).items();
    for (const Care care : {Care::Short, Care::Thorough})
        EXPECT_EQ(spoken(items, care).find("exchange "), std::string::npos);
    EXPECT_EQ(test::tell(items).exchanges.at(2).leg, "none");
}

TEST(Ordinary, IsWhatCarriesNoCredentialsAndIsNotRefused) {
    const auto last = [](const Story& tale) { return std::get<Exchange>(tale.items().back()); };
    EXPECT_TRUE(is_ordinary(last(story().on(1, 1).get("/").answers(200))));
    EXPECT_TRUE(is_ordinary(last(story().on(1, 1).get("/").answers(500))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").refuses())));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").answers(407))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").basic("a", "b").answers(200))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").asks("proxy-authorization: x").answers(200))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").injected("add-via").answers(200))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).opens_tunnel())));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).https().get("/").refused_for("certificate", "expired"))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).https().get("/").answers(403))));
    EXPECT_TRUE(is_ordinary(last(story().on(1, 1).get("/").answers(403))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").page("HTTP Error 403.4 - ").answers(403))));
    EXPECT_TRUE(is_ordinary(last(story().on(1, 1).get("/").says("Location: /home").answers(302))));
    EXPECT_FALSE(is_ordinary(last(story().on(1, 1).get("/").says("Location: /login").answers(302))));
    EXPECT_TRUE(is_ordinary(last(story().on(1, 1).get("/").answers(400))));
}

}  // namespace
}  // namespace why401
