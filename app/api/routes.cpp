#include "app/api/routes.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "app/api/filter.h"
#include "app/api/metrics.h"
#include "app/api/web_files.h"
#include "app/own_site.h"
#include "app/report_json.h"

namespace why401::api {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kDefaultRows = 200;
constexpr std::uint64_t kMostRows = 1000;
constexpr std::size_t kRowsAtATime = 500;
constexpr std::size_t kMostScanned =
    20'000;  // per call, so that a filter that finds nothing still answers soon

Reply sentence(unsigned status, std::string text) {
    return {status, "text/plain; charset=utf-8", std::move(text) + "\n", {}};
}
Reply of(const json::value& value) { return {200, "application/json", json::serialize(value) + "\n", {}}; }

Reply list(std::string_view name, const std::vector<std::string>& texts) {
    std::string body = "{\"" + std::string(name) + "\":[";
    for (const std::string& text : texts) {
        if (body.back() != '[') body += ',';
        body += text;
    }
    return {200, "application/json", body + "]}\n", {}};
}

json::array names_of(const FaultSet& faults) {
    json::array names;
    for (const std::string& name : faults.names()) names.emplace_back(name);
    return names;
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

Reply get_status(const Call&, const Source& source) {
    const Settings settings = source.settings();
    const Proxy::Counts counts = source.counts();
    json::array listen(source.instance.proxy.begin(), source.instance.proxy.end());
    json::value proxy = listen.empty() ? json::value(nullptr) : listen.front();
    return of({{"why401", WHY401_VERSION},
               {"pid", source.instance.pid},
               {"proxy", std::move(proxy)},
               {"listen", std::move(listen)},
               {"ui", text_or_null(source.instance.ui)},
               {"lab", text_or_null(source.instance.lab)},
               {"capture", text_or_null(source.instance.capture)},
               {"recording", source.recorder->recording()},
               {"not_recorded", source.recorder->not_recorded()},
               {"policy", settings.policy.name},
               {"faults", names_of(settings.faults)},
               {"summary", summary_json(source.recorder->summary())},
               {"counts",
                {{"exchanges", counts.exchanges},
                 {"client_connections", counts.client_connections},
                 {"upstream_connections", counts.upstream_connections}}},
               {"last_event", source.recorder->last_event()}});
}

Reply get_policy(const Call&, const Source& source) {
    json::array all;
    for (const PolicyName& policy : policy_names())
        all.push_back({{"name", policy.name}, {"meaning", policy.meaning}});
    return of({{"policy", source.settings().policy.name}, {"policies", std::move(all)}});
}

/// The member `key` of the JSON object that was sent; null when it is none, or has no such member.
json::value member(const Call& call, std::string_view key) {
    json::error_code error;
    const json::value value = json::parse(call.body, error);
    if (error || !value.is_object()) return nullptr;
    const json::value* found = value.get_object().if_contains(key);
    return found != nullptr ? *found : json::value(nullptr);
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
    return of({{"enabled", names_of(source.settings().faults)}, {"faults", std::move(all)}});
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

Reply get_exchanges(const Call& call, const Source& source) {
    const auto after = number_or(query_value(call.query, "after"), 0);
    const auto limit = number_or(query_value(call.query, "limit"), kDefaultRows);
    if (!after || !limit || *limit == 0)
        return sentence(400, "`after` is the id of an exchange, `limit` a number from 1 to 1000.");
    const std::size_t wanted = std::min(*limit, kMostRows);
    const Filter filter(query_value(call.query, "filter"));

    json::array rows;
    std::uint64_t last = *after;
    std::size_t scanned = 0;
    bool more = true;
    while (more && rows.size() < wanted && scanned < kMostScanned) {
        const std::vector<LiveExchange> batch = source.recorder->exchanges(last, kRowsAtATime);
        more = batch.size() == kRowsAtATime;
        for (const LiveExchange& live : batch) {
            if (rows.size() == wanted) {
                more = true;
                break;
            }
            ++scanned;
            last = number(live.exchange->id);
            if (filter.matches(*live.exchange, live.reading))
                rows.push_back(live_exchange_json(*live.exchange, live.reading));
        }
    }
    return of({{"exchanges", std::move(rows)}, {"next", more ? json::value(last) : json::value(nullptr)}});
}

Reply get_exchange(const Call& call, const Source& source) {
    const auto id = number_or(std::string_view(call.path).substr(call.path.rfind('/') + 1), 0);
    const auto live = id ? source.recorder->exchange(ExchangeId{*id}) : std::nullopt;
    if (!live) return sentence(404, "There is no exchange of that id, or it is no longer kept.");
    return of(exchange_detail_json(*live->exchange, live->reading));
}

Reply get_lab_demo(const Call&, const Source& source) {
    const bool available = bool(source.play_lab_demo);
    return of({{"playing", available && source.lab_demo_plays()}, {"available", available}});
}

Reply post_lab_demo(const Call& call, const Source& source) {
    json::error_code error;
    if (!json::parse(call.body, error).is_object()) return sentence(400, "Send an empty object: {}");
    if (!source.play_lab_demo)
        return sentence(404,
                        "This run has no lab to play in; `why401 proxy --lab` and `why401 demo` have one.");
    if (!source.play_lab_demo()) return sentence(409, "The demo is being played, or this run is ending.");
    Reply reply = of({{"playing", true}});
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
    return {200, "text/html; charset=utf-8", setup_page(proxy_of(source), Door::Ui), {}};
}

Reply get_metrics(const Call&, const Source& source) {
    return {200,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics_text(source.counts(), *source.recorder, source.settings()),
            {}};
}

Reply get_findings(const Call&, const Source& source) {
    return list("findings", source.recorder->findings());
}
Reply get_connections(const Call&, const Source& source) {
    return list("connections", source.recorder->connections());
}
Reply get_conversations(const Call&, const Source& source) {
    return list("conversations", source.recorder->conversations());
}

struct Route {
    std::string_view method, path;  ///< a path that ends with '/' takes one more segment
    Reply (*answer)(const Call&, const Source&);
};

constexpr std::array<Route, 15> kRoutes{{{"GET", "/api/v1/status", get_status},
                                         {"GET", "/api/v1/policy", get_policy},
                                         {"PUT", "/api/v1/policy", put_policy},
                                         {"GET", "/api/v1/faults", get_faults},
                                         {"PUT", "/api/v1/faults", put_faults},
                                         {"GET", "/api/v1/exchanges", get_exchanges},
                                         {"GET", "/api/v1/exchanges/", get_exchange},
                                         {"GET", "/api/v1/connections", get_connections},
                                         {"GET", "/api/v1/conversations", get_conversations},
                                         {"GET", "/api/v1/findings", get_findings},
                                         {"GET", "/api/v1/lab/demo", get_lab_demo},
                                         {"POST", "/api/v1/lab/demo", post_lab_demo},
                                         {"GET", "/metrics", get_metrics},
                                         {"GET", "/setup.html", get_setup},
                                         {"GET", "/proxy.pac", get_pac}}};

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

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded, as browsers and curl write queries.
std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+')
            result += ' ';
        else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                 hex_digit(text[i + 2]) >= 0) {
            result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else
            result += text[i];
    }
    return result;
}

}  // namespace

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

std::string query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) == name)
            return equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return {};
}

std::optional<std::uint64_t> number_or(std::string_view text, std::uint64_t otherwise) {
    if (text.empty()) return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace why401::api
