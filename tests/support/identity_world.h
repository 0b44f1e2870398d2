#pragma once
// Eight people with connections of their own, the relay, and a server that ties logins to connections. Chance
// says what happens next; the people check each answer: it is their own, in order, and made under their own
// name. It refuses to look at what the relay records: only bytes count.

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "proxy/machine/relay.h"
#include "tests/support/identity_server.h"

namespace why401::test {

/// What happened in all worlds of a test: proof that there was something to find.
struct Happened {
    std::uint64_t interleavings = 0, answers = 0, logins = 0, by_login = 0, pipelined = 0, breaks = 0,
                  switches = 0, shared = 0;
};

class IdentityWorld final : public Outside {
public:
    IdentityWorld(std::uint64_t seed, std::string_view policy, bool switches, Happened& happened)
        : chance_(seed), switches_(switches), happened_(happened), relay_(options(policy), *this) {}

    /// One schedule: up to a dozen things happen, in any order. False when somebody was wronged.
    bool interleave() {
        ++happened_.interleavings;
        for (unsigned step = 4 + chance_.below(9); step != 0 && wrong.empty(); --step) happen();
        return wrong.empty();
    }
    /// Everything under way is let come to its end; nobody may be left without answer.
    bool end() {
        for (int round = 0; round < 200 && wrong.empty() && finish_something(); ++round) {
        }
        for (const Desk& desk : desks_)
            if (desk.open && !desk.asked.empty() && wrong.empty())
                wrong = desk.person->name + " waits in vain";
        relay_.close_all(now_);
        for (const Wire& wire : wires_)
            if (wire.state != Wire::Gone && wrong.empty()) wrong = "an upstream connection is left open";
        return wrong.empty();
    }

    std::string wrong;  ///< what was done to whom; empty: nothing

private:
    struct Ask {
        unsigned number;
        enum class Step { Plain, Negotiate, Login } step;
    };
    /// One client connection.
    struct Desk {
        const Person* person;
        ConnectionId id;
        bool open = true, finished = false;
        std::string unsent, input;
        std::deque<Ask> asked;
        bool challenged = false, logged_in = false;
    };
    /// One upstream connection; the number of its id is its place.
    struct Wire {
        enum State { Opening, Open, Gone } state = Opening;
        IdentityConnection server;
        std::string output;  ///< of the server, on its way
        bool close_behind = false, busy = false;
        const Person* last = nullptr;
    };

    static RelayOptions options(std::string_view policy) {
        RelayOptions made;
        made.policy = *parse_policy(policy);
        return made;
    }

    // ---- chance ----
    void happen() {
        now_.steady_us += 1000;
        const unsigned what = chance_.below(100);
        if (what < 50) return act(desk());
        if (what < 92) return serve();
        if (what < 95) return break_upstream();
        if (what < 97) return leave(desk());
        if (what == 97 && switches_) return switch_policy();
        if (what == 98) now_.steady_us += 61'000'000;  // longer than idle pooled connections live
        relay_.tick(now_);
    }
    Desk& desk() {
        const Person& person = people()[chance_.below(static_cast<unsigned>(people().size()))];
        if (desks_.size() > 4 &&
            !chance_.once_in(4)) {  // those who have begun go on more often than others come
            Desk& one = desks_[chance_.below(static_cast<unsigned>(desks_.size()))];
            if (one.open && !one.finished) return one;
        }
        for (Desk& one : desks_)
            if (one.open && !one.finished && one.person == &person && !chance_.once_in(8)) return one;
        desks_.push_back({&person, relay_.client_accepted({}, now_), true, false, {}, {}, {}, false, false});
        return desks_.back();
    }

