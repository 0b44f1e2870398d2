#include "store/freb.h"

#include <algorithm>
#include <cstring>
#include <pugixml.hpp>

#include "wire/ascii.h"

namespace why401 {
namespace {

/// An element's local name: some tools write a prefix where IIS declares a default namespace.
bool is_named(const pugi::xml_node& node, std::string_view name) {
    std::string_view own = node.name();
    if (const std::size_t colon = own.find(':'); colon != own.npos) own.remove_prefix(colon + 1);
    return own == name;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_node& one : node.children())
        if (is_named(one, name)) return one;
    return {};
}

/// One event of a trace.
struct Event {
    pugi::xml_node node;
    std::string_view opcode;

    std::string_view data(std::string_view name) const {
        for (const pugi::xml_node& one : child(node, "EventData").children())
            if (name == one.attribute("Name").value()) return one.child_value();
        return {};
    }
};

std::vector<Event> events_of(const pugi::xml_node& root) {
    std::vector<Event> events;
    for (const pugi::xml_node& node : root.children())
        if (is_named(node, "Event"))
            events.push_back({node, child(child(node, "RenderingInfo"), "Opcode").child_value()});
    return events;
}

const Event* find(const std::vector<Event>& events, std::string_view opcode) {
    const auto at = std::find_if(events.begin(), events.end(),
                                 [&](const Event& event) { return event.opcode == opcode; });
    return at == events.end() ? nullptr : &*at;
}

/// The stages of IIS's request pipeline, by their bits (RQ_* of httpserv.h).
std::string stage_of(std::string_view number) {
    constexpr std::string_view kStages[] = {
        "BEGIN_REQUEST",         "AUTHENTICATE_REQUEST",  "AUTHORIZE_REQUEST",   "RESOLVE_REQUEST_CACHE",
        "MAP_REQUEST_HANDLER",   "ACQUIRE_REQUEST_STATE", "PRE_EXECUTE_HANDLER", "EXECUTE_REQUEST_HANDLER",
        "RELEASE_REQUEST_STATE", "UPDATE_REQUEST_CACHE",  "LOG_REQUEST",         "END_REQUEST"};
    const auto bits = log_number(number);
    for (std::size_t i = 0; bits && i < std::size(kStages); ++i)
        if (*bits == 1U << i) return std::string(kStages[i]);
    return std::string(number);
}

/// The module that set the status the request ended with; the first one, for later ones only pass it on.
const Event* verdict_of(const std::vector<Event>& events, int status) {
    const Event* first = nullptr;
    for (const Event& event : events) {
        if (event.opcode != "MODULE_SET_RESPONSE_ERROR_STATUS") continue;
        if (first == nullptr) first = &event;
        if (event.data("HttpStatus") == std::to_string(status)) return &event;
    }
    return first;
}

std::int64_t time_of_event(const Event& event) {
    const std::string_view text =
        child(child(event.node, "System"), "TimeCreated").attribute("SystemTime").value();
    return text.size() < 19 ? 0
                            : log_time(text.substr(0, 10), text.substr(11, text.find('Z') - 11)).value_or(0);
}

void read_times(const std::vector<Event>& events, const pugi::xml_node& root, Timing& timing) {
    if (events.empty()) return;
    const std::int64_t began = time_of_event(events.front());
    std::int64_t ended = time_of_event(events.back());
    const std::int64_t taken = std::int64_t{root.attribute("timeTaken").as_uint()} * 1000;
    ended = std::max(ended, began + taken);
    timing.started = timing.request_head = timing.forwarded = {began, began};
    timing.response_head = timing.ended = {ended, ended};
}

/// Its event as a line of words: what it is, then names and values.
std::string words_of(const Event& event) {
    std::string text(event.opcode);
    for (const pugi::xml_node& one : child(event.node, "EventData").children()) {
        std::string value = one.child_value();
        if (value.size() > 500) value.resize(500);
        std::replace_if(
            value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
        text.append(" ").append(one.attribute("Name").value()).append(" ").append(value);
    }
    return text;
}

std::uint64_t line_at(std::string_view xml, std::ptrdiff_t offset) {
    const auto end = std::min(xml.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
    return 1 + static_cast<std::uint64_t>(
                   std::count(xml.begin(), xml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
}

void read_status(std::string_view text, Exchange& exchange, LogLine& line) {
    const std::size_t dot = text.find('.');
    if (const auto status = log_number(text.substr(0, dot)); status && *status < 1000)
        exchange.status = static_cast<int>(*status);
    if (dot == text.npos) return;
    if (const auto sub = log_number(text.substr(dot + 1)); sub && *sub < 1000)
        line.substatus = static_cast<std::uint16_t>(*sub);
}

void read_verdict(const std::vector<Event>& events, std::string_view xml, const pugi::xml_node& root,
                  const Exchange& exchange, LogLine& line) {
    line.text = std::string("failedRequest statusCode ") + root.attribute("statusCode").value();
    line.line = line_at(xml, root.offset_debug());
    const Event* verdict = verdict_of(events, exchange.status);
    if (verdict == nullptr) return;
    line.text = words_of(*verdict);
    line.line = line_at(xml, verdict->node.offset_debug());
    line.module = std::string(verdict->data("ModuleName"));
    line.notification = stage_of(verdict->data("Notification"));
    line.win32 = log_number(verdict->data("ErrorCode"));
    const auto substatus = log_number(verdict->data("HttpSubStatus"));
    if (!line.substatus && substatus && *substatus < 1000 &&
        verdict->data("HttpStatus") == std::to_string(exchange.status))
        line.substatus = static_cast<std::uint16_t>(*substatus);
}

void read_ends(const std::vector<Event>& events, LogLine& line) {
    const Event* ends = find(events, "GENERAL_ENDPOINT_INFORMATION");
    if (ends == nullptr) return;
    line.client_ip = std::string(ends->data("RemoteAddress"));
    line.server_ip = std::string(ends->data("LocalAddress"));
    const auto client = log_number(ends->data("RemotePort")), server = log_number(ends->data("LocalPort"));
    if (client && *client < 65'536) line.client_port = static_cast<std::uint16_t>(*client);
    if (server && *server < 65'536) line.server_port = static_cast<std::uint16_t>(*server);
}

void read_login(const std::vector<Event>& events, const pugi::xml_node& root, LogLine& line) {
    line.user = root.attribute("userName").value();
    if (line.user.empty()) line.user = root.attribute("remoteUserName").value();
    line.auth_type = root.attribute("authenticationType").value();
    const Event* done = find(events, "AUTH_SUCCEEDED");
    if (done != nullptr && same_name(done->data("NTLMUsed"), "true")) line.auth_type = "NTLM";
    if (same_name(line.auth_type, "anonymous")) line.user.clear();
}

/// The head made of the trace's own list of fields; XML has turned CRLF into LF.
std::string head_of(std::string_view start_line, std::string_view fields) {
    std::string head(start_line);
    head += "\r\n";
    while (!fields.empty()) {
        const std::size_t end = std::min(fields.find('\n'), fields.size());
        std::string_view line = fields.substr(0, end);
        fields.remove_prefix(std::min(end + 1, fields.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!trimmed(line).empty()) head.append(trimmed(line)).append("\r\n");
    }
    return head + "\r\n";
}

/// Only credentials make the fields worth more than the line: kernel mode adds challenges that no trace
/// shows.
void read_request(const std::vector<Event>& events, std::string_view verb, std::string_view url,
                  Exchange& exchange, LogLine& line) {
    set_request_line(exchange, verb, url, "HTTP/1.1");
    const Event* fields = find(events, "GENERAL_REQUEST_HEADERS");
    if (fields == nullptr) return;
    Message request = message_from_head(
        head_of(std::string(verb) + " " + std::string(url) + " HTTP/1.1", fields->data("Headers")),
        http1::HeadParser::Kind::Request);
    if (request.parsed.method_length == 0) return;
    line.user_agent = std::string(value(request, "User-Agent"));
    if (!has_field(request, "Authorization")) return;
    exchange.request = std::move(request);
    line.alone = false;
}

void read_response(const std::vector<Event>& events, Exchange& exchange, const LogLine& line) {
    const Event* fields = find(events, "GENERAL_RESPONSE_HEADERS");
    if (fields == nullptr || line.alone || exchange.status == 0) return;
    Message response = message_from_head(
        head_of("HTTP/1.1 " + std::to_string(exchange.status) + " Status", fields->data("Headers")),
        http1::HeadParser::Kind::Response);
    if (has_field(response, "WWW-Authenticate")) exchange.response = std::move(response);
}

void place(std::string_view url, Exchange& exchange) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return;
    exchange.scheme = std::string(url.substr(0, scheme));
    std::transform(exchange.scheme.begin(), exchange.scheme.end(), exchange.scheme.begin(), lower);
    std::string_view authority = url.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?"));
    const std::string_view usual = exchange.scheme == "https" ? ":443" : ":80";
    if (authority.ends_with(usual)) authority.remove_suffix(usual.size());
    exchange.authority = std::string(authority);
}

/// "http://host:80/path" as everybody else writes it.
std::string url_of(std::string_view url, const Exchange& exchange) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return std::string(url);
    const std::size_t path = url.find_first_of("/?", scheme + 3);
    return exchange.scheme + "://" + exchange.authority +
           std::string(path == url.npos ? "/" : url.substr(path));
}

}  // namespace

LogReading read_freb(std::string_view xml, const std::string& name, const ItemSink& sink) {
    pugi::xml_document document;
    const pugi::xml_parse_result result = document.load_buffer(xml.data(), xml.size());
    const pugi::xml_node root = child(document, "failedRequest");
    if (!root)
        throw LogError(name + " is no failed request trace: " +
                       (result ? std::string("it has no failedRequest element")
                               : std::string(result.description()) + " in line " +
                                     std::to_string(line_at(xml, result.offset))));
    const std::vector<Event> events = events_of(root);
    if (events.empty() && !root.attribute("statusCode"))
        throw LogError(name + " is a failed request trace without a status and without events");
    auto line = std::make_shared<LogLine>();
    line->source = LogLine::Source::Freb;
    line->alone = true;
    Exchange exchange;
    exchange.id = ExchangeId(1);
    read_status(root.attribute("statusCode").value(), exchange, *line);
    exchange.outcome = exchange.status == 0 ? Outcome::Broken : Outcome::Complete;
    place(root.attribute("url").value(), exchange);
    read_times(events, root, exchange.timing);
    line->taken_ms = root.attribute("timeTaken").as_uint();
    read_verdict(events, xml, root, exchange, *line);
    read_ends(events, *line);
    read_login(events, root, *line);
    read_request(events, root.attribute("verb").value(), url_of(root.attribute("url").value(), exchange),
                 exchange, *line);
    read_response(events, exchange, *line);
    exchange.log = line;
    sink(std::move(exchange));
    LogReading reading;
    reading.requests = reading.exchanges = 1;
    if (!result)
        reading.notes.push_back("the trace breaks off in line " +
                                std::to_string(line_at(xml, result.offset)) + " (" + result.description() +
                                ")");
    return reading;
}

}  // namespace why401
