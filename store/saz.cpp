// Fiddler's session archive: a ZIP that holds raw/N_c.txt (the request as it passed), N_s.txt (the response)
// and N_m.xml (ports and times) for each session. Heads are kept byte for byte.
#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "store/iso_time.h"
#include "store/trace_record.h"
#include "store/zip_reader.h"
#include "wire/ascii.h"
#include "wire/http1_framing.h"

namespace why401 {
namespace {

using http1::HeadParser;

constexpr std::size_t kMostOfMessage = 512 * 1024;  // a head, and what is kept of a page
constexpr std::size_t kMostOfNotes = 256 * 1024;
constexpr std::uint64_t kMostUnpacked = std::uint64_t{256} << 20;
constexpr std::int64_t kQuiet_us =
    120'000'000;  // a port that nobody used for so long has had another connection

struct Session {
    std::optional<std::uint64_t> request, response, notes;  ///< entries of the archive
};

/// "raw/0012_c.txt" -> 12 and 'c'; the folder may have a backslash, and names any case.
std::optional<std::pair<std::uint64_t, char>> session_of(std::string_view name) {
    std::string folded;
    for (const char c : name) folded += c == '\\' ? '/' : lower(c);
    if (folded.substr(0, 4) != "raw/") return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(folded.data() + 4, folded.data() + folded.size(), number);
    const std::string_view kind(end, static_cast<std::size_t>(folded.data() + folded.size() - end));
    if (error != std::errc() || (kind != "_c.txt" && kind != "_s.txt" && kind != "_m.xml"))
        return std::nullopt;
    return std::pair(number, kind[1]);
}

/// Splits behind the empty line; all of it is head when there is none.
std::pair<std::string_view, std::string_view> split_head(std::string_view bytes) {
    const std::size_t crlf = bytes.find("\r\n\r\n"), lf = bytes.find("\n\n");
    const std::size_t end = std::min(crlf == std::string_view::npos ? crlf : crlf + 4,
                                     lf == std::string_view::npos ? lf : lf + 2);
    if (end == std::string_view::npos) return {bytes, {}};
    return {bytes.substr(0, end), bytes.substr(end)};
}

/// The content of a body that may still be chunked; as it stands when it is not.
std::string content_of(const Message& message, std::string_view body) {
    const std::string_view coding = value(message, "Transfer-Encoding");
    if (!same_name(coding, "chunked")) return std::string(body.substr(0, kKeptPage));
    http1::BodyReader reader(http1::Framing{http1::BodyKind::Chunked, 0});
    std::string content;
    for (std::string_view rest = body; !rest.empty() && content.size() < kKeptPage;) {
        const auto step = reader.read(rest);
        content.append(rest.substr(step.payload_begin, step.payload_length));
        if (step.defect) return content.empty() ? std::string(body.substr(0, kKeptPage)) : content;
        if (step.done || step.consumed == 0) break;
        rest.remove_prefix(step.consumed);
    }
    return content.substr(0, kKeptPage);
}

int major_of(std::string_view head) {
    const std::size_t at = head.substr(0, head.find('\n')).rfind("HTTP/");
    if (at == std::string_view::npos || at + 5 >= head.size()) return 1;
    return head[at + 5] == '2' ? 2 : head[at + 5] == '3' ? 3 : 1;
}

/// Times, ports and addresses of one session.
class Notes {
public:
    explicit Notes(const std::string& xml) {
        loaded_ = document_.load_buffer(xml.data(), xml.size(), pugi::parse_default & ~pugi::parse_doctype);
    }
    bool loaded() const { return loaded_; }
    std::int64_t time(std::initializer_list<const char*> names) const {
        for (const char* name : names)
            if (const auto at = iso_time_us(session().child("SessionTimers").attribute(name).value()))
                return *at;
        return 0;
    }
    std::string flag(std::string_view name) const {
        for (const auto& flag : session().child("SessionFlags").children("SessionFlag"))
            if (same_name(flag.attribute("N").value(), name)) return flag.attribute("V").value();
        return {};
    }
    bool reused(const char* name) const {
        return same_name(session().child("PipeInfo").attribute(name).value(), "true");
    }

private:
    pugi::xml_node session() const { return document_.child("Session"); }
    pugi::xml_document document_;
    bool loaded_ = false;
};

class Archive {
public:
    Archive(const ZipReader& zip, TraceRecord& record) : zip_(zip), record_(record) {}

    /// Whether the session held a request.
    bool take(const Session& session);
    bool full() const { return unpacked_ > kMostUnpacked; }

private:
    std::string read(const std::optional<std::uint64_t>& entry, std::size_t most);
    void read_response(const std::string& bytes, Exchange& exchange) const;
    void read_notes(const Notes& notes, Exchange& exchange);
    std::optional<ConnectionId> connection(Leg leg, const Notes& notes, const Exchange& exchange);

