#include "analysis/ticket.h"

#include <algorithm>

#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/words.h"
#include "wire/ascii.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401 {
namespace {

/// An error of the server's SPNEGO token counts from its own start.
std::size_t inner_offset(const Token& token) {
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&token)) return init->mech_token_at.offset;
    if (const auto* resp = std::get_if<spnego::NegTokenResp>(&token)) return resp->response_token_at.offset;
    return 0;
}

/// `characters` hold the base64 of a token; which of them hold these bytes of it.
Place within(const Place& characters, std::size_t offset, std::size_t length) {
    const base64::Span span = base64::characters_of(offset, length);
    if (length == 0 || span.offset + span.length > characters.length) return characters;
    return {characters.at, characters.offset + span.offset, span.length};
}

std::string_view first_label(std::string_view host) { return host.substr(0, host.find('.')); }

KerberosWord error_word(const ExchangeFacts& facts, const kerberos::KrbError& error) {
    KerberosWord word;
    word.code = *error.error_code;
    word.in_token = true;
    word.text = error.error_name() + " (" + std::to_string(word.code) + ")";
    if (error.nt_status) word.text += ", NTSTATUS " + hex::number(*error.nt_status);
    const std::size_t at = inner_offset(*facts.challenges().reply) + error.error_code_at.offset;
    word.where =
        proof(facts.id, within(facts.challenges().reply_place, at, error.error_code_at.length),
              "the server's own word: " + word.text +
                  (error.e_text.empty() ? std::string() : ", \"" + printable(error.e_text, 120) + "\""));
    return word;
}

}  // namespace

std::optional<Ticket> ticket_of(const ExchangeFacts& facts) {
    const CredentialFacts* own = facts.own_credentials();
    if (own == nullptr) return std::nullopt;
    Ticket ticket;
    ticket.request = own->view.ap_req();
    if (ticket.request == nullptr) return std::nullopt;
    ticket.bytes = own->view.parsed.token68.size() / 4 * 3;
    ticket.in_spnego = own->view.in_spnego;
    ticket.inner_at = inner_offset(own->view.token);
    const auto& parts = ticket.request->sname.parts;
    if (!parts.empty()) ticket.service = parts[0];
    if (parts.size() > 1) ticket.host = parts[1];
    const std::size_t colon = ticket.host.rfind(':');
    if (colon != std::string_view::npos && ticket.host.find(']', colon) == std::string_view::npos) {
        ticket.port = ticket.host.substr(colon + 1);
        ticket.host = ticket.host.substr(0, colon);
    }
    return ticket;
}

std::string bare_host(const ExchangeFacts& facts) {
    std::string host = host_of(facts);
    while (host.ends_with('.')) host.pop_back();  // RFC 3986 3.2.2: the root may be written
    return host;
}

bool is_address(std::string_view host) {
    if (host.starts_with('[')) return true;
    return !host.empty() &&
           std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool names_other_host(const ExchangeFacts& facts, const Ticket& ticket) {
    if (ticket.host.empty()) return false;
    const std::string asked = bare_host(facts);
    if (same_name(ticket.host, asked)) return false;
    // "web01" for "web01.contoso.test": Windows registers both.
    const bool shortened =
        ticket.host.find('.') == std::string_view::npos || asked.find('.') == std::string::npos;
    return is_address(asked) || is_address(ticket.host) || !shortened ||
           !same_name(first_label(ticket.host), first_label(asked));
}

const kerberos::KrbError* krb_error(const ExchangeFacts& facts) {
    const auto& reply = facts.challenges().reply;
    return reply ? find_krb_error(*reply) : nullptr;
}

std::optional<spnego::NegState> neg_state(const ExchangeFacts& facts) {
    const auto& reply = facts.challenges().reply;
    const auto* resp = reply ? std::get_if<spnego::NegTokenResp>(reply.get()) : nullptr;
    return resp != nullptr ? resp->neg_state : std::nullopt;
}

bool completed(const ExchangeFacts& facts) {
    const auto& reply = facts.challenges().reply;
    if (!reply || krb_error(facts) != nullptr) return false;
    return find_ap_rep(*reply) != nullptr || neg_state(facts) == spnego::NegState::AcceptCompleted;
}

bool negotiation_goes_on(const ExchangeFacts& facts) {
    return facts.challenges().reply && krb_error(facts) == nullptr && !completed(facts) &&
           neg_state(facts) != spnego::NegState::Reject;
}

bool refused_without_a_word(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us || now.step() != Step::ApReq || c.recognised()) return false;
    if (now.challenges().token || stated_code(now)) return false;
    const bool ours_perhaps = now.space == Space::Origin && is_intercepted(c.standing) &&
                              !c.history.lenient.ticket && !c.history.lenient.ours;
    return !ours_perhaps;
}

