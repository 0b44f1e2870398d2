// The claim above all claims: in `affinity` and `auth-aware` nobody is ever served on a connection that
// another client logged in on. Eight clients and a server that binds identity to the connection do random
// things in random order; the same run under a blind pool must find the leak, or the test would prove
// nothing.

#include <gtest/gtest.h>

#include <random>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

constexpr int kClients = 8;

/// Answers as IIS does: a login lives in the connection, not in the request.
struct Server {
    struct State {
        std::string login;  ///< who the connection is; empty: nobody yet
        bool challenged = false;
        std::string received;  ///< of the request under way
    };
    std::map<ConnectionId, State> connections;
};

class World {
public:
    World(std::string_view policy, unsigned seed) : script_(options(policy)), random_(seed) {
        for (int i = 0; i < kClients; ++i) people_.push_back(arrive());
    }

    void step() {
        const std::size_t who = pick(people_.size());
        switch (pick(16)) {
            case 0: script_.fin(people_[who].connection); break;
            case 1: script_.rst(people_[who].connection); break;
            case 2: break_an_upstream(); break;
            case 3: script_.later(static_cast<std::int64_t>(pick(3000))); break;
            case 4:
            case 5:
            case 6:
            case 7:
            case 8: ask(people_[who]); break;
            default: answer_one(); break;
        }
        for (Person& person : people_)
            if (script_.closed(person.connection)) person = arrive();
        if (script_.journal.size() > 2000) forget();
    }

    std::uint64_t served = 0, as_another = 0, logins = 0;

private:
    struct Person {
        ConnectionId connection;
        std::string name;
        int leg = 0;           ///< of an NTLM login: what to send next
        bool waiting = false;  ///< for an answer
    };

    static RelayOptions options(std::string_view policy) {
        RelayOptions options = with_policy(policy);
        options.route = [](const std::string& host, std::uint16_t port) {
            Route route;
            route.hop = {host, port, false, host};
            return route;
        };
        return options;
    }
    std::size_t pick(std::size_t n) { return random_() % n; }

    // Everybody has a name of their own, a new one for each connection: being served as anybody else is a
    // leak.
    Person arrive() {
        Person person;
        person.connection = script_.client();
        person.name = "u" + std::to_string(person.connection.number);
        return person;
    }

    void ask(Person& person) {
        if (person.waiting) return;
        std::string fields = "X-Who: " + person.name + "\r\n";
        if (person.leg == 1)
            fields += authorization(ntlm_negotiate());
        else if (person.leg == 2)
            fields += authorization(ntlm_authenticate(person.name));
        else if (pick(6) == 0)
            fields += authorization(kerberos_login(person.name)) + "X-Kerberos: 1\r\n";
        else if (pick(4) == 0)
            person.leg = 1, fields += authorization(ntlm_negotiate());
        person.waiting = true;
        const std::string request = get(pick(3) ? "/" : "/page", fields);
        const std::size_t cut = pick(request.size());
        script_.from(person.connection, request.substr(0, cut));
        script_.from(person.connection, request.substr(cut));
    }

    void break_an_upstream() {
        const auto open = script_.open_upstreams();
        if (open.empty()) return;
        const ConnectionId id = open[pick(open.size())];
        pick(2) ? script_.fin(id) : script_.rst(id);
        for (Person& person : people_)  // its exchange may have been answered by the proxy
            if (!script_.closed(person.connection) && !script_.take(person.connection).empty())
                person.waiting = false, person.leg = 0;
    }

    void answer_one() {
        std::vector<ConnectionId> asked;
        for (const ConnectionId id : script_.open_upstreams()) {
            std::string& received = server_.connections[id].received;
            received += script_.take(id);
            if (received.ends_with("\r\n\r\n")) asked.push_back(id);
        }
        if (!asked.empty()) answer(asked[pick(asked.size())]);
    }

    void answer(ConnectionId id) {
        Server::State& state = server_.connections[id];
        const std::string request = std::exchange(state.received, {});
        const auto field = [&](const std::string& name) {
            const std::size_t at = request.find("\r\n" + name + ": ");
            if (at == std::string::npos) return std::string();
            const std::size_t begin = at + name.size() + 4;
            return request.substr(begin, request.find("\r\n", begin) - begin);
        };
        const std::string who = field("X-Who"), value = field("Authorization");
        std::string response;
        int next_leg = 0;
        if (!field("X-Kerberos").empty()) {
            state.login = who, ++logins;
            response = ok(who);
        } else if (value == ntlm_negotiate()) {
            state.login.clear();
            state.challenged = true, next_leg = 2;
            response = unauthorized(ntlm_challenge());
        } else if (!value.empty() && state.challenged) {
            state.challenged = false;
            state.login = who, ++logins;
            response = ok(who);
        } else if (!state.login.empty()) {
            ++served;
            if (state.login != who) ++as_another;
            response = ok(state.login);
        } else {
            next_leg = 1;
            response = unauthorized("NTLM", pick(8) ? "" : "Connection: close\r\n");
        }
        for (Person& person : people_)
            if (person.name == who) person.waiting = false, person.leg = next_leg;
        const std::size_t cut = pick(response.size());
        script_.from(id, response.substr(0, cut));
        script_.from(id, response.substr(cut));
        for (Person& person : people_) script_.take(person.connection);
    }

    // A long run keeps no record of itself.
    void forget() {
        script_.journal.clear();
        for (auto wire = script_.wires.begin(); wire != script_.wires.end();)
            if (wire->second.stage == Script::Stage::Closed) {
                server_.connections.erase(wire->first);
                wire = script_.wires.erase(wire);
            } else {
                wire->second.sent.clear();
                wire->second.taken = 0;
                ++wire;
            }
        forgot_ = true;
    }

public:
    ~World() {
        if (!forgot_) return;
        script_.relay.close_all(script_.now);
        EXPECT_TRUE(script_.open_upstreams().empty());
        script_.give_up();
    }

private:
    Script script_;
    Server server_;
    std::mt19937 random_;
    std::vector<Person> people_;
    bool forgot_ = false;
};

TEST(RelayIdentity, NobodyIsServedAsAnotherInAffinityOrAuthAware) {
    for (const char* policy : {"affinity", "auth-aware", "like/squid"}) {
        World world(policy, 1);
        for (int step = 0; step < 70'000 && !::testing::Test::HasFailure(); ++step) world.step();
        EXPECT_EQ(world.as_another, 0u) << policy;
        EXPECT_GT(world.logins, 300u) << policy << ": too little happened to prove anything";
        EXPECT_GT(world.served, 300u) << policy;
    }
}

TEST(RelayIdentity, TheSameRunFindsTheLeakOfABlindPool) {
    for (const char* policy :
         {"pooled/lifo", "pooled/random:5", "like/nginx-1.29.7", "like/haproxy-safe", "like/traefik-3.1"}) {
        World world(policy, 1);
        for (int step = 0; step < 20'000 && world.as_another == 0; ++step) world.step();
        EXPECT_GT(world.as_another, 0u) << policy;
    }
}

}  // namespace
}  // namespace why401
