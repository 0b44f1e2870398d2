#include "analysis/proven.h"

#include <algorithm>

#include "analysis/binding.h"
#include "analysis/words.h"
#include "tokens/kerberos.h"

namespace why401 {
namespace {

using Key = TicketOutcome::Key;
using Mic = PasswordOutcome::Mic;
using Answer = PasswordOutcome::Verdict;

const PasswordOutcome* password_check(const ExchangeFacts& facts) {
    return facts.proof && facts.proof->password ? &*facts.proof->password : nullptr;
}

bool refused_ticket(const Case& c) { return c.now.refused() && ticket_check(c.now) != nullptr; }

std::int64_t record_seconds(const ExchangeFacts& facts) { return facts.timing.started.wall_us / 1'000'000; }

Found begin(const Case& c, Culprit culprit, std::string because) {
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = culprit;
    found.because = std::move(because);
    found.evidence = {request_proof(c.now, "what was checked"), answer_proof(c.now, "the refusal")};
    return found;
}

bool refused_password(const Case& c) {
    const bool whole = c.now.step() == Step::Authenticate || c.now.step() == Step::Single;
    return c.now.refused() && whole && !c.now.challenges().ntlm && !c.now.challenges().stale;
}

std::optional<Found> other_password(const Case& c) {
    if (!refused_password(c) || !wrong_password(c.now)) return std::nullopt;
    const PasswordOutcome& check = *password_check(c.now);
    Found found = begin(c, Culprit::Client,
                        "The " + check.method + " login of " + who(c.now.user()) + " in " + name(c.now.id) +
                            " was not computed from the password given to this check as it should be: " +
                            (check.fits.empty() ? "another password, domain or user name was used"
                                                : "it fits " + printable(check.fits)) +
                            ", and " + answer(c) + ".");
    found.ruled_out = {"the way there: the credentials were wrong when they left the client"};
    found.not_visible = {"whether the password given to this check is the account's: only its domain knows"};
    found.consequence = "The client asks for other credentials or gives up.";
    if (check.fits.empty())
        found.first_fix = {
            "enter the password anew where this client keeps it (Credential Manager, the "
            "browser's store, a service's settings)"};
    return found;
}

std::optional<Found> other_password_by_ntlm(const Case& c) {
    return c.now.step() == Step::Authenticate ? other_password(c) : std::nullopt;
}

std::optional<Found> other_password_by_basic(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    return own && own->view.basic() && c.now.challenges().offers("Basic") ? other_password(c) : std::nullopt;
}

std::optional<Found> other_password_by_digest(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    return own && own->view.digest() ? other_password(c) : std::nullopt;
}

std::optional<Found> other_password_at_a_proxy(const Case& c) {
    return c.now.status == 407 ? other_password(c) : std::nullopt;
}

std::optional<Found> broken_seal(const Case& c) {
    const PasswordOutcome* check = password_check(c.now);
    if (!c.failed_authenticate() || !right_password(c.now) || check->mic != Mic::Altered) return std::nullopt;
    Found found = begin(c, Culprit::Intermediary,
                        who(c.now.user()) + " used the given password in " + name(c.now.id) +
                            ", but the seal (MIC) that the client put over its three messages does not fit "
                            "them as they were recorded: somebody changed one of them on its way.");
    if (check->challenge)
        found.evidence.push_back({*check->challenge, "response.status", std::nullopt,
                                  "the NEGOTIATE and the CHALLENGE it covers"});
    found.ruled_out = {"a wrong password: the response was recomputed"};
    found.not_visible = {"which of the three messages it was, and who did it"};
    found.consequence = "A server that checks the seal refuses every such login.";
    return found;
}

std::string ticket_of(const Case& c) {
    return "The ticket for " + printable(ticket_check(c.now)->service) + " in " + name(c.now.id);
}

Found about_key(const Case& c, std::string what, std::string fix) {
    Found found = begin(c, Culprit::Server, ticket_of(c) + " " + what + "; " + answer(c) + ".");
    for (const std::string& entry : ticket_check(c.now)->keytab)
        found.ruled_out.push_back("this key of the given keytab: " + printable(entry));
    found.not_visible = {"whether the service really uses the keytab that was given"};
    found.consequence = "No user gets in by Kerberos with a ticket for this name.";
    found.first_fix = {std::move(fix)};
    return found;
}

std::optional<Found> wrong_key(const Case& c) {
    if (!refused_ticket(c)) return std::nullopt;
    const Key key = ticket_check(c.now)->key;
    if (key == Key::NoSuchName)
        return about_key(c,
                         "is for a name that the given keytab has no key of, and none of its keys opens it",
                         "give the account that runs the service this name (setspn), or the keytab its key "
                         "(ktpass, ktutil)");
    if (key == Key::DoesNotFit)
        return about_key(c,
                         "is not encrypted with the service's key: name, version and type are in the keytab, "
                         "and the key is another",
                         "look which account has this name (setspn -Q), and make the keytab anew from it");
    return std::nullopt;
}

std::optional<Found> old_key(const Case& c) {
    if (!refused_ticket(c) || ticket_check(c.now)->key != Key::OtherVersion) return std::nullopt;
    const auto version = ticket_check(c.now)->version;
    return about_key(c,
                     "is encrypted with version " + (version ? std::to_string(*version) : "?") +
                         " of the service's key, and the given keytab holds other versions only",
                     "make the keytab anew after each change of the account's password; or let the client "
                     "fetch a new ticket (klist purge)");
}

std::optional<Found> other_type(const Case& c) {
    if (!refused_ticket(c) || ticket_check(c.now)->key != Key::OtherType) return std::nullopt;
    const auto etype = ticket_check(c.now)->etype;
    return about_key(c,
                     "is encrypted by " + (etype ? kerberos::etype_name(*etype) : "an unknown type") +
                         ", and the given keytab has no key of that type for this name",
                     "add a key of that type to the keytab, or limit the account to the types it has "
                     "(msDS-SupportedEncryptionTypes)");
}

std::optional<Found> bad_times(const Case& c) {
    if (!refused_ticket(c) || ticket_check(c.now)->key != Key::Fits) return std::nullopt;
    const TicketOutcome& ticket = *ticket_check(c.now);
    const std::int64_t now = record_seconds(c.now);
    const bool over = ticket.ends != 0 && ticket.ends + kTolerated < now;
    const bool early = ticket.starts > now + kTolerated;
    if (!over && !early) return std::nullopt;
    Found found =
        begin(c, over ? Culprit::Client : Culprit::Unknown,
              ticket_of(c) + (over ? " had run out " : " is not valid for another ") +
                  duration(std::abs(over ? now - ticket.ends : ticket.starts - now) * 1'000'000) +
                  (over ? " before it was used" : "") + ", by the clock of this record; " + answer(c) + ".");
    found.ruled_out = {"a wrong key: the given keytab opens the ticket"};
    found.not_visible = {"the server's own clock"};
    found.consequence = "The ticket is refused until the client has a new one.";
    found.first_fix = {"let the client fetch a new ticket (klist purge, kinit), and compare the clocks"};
    return found;
}

std::optional<Found> clock_skew(const Case& c) {
    if (!refused_ticket(c)) return std::nullopt;
    const auto ahead = client_clock_ahead(c.now);
    if (!ahead || std::abs(*ahead) <= kTolerated) return std::nullopt;
    Found found = begin(c, Culprit::Client,
                        "The client's clock is " + duration(std::abs(*ahead) * 1'000'000) +
                            (*ahead > 0 ? " ahead of" : " behind") +
                            " the clock of this record, as what it sealed beside the ticket in " +
                            name(c.now.id) + " says; servers tolerate five minutes, and " + answer(c) + ".");
    // The record's clock is not the server's; the server may agree with the client.
    found.confidence = Confidence::Likely;
    found.ruled_out = {"a wrong key: the given keytab opens the ticket"};
    found.not_visible = {"the server's own clock"};
    found.consequence = "Every Kerberos login of this client is refused.";
    found.first_fix = {"set the client's clock (w32tm /resync, chronyc makestep)"};
    return found;
}

/// Whether what stands sealed beside the ticket is bound to the certificate of this proxy, which opened the
/// TLS. Empty: it was not opened. The hash is made as NTLM makes it (RFC 4121 4.1.1.2, MS-NLMP 2.2.2.1).
std::optional<bool> bound_to_us(const Case& c) {
    const TicketOutcome* ticket = ticket_check(c.now);
    if (ticket == nullptr || !ticket->authenticator_opened || !is_intercepted(c.standing))
        return std::nullopt;
    const std::string& ours = c.standing.client_tls->certificate->ntlm_binding;
    return !ours.empty() && ticket->channel_bindings == ours;
}

std::optional<Found> ticket_bound_to_us(const Case& c) {
    if (!refused_ticket(c) || bound_to_us(c) != std::optional(true) || c.history.lenient.ticket)
        return std::nullopt;
    Found found = begin(
        c, Culprit::ThisProxy,
        "The ticket in " + name(c.now.id) + " is bound to the certificate that this proxy shows for " +
            host_of(c.now) + " (" + ticket_check(c.now)->channel_bindings +
            "), not to the server's own: a server that checks must refuse that, and " + answer(c) + ".");
    found.evidence.push_back(tls_proof(c.now, Leg::Client, "the client saw a certificate of this proxy"));
    found.not_visible = {"whether the server checks channel bindings: its log or settings say"};
    found.consequence = "Where the server checks, no ticket helps while this proxy decrypts this host.";
    found.first_fix = {tunnel_advice(c.now) + "; then log in again"};
    return found;
}

struct Proof {
    std::string_view rule;
    std::optional<Found> (*of)(const Case&);
};
constexpr Proof kProofs[] = {
    {"CBT-MITM-001", ticket_bound_to_us},
    {"NTLM-MIC-001", broken_seal},
    {"NTLM-FAIL-001", other_password_by_ntlm},
    {"BASIC-BAD-001", other_password_by_basic},
    {"DIGEST-BAD-001", other_password_by_digest},
    {"PROXY-407-001", other_password_at_a_proxy},
    {"KRB-SPN-002", wrong_key},
    {"KRB-KVNO-003", old_key},
    {"KRB-ETYPE-004", other_type},
    {"KRB-TKT-006", bad_times},
    {"KRB-SKEW-005", clock_skew},
};

template <std::size_t N>
bool among(const std::string_view (&rules)[N], std::string_view rule) {
    return std::find(std::begin(rules), std::end(rules), rule) != std::end(rules);
}

constexpr std::string_view kBlamePassword[] = {"NTLM-FAIL-001",  "BASIC-BAD-001",    "DIGEST-BAD-001",
                                               "PROXY-407-001",  "BASIC-UTF8-002",   "BASIC-COLON-005",
                                               "IIS-DELEG-LOOP", "AMBIENT-CACHE-001"};
// That a service's own key opens a ticket shows that its name led to the right account, too.
constexpr std::string_view kBlameKey[] = {"KRB-SPN-002",   "KRB-KVNO-003",    "KRB-ETYPE-004",
                                          "KRB-CNAME-001", "KRB-HOSTHDR-001", "KRB-REFUSED-008"};

std::string_view words(Mic mic) {
    switch (mic) {
        case Mic::Good: return ", and the seal (MIC) over the three messages fits";
        case Mic::Altered: return ", but the seal (MIC) over the three messages does not fit";
        case Mic::CannotTell: return ", and the seal (MIC) could not be checked";
        case Mic::Absent: break;
    }
    return "";
}

std::string bindings(const std::string& sent) {
    const bool none = sent == "absent" || sent == "zero";
    return none ? ", bound to no certificate" : ", bound to a certificate (" + sent + ")";
}

std::string why_closed(const TicketOutcome& ticket) {
    switch (ticket.key) {
        case Key::NoSuchName: return "the keytab has no key of that name";
        case Key::OtherVersion: return "the keytab has other versions of the key only";
        case Key::OtherType: return "the keytab has no key of that encryption type";
        case Key::DoesNotFit: return "the key in the keytab is another";
        case Key::Fits:
        case Key::Unreadable: break;
    }
    return "it cannot be read";
}

}  // namespace

bool right_password(const ExchangeFacts& facts) {
    const PasswordOutcome* check = password_check(facts);
    return check != nullptr && check->verdict == Answer::Right;
}

bool wrong_password(const ExchangeFacts& facts) {
    const PasswordOutcome* check = password_check(facts);
    return check != nullptr && check->verdict == Answer::Wrong;
}

bool gives_a_hint(const ExchangeFacts& facts) {
    const PasswordOutcome* check = password_check(facts);
    return check != nullptr && !check->fits.empty();
}

const TicketOutcome* ticket_check(const ExchangeFacts& facts) {
    if (!facts.proof || !facts.proof->ticket || facts.proof->ticket->key == Key::Unreadable) return nullptr;
    return &*facts.proof->ticket;
}

std::optional<std::int64_t> client_clock_ahead(const ExchangeFacts& facts) {
    const TicketOutcome* ticket = ticket_check(facts);
    if (ticket == nullptr || !ticket->authenticator_opened || ticket->client_time_us == 0)
        return std::nullopt;
    return ticket->client_time_us / 1'000'000 - record_seconds(facts);
}

std::optional<Found> proven(const Case& c, std::string_view rule) {
    if (!c.now.proof) return std::nullopt;
    for (const Proof& proof : kProofs)
        if (proof.rule == rule) return proof.of(c);
    return std::nullopt;
}

bool disproved(const Case& c, std::string_view rule) {
    if (!c.now.proof) return false;
    if (right_password(c.now) && among(kBlamePassword, rule)) return true;
    if (rule == "CBT-MITM-001") return bound_to_us(c) == std::optional(false);
    const TicketOutcome* ticket = ticket_check(c.now);
    return ticket != nullptr && ticket->key == Key::Fits && !ticket->by_another_name &&
           among(kBlameKey, rule);
}

std::string told(const PasswordOutcome& outcome) {
    switch (outcome.verdict) {
        case Answer::Right:
            return "the given password was used (" + outcome.method +
                   (outcome.fits.empty() ? "" : ", " + printable(outcome.fits)) + ")" +
                   std::string(words(outcome.mic));
        case Answer::Wrong:
            return outcome.fits.empty()
                       ? "another password, domain or user name was used (" + outcome.method + ")"
                       : "the given password does not fit as it should (" + outcome.method + "); it fits " +
                             printable(outcome.fits);
        case Answer::CannotTell: break;
    }
    return "cannot tell: to decide this one would need " + outcome.missing;
}

std::string told(const TicketOutcome& ticket) {
    const std::string begin = "the ticket for " + printable(ticket.service);
    if (ticket.key == Key::Unreadable) return "a ticket that cannot be read";
    if (ticket.key != Key::Fits) return begin + " does not open: " + why_closed(ticket);
    return begin + " opens with the key " + printable(ticket.opened_by) + ": it is " +
           printable(ticket.client) + "'s" + (ticket.has_pac ? ", with a PAC" : ", without a PAC") +
           (ticket.pac_name.empty() ? "" : " of " + printable(ticket.pac_name)) +
           (ticket.delegates ? ", and comes with a ticket to act for the user (delegation)" : "") +
           (ticket.authenticator_opened ? bindings(ticket.channel_bindings)
                                        : ", and the authenticator beside it does not open");
}

}  // namespace why401
