#pragma once
// One login on one line, by one scheme. It counts what is refused, and sends nothing once too many were.

#include <string>

#include "app/probe/asking.h"

namespace why401::probe {

/// To what a login is said to be bound.
enum class Binding : unsigned char { Right, Absent, Wrong };

struct Attempt {
    std::vector<ExchangeId> exchanges;
    Answer answer;        ///< to the credentials
    std::string trouble;  ///< why no credentials were sent; empty: they were

    bool sent() const { return trouble.empty(); }
    bool let_in() const { return sent() && answer.status != 0 && !answer.refused() && answer.status < 500; }
};

/// An NTLM login under way: NEGOTIATE sent, CHALLENGE had.
struct Begun {
    std::string scheme, negotiate, challenge;
    ExchangeId exchange{};
    std::string trouble;  ///< why there is no CHALLENGE
};
Begun begin_ntlm(Asking& asking, Line& line);
Attempt finish_ntlm(Asking& asking, Line& line, const Begun& begun, Binding binding);
Attempt log_in_by_ntlm(Asking& asking, Line& line, Binding binding = Binding::Right);
Attempt log_in_by_digest(Asking& asking, Line& line, const Message& challenge);
Attempt log_in_by_basic(Asking& asking, Line& line);
/// Says what the library says: whose ticket it is, and what the server proved.
Attempt log_in_by_ticket(Asking& asking, Line& line, Binding binding = Binding::Right);

/// Whether one more login may be sent that the server may refuse.
bool may_be_refused(const Asking& asking);

}  // namespace why401::probe
