#include <algorithm>
#include <map>

#include "analysis/facts.h"
#include "app/doctor/there.h"
#include "app/probe/asking.h"
#include "tokens/credential_view.h"
#include "tokens/os_builds.h"
#include "wire/ascii.h"
#include "wire/base64.h"

namespace why401::probe {

namespace {

constexpr int kConnections = 4;                           // that are compared
constexpr int kChallengesOnEach = 2;                      // of a connection
constexpr std::int64_t kNoticeable = 60, kTooMuch = 300;  // s; RFC 4120 3.1.3 and Windows: five minutes

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
    return text;
}

std::vector<std::string> schemes_of(const Message& response) {
    std::vector<std::string> schemes;
    for (const std::string_view value : values(response, "WWW-Authenticate"))
        for (const std::string& scheme : view_challenge(value).schemes())
            if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) schemes.push_back(scheme);
    return schemes;
}

// ---- the way there ----

bool say_tls(Asking& asking, const Line& line) {
    if (!line.tls()) return true;
    const TlsFacts& facts = *line.tls();
    asking.tls = facts;
    if (facts.refusal) {
        asking.say(Section::Reach, Grade::Wrong,
                   "its TLS is not accepted: " + facts.refusal->what +
                       (facts.refusal->certificate.empty() ? "" : " (" + facts.refusal->certificate + ")"));
        return false;
    }
    std::string what = facts.version + ", " + facts.cipher;
    if (facts.certificate)
        what += ", certificate of " + facts.certificate->subject + " from " + facts.certificate->issuer;
    asking.say(Section::Reach, Grade::Fine, what);
    if (facts.client_certificate_asked)
        asking.say(Section::Reach, Grade::Note, "it asks for a client certificate; none was sent");
    for (const std::string& remark : facts.remarks) asking.say(Section::Reach, Grade::Note, remark);
    return true;
}

bool reach(Asking& asking, const Line& line) {
    if (line.unreachable()) {
        std::string tried;
        for (const std::string& one : line.unreachable()->tried) tried += (tried.empty() ? "" : "; ") + one;
        asking.say(Section::Reach, Grade::Wrong,
                   "no connection to " + asking.trip.place.authority + ": " + line.unreachable()->what +
                       (tried.empty() ? "" : " (" + tried + ")"));
        return false;
    }
    asking.report.reached = !line.address().empty();
    if (asking.report.reached)
        asking.say(Section::Reach, Grade::Fine, asking.trip.place.authority + " is at " + line.address());
    return say_tls(asking, line) && line.stands();
}

/// Whether it would speak HTTP/2, where no connection-based login can be made.
void ask_for_http2(Asking& asking) {
    asking.begin("does it speak HTTP/2");
    const Line line(asking.trip, {"h2", "http/1.1"});
    if (!line.tls() || line.tls()->alpn != "h2") return;
    asking.say(
        Section::Reach, Grade::Note,
        "it also speaks HTTP/2, where NTLM and Negotiate logins cannot be made: clients must fall back to "
        "HTTP/1.1 for them, as browsers do");
}

void say_clock(Asking& asking, const std::string& whose, std::int64_t theirs, std::int64_t ours,
               ExchangeId from) {
    const std::int64_t ahead = theirs - ours, apart = ahead < 0 ? -ahead : ahead;
    const Grade grade = apart > kTooMuch ? Grade::Wrong : apart > kNoticeable ? Grade::Warn : Grade::Fine;
    asking.say(Section::Reach, grade,
               grade == Grade::Fine
                   ? whose + " agrees with ours"
                   : whose + " is " + std::to_string(apart) + " s " + (ahead > 0 ? "ahead of" : "behind") +
                         " ours" + (grade == Grade::Wrong ? "; Kerberos refuses more than five minutes" : ""),
               {from});
}

void look_at_date(Asking& asking, const Answer& answer) {
    const auto date = doctor::parse_http_date(std::string(value(answer.response, "Date")));
    if (!date) return;
    say_clock(asking, "its clock (Date)", std::chrono::system_clock::to_time_t(*date),
              answer.timing.response_head.wall_us / 1'000'000, answer.exchange);
}

// ---- what it asks for ----

