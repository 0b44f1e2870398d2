#pragma once
// For tests only: the exchanges of a story in the formats of others, as their programs write them.

#include <zip.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "record/record_item.h"
#include "tests/support/story.h"

namespace why401::test {

namespace json = boost::json;

inline json::string js(std::string_view text) { return json::string(text.data(), text.size()); }

inline std::vector<Exchange> exchanges_of(const std::vector<RecordItem>& items) {
    std::vector<Exchange> found;
    for (const RecordItem& item : items)
        if (const auto* exchange = std::get_if<Exchange>(&item)) found.push_back(*exchange);
    return found;
}
inline std::vector<Exchange> exchanges_of(const Story& story) { return exchanges_of(story.items()); }

/// 2026-11-29T00:00:00.000Z and so many microseconds.
constexpr std::int64_t kTraceBegin_us = 1'795'910'400'000'000;
inline std::string iso(std::int64_t us) {
    const std::time_t seconds = static_cast<std::time_t>((kTraceBegin_us + us) / 1'000'000);
    std::tm tm{};
    ::gmtime_r(&seconds, &tm);
    char text[64];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    std::snprintf(text + length, sizeof text - length, ".%06dZ", static_cast<int>(us % 1'000'000));
    return text;
}

inline json::array fields_of(const Message& message) {
    json::array fields;
    for (const http1::FieldLine& line : message.parsed.fields)
        fields.emplace_back(
            json::object{{"name", js(line.name(message.head))}, {"value", js(line.value(message.head))}});
    return fields;
}

struct HarStyle {
    std::string creator = "WebInspector";
    bool connections = true;
    std::string version = "HTTP/1.1";
    std::function<void(json::object& entry)> change;  ///< the last word on each entry
};

inline json::object har_entry_of(const Exchange& exchange, const HarStyle& style) {
    json::object response{{"status", exchange.status},
                          {"statusText", "Text"},
                          {"httpVersion", js(style.version)},
                          {"headers", fields_of(exchange.response)},
                          {"cookies", json::array()},
                          {"content", json::object{{"size", exchange.response.body.length},
                                                   {"mimeType", "text/html"},
                                                   {"text", js(exchange.response.body.kept)}}}};
    json::object entry{
        {"startedDateTime", js(iso(exchange.timing.started.wall_us))},
        {"time", static_cast<double>(exchange.timing.ended.wall_us - exchange.timing.started.wall_us) / 1000},
        {"request", json::object{{"method", js(exchange.request.method())},
                                 {"url", js(url(exchange))},
                                 {"httpVersion", js(style.version)},
                                 {"headers", fields_of(exchange.request)},
                                 {"cookies", json::array()}}},
        {"response", response},
        {"timings", json::object{{"receive", 1}}}};
    if (style.connections && exchange.upstream_connection)
        entry["connection"] = js(std::to_string(exchange.upstream_connection->number));
    if (style.change) style.change(entry);
    return entry;
}

inline std::string har_of(const Story& story, const HarStyle& style = {}) {
    json::array entries;
    for (const Exchange& exchange : exchanges_of(story)) entries.push_back(har_entry_of(exchange, style));
    return json::serialize(json::object{
        {"log", json::object{{"version", "1.2"},
                             {"creator", json::object{{"name", js(style.creator)}, {"version", "1"}}},
                             {"entries", entries}}}});
}

/// Takes a field out of the request of every entry, as sanitising exporters do.
inline void drop_request_field(json::object& entry, std::string_view name) {
    json::array& fields = entry["request"].as_object()["headers"].as_array();
    for (auto at = fields.begin(); at != fields.end();)
        at = at->as_object()["name"].as_string() == js(name) ? fields.erase(at) : at + 1;
}

/// A network log: the events that tell of requests and sockets, and some that do not.
class NetlogOf {
public:
    explicit NetlogOf(const Story& story, bool stripped = false) : stripped_(stripped) {
        std::int64_t request = 1'000;
        for (const Exchange& exchange : exchanges_of(story)) tell(exchange, ++request);
    }
    json::array events;
    std::string text() const { return head() + json::serialize(events) + "}"; }
    /// As a browser leaves it that is killed: after so many events, within the next.
    std::string cut(std::size_t after) const {
        std::string out = head() + "[\n";
        for (std::size_t i = 0; i < after; ++i) out += json::serialize(events[i]) + ",\n";
        return out + "{\"params\":{\"byte_co";
    }

private:
    static std::string head() {
        const json::object constants{
            {"logEventTypes", json::object{{"URL_REQUEST_START_JOB", 11},
                                           {"HTTP_TRANSACTION_SEND_REQUEST_HEADERS", 12},
                                           {"HTTP_TRANSACTION_READ_RESPONSE_HEADERS", 13},
                                           {"HTTP_STREAM_REQUEST_BOUND_TO_JOB", 14},
                                           {"SOCKET_POOL_BOUND_TO_SOCKET", 15},
                                           {"REQUEST_ALIVE", 16},
                                           {"TCP_CONNECT", 17},
                                           {"URL_REQUEST_JOB_FILTERED_BYTES_READ", 18},
                                           {"SOCKET_ALIVE", 19}}},
            {"logEventPhase", json::object{{"PHASE_NONE", 0}, {"PHASE_BEGIN", 1}, {"PHASE_END", 2}}},
            {"logSourceType", json::object{{"URL_REQUEST", 1}, {"SOCKET", 10}}},
            {"netError", json::object{{"ERR_UNSUPPORTED_AUTH_SCHEME", -339}}},
            {"timeTickOffset", kTraceBegin_us / 1000}};
        return "{\"constants\":" + json::serialize(constants) + ",\n\"events\": ";
    }
    void add(std::int64_t us, int type, int phase, std::int64_t source, json::object params) {
        events.emplace_back(json::object{{"params", std::move(params)},
                                         {"phase", phase},
                                         {"source", json::object{{"id", source}, {"type", 1}}},
                                         {"time", js(std::to_string(us / 1000))},
                                         {"type", type}});
    }
    json::array lines(const Message& message) const {
        json::array out;
        for (const http1::FieldLine& line : message.parsed.fields) {
            std::string value(line.value(message.head));
            const std::string name(line.name(message.head));
            if (stripped_ && name == "Authorization")
                value = "[" + std::to_string(value.size()) + " bytes were stripped]";
            if (stripped_ && name == "WWW-Authenticate" && value.size() > 20)
                value = "NTLM [" + std::to_string(value.size()) + " bytes were stripped]";
            out.emplace_back(js(name + ": " + value));
        }
        return out;
    }
    void tell(const Exchange& exchange, std::int64_t request) {
        const std::int64_t begin = exchange.timing.started.wall_us, end = exchange.timing.ended.wall_us;
        const std::int64_t socket = exchange.upstream_connection
                                        ? static_cast<std::int64_t>(exchange.upstream_connection->number) + 50
                                        : 0;
        add(begin, 11, 1, request, {{"method", js(exchange.request.method())}, {"url", js(url(exchange))}});
        add(begin, 19, 1, socket, {});
        if (socket != 0) {
            add(begin, 17, 2, socket, {{"remote_address", "10.0.0.9:80"}});
            add(begin, 15, 0, request + 5'000,
                {{"source_dependency", json::object{{"id", socket}, {"type", 10}}}});
            add(begin, 14, 0, request,
                {{"source_dependency", json::object{{"id", request + 5'000}, {"type", 17}}}});
        }
        const std::string line = exchange.request.head.substr(0, exchange.request.parsed.start_line_end);
        add(begin, 12, 0, request, {{"headers", lines(exchange.request)}, {"line", js(line)}});
        json::array answer = lines(exchange.response);
        answer.insert(answer.begin(), js("HTTP/1.1 " + std::to_string(exchange.status) + " Text"));
        add(end, 13, 0, request, {{"headers", answer}});
        const std::string& page = exchange.response.body.kept;
        if (!page.empty())
            add(end, 18, 0, request, {{"byte_count", page.size()}, {"bytes", js(base64::encode(page))}});
        add(end, 16, 2, request, {});
    }
    bool stripped_;
};

/// Names and contents as a ZIP archive; `password` locks every entry.
inline std::string zip_of(const std::map<std::string, std::string>& files, const char* password = nullptr) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(buffer);
    zip_t* archive = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
    for (const auto& [name, content] : files) {
        const auto index =
            zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0),
                         ZIP_FL_OVERWRITE);
        if (password)
            zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_128, password);
    }
    zip_close(archive);
    std::string bytes;
    zip_stat_t stat;
    zip_source_stat(buffer, &stat);
    bytes.resize(stat.size);
    zip_source_open(buffer);
    zip_source_read(buffer, bytes.data(), bytes.size());
    zip_source_close(buffer);
    zip_source_free(buffer);
    return bytes;
}

inline std::map<std::string, std::string> saz_files_of(const Story& story) {
    std::map<std::string, std::string> files{{"[Content_Types].xml", "<Types/>"},
                                             {"_index.htm", "<html></html>"}};
    int number = 0;
    for (const Exchange& exchange : exchanges_of(story)) {
        const std::string name = "raw/" + std::to_string(++number + 100).substr(1);
        const auto port = [](const std::optional<ConnectionId>& id) {
            return std::to_string(id ? 50'000 + id->number : 0);
        };
        files[name + "_c.txt"] = exchange.request.head;
        if (exchange.status != 0)
            files[name + "_s.txt"] = exchange.response.head + exchange.response.body.kept;
        files[name + "_m.xml"] =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Session SID=\"1\" BitFlags=\"0\"><SessionTimers "
            "ClientConnected=\"" +
            iso(0) + "\" ClientBeginRequest=\"" + iso(exchange.timing.started.wall_us) +
            "\" ServerConnected=\"0001-01-01T00:00:00\" ClientDoneResponse=\"" +
            iso(exchange.timing.ended.wall_us) +
            "\" /><PipeInfo Reused=\"true\" CltReuse=\"true\"/><SessionFlags>"
            "<SessionFlag N=\"x-clientIP\" V=\"127.0.0.1\" /><SessionFlag N=\"x-clientport\" V=\"" +
            port(exchange.client_connection) +
            "\" /><SessionFlag N=\"x-hostIP\" V=\"10.0.0.9\" />"
            "<SessionFlag N=\"x-egressport\" V=\"" +
            port(exchange.upstream_connection) + "\" /></SessionFlags></Session>";
    }
    return files;
}
inline std::string saz_of(const Story& story) { return zip_of(saz_files_of(story)); }

/// A packet capture (Ethernet, IPv4) of the story's server connections; every exchange's messages in segments
/// of `segment` bytes.
class PcapOf {
public:
    explicit PcapOf(std::size_t segment = 1400) : segment_(segment) {}
    struct Packet {
        std::int64_t us;
        std::string frame;
    };
    std::vector<Packet> packets;

    PcapOf& add(const Story& story) {
        for (const Exchange& exchange : exchanges_of(story)) {
            const std::uint64_t number =
                exchange.upstream_connection ? exchange.upstream_connection->number : 1;
            open(number, exchange.timing.started.wall_us);
            send(number, true, exchange.request.head, exchange.timing.started.wall_us);
            send(number, false, exchange.response.head + exchange.response.body.kept,
                 exchange.timing.ended.wall_us);
        }
        return *this;
    }
    /// As a capture on the proxy's machine (10.0.0.7) sees it: both sides of it, clients before servers.
    PcapOf& add_both_sides(const Story& story) {
        for (const Exchange& exchange : exchanges_of(story)) {
            const std::uint64_t client = exchange.client_connection->number,
                                server = 100 + exchange.upstream_connection->number;
            const std::int64_t begin = exchange.timing.started.wall_us, end = exchange.timing.ended.wall_us;
            std::string sent_on = exchange.request.head;
            sent_on.replace(4, std::string("http://web01.test").size(), "");
            proxy_ = true;
            open(client, begin);
            send(client, true, exchange.request.head, begin);
            open(server, begin + 50);
            send(server, true, sent_on, begin + 100);
            send(server, false, exchange.response.head + exchange.response.body.kept, end - 200);
            send(client, false, exchange.response.head + exchange.response.body.kept, end - 100);
        }
        return *this;
    }
    void open(std::uint64_t number, std::int64_t us) {
        if (!next_[{number, true}]) {
            next_[{number, true}] = 1'000, next_[{number, false}] = 0xfffffff0u;  // one that wraps
            packet(number, true, 0x02, "", us);
            packet(number, false, 0x12, "", us);
            ++next_[{number, true}], ++next_[{number, false}];
        }
    }
    void send(std::uint64_t number, bool from_client, std::string_view bytes, std::int64_t us) {
        for (; !bytes.empty(); bytes.remove_prefix(std::min(segment_, bytes.size()))) {
            const std::string part(bytes.substr(0, segment_));
            packet(number, from_client, 0x18, part, us);
            next_[{number, from_client}] += static_cast<std::uint32_t>(part.size());
        }
    }
    void close(std::uint64_t number, bool from_client, std::int64_t us) {
        packet(number, from_client, 0x11, "", us);
    }
    std::string text() const {
        std::string out = le(0xa1b2c3d4) + le(0x00040002) + le(0) + le(0) + le(65535) + le(1);
        for (const Packet& one : packets) {
            const std::int64_t us = kTraceBegin_us + one.us;
            const auto size = static_cast<std::uint32_t>(one.frame.size());
            out += le(static_cast<std::uint32_t>(us / 1'000'000)) +
                   le(static_cast<std::uint32_t>(us % 1'000'000)) + le(size) + le(size) + one.frame;
        }
        return out;
    }

private:
    static std::string le(std::uint32_t value) {
        std::string out;
        wire_put(out, value);
        return out;
    }
    static void wire_put(std::string& out, std::uint32_t value) {
        for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i));
    }
    static std::string be(std::uint64_t value, int bytes) {
        std::string out;
        for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
        return out;
    }
    void packet(std::uint64_t number, bool from_client, std::uint8_t flags, const std::string& data,
                std::int64_t us) {
        const std::string net("\x0a\x00\x00", 3);
        const bool first = proxy_ && number < 100, second = proxy_ && number >= 100;
        const std::string client = net + (second ? '\x07' : '\x05'), server = net + (first ? '\x07' : '\x09');
        const std::uint64_t port = 50'000 + number;
        std::string tcp = be(from_client ? port : 80, 2) + be(from_client ? 80 : port, 2) +
                          be(next_[{number, from_client}], 4) + be(0, 4) + "\x50" +
                          std::string(1, static_cast<char>(flags)) + be(1024, 2) + be(0, 4);
        std::string ip = "\x45" + std::string(1, '\0') + be(20 + tcp.size() + data.size(), 2) + be(0, 4) +
                         "\x40\x06" + be(0, 2) + (from_client ? client : server) +
                         (from_client ? server : client);
        packets.push_back({us, std::string(12, '\0') + be(0x0800, 2) + ip + tcp + data});
    }
    std::size_t segment_;
    bool proxy_ = false;
    std::map<std::pair<std::uint64_t, bool>, std::uint32_t> next_;
};

}  // namespace why401::test
