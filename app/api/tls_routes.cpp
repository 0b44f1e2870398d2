#include "app/api/tls_routes.h"

#include <boost/json.hpp>

namespace why401::api {

namespace json = boost::json;

namespace {

json::array texts(const std::vector<std::string>& all) { return json::array(all.begin(), all.end()); }

/// The hosts of an array; nothing when it holds anything else.
std::optional<std::vector<std::string>> hosts_of(const json::value& list) {
    std::vector<std::string> hosts;
    for (const json::value& host : list.get_array()) {
        const auto parsed =
            host.is_string() ? parse_hosts(std::string_view(host.get_string())) : std::nullopt;
        if (!parsed || parsed->size() != 1) return std::nullopt;
        hosts.push_back(parsed->front());
    }
    return hosts;
}

}  // namespace

json::value interception_json(const Source& source) {
    const Interception now = source.settings().interception;
    return json::object{
        {"intercept", texts(now.intercept)}, {"tunnel", texts(now.tunnel)}, {"possible", source.opens_tls}};
}

Reply get_interception(const Call&, const Source& source) { return json_reply(interception_json(source)); }

Reply put_interception(const Call& call, const Source& source) {
    if (!source.opens_tls) return sentence(409, "This run has no CA, so it can open no TLS.");
    Settings settings = source.settings();
    bool any = false;
    for (const auto& [key, list] : {std::pair{"intercept", &settings.interception.intercept},
                                    std::pair{"tunnel", &settings.interception.tunnel}}) {
        const json::value given = member(call, key);
        if (given.is_null()) continue;
        const auto hosts = given.is_array() ? hosts_of(given) : std::nullopt;
        if (!hosts)
            return sentence(400,
                            std::string("\"") + key +
                                "\" takes a list of hosts, such as [\"*.contoso.com\"] or [\"*\"] for all. "
                                "Nothing was changed.");
        *list = *hosts;
        any = true;
    }
    if (!any)
        return sentence(400, "Send an object such as {\"intercept\": [\"*\"], \"tunnel\": [\"bank.test\"]}.");
    source.set(settings);
    return get_interception(call, source);
}

Reply post_exception(const Call& call, const Source& source) {
    const json::value host = member(call, "host"), sha256 = member(call, "sha256");
    if (!host.is_string() || !sha256.is_string() ||
        !source.accept_certificate(std::string(host.get_string()), std::string(sha256.get_string())))
        return sentence(
            400,
            "Send an object such as {\"host\": \"web01\", \"sha256\": \"64 hex digits\"}, in a run that "
            "opens TLS.");
    return json_reply({{"host", host}, {"sha256", sha256}});
}

}  // namespace why401::api