/// Only what a path answers; whether that is right is for its owner to know.
void say_schemes(Asking& asking, const std::string& path, const Answer& answer) {
    const auto schemes = schemes_of(answer.response);
    std::string what = path + " answers " + std::to_string(answer.status);
    if (answer.status == 401 && schemes.empty())
        return asking.say(Section::Schemes, Grade::Wrong,
                          what + " without saying which login it wants (RFC 9110 15.5.2)", {answer.exchange});
    if (answer.status == 407) what += ": a proxy stands here, and asks for itself";
    if (answer.status == 401) what += " and offers, in this order, " + joined(schemes);
    if (answer.let_in()) what += " without a login";
    asking.say(Section::Schemes, answer.status >= 500 ? Grade::Warn : Grade::Fine, what, {answer.exchange});
    const std::size_t lines = values(answer.response, "WWW-Authenticate").size();
    const bool connections = std::any_of(schemes.begin(), schemes.end(), binds_to_connection);
    if (connections && lines < schemes.size())
        asking.say(
            Section::Schemes, Grade::Warn,
            "several schemes stand on one line; some clients find only the first (IIS sends a line for "
            "each, so somebody joined them)",
            {answer.exchange});
}

void look_between(Asking& asking, const Answer& answer) {
    const Exchange* exchange = asking.exchange(answer.exchange);
    if (!exchange) return;
    const ExchangeFacts facts = read_facts(*exchange);
    const bool harms = facts.lends_connections && std::any_of(asking.door.schemes.begin(),
                                                              asking.door.schemes.end(), binds_to_connection);
    if (!facts.intermediary.empty())
        asking.say(
            Section::Between, harms ? Grade::Warn : Grade::Note,
            "its answers bear the mark of somebody between: " + facts.intermediary +
                (facts.lends_connections ? ", of a kind that lends server connections to any client" : ""),
            {answer.exchange});
    if (!facts.server_name.empty())
        asking.say(Section::Between, Grade::Fine, "it calls itself " + facts.server_name, {answer.exchange});
    if (has_field(answer.response, "Proxy-Support"))
        asking.say(Section::Between, Grade::Note,
                   "Proxy-Support: " + std::string(value(answer.response, "Proxy-Support")),
                   {answer.exchange});
}

// ---- CHALLENGEs ----

/// Who answered.
struct Machine {
    std::string name, says;
    ExchangeId exchange{};
};

void say_challenge(Asking& asking, const ntlm::ChallengeMessage& challenge, const Answer& answer) {
    const auto text = [&](std::uint16_t id) { return ntlm::av_text(challenge.target_info, id); };
    const auto say = [&](const std::string& what, const std::string& found) {
        if (!found.empty())
            asking.say(Section::Challenge, Grade::Fine, what + " " + found, {answer.exchange});
    };
    say("the machine is", challenge.computer());
    say("its domain is",
        text(ntlm::kAvNbDomainName) +
            (text(ntlm::kAvDnsDomainName).empty() ? "" : " (" + text(ntlm::kAvDnsDomainName) + ")"));
    say("its forest is", text(ntlm::kAvDnsTreeName));
    if (challenge.version) {
        const std::string system = ntlm::os_name(*challenge.version);
        say("it says it is Windows", challenge.version->text() + (system.empty() ? "" : ", " + system));
    }
    if (const auto time = challenge.timestamp())
        say_clock(asking, "the clock in its CHALLENGE", ntlm::filetime_to_unix(*time),
                  answer.timing.response_head.wall_us / 1'000'000, answer.exchange);
    else
        asking.say(Section::Challenge, Grade::Note, "its CHALLENGE has no time: its logins have no MIC",
                   {answer.exchange});
}

/// Also of one that is wrapped in SPNEGO.
std::optional<ntlm::ChallengeMessage> decoded_challenge(const Message& response) {
    for (const std::string_view value : values(response, "WWW-Authenticate"))
        if (const auto view = view_challenge(value); const auto* found = view.challenge()) return *found;
    return std::nullopt;
}