    const ZipReader& zip_;
    TraceRecord& record_;
    std::uint64_t unpacked_ = 0;
    std::int64_t last_us_ = 0;  ///< sessions without times keep their order
    struct Port {
        int generation = 0;
        std::int64_t last_us = 0;
    };
    std::map<std::pair<Leg, std::string>, Port> ports_;
};

std::string Archive::read(const std::optional<std::uint64_t>& entry, std::size_t most) {
    if (!entry) return {};
    bool whole = false;
    std::string bytes = zip_.read(*entry, most, whole);
    unpacked_ += bytes.size();
    return bytes;
}

std::optional<ConnectionId> Archive::connection(Leg leg, const Notes& notes, const Exchange& exchange) {
    const bool client = leg == Leg::Client;
    const std::string number = notes.flag(client ? "x-clientport" : "x-egressport");
    unsigned port = 0;
    std::from_chars(number.data(), number.data() + number.size(), port);
    // A program's own port is never a well-known one: some writers put the server's there.
    if (port < 1024 || port > 65535) return std::nullopt;
    Port& known = ports_[{leg, number}];
    const std::int64_t at = exchange.timing.started.wall_us;
    const bool reused = notes.reused(client ? "CltReuse" : "Reused");
    if (known.last_us != 0 && !reused && at - known.last_us > kQuiet_us) ++known.generation;
    known.last_us = std::max(at, exchange.timing.ended.wall_us);
    Connection& connection = record_.connection(leg, number + "/" + std::to_string(known.generation));
    if (connection.opened == Instant{}) connection.opened = exchange.timing.started;
    const std::string address = notes.flag(client ? "x-clientip" : "x-hostip");
    if (connection.peer.empty() && !address.empty()) connection.peer = address + (client ? ":" + number : "");
    if (!client && connection.origin.empty()) connection.origin = exchange.authority;
    return connection.id;
}

void Archive::read_notes(const Notes& notes, Exchange& exchange) {
    Timing& timing = exchange.timing;
    const std::int64_t begin = notes.time({"ClientBeginRequest", "FiddlerBeginRequest", "ClientConnected"});
    timing.started = instant(begin != 0 ? begin : last_us_ + 1);
    const auto later = [&](std::initializer_list<const char*> names) {
        return instant(std::max(notes.time(names), timing.started.wall_us));
    };
    timing.request_head = later({"GotRequestHeaders", "ClientDoneRequest"});
    timing.forwarded = later({"FiddlerBeginRequest", "ServerGotRequest"});
    if (exchange.status != 0) timing.response_head = later({"GotResponseHeaders", "ServerBeginResponse"});
    timing.ended = later({"ClientDoneResponse", "ServerDoneResponse", "ClientBeginResponse"});
    last_us_ = std::max(last_us_, timing.started.wall_us);
    exchange.client_connection = connection(Leg::Client, notes, exchange);
    exchange.upstream_connection = connection(Leg::Upstream, notes, exchange);
}

void Archive::read_response(const std::string& bytes, Exchange& exchange) const {
    std::string_view rest = bytes;
    while (rest.substr(0, 5) == "HTTP/") {
        const auto [head, body] = split_head(rest);
        Message message = message_from_notes(std::string(head), HeadParser::Kind::Response);
        const int status = message.parsed.status;
        rest = body;
        if (status / 100 == 1 && status != 101) {
            exchange.interim.push_back(std::move(message.head));
            continue;
        }
        exchange.status = status;
        exchange.response = std::move(message);
        keep_page(exchange, content_of(exchange.response, body), body.size());
        return;
    }
}

bool Archive::take(const Session& session) {
    const std::string request = read(session.request, kMostOfMessage);
    const auto [head, body] = split_head(request);
    Exchange exchange;
    exchange.request = message_from_notes(std::string(head), HeadParser::Kind::Request);
    if (exchange.request.method().empty()) return false;
    exchange.request.body.length = body.size();
    mark_withheld(exchange);
    exchange.http_major = major_of(head);
    const bool connect = exchange.request.method() == "CONNECT";
    if (const auto url = trace_url(exchange.request.target()); url && !connect) {
        exchange.scheme = url->scheme;
        exchange.authority = url->authority;
    } else {
        exchange.authority = connect ? exchange.request.target() : value(exchange.request, "Host");
    }
    read_response(read(session.response, kMostOfMessage), exchange);
    exchange.outcome = exchange.status == 0                    ? Outcome::Abandoned
                       : connect && exchange.status / 100 == 2 ? Outcome::Tunnelled
                                                               : Outcome::Complete;
    read_notes(Notes(read(session.notes, kMostOfNotes)), exchange);
    record_.add(std::move(exchange));
    return true;
}

}  // namespace

TraceNotes read_saz(std::string_view bytes, const TraceSink& sink) {
    const ZipReader zip(bytes);
    std::map<std::uint64_t, Session> sessions;
    std::size_t locked = 0;
    for (std::uint64_t i = 0; i < zip.size(); ++i) {
        const auto session = session_of(zip.name(i));
        if (!session) continue;
        if (zip.encrypted(i)) {
            ++locked;
            continue;
        }
        Session& known = sessions[session->first];
        (session->second == 'c' ? known.request : session->second == 's' ? known.response : known.notes) = i;
    }
    if (sessions.empty() && locked > 0)
        throw TraceError("it is protected by a password: open it in Fiddler and save it without one");
    if (sessions.empty()) throw TraceError("it is a ZIP archive without sessions (raw/1_c.txt ...): no SAZ");
    TraceRecord record;
    Archive archive(zip, record);
    std::size_t without = 0, left = 0;
    for (const auto& [number, session] : sessions) {
        if (archive.full())
            ++left;
        else if (!archive.take(session))
            ++without;
    }
    TraceNotes notes;
    if (locked > 0)
        notes.remarks.push_back(std::to_string(locked) +
                                " files in it are protected by a password: not read");
    if (without > 0)
        notes.remarks.push_back(std::to_string(without) + " sessions hold no request that can be read");
    if (left > 0)
        notes.remarks.push_back(std::to_string(left) + " sessions were not unpacked: the others hold 256 MB");
    for (Exchange& exchange : record.exchanges())
        notes.sanitized = notes.sanitized || exchange.credentials_withheld;
    record.hand_over(sink);
    return notes;
}

}  // namespace why401
