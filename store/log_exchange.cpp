#include "store/log_exchange.h"

#include <algorithm>
#include <charconv>

#include "wire/ascii.h"

namespace why401 {
namespace {

std::optional<std::uint16_t> port_of(std::string_view text) {
    const auto number = log_number(text);
    if (!number || *number == 0 || *number > 65'535) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

bool speaks_tls(std::uint16_t port) {
    return port == 443 || port == 4443 || port == 8443 || port == 8172 || (port >= 44'300 && port <= 44'399);
}

std::string host_of(const LogRow& row) {
    for (const Column column : {Column::ServerIp, Column::ComputerName, Column::SiteName}) {
        std::string_view name = row.of(column);
        if (name.empty()) continue;
        name = name.substr(0, name.find('%'));  // the zone of an IPv6 address means nothing elsewhere
        return name.find(':') == std::string_view::npos ? std::string(name) : "[" + std::string(name) + "]";
    }
    return "server";
}

void place(const LogRow& row, Exchange& exchange) {
    const auto port = port_of(row.of(Column::ServerPort));
    exchange.scheme = port && speaks_tls(*port) ? "https" : "http";
    if (const std::string_view host = row.of(Column::Host); !host.empty()) {
        exchange.authority = std::string(host);
        return;
    }
    exchange.authority = host_of(row);
    const std::uint16_t usual = exchange.scheme == "https" ? 443 : 80;
    if (port && *port != usual) exchange.authority += ":" + std::to_string(*port);
}

std::string path_of(const LogRow& row) {
    std::string path(row.of(Column::Stem).empty() ? row.of(Column::Uri) : row.of(Column::Stem));
    if (const std::string_view query = row.of(Column::Query); !query.empty()) path.append("?").append(query);
    return path;
}

std::shared_ptr<LogLine> line_of(const LogRow& row, LogLine::Source source) {
    auto line = std::make_shared<LogLine>();
    line->source = source;
    line->line = row.line;
    line->text = std::string(row.text.substr(0, 8 * 1024));
    const auto substatus = log_number(row.of(Column::Substatus));
    if (substatus && *substatus <= 65'535) line->substatus = static_cast<std::uint16_t>(*substatus);
    line->win32 = log_number(row.of(Column::Win32));
    line->user = std::string(row.of(Column::User));
    line->user_agent = std::string(row.of(Column::UserAgent));
    std::replace(line->user_agent.begin(), line->user_agent.end(), '+', ' ');
    line->taken_ms = log_number(row.of(Column::TimeTaken));
    line->client_ip = std::string(row.client());
    line->server_ip = std::string(row.of(Column::ServerIp));
    line->client_port = port_of(row.of(Column::ClientPort));
    line->server_port = port_of(row.of(Column::ServerPort));
    line->reason = std::string(row.of(Column::Reason));
    line->alone = true;
    line->repaired = row.repaired;
    return line;
}

}  // namespace

void set_request_line(Exchange& exchange, std::string_view method, std::string_view url,
                      std::string_view version) {
    http1::Head& parsed = exchange.request.parsed;
    exchange.request.head.assign(method).append(" ").append(url).append(" ").append(version);
    exchange.request.head += "\r\n\r\n";
    // Not parsed: a log may hold what no strict reader of requests would take.
    parsed = {};
    parsed.method_length = static_cast<std::uint32_t>(method.size());
    parsed.target_begin = parsed.method_length + 1;
    parsed.target_length = static_cast<std::uint32_t>(url.size());
    parsed.end = static_cast<std::uint32_t>(exchange.request.head.size());
    parsed.start_line_end = parsed.end - 2;
}

Exchange exchange_of(const LogRow& row, LogLine::Source source, ExchangeId id) {
    Exchange exchange;
    exchange.id = id;
    place(row, exchange);
    std::string url = path_of(row);
    if (url.find("://") == std::string::npos)
        url = exchange.scheme + "://" + exchange.authority + (url.starts_with('/') ? "" : "/") + url;
    const std::string_view method = row.of(Column::Method), version = row.of(Column::Version);
    set_request_line(exchange, method.empty() ? "?" : method, url, version.empty() ? "HTTP/1.1" : version);
    const auto line = line_of(row, source);
    const std::int64_t taken = std::int64_t{line->taken_ms.value_or(0)} * 1000;
    exchange.status = row.status;
    exchange.outcome = row.status == 0 ? Outcome::Broken : Outcome::Complete;
    exchange.timing.ended = exchange.timing.response_head = {row.at_us, row.at_us};
    exchange.timing.started = exchange.timing.request_head =
        exchange.timing.forwarded = {row.at_us - taken, row.at_us - taken};
    exchange.log = line;
    return exchange;
}

}  // namespace why401