/// Two NEGOTIATEs on one connection, which no lockout counts; who answered each.
std::vector<Machine> challenges_on(Asking& asking, bool first_line) {
    std::vector<Machine> machines;
    Line line(asking.trip);
    for (int i = 0; i < kChallengesOnEach && asking.goes_on() && line.stands(); ++i) {
        const Answer answer = line.get(
            asking.path(), asking.door.ntlm_scheme() + " " + base64::encode(proof::ntlm_negotiate()));
        const auto decoded = decoded_challenge(answer.response);
        if (!decoded) break;
        const ntlm::ChallengeMessage& challenge = *decoded;
        asking.door.takes_ntlm = asking.door.takes_ntlm || !challenge_in(answer.response).empty();
        if (first_line && i == 0) {
            say_challenge(asking, challenge, answer);
            if (!line.stands())
                asking.say(Section::Challenge, Grade::Wrong,
                           "the connection is closed with the CHALLENGE, so no NTLM login can be finished",
                           {answer.exchange});
        }
        machines.push_back(
            {challenge.computer(), challenge.version ? challenge.version->text() : "", answer.exchange});
    }
    return machines;
}

void compare_machines(Asking& asking) {
    std::map<std::string, ExchangeId> all;
    for (int i = 0; i < kConnections && asking.goes_on(); ++i) {
        const auto seen = challenges_on(asking, i == 0);
        if (seen.empty()) {
            if (i == 0)
                asking.say(Section::Challenge, Grade::Note,
                           "it does not answer an NTLM NEGOTIATE with a CHALLENGE: no NTLM here");
            return;
        }
        if (seen.size() > 1 && seen[0].name != seen[1].name) {
            return asking.say(Section::Machines, Grade::Wrong,
                              "requests of one connection reach several machines, " + seen[0].name + " and " +
                                  seen[1].name + ", so an NTLM login parts in the middle",
                              {seen[0].exchange, seen[1].exchange});
        }
        for (const Machine& machine : seen)
            if (!machine.name.empty()) all.emplace(machine.name, machine.exchange);
    }
    if (!asking.door.takes_ntlm)
        asking.say(Section::Challenge, Grade::Note,
                   "its CHALLENGE is wrapped in SPNEGO, which is not answered here: no NTLM login was tried");
    if (all.size() == 1)
        asking.say(Section::Machines, Grade::Fine,
                   std::to_string(kConnections) + " connections all reached " + all.begin()->first);
    if (all.size() <= 1) return;
    std::vector<std::string> names;
    std::vector<ExchangeId> from;
    for (const auto& [name, exchange] : all) names.push_back(name), from.push_back(exchange);
    asking.say(Section::Machines, Grade::Note,
               std::to_string(all.size()) + " machines answer under this name: " + joined(names) +
                   "; each connection stayed with its own",
               from);
}

}  // namespace

bool Door::offers(std::string_view scheme) const {
    return std::any_of(schemes.begin(), schemes.end(),
                       [&](const std::string& one) { return same_name(one, scheme); });
}

const Exchange* Asking::exchange(ExchangeId id) const {
    for (const RecordItem& item : trip.record)
        if (const auto* one = std::get_if<Exchange>(&item); one && one->id == id) return one;
    return nullptr;
}

std::string challenge_in(const Message& response) {
    for (const std::string_view value : values(response, "WWW-Authenticate"))
        for (const auto& challenge : http_auth::parse_challenges(value)) {
            if (!binds_to_connection(challenge.scheme) || challenge.token68.empty()) continue;
            std::string bytes = base64::decode(challenge.token68).bytes;
            if (ntlm::message_type(bytes) == 2u) return bytes;
        }
    return {};
}

bool look_at_door(Asking& asking) {
    asking.begin("connecting");
    Line line(asking.trip);
    if (!reach(asking, line)) return false;
    asking.begin("what does it offer");
    const Answer answer = line.get(asking.path());
    if (answer.status == 0) {
        if (asking.goes_on())
            asking.say(Section::Reach, Grade::Wrong, "it gave no answer: " + answer.silence,
                       {answer.exchange});
        return false;
    }
    asking.door.status = answer.status;
    asking.door.schemes = schemes_of(answer.response);
    say_schemes(asking, asking.path(), answer);
    if (answer.let_in()) asking.door.open_page = asking.path();
    look_between(asking, answer);
    look_at_date(asking, answer);
    if (asking.path() != "/" && asking.goes_on() && line.stands()) {
        const Answer root = line.get("/");
        if (root.status != 0) say_schemes(asking, "/", root);
        if (root.let_in()) asking.door.open_page = "/";
    }
    if (asking.trip.place.tls && asking.goes_on()) ask_for_http2(asking);
    if (asking.goes_on() && (asking.door.offers("NTLM") || asking.door.offers("Negotiate"))) {
        asking.begin("which machines answer");
        compare_machines(asking);
    }
    return asking.goes_on();
}

}  // namespace why401::probe
