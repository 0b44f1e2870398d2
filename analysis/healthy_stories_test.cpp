// No false alarm: healthy logins of many users, schemes and connections, interleaved at random (but the same
// in every run), and not one failure finding.

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "tests/support/told.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using test::Story;

constexpr std::size_t kStories = 100, kExchanges = 520;

std::string negotiate(std::string_view digits) {
    return "Negotiate " + base64::encode(hex::decode(digits).value());
}

/// One program with one connection at a time, which never shares it; it logs in as its scheme wants.
class Actor {
public:
    Actor(Story& story, std::mt19937& random, std::uint64_t number, std::uint64_t& connections)
        : story_(story),
          random_(random),
          number_(number),
          connections_(connections),
          scheme_(pick(kSchemes)) {
        if (pick(3) == 0) twin_ = true;
    }

    /// A step of its life: one or more exchanges that belong together, or a connection that ends.
    void step() {
        if (connection_ == 0) connect();
        story_.on(connection_, connection_).agent("program-" + std::to_string(number_) + "/1.0");
        if (pick(10) == 0) return close();
        if (pick(25) == 0) story_.wait(1'000 * pick(40));
        switch (scheme_) {
            case 0: return answer(ask());
            case 1: return ntlm();
            case 2: return wrapped_ntlm();
            case 3: return kerberos();
            case 4: return basic();
            case 5: return digest();
            default: return parent_proxy();
        }
    }

private:
    static constexpr unsigned kSchemes = 7;

    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
    std::string user() const { return "CONTOSO\\user" + std::to_string(twin_ ? 0 : number_); }
    std::string area() const { return "/area" + std::to_string(scheme_) + "/"; }

    Story& ask() { return story_.get(area() + "page" + std::to_string(pick(40))); }

    /// What a server answers to somebody it knows.
    void answer(Story& story) {
        constexpr int kAnswers[] = {200, 200, 200, 200, 200, 200, 304, 302, 206, 404, 204, 500};
        story.answers(kAnswers[pick(12)]);
    }
    void connect() {
        connection_ = ++connections_;
        story_.connects(Leg::Client, connection_,
                        "127.0.0.1:" + std::to_string(20'000 + connection_ % 40'000));
        story_.connects(Leg::Upstream, connection_, "10.0.0.1:80");
        logged_in_ = false;
    }
    void close() {
        const bool by_client = pick(2) == 0;
        story_.closes(by_client ? Leg::Client : Leg::Upstream, connection_);
        story_.closes(by_client ? Leg::Upstream : Leg::Client, connection_);
        connection_ = 0;
    }

    void ntlm() {
        if (logged_in_) return answer(ask());
        const std::string page = area() + "page" + std::to_string(pick(40));
        if (pick(3) != 0) story_.get(page).refuses();
        story_.get(page).negotiate().challenges();
        story_.get(page).authenticate(user());
        answer(story_);
        logged_in_ = true;
    }
    void wrapped_ntlm() {
        if (logged_in_) return answer(ask());
        const std::string page = area() + "page" + std::to_string(pick(40));
        story_.get(page).refuses();
        story_.get(page).negotiate().challenges();
        story_.get(page).wrapped().authenticate(user());
        answer(story_);
        logged_in_ = true;
    }
    void kerberos() {
        if (!logged_in_ && pick(2) == 0) ask().offers("Negotiate").answers(401);
        answer(ask().credentials(negotiate(vectors::kInitKerberosAndNtlm)));
        logged_in_ = true;
    }
    void basic() {
        const std::string page = area() + "page" + std::to_string(pick(40));
        if (!logged_in_ && pick(2) == 0) story_.get(page).offers("Basic realm=\"pages\"").answers(401);
        answer(story_.get(page).basic(user(), "secret"));
        logged_in_ = true;
    }
    std::string digest_of(const std::string& page) {
        char count[9];
        std::snprintf(count, sizeof count, "%08x", ++count_);
        return "Digest username=\"user\", realm=\"r\", nonce=\"" + nonce_ + "\", uri=\"" + page +
               "\", qop=auth, nc=" + count + ", cnonce=\"c" + std::to_string(number_) +
               "\", response=\"6629fae49393a05397450978507c4ef1\"";
    }
    void digest() {
        const std::string page = area() + "page" + std::to_string(pick(40));
        const bool stale = !nonce_.empty() && pick(8) == 0;
        if (stale) story_.get(page).credentials(digest_of(page));
        if (nonce_.empty() || stale) {
            if (!stale) story_.get(page);
            nonce_ = "nonce" + std::to_string(number_) + "-" + std::to_string(++nonces_);
            count_ = 0;
            story_
                .offers("Digest realm=\"r\", qop=\"auth\", nonce=\"" + nonce_ + "\"" +
                        (stale ? ", stale=true" : ""))
                .answers(401);
        }
        answer(story_.get(page).credentials(digest_of(page)));
    }
    /// The site is open, the proxy before it is not.
    void parent_proxy() {
        const std::string value = "Proxy-Authorization: Basic " + basic::encode("user", "secret");
        const std::string page = area() + "page" + std::to_string(pick(40));
        if (!logged_in_) story_.get(page).says("Proxy-Authenticate: Basic realm=\"proxy\"").answers(407);
        answer(story_.get(page).asks(value));
        logged_in_ = true;
    }

    Story& story_;
    std::mt19937& random_;
    std::uint64_t number_;
    std::uint64_t& connections_;
    unsigned scheme_;
    bool twin_ = false;  ///< shares its user with others: a browser's parallel connections
    std::uint64_t connection_ = 0;
    bool logged_in_ = false;
    std::string nonce_;
    unsigned count_ = 0, nonces_ = 0;
};

TEST(NoFalseAlarm, HealthyLoginsInterleavedAtRandomHaveNoFailure) {
    std::uint64_t exchanges = 0, normal = 0;
    for (std::size_t seed = 0; seed < kStories; ++seed) {
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        Story story;
        story.policy(seed % 2 == 0 ? "affinity" : "auth-aware");
        std::uint64_t connections = 0;
        std::vector<Actor> actors;
        for (std::uint64_t number = 1; number <= 12; ++number)
            actors.emplace_back(story, random, number, connections);
        while (story.exchanges() < kExchanges) actors[random() % actors.size()].step();
        const auto told = test::tell(story);
        ASSERT_EQ(told.failures(), "") << "story " << seed;
        EXPECT_EQ(told.summary.unexplained_401 + told.summary.explained_401, 0U) << "story " << seed;
        exchanges += story.exchanges();
        normal += told.summary.normal_401;
    }
    EXPECT_GE(exchanges, 50'000U);
    EXPECT_GE(normal, 4'500U) << "steps of logins that are refusals by themselves";
}

}  // namespace
}  // namespace why401
