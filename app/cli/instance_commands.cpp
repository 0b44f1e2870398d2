#include "app/cli/instance_commands.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <variant>

#include "app/api/client.h"
#include "app/paths.h"
#include "certs/authority.h"
#include "certs/host_name.h"
#include "proxy/machine/faults.h"
#include "proxy/machine/interception.h"
#include "proxy/machine/policy.h"
#include "wire/hex.h"
#include "wire/printable.h"

namespace why401::cli {

namespace json = boost::json;

namespace {

constexpr int kDone = 0, kUsage = 2, kCannotReach = 4;

/// One call, or the exit code that says why there is no answer.
struct Asker {
    std::string command;
    Instance instance;
    std::ostream& err;

    /// The parsed answer; null after a complaint.
    json::value operator()(const std::string& method, const std::string& target,
                           const std::string& body = {}) const {
        const auto address = net::parse_endpoint(instance.ui);
        try {
            if (!address)
                throw api::Unreachable("The instance with pid " + std::to_string(instance.pid) +
                                       " has no UI.");
            const api::ClientReply reply = api::ask(*address, instance.token, method, target, body);
            if (reply.status == 200) return json::parse(reply.body);
            err << "why401 " << command << ": " << reply.body;
        } catch (const std::exception& trouble) {
            err << "why401 " << command << ": " << trouble.what() << '\n';
        }
        return nullptr;
    }
};

/// The instance, or an exit code after a complaint.
std::variant<Asker, int> find(const std::string& command, const std::string& ui, std::ostream& err) {
    const std::vector<Instance> instances = living_instances(paths().runtime);
    std::string complaint;
    const auto instance = choose_instance(instances, ui, complaint);
    if (instance) return Asker{command, *instance, err};
    err << "why401 " << command << ": " << complaint << '\n';
    const bool several = ui.empty() && instances.size() > 1;
    return several ? kUsage : kCannotReach;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string result(text);
    result.resize(std::max(result.size(), width), ' ');
    return result + "  ";
}

std::string_view text_of(const json::value& value) {
    return value.is_string() ? std::string_view(value.get_string()) : std::string_view{};
}

/// "pooled/random:7" is on when the list names "pooled/random:SEED".
bool same_but_argument(std::string_view a, std::string_view b) {
    return a.substr(0, a.find(':')) == b.substr(0, b.find(':'));
}

void show(const json::array& all, const std::vector<std::string>& on, std::ostream& out) {
    std::size_t width = 0;
    for (const json::value& entry : all) width = std::max(width, text_of(entry.at("name")).size());
    for (const json::value& entry : all) {
        const std::string_view name = text_of(entry.at("name"));
        const bool is_on = std::any_of(
            on.begin(), on.end(), [&](const std::string& other) { return same_but_argument(name, other); });
        out << (is_on ? "* " : "  ") << padded(name, width) << text_of(entry.at("meaning"));
        if (entry.get_object().contains("rule")) out << " (leads to " << text_of(entry.at("rule")) << ")";
        out << '\n';
    }
}

std::vector<std::string> names(const json::value& list) {
    std::vector<std::string> result;
    for (const json::value& name : list.get_array()) result.emplace_back(text_of(name));
    return result;
}

int usage(std::ostream& err, const std::string& sentence) {
    err << sentence << '\n';
    return kUsage;
}

template <class Texts>
std::string known_names(const Texts& texts) {
    std::string list;
    for (const auto& text : texts) list += "\n  " + std::string(text.name);
    return list;
}

}  // namespace

std::optional<Instance> choose_instance(const std::vector<Instance>& instances, const std::string& ui,
                                        std::string& complaint) {
    std::string list;
    for (const Instance& instance : instances) {
        if (!ui.empty() && instance.ui == ui) return instance;
        list += "\n  --ui " + (instance.ui.empty() ? std::string("(none)") : instance.ui) + "   pid " +
                std::to_string(instance.pid) + ", proxy " +
                (instance.proxy.empty() ? std::string() : instance.proxy.front());
    }
    if (!ui.empty())
        complaint =
            "no instance of yours has its UI at " + ui + "." + (list.empty() ? "" : " These run:" + list);
    else if (instances.empty())
        complaint = "no proxy of yours is running. Start one with `why401 proxy`.";
    else if (instances.size() > 1)
        complaint = "several instances run; say which with --ui:" + list;
    else
        return instances.front();
    return std::nullopt;
}

int policy_command(const std::string& ui, const std::string& name, bool json, std::ostream& out,
                   std::ostream& err) {
    if (!name.empty() && !parse_policy(name))
        return usage(err, "why401 policy: there is no policy " + name +
                              ". The policies:" + known_names(policy_names()));
    const auto found = find("policy", ui, err);
    if (const int* code = std::get_if<int>(&found)) return *code;
    const Asker& asks = std::get<Asker>(found);
    const json::value answer =
        name.empty() ? asks("GET", "/api/v1/policy")
                     : asks("PUT", "/api/v1/policy", json::serialize(json::object{{"policy", name}}));
    if (!answer.is_object()) return kCannotReach;
    if (json)
        out << json::serialize(answer) << '\n';
    else if (!name.empty())
        out << "policy is now " << text_of(answer.at("policy")) << '\n';
    else
        show(answer.at("policies").get_array(), {std::string(text_of(answer.at("policy")))}, out);
    return kDone;
}

int fault_command(const std::string& ui, const std::string& name, const std::string& state, bool json,
                  std::ostream& out, std::ostream& err) {
    const bool on = state == "on";
    if (!name.empty()) {
        FaultSet probe;
        if (!on && state != "off") return usage(err, "why401 fault: say `on` or `off` after the name.");
        if (!(on ? probe.enable(name) : probe.disable(name.substr(0, name.find(':')))))
            return usage(err, "why401 fault: there is no fault " + name +
                                  ", or its argument is wrong. The faults:" + known_names(fault_texts()));
    }
    const auto found = find("fault", ui, err);
    if (const int* code = std::get_if<int>(&found)) return *code;
    const Asker& asks = std::get<Asker>(found);
    json::value answer = asks("GET", "/api/v1/faults");
    if (answer.is_object() && !name.empty()) {
        json::array enabled;
        for (const std::string& other : names(answer.at("enabled")))
            if (!same_but_argument(other, name)) enabled.emplace_back(other);
        if (on) enabled.emplace_back(name);
        answer = asks("PUT", "/api/v1/faults", json::serialize(json::object{{"enabled", enabled}}));
    }
    if (!answer.is_object()) return kCannotReach;
    if (json)
        out << json::serialize(answer) << '\n';
    else if (!name.empty())
        out << "fault " << name << " is now " << state << '\n';
    else
        show(answer.at("faults").get_array(), names(answer.at("enabled")), out);
    return kDone;
}

namespace {

std::string hosts_text(const json::value& list) {
    const std::vector<std::string> hosts = names(list);
    if (hosts.empty()) return "none";
    if (hosts == std::vector<std::string>{"*"}) return "all";
    std::string text;
    for (const std::string& host : hosts) text += (text.empty() ? "" : ", ") + host;
    return text;
}

json::array host_array(const std::vector<std::string>& hosts) {
    return json::array(hosts.begin(), hosts.end());
}

}  // namespace

int intercept_command(const std::string& ui, const std::string& hosts, const std::string& tunnel, bool json,
                      std::ostream& out, std::ostream& err) {
    json::object change;
    for (const auto& [key, text] : {std::pair{"intercept", hosts}, std::pair{"tunnel", tunnel}}) {
        if (text.empty()) continue;
        const auto parsed = parse_hosts(text);
        if (!parsed)
            return usage(err,
                         "why401 intercept: '" + text +
                             "' is neither all nor none nor a list of hosts such as web01,*.contoso.com");
        change[key] = host_array(*parsed);
    }
    const auto found = find("intercept", ui, err);
    if (const int* code = std::get_if<int>(&found)) return *code;
    const Asker& asks = std::get<Asker>(found);
    json::value answer = asks("GET", "/api/v1/interception");
    if (answer.is_object() && !change.empty()) {
        if (change.contains("tunnel") && tunnel != "none")  // these besides those that are known
            for (const std::string& known : names(answer.at("tunnel")))
                if (json::array& all = change["tunnel"].as_array();
                    std::find(all.begin(), all.end(), json::value(known)) == all.end())
                    all.emplace_back(known);
        answer = asks("PUT", "/api/v1/interception", json::serialize(change));
    }
    if (!answer.is_object()) return kCannotReach;
    if (json)
        out << json::serialize(answer) << '\n';
    else
        out << "intercept " << hosts_text(answer.at("intercept")) << "\ntunnel    "
            << hosts_text(answer.at("tunnel")) << '\n';
    return kDone;
}

int accept_command(const std::string& ui, const std::string& host, const std::string& sha256,
                   std::ostream& out, std::ostream& err) {
    std::string name = host, digits;
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    std::copy_if(sha256.begin(), sha256.end(), std::back_inserter(digits), [](char c) { return c != ':'; });
    const auto hash = hex::decode(digits);
    if (!hash || hash->size() != 32)
        return usage(err,
                     "why401 accept: '" + printable(sha256) + "' is no SHA-256 fingerprint (64 hex digits)");
    try {
        name = certs::host_name(name).text;
    } catch (const certs::CertsError&) {
        return usage(err,
                     "why401 accept: '" + printable(host) +
                         "' is no name of a host, such as web01.contoso.com: no port, no page, no pattern");
    }
    const auto found = find("accept", ui, err);
    if (const int* code = std::get_if<int>(&found)) return *code;
    const Asker& asks = std::get<Asker>(found);
    digits = hex::encode(*hash);
    const json::value answer =
        asks("POST", "/api/v1/exceptions", json::serialize(json::object{{"host", name}, {"sha256", digits}}));
    if (!answer.is_object()) return kCannotReach;
    out << "until this proxy ends, " << name << " may show the certificate " << digits << '\n';
    return kDone;
}

}  // namespace why401::cli
