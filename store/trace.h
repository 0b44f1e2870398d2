#pragma once
// Records that other programs wrote (HAR, SAZ, network logs, packet captures), read into items of ours. Each
// reader takes the whole file's bytes and gives items in order of completion. What it cannot read it counts
// and says; it never repairs silently.

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "record/record_item.h"

namespace why401 {

/// Nothing can be made of the bytes. what() says where and why, without the file's name:
/// "log.entries is missing".
class TraceError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

using TraceSink = std::function<void(RecordItem)>;

struct TraceNotes {
    bool sanitized = false;  ///< credentials were left out or blackened by whoever wrote it
    std::vector<std::string>
        remarks;  ///< what was not read, and how to take it: sentences without a full stop
};

TraceNotes read_har(std::string_view text, const TraceSink& sink);     ///< HTTP Archive 1.1 and 1.2
TraceNotes read_netlog(std::string_view text, const TraceSink& sink);  ///< Chromium's network log
TraceNotes read_saz(std::string_view bytes, const TraceSink& sink);    ///< Fiddler's session archive
TraceNotes read_pcap(std::string_view bytes, const TraceSink& sink);   ///< libpcap and pcapng

}  // namespace why401