    // ---- clients ----
    void act(Desk& one) {
        if (one.unsent.empty()) {
            if (one.asked.size() >= 3) return;
            ask(one);
            while (one.asked.size() < 3 && chance_.once_in(5)) ask(one);
        }
        if (one.unsent.empty()) return;
        std::string piece = one.unsent;
        if (chance_.once_in(4)) piece.resize(1 + chance_.below(static_cast<unsigned>(piece.size())));
        one.unsent.erase(0, piece.size());
        relay_.bytes(one.id, piece, now_);
    }
    void ask(Desk& one) {
        const bool waits = !one.asked.empty() && one.asked.back().step == Ask::Step::Negotiate;
        if (waits) return;  // nothing can be asked between NEGOTIATE and the challenge
        const Person& person = *one.person;
        Ask ask{++numbers_, Ask::Step::Plain};
        const std::string* credentials = nullptr;
        if (person.scheme == Scheme::Basic || person.scheme == Scheme::Kerberos) {
            if (chance_.once_in(one.logged_in ? 6 : 2)) credentials = &person.first;
            if (credentials && person.scheme == Scheme::Kerberos) ask.step = Ask::Step::Login;
        } else if (person.scheme != Scheme::None) {
            if (std::exchange(one.challenged, false))
                credentials = &person.second, ask.step = Ask::Step::Login;
            else if (one.asked.empty() && chance_.once_in(one.logged_in ? 12 : 2))
                credentials = &person.first, ask.step = Ask::Step::Negotiate;
        }
        const bool post = chance_.once_in(8);
        one.unsent += post ? "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 3\r\nX-Ask: "
                           : "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nX-Ask: ";
        one.unsent += std::to_string(ask.number) + "\r\n";
        if (credentials) one.unsent += "Authorization: " + *credentials + "\r\n";
        one.unsent += post ? "\r\nabc" : "\r\n";
        happened_.pipelined += !one.asked.empty();
        one.asked.push_back(ask);
        askers_.push_back(&person);
    }
    void leave(Desk& one) {
        const unsigned how = chance_.below(3);
        if (how == 0) {
            one.finished = true;
            return relay_.ended(one.id, now_);
        }
        one.open = false;
        relay_.broken(one.id, how == 1, "went away", now_);
    }
    void switch_policy() {
        ++happened_.switches;
        relay_.set(*parse_policy(chance_.once_in(2) ? "affinity" : "auth-aware"), {}, now_);
    }

    // ---- what a client gets ----
    void read(Desk& one) {
        while (wrong.empty()) {
            const std::size_t end = one.input.find("\r\n\r\n");
            if (end == std::string::npos) return;
            const std::string_view head = std::string_view(one.input).substr(0, end + 2);
            const std::string_view rest = std::string_view(one.input).substr(end + 4);
            std::size_t body = 0;
            if (head.starts_with("HTTP/1.1 1")) {
                one.input.erase(0, end + 4);
                continue;
            }
            if (head.find("Transfer-Encoding") != std::string_view::npos)
                body = std::string_view("2\r\nok\r\n0\r\n\r\n").size();
            else if (const std::string_view length = value_of(head, "Content-Length: "); !length.empty())
                body = std::stoul(std::string(length));
            if (rest.size() < body) return;
            check(one, head);
            one.input.erase(0, end + 4 + body);
            if (body == 0) one.input.clear();  // to the end
        }
    }
    void check(Desk& one, std::string_view head) {
        const std::string& name = one.person->name;
        if (one.asked.empty()) return fail(name + " gets an answer without having asked");
        const Ask ask = one.asked.front();
        one.asked.pop_front();
        ++happened_.answers;
        if (head.find("X-Why401: ") != std::string_view::npos) return;  // the proxy's own: no connection, say
        if (value_of(head, "X-Answer: ") != std::to_string(ask.number))
            return fail(name + " gets the answer to another request");
        if (head.starts_with("HTTP/1.1 401")) {
            one.challenged = ask.step == Ask::Step::Negotiate;
            if (ask.step != Ask::Step::Plain) one.logged_in = false;
            return;
        }
        const std::string_view served = value_of(head, "X-Served-As: ");
        if (!served.empty() && served != name) return fail(name + " is served as " + std::string(served));
        if (served.empty() && ask.step == Ask::Step::Plain && one.logged_in)
            return fail(name + " lost its login and was not told");
        happened_.by_login += served == name && ask.step == Ask::Step::Plain;
        if (ask.step != Ask::Step::Login) return;
        one.logged_in = true;
        ++happened_.logins;
    }
    void fail(std::string what) {
        if (wrong.empty()) wrong = std::move(what);
    }