std::optional<KerberosWord> kerberos_says(const Case& c, std::initializer_list<std::int64_t> errors,
                                          std::initializer_list<std::uint32_t> codes) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us) return std::nullopt;
    if (const auto* error = krb_error(now)) {
        if (!error->error_code || std::find(errors.begin(), errors.end(), *error->error_code) == errors.end())
            return std::nullopt;
        return error_word(now, *error);
    }
    const auto stated = stated_code(now);
    if (!stated || std::find(codes.begin(), codes.end(), stated->code) == codes.end()) return std::nullopt;
    KerberosWord word;
    word.code = stated->code;
    word.text = stated->code > 0xFFFF ? hex::number(stated->code) : std::to_string(stated->code);
    word.where = stated->where;
    return word;
}

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1000) return std::to_string(bytes) + " bytes";
    return std::to_string(bytes / 1000) + "." + std::to_string(bytes % 1000 / 100) + " kB";
}

std::string describe(const Ticket& ticket) {
    const kerberos::ApReq& request = *ticket.request;
    std::string text =
        "a ticket for " + (request.sname.parts.empty() ? std::string("a service that cannot be read")
                                                       : printable(request.spn(), 160));
    if (!request.realm.empty()) text += " in the realm " + printable(request.realm, 120);
    text += " (";
    if (request.ticket.etype) {
        const std::string name = kerberos::etype_name(*request.ticket.etype);
        text += (name.empty() ? "encryption type " + std::to_string(*request.ticket.etype) : name) + ", ";
    }
    if (request.ticket.kvno) text += "key version " + std::to_string(*request.ticket.kvno) + ", ";
    return text + size_text(ticket.bytes) + ")";
}

Evidence ticket_proof(const ExchangeFacts& facts, const Ticket& ticket, kerberos::Place place,
                      std::string says) {
    const CredentialFacts& own = *facts.own_credentials();
    const Place characters{own.place.at, own.place.offset + own.view.parsed.token68_offset,
                           own.view.parsed.token68.size()};
    return proof(facts.id, within(characters, ticket.inner_at + place.offset, place.length), std::move(says));
}

void prove(const ExchangeFacts& facts, const Ticket& ticket, std::vector<Evidence>& evidence) {
    const kerberos::ApReq& request = *ticket.request;
    if (!request.sname.parts.empty())
        evidence.push_back(ticket_proof(facts, ticket, request.sname.at,
                                        "the ticket is for " + printable(request.spn(), 160)));
    if (request.ticket.etype)
        evidence.push_back(ticket_proof(facts, ticket, request.ticket.etype_at,
                                        "encryption type " + std::to_string(*request.ticket.etype) + " " +
                                            kerberos::etype_name(*request.ticket.etype)));
    if (request.ticket.kvno)
        evidence.push_back(ticket_proof(facts, ticket, request.ticket.kvno_at,
                                        "made with key version " + std::to_string(*request.ticket.kvno)));
    if (evidence.empty()) evidence.push_back(request_proof(facts, "a Kerberos ticket"));
}

std::vector<std::string> unseen(const Case& c) {
    std::vector<std::string> list = {
        "what only the service's key opens: the user, the ticket's times, groups and channel binding",
        "the server's reason: its log says (Windows: Kerberos events and sc-win32-status; Apache: the error "
        "log)"};
    if (is_intercepted(c.standing))
        list.push_back("whether the ticket is bound to the certificate of this proxy, which opened the TLS");
    return list;
}

}  // namespace why401
