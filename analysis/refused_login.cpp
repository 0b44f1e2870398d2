#include "analysis/refused_login.h"

#include "analysis/binding.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What can be said about Extended Protection, over TLS.
void tell_binding(const Case& c, Found& found) {
    switch (binding_of(c.now, c.standing).to) {
        case Bound::ToServer:
            found.ruled_out.push_back("the channel binding: it is the server's own certificate's");
            break;
        case Bound::ToUs:
            if (!c.history.lenient.ours) break;
            found.ruled_out.push_back(
                "this proxy's decryption: the server accepted a login bound to this "
                "proxy's certificate in " +
                name(*c.history.lenient.ours));
            found.not_visible.push_back("whether Extended Protection was switched between the two");
            break;
        case Bound::Nothing:
            found.not_visible.push_back(
                "whether the server insists on a channel binding (Extended Protection): the client sent "
                "none");
            found.first_fix.push_back(
                "if this client never gets in and browsers do: let it send channel bindings (a newer "
                "version, or an "
                "option), or look for 0x80090346 in the server's log");
            break;
        default: break;
    }
}

}  // namespace

std::string likely_causes(const Case& c, bool denied, bool own_page) {
    if (c.history.accepted)
        return (denied || c.says_substatus("401.1")
                    ? "a wrong password this time"
                    : "a wrong password this time, or no right to this page") +
               std::string(" (the server had accepted this user before, in ") + name(*c.history.accepted) +
               ").";
    const bool unbound = binding_of(c.now, c.standing).to == Bound::Nothing;
    return std::string("wrong password, unknown user, or an account that may not log in") +
           (unbound && !denied
                ? "; or a server that insists on a channel binding, which this client did not send"
                : "") +
           (own_page ? "; or an application refused, for the page is none of a server's own." : ".");
}

void tell_proofs(const Case& c, const std::optional<StatedReason>& reason, Found& found) {
    if (c.standing.answered)
        found.evidence.push_back(proof(c.standing.answered->challenge.exchange,
                                       c.standing.answered->challenge.place, "the CHALLENGE"));
    found.evidence.push_back(request_proof(c.now, "the AUTHENTICATE of " + who(c.now.user())));
    found.evidence.push_back(answer_proof(c.now, "challenges again, without a word about the answer"));
    if (reason) found.evidence.push_back(reason->stated.where);
}

void tell_limits(const Case& c, bool mixed, Found& found) {
    const ExchangeFacts& now = c.now;
    found.ruled_out = {"a handshake split by this proxy: both halves used " + name(now.upstream),
                       "pooling in this proxy"};
    found.not_visible = {
        "the password: NTLM proves it without sending it",
        "the account's state (locked, expired, disabled): the domain controller's log says",
        "whether a balancer behind " + name(now.upstream) + " gave the two halves to different servers"};
    if (mixed)
        found.not_visible.push_back(
            "whether both halves reached the server on one connection: " +
            (now.lends_connections
                 ? "somebody stands between (" + printable(now.intermediary) + ")"
                 : "a login has vanished here before (" + name(*c.history.lost_login) + ")"));
    if (now.server == ServerKind::Apache && !c.ntlm.worked)
        found.not_visible.push_back(
            "whether the server remembers its CHALLENGE (mod_auth_gssapi: GssapiConnectionBound)");
    if (now.page.hides_substatus() && !(c.substatus && c.substatus->basis != SubstatusBasis::Inferred))
        found.not_visible.push_back(
            "the substatus: the server's page hides it; its log would tell 401.1 from 401.3");
    if (now.page.kind == PageKind::Compressed)
        found.not_visible.push_back("the page: its body was compressed");
    const auto* message = now.own_credentials()->view.authenticate();
    if (message != nullptr && message->domain.text.empty() &&
        message->user.text.find('@') == std::string::npos)
        found.first_fix.push_back("name the domain as well: the client sent none");
    tell_binding(c, found);
}

}  // namespace why401
