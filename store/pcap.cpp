// Packet captures: the HTTP/1 that passed in plain text. What TLS hides is counted and said.
#include <utility>

#include "store/http_stream.h"
#include "store/ip_packet.h"
#include "store/pcap_file.h"
#include "store/tcp_streams.h"
#include "store/two_sides.h"

namespace why401 {
namespace {

std::string plural(std::uint64_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

void tell(const StreamCensus& census, std::vector<std::string>& remarks) {
    if (census.tls > 0)
        remarks.push_back(plural(census.tls, "connection") + " carried TLS" +
                          (census.tls_name.empty() ? "" : " (the first to " + census.tls_name + ")") +
                          ": what passed on them cannot be seen without its keys");
    if (census.http2 > 0) remarks.push_back(plural(census.http2, "connection") + " carried HTTP/2: not read");
    if (census.other > 0)
        remarks.push_back(plural(census.other, "connection") + " carried something else than HTTP");
    if (census.holes > 0)
        remarks.push_back(plural(census.holes, "HTTP connection") +
                          " could be read only up to bytes that the capture "
                          "lacks (the first: " +
                          census.first_hole + ")");
    if (census.headless > 0)
        remarks.push_back(plural(census.headless, "connection") +
                          " showed answers whose requests the capture lacks: those are left out");
    if (census.refused > 0)
        remarks.push_back(plural(census.refused, "HTTP connection") +
                          " could be read only up to bytes that are no "
                          "HTTP/1 (the first: " +
                          census.first_refusal + ")");
}

}  // namespace

TraceNotes read_pcap(std::string_view bytes, const TraceSink& sink) {
    TraceRecord record;
    StreamCensus census;
    std::uint64_t frames = 0, strange_links = 0, fragments = 0, opened = 0;
    TcpStreams streams([&](const Endpoint& client, const Endpoint& server, std::int64_t) {
        return std::make_unique<HttpStream>(std::to_string(++opened), to_text(client), to_text(server),
                                            record, census);
    });
    const PcapEnd end = read_frames(bytes, [&](const Frame& frame) {
        ++frames;
        NotTcp why{};
        if (const auto segment = tcp_segment(frame, why)) return streams.take(*segment, frame.time_us);
        strange_links += why == NotTcp::OtherLink;
        fragments += why == NotTcp::Fragment;
    });
    streams.finish();
    const std::size_t pairs = join_two_sides(record.exchanges(), record.ends());
    TraceNotes notes;
    if (!end.whole) {
        const std::string place = "at byte " + std::to_string(end.offset);
        if (frames == 0) throw TraceError("the capture breaks off " + place + ", before its first packet");
        notes.remarks.push_back("the capture breaks off " + place + ": read up to there");
    }
    tell(census, notes.remarks);
    if (pairs > 0)
        notes.remarks.push_back(plural(pairs, "exchange") +
                                " passed a proxy whose two sides are in the capture: each is "
                                "told once, with both connections");
    if (strange_links > 0)
        notes.remarks.push_back(plural(strange_links, "frame") +
                                " of a link that is not known here, or without IP");
    if (fragments > 0) notes.remarks.push_back(plural(fragments, "IP fragment") + " left out");
    record.hand_over(sink);
    return notes;
}

}  // namespace why401
