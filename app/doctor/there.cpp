#include "app/doctor/there.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <time.h>

namespace why401::doctor {

namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr seconds kDaysLeft{14 * 24 * 3600};
// RFC 4120 3.1.3 and Windows: five minutes between client and server are too many.
constexpr seconds kKerberosSkew{300}, kNoticeable{60};

Check unreachable(const net::ConnectFailure& failure, const std::string& authority) {
    using Stage = net::ConnectFailure::Stage;
    std::string tried;
    for (const std::string& one : failure.tried) tried += (tried.empty() ? " (" : "; ") + one;
    if (!tried.empty()) tried += ")";
    const bool name = failure.stage == Stage::Resolve;
    return {name ? "dns" : "tcp", Grade::Fail, authority + ": " + failure.what + tried,
            name ? "see to its name, or say --map HOST=ADDR to the proxy; behind another proxy say "
                   "--upstream-proxy"
                 : "see to the way there; behind another proxy say --upstream-proxy"};
}

std::string day(std::int64_t time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time)); }

Check tls(const TlsFacts& facts, system_clock::time_point now) {
    if (facts.refusal)
        return {"tls", Grade::Fail,
                facts.refusal->what +
                    (facts.refusal->certificate.empty() ? "" : " (" + facts.refusal->certificate + ")"),
                facts.refusal->hint};
    std::string what = facts.version + ", " + facts.cipher;
    if (!facts.certificate) return {"tls", Grade::Ok, what, {}};
    what += ", certificate of " + facts.certificate->subject + " from " + facts.certificate->issuer +
            ", good until " + day(facts.certificate->not_after);
    if (facts.client_certificate_asked)
        return {"tls", Grade::Warn, what + "; it asks for a client certificate",
                "that cannot be passed on: --tunnel HOST leaves such a server to the client"};
    if (system_clock::from_time_t(facts.certificate->not_after) - now < kDaysLeft)
        return {"tls", Grade::Warn, what, "it will need another one soon"};
    return {"tls", Grade::Ok, what, {}};
}

Check answer(const Visit& visit) {
    if (visit.status == 0)
        return {"http", Grade::Fail, "no answer: " + visit.silence,
                "see whether this is a web server's port"};
    std::string what = "it answers " + std::to_string(visit.status);
    if (!visit.schemes.empty()) what += " and offers";
    for (std::size_t i = 0; i < visit.schemes.size(); ++i) what += (i == 0 ? " " : ", ") + visit.schemes[i];
    if (visit.status == 401 && visit.schemes.empty())
        return {"http", Grade::Warn, what + " without a challenge",
                "RFC 9110 15.5.2 wants a WWW-Authenticate: no client can log in here"};
    if (visit.status >= 500) return {"http", Grade::Warn, what, "see its log"};
    return {"http", Grade::Ok, what, {}};
}

std::optional<Check> clock(const Visit& visit) {
    const auto server = parse_http_date(visit.date);
    if (!server) return std::nullopt;
    const auto ahead = std::chrono::duration_cast<seconds>(*server - visit.answered);
    const seconds apart = ahead < seconds(0) ? -ahead : ahead;
    if (apart <= kNoticeable) return Check{"clock", Grade::Ok, "its clock and ours agree", {}};
    const std::string what =
        fmt::format("its clock is {} s {} ours", apart.count(), ahead > seconds(0) ? "ahead of" : "behind");
    if (apart <= kKerberosSkew) return Check{"clock", Grade::Warn, what, "set the clocks by NTP"};
    return Check{"clock", Grade::Fail, what,
                 "set the clocks by NTP: Kerberos refuses more than five minutes, and so may NTLMv2"};
}

}  // namespace

std::vector<Check> server(const Place& place, const Visit& visit, system_clock::time_point now) {
    if (visit.unreachable) return {unreachable(*visit.unreachable, place.authority)};
    std::vector<Check> checks{{"tcp", Grade::Ok, place.authority + " is reached at " + visit.address, {}}};
    if (visit.tls) checks.push_back(tls(*visit.tls, now));
    if (!is_well(checks)) return checks;
    checks.push_back(answer(visit));
    if (const auto skew = clock(visit)) checks.push_back(*skew);
    return checks;
}

std::optional<system_clock::time_point> parse_http_date(const std::string& text) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return system_clock::from_time_t(::timegm(&parts));
}

}  // namespace why401::doctor