    // ---- the server's side ----
    Wire* some_wire() {
        if (wires_.empty()) return nullptr;
        const std::size_t begin = chance_.below(static_cast<unsigned>(wires_.size()));
        for (std::size_t i = 0; i < wires_.size(); ++i) {
            Wire& wire = wires_[(begin + i) % wires_.size()];
            if (wire.state == Wire::Opening || (wire.state == Wire::Open && wire.busy)) return &wire;
        }
        return nullptr;
    }
    static ConnectionId id_of(std::size_t place) { return {Leg::Upstream, place + 1}; }
    ConnectionId id_of(const Wire& wire) const {
        return id_of(static_cast<std::size_t>(&wire - wires_.data()));
    }
    void serve() {
        Wire* wire = some_wire();
        if (!wire) return;
        const ConnectionId id = id_of(*wire);
        if (wire->state == Wire::Opening) {
            const bool fails = chance_.once_in(50);
            wire->state = fails ? Wire::Gone : Wire::Open;
            return fails ? relay_.connect_failed(id, {}, now_) : relay_.connected(id, {}, now_);
        }
        if (wire->output.empty()) wire->output = wire->server.respond(chance_, wire->close_behind);
        if (wire->output.empty()) {
            wire->busy = false;
            return;
        }
        std::string piece = wire->output;
        if (chance_.once_in(4)) piece.resize(1 + chance_.below(static_cast<unsigned>(piece.size())));
        wire->output.erase(0, piece.size());
        const bool last = wire->output.empty() && wire->close_behind;
        relay_.bytes(id, piece, now_);  // may open others: `wire` is of the past
        if (last && wires_[id.number - 1].state == Wire::Open) relay_.ended(id, now_);
    }
    void break_upstream() {
        if (wires_.empty()) return;
        const std::size_t place = chance_.below(static_cast<unsigned>(wires_.size()));
        if (wires_[place].state != Wire::Open) return;
        ++happened_.breaks;
        if (chance_.once_in(2)) return relay_.ended(id_of(place), now_);
        relay_.broken(id_of(place), true, "reset", now_);
    }
    bool finish_something() {
        bool more = false;
        for (std::size_t i = 0; i < desks_.size(); ++i)
            if (desks_[i].open && !desks_[i].finished && !desks_[i].unsent.empty())
                act(desks_[i]), more = true;
        for (std::size_t i = 0; i < wires_.size(); ++i)
            if (some_wire()) serve(), more = true;
        return more;
    }

    // ---- Outside ----
    void open(ConnectionId, const NextHop&) override { wires_.emplace_back(); }
    void secure(ConnectionId, const TlsToServer&) override {}
    void secure(ConnectionId, const TlsToClient&, std::string_view) override {}
    std::size_t send(ConnectionId id, std::string_view bytes) override {
        if (id.leg == Leg::Client) {
            for (Desk& one : desks_)
                if (one.id == id) {
                    one.input += bytes;
                    read(one);
                }
            return 0;
        }
        Wire& wire = wires_[id.number - 1];
        wire.server.receive(bytes);
        wire.busy = true;
        if (const std::string_view number = value_of(bytes, "X-Ask: "); !number.empty()) {
            const Person* asker = askers_[std::stoul(std::string(number)) - 1];
            happened_.shared += wire.last && wire.last != asker;
            wire.last = asker;
        }
        return 0;
    }
    void pause(ConnectionId) override {}
    void resume(ConnectionId) override {}
    void finish(ConnectionId) override {}
    void close(ConnectionId id, CloseHow) override {
        if (id.leg == Leg::Upstream) wires_[id.number - 1].state = Wire::Gone;
        for (Desk& one : desks_)
            if (one.id == id) one.open = false;
    }
    void record(JournalEvent) override {}

    Chance chance_;
    bool switches_;
    Happened& happened_;
    Instant now_{1'000'000, 1'000'000};
    unsigned numbers_ = 0;
    std::vector<const Person*> askers_;  ///< by number of the request
    std::deque<Desk> desks_;
    std::vector<Wire> wires_;
    Relay relay_;
};

}  // namespace why401::test
