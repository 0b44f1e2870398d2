#pragma once
// What a rule gets to see: one exchange, what was known before it, what came after it so far. Plain values,
// read-only; it refuses to reach into the rest of the record.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/around.h"
#include "analysis/facts.h"
#include "analysis/log_trail.h"
#include "analysis/ntlm_trail.h"
#include "analysis/tickets.h"
#include "analysis/timeline.h"

namespace why401 {

/// What the client did about a refusal.
struct Sequel {
    enum class State : std::uint8_t { Awaited, Answered, GaveUp };
    enum class Ending : std::uint8_t { None, ClientClosed, TimedOut, StartedAnew, RecordEnded };
    State state = State::Awaited;
    Ending ending = Ending::None;  ///< why nothing more is expected
    ExchangeId by{};               ///< the answer
    std::optional<ConnectionId> on;
    ExchangeId served{};  ///< gave up, but the same program got the same page by this exchange
};

/// Logins that this origin accepted although a server that insists on channel bindings would have refused
/// them.
struct Leniency {
    std::optional<ExchangeId> ours;    ///< by NTLM, bound to the certificate of this proxy
    std::optional<ExchangeId> ticket;  ///< by a Kerberos ticket through this proxy's TLS
    std::optional<ExchangeId> none;    ///< by NTLM over TLS without a binding
};

struct NonceFacts;  // analysis/doors.h
struct Offer;

/// What the record showed of this origin and this user before.
struct History {
    bool open_to_anonymous = false;      ///< this very page was served to somebody unknown
    bool folder_asks_for_login = false;  ///< a page of the same folder was refused with a 401
    std::optional<ExchangeId> accepted;  ///< the same user's credentials were good here, in this exchange
    bool accepted_same = false;          ///< with identical credentials; never known of Digest and NTLM
    std::vector<ExchangeId> refusals;    ///< of the same user here within the last minute, oldest first
    std::vector<ExchangeId> alike;  ///< of these, by the same scheme at the same page or with the same secret
    bool same_secret = false;       ///< all that are alike, and this one, carried identical credentials
    std::vector<ExchangeId> refused_negotiates;  ///< a NEGOTIATE was answered by a bare challenge here
    bool page_was_theirs = false;                ///< this very page was served to the same user
    std::optional<ExchangeId> keeps_login;    ///< served without credentials, on the login of its connection
    std::optional<ExchangeId> lost_login;     ///< `login_vanished` here before
    TicketHistory tickets;                    ///< of a Kerberos ticket, and of whoever might have shown one
    std::shared_ptr<const NonceFacts> nonce;  ///< of these Digest credentials; null: not seen handed out
    std::shared_ptr<const Offer> offer;       ///< what this folder asked for the last time; null: nothing
    Leniency lenient;  ///< for a finding about a binding: also what came after it, so far
};

struct Case {
    ExchangeFacts now;
    Standing standing;
    Sequel sequel;
    History history;
    NtlmTrail ntlm;
    Around around;
    LogTrail trail;  ///< what the log tells of the same client
    std::optional<Substatus> substatus;
    std::uint64_t conversation = 0;
    bool same_machine = false;       ///< client and server are both on the machine of this proxy
    bool client_serves = false;      ///< the client's address is that of a server in this record
    bool opaque_tunnel = false;      ///< `now` is a CONNECT whose tunnel passed unread
    std::optional<Carried> carried;  ///< by that tunnel, once it has closed

    bool gave_up() const { return sequel.state == Sequel::State::GaveUp; }
    bool answered() const { return sequel.state == Sequel::State::Answered; }
    bool served_elsewhere() const { return gave_up() && number(sequel.served) != 0; }
    /// A refusal of a request that carried no credentials.
    bool anonymous_refusal() const {
        return now.refused() && now.step() == Step::None && !now.credentials_withheld;
    }
    /// A leg of somebody's login, whose credentials the record does not show: the page came in the end.
    bool withheld_leg() const { return now.refused() && now.credentials_withheld && now.challenges().any(); }
    /// Refused as nobody in particular, and it is not yet known whether the client logs in now.
    bool may_still_log_in() const {
        if (log_leg(now) == LogLeg::Anonymous) return !gave_up();
        return anonymous_refusal() && now.challenges().any() && !gave_up() && !standing.client;
    }
    /// It carries credentials, or is the row of a log that ends a login.
    bool logs_in() const {
        return now.own_credentials() != nullptr || (now.from_log_alone() && conversation != 0);
    }
    /// The end of an NTLM login that did not work: refused, or an error instead of an answer.
    bool failed_authenticate() const {
        return now.step() == Step::Authenticate &&
               (now.refused() || now.status == 400 || now.status == 0 || now.status >= 500);
    }
    bool says_substatus(std::string_view value) const {
        return substatus && substatus->basis != SubstatusBasis::Inferred && substatus->value == value;
    }
    /// A server has reason to forget this login: a Via (IIS), its own word, or a fault injected here on
    /// purpose.
    bool server_may_forget() const {
        const auto& server = standing.server;
        return now.via_added || now.via_received || !now.injected.empty() ||
               (server && (server->via_added || server->via_received ||
                           server->persistent_auth == std::optional(false)));
    }
    /// Refused without credentials on the very connection of the client's login, at a page that this user has
    /// had, by a server that keeps logins: a login does not vanish from an unbroken connection.
    bool login_vanished() const {
        return anonymous_refusal() && now.challenges().connection_based && standing.client &&
               standing.server && !standing.server->per_request && now.upstream &&
               standing.client->upstream == now.upstream && standing.server->client == now.client &&
               history.page_was_theirs && !server_may_forget() &&
               (history.keeps_login || standing.server->persistent_auth == std::optional(true));
    }
    /// The credentials were good and something else refused.
    bool recognised() const {
        return says_substatus("401.3") || says_substatus("401.4") || says_substatus("401.5");
    }
    /// The CHALLENGE that is answered came on another upstream connection.
    bool split() const {
        return standing.answered && standing.answered->challenge.upstream && now.upstream &&
               standing.answered->challenge.upstream != now.upstream;
    }
};

}  // namespace why401
