#include "store/netlog_events.h"

#include <charconv>
#include <iterator>

#include "store/json_values.h"

namespace why401 {
namespace {

namespace json = boost::json;
using namespace json_values;

struct Word {
    std::string_view name;
    NetlogEvent event;
};
// net/log/net_log_event_type_list.h of Chromium
constexpr Word kWords[] = {
    {"URL_REQUEST_START_JOB", NetlogEvent::StartJob},
    {"HTTP_TRANSACTION_SEND_REQUEST_HEADERS", NetlogEvent::SendHeaders},
    {"HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS", NetlogEvent::SendHeaders2},
    {"HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS", NetlogEvent::SendHeaders3},
    {"HTTP_TRANSACTION_READ_RESPONSE_HEADERS", NetlogEvent::ReadHeaders},
    {"HTTP_TRANSACTION_SEND_TUNNEL_HEADERS", NetlogEvent::SendTunnel},
    {"HTTP_TRANSACTION_READ_TUNNEL_RESPONSE_HEADERS", NetlogEvent::ReadTunnel},
    {"URL_REQUEST_JOB_FILTERED_BYTES_READ", NetlogEvent::BodyBytes},
    {"REQUEST_ALIVE", NetlogEvent::RequestAlive},
    {"HTTP_STREAM_REQUEST_BOUND_TO_JOB", NetlogEvent::BoundToJob},
    {"SOCKET_POOL_BOUND_TO_SOCKET", NetlogEvent::JobBoundToSocket},
    {"HTTP2_SESSION_POOL_FOUND_EXISTING_SESSION", NetlogEvent::JobFoundSession},
    {"HTTP2_SESSION_POOL_IMPORTED_SESSION_FROM_SOCKET", NetlogEvent::JobFoundSession},
    {"HTTP2_SESSION_POOL_CREATED_NEW_SESSION", NetlogEvent::JobFoundSession},
    {"HTTP2_SESSION_INITIALIZED", NetlogEvent::SessionSocket},
    {"TCP_CONNECT", NetlogEvent::TcpConnect},
    {"AUTH_HANDLER_CREATE_RESULT", NetlogEvent::AuthHandler},
    {"AUTH_GENERATE_TOKEN", NetlogEvent::AuthToken},
};

}  // namespace

std::int64_t netlog_number(const json::object& object, std::string_view name) {
    const json::value* value = find(object, name);
    std::int64_t number = 0;
    if (!value) return 0;
    if (value->is_string()) {
        const std::string_view digits = text(value);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return number;
    }
    boost::system::error_code error;
    if (value->is_number()) number = value->to_number<std::int64_t>(error);
    return error ? 0 : number;
}

NetlogWords::NetlogWords(const json::object& constants) {
    if (const auto* types = object(constants, "logEventTypes"))
        for (const Word& word : kWords)
            if (find(*types, word.name)) events_.emplace(netlog_number(*types, word.name), word.event);
    for (const auto& [type, event] : events_) requests_ = requests_ || event == NetlogEvent::ReadHeaders;
    if (const auto* phases = object(constants, "logEventPhase")) {
        begin_ = netlog_number(*phases, "PHASE_BEGIN");
        end_ = netlog_number(*phases, "PHASE_END");
    }
    if (const auto* errors = object(constants, "netError"))
        for (const auto& member : *errors)
            errors_.emplace(netlog_number(*errors, member.key()), std::string(member.key()));
    tick_offset_ = netlog_number(constants, "timeTickOffset");
}

NetlogEvent NetlogWords::event(std::int64_t type) const {
    const auto at = events_.find(type);
    return at == events_.end() ? NetlogEvent::Other : at->second;
}

std::string NetlogWords::error(std::int64_t code) const {
    const auto at = errors_.find(code);
    return (at == errors_.end() ? std::string("error") : at->second) + " (" + std::to_string(code) + ")";
}

}  // namespace why401
