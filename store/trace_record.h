#pragma once
// Gathers what a trace tells until it can be told in order: connections get their numbers as they appear,
// exchanges theirs by their start, and all are handed over in order of completion. Heads that a trace holds
// as lists of fields are put into the form of HTTP/1 here: offsets of evidence count in what is built here.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/trace.h"
#include "store/two_sides.h"

namespace why401 {

class TraceRecord {
public:
    /// The connection that the trace calls so; a new one at first sight.
    Connection& connection(Leg leg, std::string_view name);

    bool knows(Leg leg, std::string_view name) const { return names_.contains({leg, std::string(name)}); }

    /// The peers of the client's and the server's end of each name that has both, by the number of its ids.
    std::map<std::uint64_t, StreamEnds> ends() const;

    void add(Exchange exchange) { exchanges_.push_back(std::move(exchange)); }
    std::size_t size() const { return exchanges_.size(); }
    std::vector<Exchange>& exchanges() { return exchanges_; }

    /// A connection is told before the first exchange on it, and again when it closes.
    void hand_over(const TraceSink& sink);

private:
    std::map<std::pair<Leg, std::string>, std::size_t, std::less<>> names_;
    std::vector<Connection> connections_;
    std::vector<Exchange> exchanges_;
    std::uint64_t last_[2] = {0, 0};
};

/// Both clocks from the one that a trace has.
inline Instant instant(std::int64_t microseconds) { return {microseconds, microseconds}; }

/// A list of fields as a head. Names of HTTP/2 that begin with a colon are left out; a value of several lines
/// becomes as many fields; bytes that cannot stand in a head become blanks.
class HeadBuilder {
public:
    /// "GET /a HTTP/1.1"
    explicit HeadBuilder(std::string_view start_line);
    void add(std::string_view name, std::string_view value);
    bool has(std::string_view name) const;
    Message message(http1::HeadParser::Kind kind);

private:
    std::string head_;
    std::vector<std::string> names_;
};

/// scheme, authority and target of an absolute URL. The user's name is left out of it, as on the wire.
struct TraceUrl {
    std::string scheme, authority, target;
};
/// Nothing when it is none of http, https, ws, wss.
std::optional<TraceUrl> trace_url(std::string_view url);

/// "GET /a HTTP/2"; the target of CONNECT is the authority.
std::string request_line(std::string_view method, const TraceUrl& url, int http_major, bool http10 = false);

/// Marks an exchange whose credentials are blackened; returns whether they are.
bool mark_withheld(Exchange& exchange);

constexpr std::size_t kKeptPage = 64 * 1024;  ///< of the body of a refusal; other bodies are only counted
void keep_page(Exchange& exchange, std::string_view body, std::uint64_t length);

}  // namespace why401
