// Chromium's network log (chrome://net-export, --log-net-log): a list of events, from which requests and
// their connections are put together again. A browser that is killed leaves the list open: it is read up to
// there.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/json_elements.h"
#include "store/json_values.h"
#include "store/netlog_events.h"
#include "store/trace_record.h"
#include "wire/base64.h"

namespace why401 {
namespace {

namespace json = boost::json;
using namespace json_values;
using http1::HeadParser;

constexpr std::size_t kMostRemarks = 8;

/// What is known of a source of events: a request, or a socket that opens a tunnel.
struct Request {
    TraceUrl url;
    std::int64_t socket = 0;  ///< 0: not known
    bool under_way = false;   ///< `exchange` has a request
    Exchange exchange;
};

class Log {
public:
    Log(const NetlogWords& words, TraceRecord& record, TraceNotes& notes)
        : words_(words), record_(record), notes_(notes) {}

    void take(const json::object& event);
    void finish();

private:
    void start(std::int64_t source, const json::object& params);
    void send(std::int64_t source, const json::object& params, int http_major);
    void send_tunnel(std::int64_t source, const json::object& params);
    void read(std::int64_t source, const json::object& params);
    void body(std::int64_t source, const json::object& params);
    void complete(Request& request);
    void connect(std::int64_t socket, const json::object& params);
    void auth(const json::object& params, bool token);
    void begin(Request& request, HeadBuilder& head, const json::array* fields, int http_major);
    std::int64_t depends_on(const json::object& params) const;
    Instant now() const { return instant(now_us_); }

