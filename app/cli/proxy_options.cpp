#include "app/cli/proxy_options.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>

#include "app/cli/option_values.h"
#include "app/paths.h"

namespace why401::cli {

namespace {

std::string quoted(const std::string& text) { return "'" + text + "' "; }

/// A check that passes what `is_fine` takes; CLI11 puts the option's name before the sentence.
template <class Test>
std::function<std::string(const std::string&)> must(Test is_fine, std::string sentence) {
    return [is_fine, sentence](const std::string& text) {
        return is_fine(text) ? std::string() : quoted(text) + sentence;
    };
}

std::string policy_list() {
    std::string list;
    for (const PolicyName& policy : policy_names())
        list += (list.empty() ? "" : ", ") + std::string(policy.name);
    return list;
}
std::string fault_list() {
    std::string list;
    for (const FaultText& fault : fault_texts()) list += (list.empty() ? "" : ", ") + std::string(fault.name);
    return list;
}

const char* const kAddress = "is no address and port, such as 127.0.0.1:8401 or [::1]:8401";

void add_listening(CLI::App& command, ProxyOptionTexts& texts) {
    command.add_option("--listen", texts.listen, "Address of the proxy; repeat it for more [127.0.0.1:8401]")
        ->type_name("ADDR:PORT")
        ->allow_extra_args(false)
        ->check(
            must([](const std::string& text) { return net::parse_endpoint(text).has_value(); }, kAddress));
    command
        .add_option("--ui", texts.ui, "Address of the page and the API, on loopback, or off [127.0.0.1:8402]")
        ->type_name("ADDR:PORT|off")
        ->check(must(
            [](const std::string& text) { return text == "off" || net::parse_endpoint(text).has_value(); },
            kAddress));
    command
        .add_option("--allow-remote", texts.allow_remote,
                    "Let these clients in too; needed to listen beyond loopback")
        ->type_name("CIDR,...")
        ->allow_extra_args(false)
        ->check(must([](const std::string& text) { return parse_cidrs(text).has_value(); },
                     "is no list of networks, such as 10.0.0.0/8,192.0.2.7"));
}

void add_relaying(CLI::App& command, ProxyOptionTexts& texts) {
    command
        .add_option("--policy", texts.policy,
                    "How upstream connections are chosen [affinity]; `why401 policy` explains")
        ->type_name("NAME")
        ->check(must([](const std::string& text) { return parse_policy(text).has_value(); },
                     "is no policy; there are " + policy_list()));
    command
        .add_option("--fault", texts.faults,
                    "Break something on purpose; repeat it for more; `why401 fault` explains")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->check(must([](const std::string& text) { return FaultSet().enable(text); },
                     "is no fault; there are " + fault_list()));
    command.add_option("--upstream-proxy", texts.upstream_proxy, "Send everything to this proxy")
        ->type_name("http://HOST:PORT")
        ->check(must([](const std::string& text) { return parse_upstream_proxy(text).has_value(); },
                     "is no address such as http://proxy.example:3128"));
    command.add_option("--map", texts.map, "Connect to ADDR for this host name; repeat it for more")
        ->type_name("HOST=ADDR[:PORT]")
        ->allow_extra_args(false)
        ->check(must([](const std::string& text) { return parse_map(text).has_value(); },
                     "is no mapping such as web01=192.0.2.7 or web01=192.0.2.7:8080"));
    command.add_flag("--lab", texts.lab, "Run the IIS-like lab inside, as http://web01.lab.why401.test/");
}

void add_recording(CLI::App& command, ProxyOptionTexts& texts) {
    const auto is_size = must([](const std::string& text) { return parse_bytes(text).has_value(); },
                              "is no number of bytes, such as 1048576, 512K or 2G");
    command
        .add_option("--capture", texts.capture,
                    "Record to this new file, or off [a new file; `why401 paths`]")
        ->type_name("FILE|off");
    command.add_option("--capture-limit", texts.capture_limit, "Stop recording at this size; 0: never [0]")
        ->type_name("BYTES")
        ->check(is_size);
    command.add_option("--max-body", texts.max_body, "Bytes kept of each body; all of it passes [1M]")
        ->type_name("BYTES")
        ->check(is_size);
}

void add_reporting(CLI::App& command, ProxyOptionTexts& texts) {
    command.add_option("--log-format", texts.log_format, "text or json [text]")
        ->type_name("FORMAT")
        ->check(must([](const std::string& text) { return text == "text" || text == "json"; },
                     "is neither text nor json"));
    command.add_option("--ready", texts.ready, "Write this file (JSON) once everything listens")
        ->type_name("FILE");
}

void add_decrypting(CLI::App& command, ProxyOptionTexts& texts) {
    const auto is_hosts = must([](const std::string& text) { return parse_hosts(text).has_value(); },
                               "is neither all nor none nor a list of hosts such as web01,*.contoso.com");
    const auto hosts = [&](const char* name, std::vector<std::string>& into, const char* help) {
        command.add_option(name, into, help)->type_name("HOST,...")->allow_extra_args(false)->check(is_hosts);
    };
    command
        .add_option("--intercept", texts.intercept,
                    "Decrypt TLS of these hosts [" + texts.intercept + "]; clients must trust `why401 ca`")
        ->type_name("all|none|HOST,...")
        ->check(is_hosts);
    hosts("--tunnel", texts.tunnel, "Never decrypt these, whatever --intercept says");
    command
        .add_option("--upstream-ca", texts.upstream_ca,
                    "Trust the certificates in this PEM file for servers too")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    hosts("--tls-insecure-upstream", texts.tls_insecure_upstream,
          "Do not check the certificates of these servers");
    command
        .add_option("--keylog", texts.keylog,
                    "Write the TLS secrets of both legs here, for Wireshark [$SSLKEYLOGFILE]")
        ->type_name("FILE");
}

/// Of the contract, and not here yet: answered better than "unknown option".
void add_refused(CLI::App& command) {
    command.add_flag("--private")->group("")->check([](const std::string&) -> std::string {
        throw CLI::ValidationError("--private",
                                   "is not part of this version: what is captured is kept whole (--capture "
                                   "off keeps nothing)");
    });
}

std::vector<std::string> all_hosts(const std::vector<std::string>& texts) {
    std::vector<std::string> hosts;
    for (const std::string& text : texts) {
        const auto parsed = parse_hosts(text);  // named: a range-for keeps no temporary optional alive
        hosts.insert(hosts.end(), parsed->begin(), parsed->end());
    }
    return hosts;
}

std::string key_log_file(const std::string& option) {
    const char* const environment = std::getenv("SSLKEYLOGFILE");
    return option.empty() && environment ? environment : option;
}

}  // namespace

std::shared_ptr<ProxyOptionTexts> add_proxy_options(CLI::App& command, const std::string& intercept) {
    auto texts = std::make_shared<ProxyOptionTexts>();
    texts->intercept = intercept;
    add_listening(command, *texts);
    add_relaying(command, *texts);
    add_recording(command, *texts);
    add_decrypting(command, *texts);
    add_reporting(command, *texts);
    add_refused(command);
    return texts;
}

std::shared_ptr<ProxyOptionTexts> add_demo_options(CLI::App& command) {
    auto texts = std::make_shared<ProxyOptionTexts>();
    add_listening(command, *texts);
    add_recording(command, *texts);
    return texts;
}

ProxyCommand proxy_command_of(const ProxyOptionTexts& texts) {
    ProxyCommand command;
    ServiceOptions& service = command.service;
    for (const std::string& networks : texts.allow_remote) {
        const auto cidrs = parse_cidrs(networks);  // named: a range-for keeps no temporary optional alive
        service.proxy.allow_remote.insert(service.proxy.allow_remote.end(), cidrs->begin(), cidrs->end());
    }
    for (const std::string& address : texts.listen) {
        service.proxy.listen.push_back(*net::parse_endpoint(address));
        if (!service.proxy.listen.back().is_loopback() && service.proxy.allow_remote.empty())
            throw CLI::ValidationError("--listen", quoted(address) +
                                                       "is beyond loopback: others could use this proxy. "
                                                       "Name who may with --allow-remote CIDR,...");
    }
    if (texts.ui != "off") {
        service.ui = net::parse_endpoint(texts.ui);
        if (!service.ui->is_loopback())
            throw CLI::ValidationError(
                "--ui",
                quoted(texts.ui) + "is beyond loopback: the UI shows secrets and stays on this machine");
    }
    for (const std::string& entry : texts.map)
        service.proxy.map.insert_or_assign(parse_map(entry)->first, parse_map(entry)->second);
    if (!texts.upstream_proxy.empty())
        service.proxy.upstream_proxy = parse_upstream_proxy(texts.upstream_proxy);
    service.proxy.settings.policy = *parse_policy(texts.policy);
    for (const std::string& fault : texts.faults) service.proxy.settings.faults.enable(fault);
    service.proxy.settings.interception = {*parse_hosts(texts.intercept), all_hosts(texts.tunnel)};
    service.tls.upstream_ca = texts.upstream_ca;
    service.insecure_upstream = all_hosts(texts.tls_insecure_upstream);
    service.tls.keylog = key_log_file(texts.keylog);
    service.proxy.max_body = *parse_bytes(texts.max_body);
    service.capture_limit = *parse_bytes(texts.capture_limit);
    service.lab = texts.lab;
    const Paths places = paths();
    service.ca_folder = places.ca;
    if (texts.capture.empty())
        service.capture = new_capture_path(places.captures, std::chrono::system_clock::now());
    else if (texts.capture != "off")
        service.capture = texts.capture;
    service.captures_folder = places.captures;
    service.runtime_folder = places.runtime;
    command.ready_file = texts.ready;
    command.json_log = texts.log_format == "json";
    return command;
}

}  // namespace why401::cli
