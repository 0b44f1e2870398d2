#include "app/secret_check.h"

#include <algorithm>
#include <memory>

#include "tokens/credential_view.h"
#include "tokens/mech_bytes.h"
#include "tokens/proof/ntlm_proof.h"
#include "tokens/proof/password_fit.h"
#include "tokens/proof/ticket.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptChallenges = 256;
constexpr std::size_t kShownKeys = 6;

using Verdict = PasswordOutcome::Verdict;

/// The credentials that the exchange is about (the origin's, unless a proxy refused).
std::string_view credentials_of(const Exchange& exchange) {
    const std::string_view proxy = value(exchange.request, "Proxy-Authorization");
    const std::string_view origin = value(exchange.request, "Authorization");
    return (exchange.status == 407 && !proxy.empty()) || origin.empty() ? proxy : origin;
}

std::string origin_of(const Exchange& exchange) { return exchange.scheme + "://" + exchange.authority; }

PasswordOutcome outcome_of(const std::optional<proof::Fit>& fit, std::string method) {
    PasswordOutcome outcome;
    outcome.method = std::move(method);
    outcome.verdict = fit && fit->mistake.empty() ? Verdict::Right : Verdict::Wrong;
    if (fit) outcome.fits = fit->mistake.empty() ? fit->remark : fit->mistake;
    return outcome;
}

PasswordOutcome cannot_tell(std::string method, std::string missing) {
    PasswordOutcome outcome;
    outcome.method = std::move(method);
    outcome.missing = std::move(missing);
    return outcome;
}

PasswordOutcome::Mic mic_of(proof::Verification::Mic mic) {
    switch (mic) {
        case proof::Verification::Mic::Absent: return PasswordOutcome::Mic::Absent;
        case proof::Verification::Mic::Good: return PasswordOutcome::Mic::Good;
        case proof::Verification::Mic::Bad: return PasswordOutcome::Mic::Altered;
        case proof::Verification::Mic::CannotTell: break;
    }
    return PasswordOutcome::Mic::CannotTell;
}

PasswordOutcome check_digest(const proof::Account& account, const digest::Params& credentials,
                             const Exchange& exchange) {
    const std::string_view algorithm = credentials.value("algorithm");
    const std::string method = "Digest " + (algorithm.empty() ? std::string("MD5") : std::string(algorithm));
    proof::DigestRequest request;
    request.method = exchange.request.method();
    if (!exchange.request.body.truncated()) request.body = exchange.request.body.kept;
    if (!proof::can_compute(credentials, request))
        return cannot_tell(method,
                           "an algorithm and a quality of protection that are known here, and for "
                           "auth-int the whole body");
    return outcome_of(proof::fit_digest(account, credentials, request), method);
}

TicketOutcome::Key key_of(proof::KeyFit fit) {
    using Key = TicketOutcome::Key;
    switch (fit) {
        case proof::KeyFit::Fits: return Key::Fits;
        case proof::KeyFit::NoSuchName: return Key::NoSuchName;
        case proof::KeyFit::OtherVersion: return Key::OtherVersion;
        case proof::KeyFit::OtherType: return Key::OtherType;
        case proof::KeyFit::DoesNotFit: return Key::DoesNotFit;
        case proof::KeyFit::Unreadable: break;
    }
    return Key::Unreadable;
}

/// Keys of the ticket's own service first.
std::vector<std::string> shown_keys(const proof::Keytab& keytab, const std::string& service) {
    std::vector<std::string> shown;
    for (const bool own : {true, false})
        for (const auto& entry : keytab.entries())
            if ((entry.principal == service) == own && shown.size() < kShownKeys)
                shown.push_back(entry.text());
    return shown;
}

TicketOutcome outcome_of(const proof::Ticket& ticket, const proof::Keytab& keytab) {
    TicketOutcome outcome;
    outcome.key = key_of(ticket.key);
    outcome.service = ticket.service;
    outcome.etype = ticket.etype;
    outcome.version = ticket.version;
    outcome.keytab = shown_keys(keytab, ticket.service);
    if (ticket.opened_by) {
        const proof::Keytab::Entry& entry = keytab.entries()[*ticket.opened_by];
        outcome.opened_by = entry.text();
        outcome.by_another_name = entry.principal != ticket.service;
    }
    const kerberos::TicketInside& inside = ticket.inside;
    outcome.client = inside.client;
    outcome.authenticated = inside.authenticated;
    outcome.starts = inside.starts;
    outcome.ends = inside.ends;
    outcome.renewable_until = inside.renewable_until;
    outcome.session_etype = inside.session_etype;
    outcome.forwardable = inside.forwardable();
    outcome.forwarded = inside.forwarded();
    outcome.trusted_for_delegation = inside.ok_as_delegate();
    outcome.has_pac = inside.has_pac;
    outcome.pac_name = inside.pac_name;
    if (!ticket.authenticator) return outcome;
    outcome.authenticator_opened = true;
    outcome.client_time_us = ticket.authenticator->client_time_us;
    outcome.channel_bindings = ticket.authenticator->channel_bindings;
    outcome.delegates = ticket.authenticator->delegates;
    return outcome;
}

}  // namespace