    const NetlogWords& words_;
    TraceRecord& record_;
    TraceNotes& notes_;
    std::unordered_map<std::int64_t, Request> requests_;
    std::unordered_map<std::int64_t, std::int64_t> socket_of_;  ///< of a job, or of an HTTP/2 session
    std::unordered_map<std::int64_t, std::string> peers_;       ///< of a socket
    std::int64_t now_us_ = 0;
};

/// "Name: value" lines, and those of HTTP/2 whose names begin with a colon.
std::pair<std::string_view, std::string_view> split(std::string_view line) {
    const std::size_t colon = line.find(':', 1);
    if (colon == std::string_view::npos) return {};
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    return {line.substr(0, colon), value};
}

std::int64_t Log::depends_on(const json::object& params) const {
    const auto* source = object(params, "source_dependency");
    return source ? netlog_number(*source, "id") : 0;
}

/// Times are whole milliseconds; events of one millisecond keep their order by a microsecond each.
void Log::take(const json::object& event) {
    static const json::object kNone;
    const auto* source_object = object(event, "source");
    if (!source_object) return;
    const std::int64_t source = netlog_number(*source_object, "id");
    now_us_ = std::max(words_.wall_ms(netlog_number(event, "time")) * 1000, now_us_ + 1);
    const auto* given = object(event, "params");
    const json::object& params = given ? *given : kNone;
    const std::int64_t phase = netlog_number(event, "phase");
    switch (words_.event(netlog_number(event, "type"))) {
        case NetlogEvent::StartJob:
            if (!words_.is_end(phase)) start(source, params);
            break;
        case NetlogEvent::SendHeaders: send(source, params, 1); break;
        case NetlogEvent::SendHeaders2: send(source, params, 2); break;
        case NetlogEvent::SendHeaders3: send(source, params, 3); break;
        case NetlogEvent::SendTunnel: send_tunnel(source, params); break;
        case NetlogEvent::ReadHeaders:
        case NetlogEvent::ReadTunnel: read(source, params); break;
        case NetlogEvent::BodyBytes: body(source, params); break;
        case NetlogEvent::RequestAlive:
            if (const auto at = requests_.find(source); words_.is_end(phase) && at != requests_.end()) {
                complete(at->second);
                requests_.erase(at);
            }
            break;
        case NetlogEvent::BoundToJob:
            if (const auto at = socket_of_.find(depends_on(params)); at != socket_of_.end())
                requests_[source].socket = at->second;
            break;
        case NetlogEvent::JobBoundToSocket: socket_of_[source] = depends_on(params); break;
        case NetlogEvent::SessionSocket: socket_of_[source] = depends_on(params); break;
        case NetlogEvent::JobFoundSession:
            if (const auto at = socket_of_.find(depends_on(params)); at != socket_of_.end())
                socket_of_[source] = at->second;
            break;
        case NetlogEvent::TcpConnect: connect(source, params); break;
        case NetlogEvent::AuthHandler: auth(params, false); break;
        case NetlogEvent::AuthToken:
            if (words_.is_end(phase)) auth(params, true);
            break;
        case NetlogEvent::Other: break;
    }
}

void Log::start(std::int64_t source, const json::object& params) {
    Request& request = requests_[source];
    complete(request);
    if (auto url = trace_url(text(params, "url").substr(0, text(params, "url").find(' '))))
        request.url = *url;
}

void Log::begin(Request& request, HeadBuilder& head, const json::array* fields, int http_major) {
    complete(request);
    Exchange& exchange = request.exchange = {};
    request.under_way = true;
    for (std::size_t i = 0; fields && i < fields->size(); ++i) {
        const auto [name, value] = split(text(&(*fields)[i]));
        head.add(name, value);
    }
    exchange.request = head.message(HeadParser::Kind::Request);
    exchange.scheme = request.url.scheme.empty() ? "http" : request.url.scheme;
    exchange.authority = request.url.authority;
    exchange.http_major = http_major;
    if (mark_withheld(exchange)) notes_.sanitized = true;
    exchange.timing.started = exchange.timing.request_head = exchange.timing.forwarded = now();
    exchange.timing.ended = now();
    if (request.socket == 0) return;
    // What the browser sees of a connection is both ends of ours: see har_entry.cpp.
    for (const Leg leg : {Leg::Client, Leg::Upstream}) {
        Connection& connection = record_.connection(leg, std::to_string(request.socket));
        if (connection.opened == Instant{}) connection.opened = now();
        if (leg == Leg::Upstream) {
            connection.peer = peers_[request.socket];
            if (connection.origin.empty()) connection.origin = exchange.authority;
        }
        (leg == Leg::Client ? exchange.client_connection : exchange.upstream_connection) = connection.id;
    }
}

void Log::send(std::int64_t source, const json::object& params, int http_major) {
    std::string_view line = text(params, "line");
    if (line.substr(0, 8) == "CONNECT ") return;  // told before, as a tunnel
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    Request& request = requests_[source];
    const auto* fields = array(params, "headers");
    std::string made(line);
    if (http_major != 1) {
        std::string_view method = "GET";
        for (std::size_t i = 0; fields && i < fields->size(); ++i) {
            const auto [name, value] = split(text(&(*fields)[i]));
            if (name == ":method") method = value;
            if (name == ":path") request.url.target = value;
            if (name == ":authority")
                request.url.authority = trace_url("https://" + std::string(value))->authority;
            if (name == ":scheme") request.url.scheme = value == "http" ? "http" : "https";
        }
        made = request_line(method, request.url, http_major);
    }
    HeadBuilder head(made);
    begin(request, head, fields, http_major);
}

void Log::send_tunnel(std::int64_t source, const json::object& params) {
    std::string_view line = text(params, "line");
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    Request& request = requests_[source];
    request.socket = source;
    const std::size_t target = std::min(line.find(' '), line.size());
    const std::string_view rest = line.substr(std::min(target + 1, line.size()));
    request.url = {"http", std::string(rest.substr(0, rest.find(' '))), ""};
    HeadBuilder head(line);
    begin(request, head, array(params, "headers"), 1);
}

void Log::read(std::int64_t source, const json::object& params) {
    const auto at = requests_.find(source);
    const auto* lines = array(params, "headers");
    if (at == requests_.end() || !at->second.under_way || !lines || lines->empty()) return;
    Exchange& exchange = at->second.exchange;
    std::string status(text(&lines->front()));
    if (exchange.http_major != 1 && status.substr(0, 8) == "HTTP/1.1")
        status.replace(5, 3, std::to_string(exchange.http_major));  // the browser writes all versions so
    HeadBuilder head(status);
    for (std::size_t i = 1; i < lines->size(); ++i) {
        const auto [name, value] = split(text(&(*lines)[i]));
        head.add(name, value);
    }
    Message response = head.message(HeadParser::Kind::Response);
    if (response.parsed.status / 100 == 1 && response.parsed.status != 101)
        return exchange.interim.push_back(std::move(response.head));
    exchange.response = std::move(response);
    exchange.status = exchange.response.parsed.status;
    exchange.timing.response_head = exchange.timing.ended = now();
}

void Log::body(std::int64_t source, const json::object& params) {
    const auto at = requests_.find(source);
    if (at == requests_.end() || at->second.exchange.status == 0) return;
    Exchange& exchange = at->second.exchange;
    Body& kept = exchange.response.body;
    kept.decoded = true;
    kept.length += count(params, "byte_count").value_or(0);
    if (exchange.status >= 400 && kept.kept.size() < kKeptPage)
        kept.kept += base64::decode(text(params, "bytes")).bytes.substr(0, kKeptPage - kept.kept.size());
    kept.length = std::max<std::uint64_t>(kept.length, kept.kept.size());
    exchange.timing.ended = now();
}

void Log::complete(Request& request) {
    if (!request.under_way) return;
    request.under_way = false;
    Exchange& exchange = request.exchange;
    exchange.outcome = exchange.status != 0 ? Outcome::Complete : Outcome::Abandoned;
    if (exchange.request.method() == "CONNECT" && exchange.status / 100 == 2)
        exchange.outcome = Outcome::Tunnelled;
    record_.add(std::move(exchange));
    exchange = {};
}

void Log::connect(std::int64_t socket, const json::object& params) {
    if (const std::string_view peer = text(params, "remote_address"); !peer.empty()) peers_[socket] = peer;
}

void Log::auth(const json::object& params, bool token) {
    const std::int64_t code = netlog_number(params, "net_error");
    if (code == 0 || notes_.remarks.size() >= kMostRemarks) return;
    const std::string scheme(text(params, "scheme")), origin(text(params, "origin"));
    std::string remark = token ? "the browser could not make a login token: "
                               : "the browser could not use " +
                                     (scheme.empty() ? std::string("a scheme") : scheme) +
                                     (origin.empty() ? "" : " at " + origin) + ": ";
    remark += words_.error(code);
    if (std::find(notes_.remarks.begin(), notes_.remarks.end(), remark) == notes_.remarks.end())
        notes_.remarks.push_back(std::move(remark));
}

void Log::finish() {
    std::vector<std::int64_t> open;
    for (const auto& [id, request] : requests_) open.push_back(id);
    std::sort(open.begin(), open.end());
    for (const std::int64_t id : open) complete(requests_[id]);
}

NetlogWords words_of(std::string_view text, std::size_t root) {
    const auto at = json_elements::member(text, root, "constants");
    const auto end = at ? json_elements::end_of_value(text, *at) : std::nullopt;
    if (!end) throw TraceError("it has no \"constants\", or breaks off within them: no network log");
    boost::system::error_code error;
    const json::value value =
        json::parse(json::string_view(text.data() + *at, *end - *at), error, {}, lenient());
    if (error || !value.is_object())
        throw TraceError("its \"constants\" at byte " + std::to_string(*at) + " are no JSON object");
    NetlogWords words(value.get_object());
    if (!words.knows_requests()) throw TraceError("its \"constants\" do not name the events of requests");
    return words;
}

}  // namespace

TraceNotes read_netlog(std::string_view text, const TraceSink& sink) {
    const std::size_t root = json_elements::skip_blanks(text, 0);
    const NetlogWords words = words_of(text, root);
    const auto events = json_elements::member(text, root, "events");
    if (!events) throw TraceError("it has no \"events\"");
    TraceRecord record;
    TraceNotes notes;
    Log log(words, record, notes);
    std::size_t damaged = 0;
    const json_elements::Walk walk =
        json_elements::elements(text, *events, [&](std::size_t, std::size_t, std::string_view element) {
            boost::system::error_code error;
            json::monotonic_resource memory;
            const json::value value =
                json::parse(json::string_view(element.data(), element.size()), error, &memory, lenient());
            if (error || !value.is_object())
                ++damaged;
            else
                log.take(value.get_object());
        });
    log.finish();
    if (!walk.whole)
        notes.remarks.push_back("the log breaks off at byte " + std::to_string(walk.offset) +
                                " (a browser that is killed leaves it so): read up to there");
    if (damaged > 0) notes.remarks.push_back(std::to_string(damaged) + " events could not be read");
    record.hand_over(sink);
    return notes;
}

}  // namespace why401
