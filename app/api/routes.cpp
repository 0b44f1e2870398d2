#include "app/api/routes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "app/api/capture_routes.h"
#include "app/api/metrics.h"
#include "app/api/record_routes.h"
#include "app/api/tls_routes.h"
#include "app/api/web_files.h"
#include "app/own_site.h"
#include "app/report_json.h"
#include "app/setup_page.h"

namespace why401::api {

namespace json = boost::json;

namespace {

json::array names_of(const FaultSet& faults) {
    json::array names;
    for (const std::string& name : faults.names()) names.emplace_back(name);
    return names;
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

/// What a call is about.
struct Viewed {
    OpenedCaptures::Opened opened;       ///< empty: it is the run of this process
    const RecordView* record = nullptr;  ///< null: there is no such thing
};

Viewed viewed_by(const Call& call, const Source& source) {
    const std::string number = query_value(call.query, "capture");
    if (number.empty() && source.recorder != nullptr) return {{}, &source.recorder->record()};
    if (number.empty()) return {source.shown, source.shown.capture.get()};
    const std::uint64_t id = number_or(number, 0).value_or(0);
    // What the process was started for stays, however many are opened later.
    const auto capture = id != 0 && id == source.shown.id ? source.shown.capture : source.captures->find(id);
    return {{id, capture}, capture.get()};
}

Reply no_such_capture() {
    return sentence(404, "No capture of that number is open; POST /api/v1/captures opens one.");
}

json::object viewing_json(const OpenedCaptures::Opened& opened) {
    const OpenedCapture& capture = *opened.capture;
    return {{"id", opened.id},
            {"name", utf8_clean(capture.name())},
            {"path", utf8_clean(capture.file().string())},
            {"program", utf8_clean(capture.header().program)},
            {"created", text_or_null(utc_text(capture.header().created_wall_us))},
            {"clean_end", capture.header().clean_end},
            {"not_recorded", capture.not_recorded()},
            {"findings_left_out", capture.findings_left_out()}};
}

/// What is the same whatever is viewed.
json::object process_json(const Source& source) {
    return {{"why401", WHY401_VERSION},
            {"pid", source.instance.pid},
            {"ui", text_or_null(source.instance.ui)},
            {"lab", text_or_null(source.instance.lab)}};
}

json::object status_of_run(const Source& source) {
    const Settings settings = source.settings();
    const Proxy::Counts counts = source.counts();
    json::object status = process_json(source);
    json::array listen(source.instance.proxy.begin(), source.instance.proxy.end());
    status["proxy"] = listen.empty() ? json::value(nullptr) : listen.front();
    status["listen"] = std::move(listen);
    status["capture"] = text_or_null(source.instance.capture);
    status["recording"] = source.recorder->recording();
    status["not_recorded"] = source.recorder->not_recorded();
    status["policy"] = settings.policy.name;
    status["faults"] = names_of(settings.faults);
    status["interception"] = interception_json(source);
    status["summary"] = summary_json(source.recorder->summary());
    status["counts"] = json::object{{"exchanges", counts.exchanges},
                                    {"client_connections", counts.client_connections},
                                    {"upstream_connections", counts.upstream_connections}};
    status["last_event"] = source.recorder->last_event();
    status["viewing"] = nullptr;
    return status;
}

json::object status_of_file(const Source& source, const OpenedCaptures::Opened& opened) {
    const OpenedCapture& capture = *opened.capture;
    json::object status = process_json(source);
    status["proxy"] = nullptr;
    status["listen"] = json::array();
    status["capture"] = nullptr;
    status["recording"] = false;
    status["not_recorded"] = capture.not_recorded();
    status["policy"] = nullptr;
    status["faults"] = json::array();
    status["interception"] = nullptr;
    status["summary"] = summary_json(capture.summary());
    status["counts"] = json::object{{"exchanges", capture.summary().exchanges},
                                    {"client_connections", capture.connection_count(Leg::Client)},
                                    {"upstream_connections", capture.connection_count(Leg::Upstream)}};
    status["last_event"] = 0;
    status["viewing"] = viewing_json(opened);
    return status;
}

Reply get_status(const Call& call, const Source& source) {
    const Viewed viewed = viewed_by(call, source);
    if (viewed.record == nullptr) return no_such_capture();
    return json_reply(viewed.opened.capture ? status_of_file(source, viewed.opened) : status_of_run(source));
}

Reply get_policy(const Call&, const Source& source) {
    json::array all;
    for (const PolicyName& policy : policy_names())
        all.push_back({{"name", policy.name}, {"meaning", policy.meaning}});
    return json_reply({{"policy", source.settings().policy.name}, {"policies", std::move(all)}});
}

Reply put_policy(const Call& call, const Source& source) {
    const json::value name = member(call, "policy");
    if (!name.is_string()) return sentence(400, "Send an object such as {\"policy\": \"affinity\"}.");
    const auto policy = parse_policy(std::string_view(name.get_string()));
    if (!policy) return sentence(400, "There is no policy of that name; GET /api/v1/policy lists them.");
    Settings settings = source.settings();
    settings.policy = *policy;
    source.set(settings);
    return get_policy(call, source);
}

Reply get_faults(const Call&, const Source& source) {
    json::array all;
    for (const FaultText& fault : fault_texts())
        all.push_back({{"name", fault.name}, {"meaning", fault.meaning}, {"rule", fault.rule}});
    return json_reply({{"enabled", names_of(source.settings().faults)}, {"faults", std::move(all)}});
}

Reply put_faults(const Call& call, const Source& source) {
    const json::value enabled = member(call, "enabled");
    if (!enabled.is_array())
        return sentence(
            400, "Send an object such as {\"enabled\": [\"add-via\"]}; the list replaces the present one.");
    FaultSet faults;
    for (const json::value& name : enabled.get_array())
        if (!name.is_string() || !faults.enable(std::string_view(name.get_string())))
            return sentence(400,
                            "There is no such fault, or its argument is wrong; GET /api/v1/faults lists "
                            "them. Nothing was changed.");
    Settings settings = source.settings();
    settings.faults = faults;
    source.set(settings);
    return get_faults(call, source);
}

Reply get_lab_demo(const Call&, const Source& source) {
    const bool available = bool(source.play_lab_demo);
    return json_reply({{"playing", available && source.lab_demo_plays()}, {"available", available}});
}

Reply post_lab_demo(const Call& call, const Source& source) {
    json::error_code error;
    if (!json::parse(call.body, error).is_object()) return sentence(400, "Send an empty object: {}");
    if (!source.play_lab_demo)
        return sentence(404,
                        "This run has no lab to play in; `why401 proxy --lab` and `why401 demo` have one.");
    if (!source.play_lab_demo()) return sentence(409, "The demo is being played, or this run is ending.");
    Reply reply = json_reply({{"playing", true}});
    reply.status = 202;
    return reply;
}

std::string proxy_of(const Source& source) {
    return source.instance.proxy.empty() ? std::string("127.0.0.1:8401") : source.instance.proxy.front();
}

Reply get_pac(const Call&, const Source& source) {
    return {200, "application/x-ns-proxy-autoconfig", pac_file(proxy_of(source)), {}};
}

Reply get_setup(const Call&, const Source& source) {
    return {200,
            "text/html; charset=utf-8",
            setup_page(proxy_of(source), Door::Ui, source.ca ? &*source.ca : nullptr),
            {}};
}

Reply get_metrics(const Call&, const Source& source) {
    return {200,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics_text(source.counts(), *source.recorder, source.settings()),
            {}};
}

/// A question about a record.
template <Reply (*ask)(const Call&, const RecordView&)>
Reply of_record(const Call& call, const Source& source) {
    const Viewed viewed = viewed_by(call, source);
    return viewed.record != nullptr ? ask(call, *viewed.record) : no_such_capture();
}

/// What only a process with a proxy can answer.
template <Reply (*ask)(const Call&, const Source&)>
Reply of_proxy(const Call& call, const Source& source) {
    if (source.recorder == nullptr)
        return sentence(404, "This process shows a file; there is no proxy in it.");
    return ask(call, source);
}

Reply captures(const Call&, const Source& source) { return get_captures(*source.captures); }
Reply put_capture(const Call& call, const Source& source) { return open_capture(call, *source.captures); }

struct Route {
    std::string_view method, path;  ///< a path that ends with '/' takes one more segment
    Reply (*answer)(const Call&, const Source&);
    Pace pace = Pace::Quick;  ///< Long: it grows with the record
};

constexpr Route kRoutes[]{{"GET", "/api/v1/status", get_status},
                          {"GET", "/api/v1/policy", of_proxy<get_policy>},
                          {"PUT", "/api/v1/policy", of_proxy<put_policy>},
                          {"GET", "/api/v1/faults", of_proxy<get_faults>},
                          {"PUT", "/api/v1/faults", of_proxy<put_faults>},
                          {"GET", "/api/v1/interception", of_proxy<get_interception>},
                          {"PUT", "/api/v1/interception", of_proxy<put_interception>},
                          {"POST", "/api/v1/exceptions", of_proxy<post_exception>},
                          {"GET", "/api/v1/list", of_record<get_list>, Pace::Long},
                          {"GET", "/api/v1/exchanges", of_record<get_exchanges>, Pace::Long},
                          {"GET", "/api/v1/exchanges/", of_record<get_exchange>, Pace::Long},
                          {"GET", "/api/v1/connections", of_record<get_connections>, Pace::Long},
                          {"GET", "/api/v1/conversations", of_record<get_conversations>, Pace::Long},
                          {"GET", "/api/v1/findings", of_record<get_findings>, Pace::Long},
                          {"GET", "/api/v1/switches", of_record<get_switches>},
                          {"GET", "/api/v1/captures", captures, Pace::Long},
                          {"POST", "/api/v1/captures", put_capture, Pace::Opening},
                          {"GET", "/api/v1/lab/demo", of_proxy<get_lab_demo>},
                          {"POST", "/api/v1/lab/demo", of_proxy<post_lab_demo>},
                          {"GET", "/metrics", of_proxy<get_metrics>},
                          {"GET", "/setup.html", of_proxy<get_setup>},
                          {"GET", "/proxy.pac", of_proxy<get_pac>}};

bool is_at(const Route& route, std::string_view path) {
    if (!route.path.ends_with('/')) return path == route.path;
    return path.starts_with(route.path) && path.size() > route.path.size() &&
           path.find('/', route.path.size()) == std::string_view::npos;
}

std::string_view type_of(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    return "text/javascript; charset=utf-8";
}

}  // namespace

Pace pace_of(const Call& call) {
    const auto* const route = std::find_if(std::begin(kRoutes), std::end(kRoutes), [&](const Route& one) {
        return one.method == call.method && is_at(one, call.path);
    });
    return route != std::end(kRoutes) ? route->pace : Pace::Quick;
}

Reply answer(const Call& call, const Source& source) {
    std::string allow;
    for (const Route& route : kRoutes) {
        if (!is_at(route, call.path)) continue;
        if (route.method == call.method) return route.answer(call, source);
        allow += (allow.empty() ? "" : ", ") + std::string(route.method);
    }
    const std::string_view file =
        call.path == "/" ? std::string_view("index.html") : std::string_view(call.path).substr(1);
    for (const WebFile& web_file : web_files())
        if (web_file.name == file) {
            if (call.method == "GET")
                return {200, std::string(type_of(file)), std::string(web_file.text), {}};
            allow = "GET";
        }
    if (allow.empty()) return sentence(404, "There is nothing here; the API begins at /api/v1/status.");
    Reply reply = sentence(405, "This address takes " + allow + " only.");
    reply.allow = allow;
    return reply;
}

}  // namespace why401::api