void SecretCheck::use_password(std::string_view user, proof::Wiped password) {
    account_.emplace(user, std::move(password));
}

void SecretCheck::use_keytab(const std::filesystem::path& file) { keytab_.emplace(file); }

void SecretCheck::examine(Exchange& exchange) {
    const std::string_view credentials = credentials_of(exchange);
    if (!credentials.empty()) {
        ProofOutcome outcome;
        if (account_) outcome.password = check_password(exchange, credentials);
        if (keytab_) outcome.ticket = check_ticket(credentials);
        if (outcome.password || outcome.ticket)
            exchange.proof = std::make_shared<const ProofOutcome>(std::move(outcome));
    }
    if (account_) remember_challenge(exchange);
}

std::optional<PasswordOutcome> SecretCheck::check_password(const Exchange& exchange,
                                                           std::string_view value) const {
    const CredentialView view = view_credentials(value);
    if (const auto* basic = view.basic()) {
        if (!account_->name().may_be(basic->user)) return std::nullopt;
        return outcome_of(proof::fit_basic(*account_, *basic), "Basic");
    }
    if (const auto* digest = view.digest(); digest != nullptr && digest->is_credentials()) {
        if (!proof::names_account(*digest, account_->name())) return std::nullopt;
        return check_digest(*account_, *digest, exchange);
    }
    const auto* ntlm = view.authenticate();
    if (ntlm == nullptr || !account_->name().may_be(ntlm->user.text)) return std::nullopt;
    return check_ntlm(exchange, mech_bytes(view.parsed.token68));
}

PasswordOutcome SecretCheck::check_ntlm(const Exchange& exchange, const std::string& message) const {
    const ntlm::AuthenticateMessage reply = ntlm::decode_authenticate(message);
    const std::string method = ntlm::name_of(reply.kind);
    if (reply.kind == ntlm::ResponseKind::Missing || reply.kind == ntlm::ResponseKind::Anonymous)
        return cannot_tell(method, "a response of the NT kind in the message");
    const Issued* own = nullptr;  // the CHALLENGE that it must have answered
    for (auto issued = issued_.rbegin(); issued != issued_.rend(); ++issued) {
        const ntlm::Answer answer = ntlm::answers(reply, ntlm::decode_challenge(issued->challenge));
        const bool same_way = issued->origin == origin_of(exchange) && issued->client &&
                              issued->client == exchange.client_connection;
        if (answer == ntlm::Answer::No) continue;
        if (own == nullptr && (answer == ntlm::Answer::Yes || same_way)) own = &*issued;
        // The password itself shows which one it answers, whatever the connections say.
        const auto fit = proof::fit_ntlm(*account_, issued->challenge, message);
        if (!fit) continue;
        PasswordOutcome outcome = outcome_of(fit, method);
        outcome.challenge = issued->exchange;
        outcome.mic = mic_of(proof::verify_authenticate(proof::Secret::password(account_->password()),
                                                        issued->negotiate, issued->challenge, message)
                                 .mic);
        return outcome;
    }
    if (own == nullptr) return cannot_tell(method, "the CHALLENGE that this AUTHENTICATE answers");
    PasswordOutcome outcome = outcome_of(std::nullopt, method);
    outcome.challenge = own->exchange;
    if (reply.mic) outcome.mic = PasswordOutcome::Mic::CannotTell;
    return outcome;
}

std::optional<TicketOutcome> SecretCheck::check_ticket(std::string_view value) const {
    const CredentialView view = view_credentials(value);
    if (view.ap_req() == nullptr) return std::nullopt;
    return outcome_of(proof::open_ticket(*keytab_, mech_bytes(view.parsed.token68)), *keytab_);
}

void SecretCheck::remember_challenge(const Exchange& exchange) {
    for (const std::string_view field : {"WWW-Authenticate", "Proxy-Authenticate"})
        for (const http1::FieldLine& line : exchange.response.parsed.fields) {
            if (!same_name(line.name(exchange.response.head), field)) continue;
            const ChallengeView view = view_challenge(line.value(exchange.response.head));
            if (view.challenge() == nullptr) continue;
            for (const http_auth::Challenge& one : view.challenges) {
                std::string message = mech_bytes(one.token68);
                if (ntlm::message_type(message) != 2U) continue;
                issued_.push_back({exchange.id, exchange.client_connection, origin_of(exchange),
                                   mech_bytes(view_credentials(credentials_of(exchange)).parsed.token68),
                                   std::move(message)});
                if (issued_.size() > kKeptChallenges) issued_.pop_front();
                return;
            }
        }
}

}  // namespace why401
