#include "app/event_json.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "app/json_text.h"
#include "app/report_json.h"

namespace why401 {
namespace {

namespace json = boost::json;
using json_out::text;
using json_out::texts;

json::string time_text(const Instant& instant) { return text(utc_text(instant.wall_us)); }

std::string of_kind(const char* kind, const std::string& event) {
    return std::string("{\"kind\":\"") + kind + "\"," + event.substr(1);
}

}  // namespace

std::string event_json(const PolicyChanged& event) {
    return json::serialize(json::object{
        {"policy", text(event.policy)}, {"before", text(event.before)}, {"time", time_text(event.at)}});
}

std::string event_json(const FaultsChanged& event) {
    return json::serialize(json::object{{"enabled", texts(event.enabled)}, {"time", time_text(event.at)}});
}

std::string event_json(const InterceptionChanged& event) {
    return json::serialize(json::object{{"intercept", texts(event.intercept)},
                                        {"tunnel", texts(event.tunnel)},
                                        {"time", time_text(event.at)}});
}

std::string event_json(const FaultSeen& event) {
    json::object object{{"connection", nullptr}};
    if (event.connection) object["connection"] = text(to_string(*event.connection));
    for (auto& [key, value] : fault_json(event.fault)) object[key] = value;
    object["time"] = time_text(event.at);
    return json::serialize(object);
}

std::string switch_json(const PolicyChanged& event) { return of_kind("policy", event_json(event)); }
std::string switch_json(const FaultsChanged& event) { return of_kind("faults", event_json(event)); }
std::string switch_json(const InterceptionChanged& event) {
    return of_kind("interception", event_json(event));
}

}  // namespace why401
