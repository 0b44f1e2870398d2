#include "app/check_json.h"

#include <boost/json/object.hpp>

#include "analysis/proven.h"
#include "app/json_text.h"
#include "app/report_json.h"
#include "tokens/kerberos.h"

namespace why401 {
namespace {

namespace json = boost::json;
using json_out::text;
using json_out::text_or_null;
using json_out::texts;

std::string_view word(PasswordOutcome::Verdict verdict) {
    switch (verdict) {
        case PasswordOutcome::Verdict::Right: return "right";
        case PasswordOutcome::Verdict::Wrong: return "wrong";
        case PasswordOutcome::Verdict::CannotTell: break;
    }
    return "cannot-tell";
}

std::string_view word(PasswordOutcome::Mic mic) {
    switch (mic) {
        case PasswordOutcome::Mic::Absent: return "absent";
        case PasswordOutcome::Mic::Good: return "good";
        case PasswordOutcome::Mic::Altered: return "altered";
        case PasswordOutcome::Mic::CannotTell: break;
    }
    return "cannot-tell";
}

std::string_view word(TicketOutcome::Key key) {
    switch (key) {
        case TicketOutcome::Key::Fits: return "fits";
        case TicketOutcome::Key::NoSuchName: return "no-such-name";
        case TicketOutcome::Key::OtherVersion: return "other-version";
        case TicketOutcome::Key::OtherType: return "other-type";
        case TicketOutcome::Key::DoesNotFit: return "does-not-fit";
        case TicketOutcome::Key::Unreadable: break;
    }
    return "unreadable";
}

json::value number_or_null(const std::optional<std::int64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::value time_or_null(std::int64_t seconds) {
    return seconds == 0 ? json::value(nullptr) : json::value(text(utc_text(seconds * 1'000'000)));
}

json::object password_json(std::uint64_t exchange, const PasswordOutcome& outcome) {
    return {{"exchange", exchange},
            {"kind", "password"},
            {"method", text_or_null(outcome.method)},
            {"verdict", text(word(outcome.verdict))},
            {"fits", text_or_null(outcome.fits)},
            {"mic", text(word(outcome.mic))},
            {"challenge", outcome.challenge ? json::value(number(*outcome.challenge)) : json::value(nullptr)},
            {"says", text(told(outcome))}};
}

json::object opened_json(const TicketOutcome& ticket) {
    const std::string session = ticket.session_etype ? kerberos::etype_name(*ticket.session_etype) : "";
    return {{"client", text_or_null(ticket.client)},
            {"authenticated", time_or_null(ticket.authenticated)},
            {"starts", time_or_null(ticket.starts)},
            {"ends", time_or_null(ticket.ends)},
            {"renewable_until", time_or_null(ticket.renewable_until)},
            {"session_etype", text_or_null(session)},
            {"forwardable", ticket.forwardable},
            {"forwarded", ticket.forwarded},
            {"ok_as_delegate", ticket.trusted_for_delegation},
            {"pac", ticket.has_pac},
            {"pac_name", text_or_null(ticket.pac_name)},
            {"authenticator", ticket.authenticator_opened},
            {"client_time", ticket.client_time_us == 0 ? json::value(nullptr)
                                                       : json::value(text(utc_text(ticket.client_time_us)))},
            {"channel_bindings", text_or_null(ticket.channel_bindings)},
            {"delegates", ticket.delegates}};
}

json::object ticket_json(std::uint64_t exchange, const TicketOutcome& ticket) {
    json::object object{{"exchange", exchange},
                        {"kind", "ticket"},
                        {"key", text(word(ticket.key))},
                        {"service", text_or_null(ticket.service)},
                        {"etype", number_or_null(ticket.etype)},
                        {"kvno", number_or_null(ticket.version)},
                        {"keytab", texts(ticket.keytab)},
                        {"opened_by", text_or_null(ticket.opened_by)},
                        {"ticket", nullptr},
                        {"says", text(told(ticket))}};
    if (ticket.key == TicketOutcome::Key::Fits) object["ticket"] = opened_json(ticket);
    return object;
}

/// "valid from ... to ..., forwardable"
std::string validity(const TicketOutcome& ticket) {
    if (ticket.key != TicketOutcome::Key::Fits) return {};
    return "; valid until " + utc_text(ticket.ends * 1'000'000) +
           (ticket.forwardable ? ", may be forwarded" : "") + (ticket.forwarded ? ", was forwarded" : "");
}

}  // namespace

json::array checks_json(std::uint64_t exchange, const ProofOutcome& outcome) {
    json::array array;
    if (outcome.password) array.emplace_back(password_json(exchange, *outcome.password));
    if (outcome.ticket) array.emplace_back(ticket_json(exchange, *outcome.ticket));
    return array;
}

std::vector<std::string> check_lines(const ProofOutcome& outcome) {
    std::vector<std::string> lines;
    if (outcome.password) lines.push_back(told(*outcome.password));
    if (outcome.ticket) lines.push_back(told(*outcome.ticket) + validity(*outcome.ticket));
    return lines;
}

}  // namespace why401
