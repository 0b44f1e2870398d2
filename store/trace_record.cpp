#include "store/trace_record.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "record/withheld.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// On one HTTP/1 connection an exchange ends before the next begins; clocks in milliseconds may say
/// otherwise.
void straighten(std::vector<Exchange>& exchanges) {
    std::map<ConnectionId, Exchange*> latest;
    for (Exchange& exchange : exchanges) {
        if (exchange.http_major != 1 || !exchange.upstream_connection ||
            exchange.outcome == Outcome::Tunnelled)
            continue;
        Exchange*& before = latest[*exchange.upstream_connection];
        const Instant begin = exchange.timing.started;
        if (before && before->timing.ended > begin) before->timing.ended = begin;
        if (before && before->timing.response_head > begin) before->timing.response_head = begin;
        before = &exchange;
    }
}

}  // namespace

Connection& TraceRecord::connection(Leg leg, std::string_view name) {
    const auto [at, added] = names_.try_emplace({leg, std::string(name)}, connections_.size());
    if (added) {
        connections_.emplace_back();
        connections_.back().id = {leg, ++last_[static_cast<std::size_t>(leg)]};
    }
    return connections_[at->second];
}

std::map<std::uint64_t, StreamEnds> TraceRecord::ends() const {
    std::map<std::uint64_t, StreamEnds> ends;
    for (const Connection& connection : connections_)
        (connection.id.leg == Leg::Client ? ends[connection.id.number].client
                                          : ends[connection.id.number].server) = connection.peer;
    return ends;
}

void TraceRecord::hand_over(const TraceSink& sink) {
    std::stable_sort(exchanges_.begin(), exchanges_.end(), [](const Exchange& a, const Exchange& b) {
        return a.timing.started.wall_us < b.timing.started.wall_us;
    });
    std::uint64_t id = 0;
    for (Exchange& exchange : exchanges_) exchange.id = ExchangeId(++id);
    straighten(exchanges_);
    std::stable_sort(exchanges_.begin(), exchanges_.end(), [](const Exchange& a, const Exchange& b) {
        return a.timing.ended.wall_us < b.timing.ended.wall_us;
    });
    std::map<ConnectionId, const Connection*> untold;
    for (const Connection& connection : connections_) untold[connection.id] = &connection;
    const auto tell = [&](const std::optional<ConnectionId>& id_of) {
        const auto at = id_of ? untold.find(*id_of) : untold.end();
        if (at == untold.end()) return;
        Connection open = *at->second;
        open.closing.reset();
        sink(std::move(open));
        untold.erase(at);
    };
    std::vector<const Connection*> closed;
    for (const Connection& connection : connections_)
        if (connection.closing) closed.push_back(&connection);
    std::stable_sort(closed.begin(), closed.end(), [](const Connection* a, const Connection* b) {
        return a->closing->at.wall_us < b->closing->at.wall_us;
    });
    auto next_closed = closed.begin();
    for (Exchange& exchange : exchanges_) {
        for (; next_closed != closed.end() && (*next_closed)->closing->at < exchange.timing.ended;
             ++next_closed) {
            untold.erase((*next_closed)->id);
            sink(**next_closed);
        }
        tell(exchange.client_connection);
        tell(exchange.upstream_connection);
        sink(std::move(exchange));
    }
    for (; next_closed != closed.end(); ++next_closed) sink(**next_closed);
    exchanges_.clear();
}

HeadBuilder::HeadBuilder(std::string_view start_line) {
    for (const char c : start_line) head_ += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    head_ += "\r\n";
}

bool HeadBuilder::has(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](const std::string& n) { return same_name(n, name); });
}

void HeadBuilder::add(std::string_view name, std::string_view value) {
    if (name.empty() || name.front() == ':') return;
    names_.emplace_back(name);
    // Browsers join fields of one name by line feeds.
    for (bool more = true; more;) {
        const std::size_t lf = value.find('\n');
        const std::string_view line = value.substr(0, lf);
        for (const char c : name)
            head_ += c == '\r' || c == '\n' || c == '\0' || c == ':' || c == ' ' ? '_' : c;
        head_ += ": ";
        for (const char c : line) head_ += c == '\r' || c == '\0' ? ' ' : c;
        head_ += "\r\n";
        more = lf != std::string_view::npos;
        if (more) value.remove_prefix(lf + 1);
    }
}

Message HeadBuilder::message(http1::HeadParser::Kind kind) {
    head_ += "\r\n";
    return message_from_notes(std::move(head_), kind);
}

std::optional<TraceUrl> trace_url(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    TraceUrl read;
    for (const char c : url.substr(0, colon)) read.scheme += lower(c);
    if (read.scheme == "ws") read.scheme = "http";
    if (read.scheme == "wss") read.scheme = "https";
    if (read.scheme != "http" && read.scheme != "https") return std::nullopt;
    url.remove_prefix(colon + 3);
    const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
    std::string_view authority = url.substr(0, end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
        authority.remove_prefix(at + 1);
    const std::string_view default_port = read.scheme == "http" ? ":80" : ":443";
    if (authority.size() > default_port.size() &&
        authority.substr(authority.size() - default_port.size()) == default_port)
        authority.remove_suffix(default_port.size());
    read.authority = authority;
    std::string_view target = url.substr(end);
    target = target.substr(0, target.find('#'));
    if (target.empty() || target.front() != '/') read.target = "/";
    for (const char c : target) read.target += c == ' ' || c == '\r' || c == '\n' || c == '\0' ? '+' : c;
    return read;
}

std::string request_line(std::string_view method, const TraceUrl& url, int http_major, bool http10) {
    std::string line(method.empty() ? std::string_view("GET") : method);
    for (char& c : line)
        if (!is_token_char(c)) c = '_';
    std::string target = url.target;
    if (line == "CONNECT") {
        target = url.authority;
        if (target.empty() ||
            target.find(':', target.rfind(']') == std::string::npos ? 0 : target.rfind(']')) ==
                std::string::npos)
            target += url.scheme == "http" ? ":80" : ":443";
    }
    return line + " " + target + " HTTP/" +
           (http_major == 1 ? std::string(http10 ? "1.0" : "1.1") : std::to_string(http_major));
}

bool mark_withheld(Exchange& exchange) {
    for (const std::string_view name : {"Authorization", "Proxy-Authorization"})
        if (is_withheld(value(exchange.request, name))) exchange.credentials_withheld = true;
    return exchange.credentials_withheld;
}

void keep_page(Exchange& exchange, std::string_view body, std::uint64_t length) {
    exchange.response.body.length = std::max<std::uint64_t>(length, body.size());
    if (exchange.status >= 400) exchange.response.body.kept = body.substr(0, kKeptPage);
}

}  // namespace why401
