#include "store/har_entry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "record/withheld.h"
#include "store/iso_time.h"
#include "store/json_values.h"
#include "wire/ascii.h"
#include "wire/base64.h"

namespace why401 {
namespace {

namespace json = boost::json;
using namespace json_values;
using http1::HeadParser;

constexpr std::string_view kSecrets[] = {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"};
constexpr std::string_view kOfBrowsers[] = {"NTLM", "Negotiate", "Basic", "Digest"};
constexpr std::string_view kTellTale[] = {"WWW-Authenticate", "Proxy-Authenticate"};

bool holds(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool one_of(std::string_view name, const auto& names) {
    return std::any_of(std::begin(names), std::end(names),
                       [&](std::string_view n) { return same_name(name, n); });
}

/// "HTTP/1.1", "h2", "http/2.0", "HTTP/3", "h3-29"; what names no version is 1.
int major_of(std::string_view version) {
    const std::size_t digit = version.find_first_of("0123456789");
    const bool http = holds(version.substr(0, 5), "http/") || (digit == 1 && lower(version[0]) == 'h');
    const bool quic = holds(version, "quic");
    if (quic) return 3;
    if (!http || digit == std::string_view::npos) return 1;
    return version[digit] == '2' ? 2 : version[digit] == '3' ? 3 : 1;
}

/// The number behind "ClientPort:" in Fiddler's "ClientPort:50543;EgressPort:50547".
std::string_view port_after(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + name.size());
    return text.substr(0, text.find_first_not_of("0123456789"));
}

/// The id of our own files: "C12", "U3", "A:C12".
std::string_view own_id(const json::object& entry, std::string_view name) { return text(entry, name); }

std::string connection_name(const json::object& entry) {
    const json::value* value = find(entry, "connection");
    if (!value) return {};
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_uint64()) return std::to_string(value->get_uint64());
    return std::string(text(value));
}

/// `connection` is the TCP connection of whoever recorded. A browser has one: what it received on it is what
/// it sent on it, so it is the client's and the server's end in one, and whoever stands behind it, a proxy
/// too, is not seen. Fiddler names both of its own.
void read_connections(const json::object& entry, const HarWriter& writer, TraceRecord& record,
                      Exchange& exchange) {
    std::string client(own_id(entry, "_clientConnection")), upstream(own_id(entry, "_upstreamConnection"));
    const std::string name = connection_name(entry);
    if (client.empty() && upstream.empty() && name.find("Port:") != std::string::npos) {
        client = port_after(name, "ClientPort:");
        upstream = port_after(name, "EgressPort:");
    } else if (client.empty() && upstream.empty() && writer.numbers_connections() && name != "0") {
        client = upstream = name;
    }
    const auto join = [&](Leg leg, const std::string& given) -> std::optional<ConnectionId> {
        if (given.empty() || given == "0") return std::nullopt;
        Connection& connection = record.connection(leg, given);
        if (connection.opened == Instant{}) connection.opened = exchange.timing.started;
        if (leg == Leg::Upstream && connection.peer.empty()) {
            connection.peer = text(entry, "serverIPAddress");
            connection.origin = exchange.authority;
        }
        return connection.id;
    };
    exchange.client_connection = join(Leg::Client, client);
    exchange.upstream_connection = join(Leg::Upstream, upstream);
}

std::int64_t micros(std::optional<double> milliseconds) {
    if (!milliseconds || !(*milliseconds > 0) || *milliseconds > 1e9) return 0;
    return std::llround(*milliseconds * 1000);
}

void read_times(const json::object& entry, Exchange& exchange) {
    const std::int64_t begin = iso_time_us(text(entry, "startedDateTime")).value_or(0);
    const std::int64_t took = micros(number(entry, "time"));
    std::int64_t received = 0;
    if (const auto* timings = object(entry, "timings")) received = micros(number(*timings, "receive"));
    Timing& timing = exchange.timing;
    timing.started = timing.request_head = timing.forwarded = instant(begin);
    timing.ended = instant(begin + took);
    if (exchange.status != 0) timing.response_head = instant(begin + took - std::min(received, took));
}

/// Adds the fields to the head and notes what they give away.
void read_fields(const json::object& message, HeadBuilder& head, HarEntry& notes) {
    const auto* fields = array(message, "headers");
    if (!fields) return;
    for (const json::value& element : *fields) {
        const auto* field = element.if_object();
        if (!field) continue;
        const std::string_view name = text(*field, "name"), value = text(*field, "value");
        head.add(name, value);
        const bool secret = one_of(name, kSecrets);
        if ((secret || one_of(name, kTellTale)) && is_withheld(value))
            notes.blackened = true;
        else if (secret)
            notes.secrets_seen = true;
        const std::string_view scheme = value.substr(0, value.find(' '));
        if (name.size() >= 13 && secret && one_of(scheme, kOfBrowsers)) notes.browser_login = true;
        if (same_name(name, "User-Agent"))
            if (const std::size_t at = value.find("Chrome/"); at != std::string_view::npos)
                std::from_chars(value.data() + at + 7, value.data() + value.size(), notes.chrome_major);
    }
}

/// What a browser adds last is missing where it does not know what went out ("provisional headers").
bool is_provisional(const json::object& request, const HeadBuilder& head) {
    if (head.has("Host")) return false;
    const auto* fields = array(request, "headers");
    if (!fields) return true;
    return std::none_of(fields->begin(), fields->end(), [](const json::value& element) {
        const auto* field = element.if_object();
        return field && text(*field, "name") == ":authority";
    });
}

/// The target of a CONNECT may stand there as it was sent, "host:443" (RFC 9110 9.3.6).
std::optional<TraceUrl> url_of(const json::object& request) {
    const std::string_view url = text(request, "url");
    if (text(request, "method") != "CONNECT" || url.find("://") != std::string_view::npos)
        return trace_url(url);
    return trace_url("http://" + std::string(url));
}

void read_request(const json::object& request, const TraceUrl& url, const HarWriter& writer,
                  Exchange& exchange, HarEntry& notes) {
    const std::string_view version = text(request, "httpVersion");
    HeadBuilder head(
        request_line(text(request, "method"), url, exchange.http_major, same_name(version, "HTTP/1.0")));
    read_fields(request, head, notes);
    notes.fields_lacking = writer.is("WebInspector") && is_provisional(request, head);
    exchange.request = head.message(HeadParser::Kind::Request);
    mark_withheld(exchange);
    if (const auto* data = object(request, "postData"))
        exchange.request.body.length = text(*data, "text").size();
}

/// A body stands in it without its content coding, whatever the head says.
void read_content(const json::object& response, Exchange& exchange) {
    const auto* content = object(response, "content");
    if (!content) return;
    exchange.response.body.decoded = true;
    const std::string_view body = text(*content, "text");
    const std::uint64_t size = count(*content, "size").value_or(0);
    if (exchange.status < 400 || !same_name(text(*content, "encoding"), "base64"))
        return keep_page(exchange, body, size);
    const std::string bytes = base64::decode(body.substr(0, kKeptPage * 2)).bytes;
    keep_page(exchange, bytes, std::max<std::uint64_t>(size, body.size() / 4 * 3));
}

void read_response(const json::object& response, Exchange& exchange, HarEntry& notes) {
    const std::string_view version = text(response, "httpVersion");
    HeadBuilder head("HTTP/" +
                     (exchange.http_major != 1         ? std::to_string(exchange.http_major)
                      : same_name(version, "HTTP/1.0") ? std::string("1.0")
                                                       : std::string("1.1")) +
                     " " + std::to_string(exchange.status) + " " + std::string(text(response, "statusText")));
    read_fields(response, head, notes);
    exchange.response = head.message(HeadParser::Kind::Response);
    read_content(response, exchange);
}

int status_of(const json::object& response) {
    const auto status = count(response, "status");
    return status && *status >= 100 && *status <= 999 ? static_cast<int>(*status) : 0;
}

HarSkip reason_to_skip(const json::object& entry, const json::object* request, HarEntry& notes) {
    if (!request)
        notes.missing = "request";
    else if (text(*request, "url").empty())
        notes.missing = "request.url";
    if (!notes.missing.empty()) return HarSkip::NoRequest;
    if (!url_of(*request)) return HarSkip::OtherScheme;
    const std::string_view cached = text(entry, "_fromCache");
    return cached.empty() ? HarSkip::None : HarSkip::FromCache;
}

}  // namespace

bool HarWriter::is(std::string_view part) const { return holds(name, part); }

HarEntry read_har_entry(const json::object& entry, const HarWriter& writer, TraceRecord& record) {
    HarEntry notes;
    const json::object* request = object(entry, "request");
    notes.skip = reason_to_skip(entry, request, notes);
    if (notes.skip != HarSkip::None) return notes;
    const TraceUrl url = *url_of(*request);
    const json::object* response = object(entry, "response");

    Exchange exchange;
    exchange.scheme = url.scheme;
    exchange.authority = url.authority;
    exchange.http_major = major_of(text(*request, "httpVersion"));
    if (response) {
        exchange.status = status_of(*response);
        exchange.http_major = std::max(exchange.http_major, major_of(text(*response, "httpVersion")));
        notes.error = text(*response, "_error");
    }
    read_times(entry, exchange);
    read_request(*request, url, writer, exchange, notes);
    if (exchange.status != 0) read_response(*response, exchange, notes);
    read_connections(entry, writer, record, exchange);
    if (exchange.status != 401 && exchange.status != 407) notes.fields_lacking = false;
    exchange.outcome = exchange.status != 0 ? Outcome::Complete : Outcome::Abandoned;
    if (exchange.request.method() == "CONNECT" && exchange.status / 100 == 2)
        exchange.outcome = Outcome::Tunnelled;
    record.add(std::move(exchange));
    return notes;
}

}  // namespace why401
