#pragma once
// What the steps of a probe share: where they ask, what they were given, what they have found so far. A step
// asks, says facts, and leaves the rest to the rules (judge.h).

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/probe/line.h"
#include "app/probe/report.h"
#include "tokens/ntlm.h"
#include "tokens/proof/client_login.h"

namespace why401::probe {

/// Logins that the server may refuse: accounts are locked after a few of them (five, often).
constexpr unsigned kMostRefused = 3;

struct Wishes {
    std::optional<proof::OwnAccount> account;
    bool tickets = false;  ///< log in with the Kerberos cache
    bool gently = false;   ///< send no login that is meant to be refused, or may be
    std::function<void(const std::string&)> progress;  ///< what is asked now; may be empty
};

/// What the server showed to somebody who does not log in.
struct Door {
    int status = 0;                    ///< of the page that was asked for
    std::vector<std::string> schemes;  ///< offered for it, in order
    std::string open_page;             ///< a path that is served to anybody; empty: none was found
    bool takes_ntlm = false;           ///< it answered a NEGOTIATE with a CHALLENGE

    bool asks() const { return status == 401; }
    bool offers(std::string_view scheme) const;
    /// The scheme to speak NTLM in.
    std::string ntlm_scheme() const { return offers("NTLM") ? "NTLM" : "Negotiate"; }
};

struct Asking {
    Trip& trip;
    const Wishes& wishes;
    Report& report;
    Door door;
    std::optional<TlsFacts> tls;             ///< of the first connection
    std::set<std::uint64_t> must_succeed;    ///< exchanges whose refusal is a fault
    std::vector<ExchangeId> login;           ///< of the first login that was let in
    std::string logged_in_as, logged_in_by;  ///< "CONTOSO\alice", "NTLM"; empty: nobody was
    bool lent = false;  ///< served without a login on a connection where nobody logged in

    void say(Section section, Grade grade, std::string what, std::vector<ExchangeId> from = {}) {
        report.say(section, grade, std::move(what), std::move(from));
    }
    void begin(const std::string& step) const {
        if (wishes.progress) wishes.progress(step);
    }
    const std::string& path() const { return trip.place.target; }
    const Exchange* exchange(ExchangeId id) const;
    bool goes_on() const { return !trip.stopped; }
};

/// The CHALLENGE in an answer, as its bytes; empty when there is none, or when it is wrapped in SPNEGO.
std::string challenge_in(const Message& response);

/// Its name, its TLS, what it offers, what its CHALLENGE tells, who stands between. False when nothing more
/// can be asked.
bool look_at_door(Asking& asking);

/// With the account, the tickets, or both: logs in, and sees what becomes of the login.
void log_in_and_look(Asking& asking);

}  // namespace why401::probe
