// With credentials: does a login work, does it last on its connection, is it lent to others, and to what must
// it be bound. Accounts are locked after a few refusals, so those are counted (attempt.h).

#include <functional>

#include "app/probe/asking.h"
#include "app/probe/attempt.h"

namespace why401::probe {

namespace {

constexpr int kFurtherRequests = 4;
constexpr int kStrangers = 2;
constexpr int kRounds = 5, kAtOnce = 3;

using LogIn = std::function<Attempt(Line&)>;

std::string status_of(const Answer& answer) {
    return answer.status == 0 ? "no answer (" + answer.silence + ")" : std::to_string(answer.status);
}

/// The first login of all: refused, it ends what can be asked.
bool say_login(Asking& asking, const Attempt& attempt, const std::string& scheme, const std::string& who) {
    if (!attempt.sent()) {
        asking.say(Section::Login, Grade::Wrong, attempt.trouble, attempt.exchanges);
        return false;
    }
    asking.must_succeed.insert(number(attempt.answer.exchange));
    if (!attempt.let_in()) {
        asking.say(Section::Login, Grade::Wrong,
                   "the login of " + who + " by " + scheme + " was answered " + status_of(attempt.answer),
                   attempt.exchanges);
        return false;
    }
    asking.logged_in_as = who;
    asking.logged_in_by = scheme;
    asking.login = attempt.exchanges;
    asking.say(Section::Login, Grade::Fine,
               who + " is let in by " + scheme + " (" + status_of(attempt.answer) + ")", attempt.exchanges);
    const std::string persistent(value(attempt.answer.response, "Persistent-Auth"));
    if (!persistent.empty())
        asking.say(Section::Login, Grade::Note, "the server says Persistent-Auth: " + persistent,
                   {attempt.answer.exchange});
    return true;
}

// ---- does it last ----

/// Always false: it did not last.
bool say_lost(Asking& asking, const Answer& answer, int which, bool may_ask_each_time) {
    const std::string request =
        "request " + std::to_string(which) + " after the login, on the same connection, was answered 401";
    if (!may_ask_each_time) asking.must_succeed.insert(number(answer.exchange));
    asking.say(
        Section::Persistence, may_ask_each_time ? Grade::Note : Grade::Wrong,
        request + (may_ask_each_time ? ": this server wants a ticket with each request, as Kerberos is meant"
                                     : ": the login did not last"),
        {answer.exchange});
    return false;
}

/// Requests without credentials on the connection that is logged in. `each`: a ticket is wanted for each, as
/// servers may with Kerberos. False when it did not last.
bool lasts(Asking& asking, Line& line, bool each) {
    asking.begin("does the login last");
    std::vector<ExchangeId> served;
    for (int i = 0; i < kFurtherRequests && asking.goes_on() && line.stands(); ++i) {
        const Answer answer = line.get(asking.path());
        if (answer.refused()) return say_lost(asking, answer, i + 1, each && served.empty());
        if (answer.status == 0) break;
        served.push_back(answer.exchange);
    }
    if (!asking.goes_on()) return false;
    if (!served.empty())
        asking.say(Section::Persistence, Grade::Fine,
                   "it lasted for " + std::to_string(served.size()) +
                       " requests without credentials on its connection",
                   served);
    if (line.stands()) return true;
    asking.say(Section::Persistence, each ? Grade::Note : Grade::Warn,
               "after " + std::to_string(served.size()) +
                   " further requests the login was gone with its connection: " + line.trouble(),
               served);
    return false;
}

// ---- is it lent to others ----

/// Whether everybody is served by now, on more connections at once than anybody has logged in on: then it is
/// not the connection that is remembered. Not every request meets another on its way, hence the rounds.
bool goes_by_something_else(Asking& asking) {
    for (int round = 0; round < kRounds; ++round) {
        std::vector<std::unique_ptr<Line>> lines;
        for (int i = 0; i < kAtOnce; ++i) lines.push_back(std::make_unique<Line>(asking.trip));
        for (const Answer& answer : Line::get_at_once(lines, asking.path()))
            if (!answer.let_in()) return false;
    }
    asking.say(
        Section::Pooling, Grade::Warn,
        "since the login everybody on this machine is served without one, on any number of connections at "
        "once: the server, or somebody before it, goes by the address or keeps answers");
    return true;
}

/// A connection on which nobody logs in. True when it is served all the same, though the page asks for a
/// login.
bool stranger_is_served(Asking& asking, const std::string& when) {
    Line stranger(asking.trip);
    // The first request of a connection is not always sent where the later ones are (HAProxy, http-reuse
    // safe).
    if (!asking.door.open_page.empty() && stranger.stands()) stranger.get(asking.door.open_page);
    for (int i = 0; i < 2 && asking.goes_on() && stranger.stands(); ++i) {
        const Answer answer = stranger.get(asking.path());
        if (!answer.let_in()) continue;
        asking.lent = true;
        if (goes_by_something_else(asking)) return true;
        std::vector<ExchangeId> from = asking.login;
        from.push_back(answer.exchange);
        asking.say(
            Section::Pooling, Grade::Wrong,
            "a connection on which nobody logged in (" + stranger.name() + ") was served " + when +
                ", with the login of " + asking.logged_in_as +
                ": somebody behind this address pools server connections and lends them to other clients",
            from);
        return true;
    }
    return false;
}

bool is_lent_while_open(Asking& asking, Line& line, bool lasted) {
    asking.begin("is the login lent to other connections");
    for (int i = 0; i < kStrangers && asking.goes_on(); ++i)
        if (stranger_is_served(asking, "while the login was in use")) return true;
    if (!asking.goes_on() || !line.stands() || !lasted) return false;
    const Answer again = line.get(asking.path());
    if (!again.refused()) return false;
    asking.must_succeed.insert(number(again.exchange));
    asking.say(Section::Pooling, Grade::Wrong,
               "the login was lost from its own connection while other connections were in use (" +
                   status_of(again) + ")",
               {again.exchange});
    return true;
}

/// Between CHALLENGE and AUTHENTICATE of one login another client logs in. Refused, it counts.
void interleave(Asking& asking) {
    if (!may_be_refused(asking)) return;
    asking.begin("do two logins at once keep apart");
    Line one(asking.trip), other(asking.trip);
    const Begun first = begin_ntlm(asking, one);
    const Attempt between = log_in_by_ntlm(asking, other);
    if (!first.trouble.empty() || !between.sent() || !asking.goes_on()) return;
    const Attempt finished = finish_ntlm(asking, one, first, Binding::Right);
    if (!finished.sent() || finished.answer.status == 0) return;
    std::vector<ExchangeId> from{first.exchange};
    from.insert(from.end(), between.exchanges.begin(), between.exchanges.end());
    from.push_back(finished.answer.exchange);
    for (const Attempt* attempt : {&between, &finished})
        asking.must_succeed.insert(number(attempt->answer.exchange));
    if (between.let_in() && finished.let_in())
        return asking.say(
            Section::Pooling, Grade::Fine,
            "a login is not disturbed by another client's, between its CHALLENGE and its AUTHENTICATE", from);
    asking.say(
        Section::Pooling, Grade::Wrong,
        "of two logins at once one fails (" + status_of(between.answer) + " and " +
            status_of(finished.answer) +
            "), though each has a connection of its own and the same login worked alone: somebody behind "
            "this address sends both over one server connection",
        from);
}

// ---- channel binding ----

void look_at_binding(Asking& asking, const std::function<Attempt(Line&, Binding)>& log_in) {
    if (!asking.trip.place.tls) return;
    if (!asking.tls || !asking.tls->certificate || asking.tls->certificate->ntlm_binding.empty())
        return asking.say(Section::Binding, Grade::Note,
                          "its certificate is of a kind that logins cannot be bound to (RFC 5929 4.1)");
    if (!may_be_refused(asking))
        return asking.say(Section::Binding, Grade::Note,
                          "not asked: it takes logins that may be refused" +
                              std::string(asking.wishes.gently ? " (--gently)" : ""));
    asking.begin("must logins be bound to the certificate");
    const auto tried = [&](Binding binding) {
        Line line(asking.trip);
        return log_in(line, binding);
    };
    const Attempt wrong = tried(Binding::Wrong);
    if (!wrong.sent()) return;
    if (wrong.let_in())
        return asking.say(
            Section::Binding, Grade::Note,
            "a login that is bound to another certificate is let in: Extended Protection is off, so a "
            "login can be relayed here",
            wrong.exchanges);
    if (!may_be_refused(asking)) return;
    const Attempt absent = tried(Binding::Absent);
    if (!absent.sent()) return;
    std::vector<ExchangeId> from = wrong.exchanges;
    from.insert(from.end(), absent.exchanges.begin(), absent.exchanges.end());
    asking.say(Section::Binding, absent.let_in() ? Grade::Note : Grade::Fine,
               absent.let_in()
                   ? "a login bound to another certificate is refused, one without a binding is let in: "
                     "Extended Protection is on for those who send one"
                   : "only logins bound to this certificate are let in: Extended Protection is required, "
                     "and nobody can decrypt on the way",
               from);
}

// ---- all of it ----

/// A login that lives in its connection: NTLM, or Kerberos.
void look_at_connection_login(Asking& asking, const std::string& scheme, const std::string& who, bool each,
                              const std::function<Attempt(Line&, Binding)>& log_in) {
    {
        Line line(asking.trip);
        const Attempt attempt = log_in(line, Binding::Right);
        const std::string name = each && !asking.logged_in_as.empty() ? asking.logged_in_as : who;
        if (!say_login(asking, attempt, scheme, name)) return;
        const bool lasted = lasts(asking, line, each);
        if (is_lent_while_open(asking, line, lasted)) return;
    }
    if (!asking.goes_on() || stranger_is_served(asking, "after the login's own connection was closed"))
        return;
    if (!asking.lent && asking.goes_on())
        asking.say(Section::Pooling, Grade::Fine,
                   "connections on which nobody logged in are asked for a login, during and after another's");
    if (!each) interleave(asking);
    look_at_binding(asking, log_in);
}

void look_at_single_login(Asking& asking, const std::string& scheme, const LogIn& log_in) {
    Line line(asking.trip);
    if (!say_login(asking, log_in(line), scheme, asking.wishes.account->name())) return;
    asking.say(Section::Persistence, Grade::Fine,
               "each request carries the login: nothing has to last, and nothing can be lent");
}

void log_in_with_password(Asking& asking) {
    const std::string who = asking.wishes.account->name();
    if (asking.door.takes_ntlm) {
        asking.begin("logging in by NTLM");
        return look_at_connection_login(asking, "NTLM", who, false, [&](Line& line, Binding binding) {
            return log_in_by_ntlm(asking, line, binding);
        });
    }
    if (asking.door.offers("Digest")) {
        asking.begin("logging in by Digest");
        return look_at_single_login(asking, "Digest", [&](Line& line) {
            const Answer asked = line.get(asking.path());
            return log_in_by_digest(asking, line, asked.response);
        });
    }
    if (asking.door.offers("Basic")) {
        asking.begin("logging in by Basic");
        return look_at_single_login(asking, "Basic",
                                    [&](Line& line) { return log_in_by_basic(asking, line); });
    }
    asking.say(Section::Login, Grade::Warn,
               "a password is of no use here: neither NTLM nor Digest nor Basic is taken");
}

void log_in_with_ticket(Asking& asking) {
    if (!asking.door.offers("Negotiate"))
        return asking.say(Section::Login, Grade::Warn,
                          "a Kerberos ticket is of no use here: Negotiate is not offered");
    asking.begin("logging in by Kerberos");
    look_at_connection_login(
        asking, "Kerberos", "the owner of the ticket", true,
        [&](Line& line, Binding binding) { return log_in_by_ticket(asking, line, binding); });
}

}  // namespace

void log_in_and_look(Asking& asking) {
    if (!asking.wishes.account && !asking.wishes.tickets) return;
    if (!asking.door.asks())
        return asking.say(Section::Login, Grade::Note,
                          asking.path() + " does not ask for a login (" + std::to_string(asking.door.status) +
                              "), so none was sent");
    if (asking.wishes.tickets) log_in_with_ticket(asking);
    if (asking.wishes.account && asking.goes_on()) log_in_with_password(asking);
}

}  // namespace why401::probe
