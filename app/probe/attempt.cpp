#include "app/probe/attempt.h"

#include <openssl/rand.h>

#include <chrono>
#include <stdexcept>

#include "app/probe/ticket.h"
#include "net/endpoint.h"
#include "tokens/credential_view.h"
#include "wire/base64.h"
#include "wire/hex.h"

namespace why401::probe {

namespace {

proof::Chance chance(std::size_t bytes) {
    using namespace std::chrono;
    std::string random(bytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("the system gave no random bytes");
    return {random,
            ntlm::filetime_from_unix(duration_cast<seconds>(system_clock::now().time_since_epoch()).count())};
}

/// Of the certificate that this very line has seen: behind one name there may be several.
std::optional<std::string> binding_of(const Line& line, Binding wanted) {
    if (wanted == Binding::Absent) return std::nullopt;
    if (!line.tls() || !line.tls()->certificate) return "";
    if (wanted == Binding::Wrong) return std::string(16, '\x5a');
    return hex::decode(line.tls()->certificate->ntlm_binding).value_or("");
}

std::string end_point_of(const Line& line, Binding wanted) {
    if (!line.tls() || !line.tls()->certificate || wanted == Binding::Absent) return {};
    if (wanted == Binding::Wrong) return std::string(32, '\x5a');
    return hex::decode(line.tls()->certificate->end_point).value_or("");
}

Attempt send(Asking& asking, Line& line, const std::string& authorization) {
    Attempt attempt;
    if (asking.report.refused_logins >= kMostRefused) {
        attempt.trouble =
            "no further login was sent: " + std::to_string(kMostRefused) + " were refused already";
        return attempt;
    }
    attempt.answer = line.get(asking.path(), authorization);
    attempt.exchanges.push_back(attempt.answer.exchange);
    if (attempt.answer.refused()) ++asking.report.refused_logins;
    return attempt;
}

bool is_secret_enough(const Asking& asking, const Line& line) {
    const auto peer = net::parse_endpoint(line.address());
    return asking.trip.place.tls || (peer && peer->is_loopback());
}

std::string answered_token(const Message& response) {
    for (const std::string_view value : values(response, "WWW-Authenticate"))
        for (const auto& challenge : http_auth::parse_challenges(value))
            if (challenge.is("Negotiate") && !challenge.token68.empty())
                return base64::decode(challenge.token68).bytes;
    return {};
}

}  // namespace

bool may_be_refused(const Asking& asking) {
    return asking.goes_on() && !asking.wishes.gently && asking.report.refused_logins < kMostRefused;
}

Begun begin_ntlm(Asking& asking, Line& line) {
    Begun begun{asking.door.ntlm_scheme(), proof::ntlm_negotiate(), {}, {}, {}};
    const Answer answer = line.get(asking.path(), begun.scheme + " " + base64::encode(begun.negotiate));
    begun.exchange = answer.exchange;
    begun.challenge = challenge_in(answer.response);
    if (!begun.challenge.empty()) return begun;
    begun.trouble = answer.status == 0 ? "the NEGOTIATE got no answer: " + answer.silence
                                       : "the NEGOTIATE was answered " + std::to_string(answer.status) +
                                             " without a CHALLENGE";
    return begun;
}

Attempt finish_ntlm(Asking& asking, Line& line, const Begun& begun, Binding binding) {
    if (!begun.trouble.empty()) return {{begun.exchange}, {}, begun.trouble};
    const std::string token =
        proof::ntlm_authenticate(begun.negotiate, begun.challenge, *asking.wishes.account, chance(8),
                                 binding_of(line, binding), "HTTP/" + asking.trip.place.host);
    Attempt attempt = send(asking, line, begun.scheme + " " + base64::encode(token));
    attempt.exchanges.insert(attempt.exchanges.begin(), begun.exchange);
    return attempt;
}

Attempt log_in_by_ntlm(Asking& asking, Line& line, Binding binding) {
    return finish_ntlm(asking, line, begin_ntlm(asking, line), binding);
}

Attempt log_in_by_digest(Asking& asking, Line& line, const Message& challenge) {
    for (const std::string_view value : values(challenge, "WWW-Authenticate"))
        for (const auto& one : http_auth::parse_challenges(value)) {
            if (!one.is("Digest")) continue;
            const auto authorization = proof::digest_authorization(
                {one.scheme, one.params, {}}, *asking.wishes.account, "GET", asking.path(), chance(16));
            if (authorization) return send(asking, line, *authorization);
        }
    return {{}, {}, "its Digest wants an algorithm or a quality of protection that is not known here"};
}

Attempt log_in_by_basic(Asking& asking, Line& line) {
    if (!is_secret_enough(asking, line))
        return {{},
                {},
                "no Basic login was sent: over plain http everybody on the way could read the password; use "
                "https"};
    return send(asking, line, proof::basic_authorization(*asking.wishes.account));
}

Attempt log_in_by_ticket(Asking& asking, Line& line, Binding binding) {
    Ticket ticket(asking.trip.place.host, end_point_of(line, binding));
    if (ticket.token().empty())
        return {{},
                {},
                "there is no Kerberos ticket for HTTP/" + asking.trip.place.host + ": " + ticket.trouble()};
    Attempt attempt = send(asking, line, "Negotiate " + base64::encode(ticket.token()));
    if (binding != Binding::Right || !attempt.let_in()) return attempt;
    asking.logged_in_as = ticket.principal();
    const auto proven = ticket.server_is_proven(answered_token(attempt.answer.response));
    if (proven)
        asking.say(Section::Login, *proven ? Grade::Fine : Grade::Wrong,
                   *proven ? "the server has proven that it holds the key of HTTP/" + asking.trip.place.host
                           : "the server's answer to the ticket is not good: " + ticket.trouble(),
                   {attempt.answer.exchange});
    return attempt;
}

}  // namespace why401::probe
