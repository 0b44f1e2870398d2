#include "app/cli/commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include "app/cli/ca_command.h"
#include "app/cli/ca_trust_command.h"
#include "app/cli/check_command.h"
#include "app/cli/chosen.h"
#include "app/cli/decode.h"
#include "app/cli/decode_check.h"
#include "app/cli/doctor_command.h"
#include "app/cli/explain_command.h"
#include "app/cli/instance_commands.h"
#include "app/cli/lab_command.h"
#include "app/cli/map_command.h"
#include "app/cli/open_and_run.h"
#include "app/cli/probe_options.h"
#include "app/cli/proxy_options.h"
#include "app/cli/rules_command.h"
#include "app/cli/terminal.h"
#include "app/demo/demo.h"
#include "app/paths.h"

namespace why401::cli {

namespace {

constexpr std::size_t kMostStdin = 1 << 20;

void add_demo(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "demo", "Three acts in seconds: a login, the same broken by pooling, bob served as alice");
    auto once = std::make_shared<bool>(false);
    command->add_flag("--once", *once, "Leave after the acts: 0 if each ended as it must, 1 if not");
    const auto texts = add_demo_options(*command);
    runs(command, texts, chosen, [command, once](ProxyOptionTexts given) {
        // A run that leaves at once needs no address that anybody knows; it may run beside another instance.
        if (*once && command->count("--listen") == 0) given.listen = {"127.0.0.1:0"};
        if (*once && command->count("--ui") == 0) given.ui = "127.0.0.1:0";
        return demo::run_demo(*once, proxy_command_of(given).service, std::cout, std::cerr);
    });
}

void add_proxy(CLI::App& app, Chosen& chosen) {
    auto* command =
        app.add_subcommand("proxy", "The proxy and its local API; a line per finding as it happens");
    command->footer(
        "Example: why401 proxy --policy pooled/switch --lab\n"
        "         curl --proxy http://127.0.0.1:8401 --ntlm --user 'CONTOSO\\alice:Wonderland1' "
        "http://web01.lab.why401.test/");
    runs(command, add_proxy_options(*command), chosen,
         [](const ProxyOptionTexts& texts) { return proxy_command(proxy_command_of(texts), std::cerr); });
}

void add_explain(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<ExplainOptions>();
    options->version = WHY401_VERSION;
    auto* command = app.add_subcommand(
        "explain", "Verdicts for captures, HARs and server logs: who is guilty, why, what to do next");
    command
        ->add_option("FILE", options->files,
                     "Captures, HAR, SAZ, network logs, pcap, IIS and HTTPERR logs, failed request traces; "
                     "several are merged "
                     "on one clock")
        ->required()
        ->type_name("");
    command->add_flag("--json", options->json, "For machines");
    command
        ->add_option("--fail-on", options->fail_on,
                     "What makes the exit code 1: a severity, posture:SEVERITY, a rule's ID, none [error]")
        ->type_name("WHAT");
    command
        ->add_option(
            "--check-password", options->check_user,
            "Recompute this user's NTLM, Digest and Basic logins from a password, which is asked for")
        ->type_name("USER")
        ->configurable(false);
    command
        ->add_option("--password-file", options->password_file,
                     "Read that password from the first line of FILE instead of asking")
        ->type_name("FILE")
        ->needs("--check-password")
        ->configurable(false);
    command->add_option("--keytab", options->keytab, "Open Kerberos tickets with the service's keys in FILE")
        ->type_name("FILE")
        ->configurable(false);
    command->footer(
        "Example: why401 explain --check-password 'CONTOSO\\alice' trace.why401\n"
        "The password is never shown, kept or sent; what a check showed is under Checked and in --json.");
    runs(command, options, chosen,
         [](const ExplainOptions& o) { return explain_command(o, std::cout, std::cerr); });
}

void add_check(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<CheckOptions>();
    options->version = WHY401_VERSION;
    auto* command =
        app.add_subcommand("check", "As explain, for continuous integration: a line per finding that fails");
    command->add_option("CAPTURE", options->files, "Captures; several are merged on one clock")
        ->required()
        ->type_name("");
    command
        ->add_option("--fail-on", options->fail_on, "A severity, posture:SEVERITY, a rule's ID, none [error]")
        ->type_name("WHAT");
    auto* json = command->add_flag("--json", options->json, "As explain --json");
    command->add_flag("--sarif", options->sarif, "SARIF 2.1.0")->excludes(json);
    runs(command, options, chosen,
         [](const CheckOptions& o) { return check_command(o, std::cout, std::cerr); });
}

void add_map(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<MapOptions>();
    auto* command = app.add_subcommand("map", "The connection map of a capture as text");
    command->add_option("CAPTURE", options->file)->required()->type_name("");
    command->add_flag("--ascii", options->ascii, "No character beyond ASCII");
    runs(command, options, chosen, [](const MapOptions& o) { return map_command(o, std::cout, std::cerr); });
}

void add_rules(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<RulesOptions>();
    auto* command = app.add_subcommand("rules", "The catalogue of diagnoses, or one of them whole");
    command->add_option("ID", options->id, "Such as NTLM-POOL-001")->type_name("");
    auto* json = command->add_flag("--json", options->json, "For machines");
    command->add_flag("--markdown", options->markdown, "The text of docs/rules.md")->excludes(json);
    runs(command, options, chosen,
         [](const RulesOptions& o) { return rules_command(o, std::cout, std::cerr); });
}

struct DecodeTexts {
    std::string value = "-";
    bool json = false;
    DecodeSecrets secrets;
};

int decode(const DecodeTexts& texts) {
    std::string value = texts.value;
    if (value == "-") {
        value.clear();
        for (std::istreambuf_iterator<char> in(std::cin), end; in != end && value.size() <= kMostStdin; ++in)
            value += *in;
        if (value.size() > kMostStdin) {
            std::cerr << "why401 decode: more than 1 MiB is no header value\n";
            return 2;
        }
    }
    const int decoded = decode_command(value, texts.json, std::cout, std::cerr);
    if (decoded != 0 || texts.secrets.password_file.empty()) return decoded;
    return tell_check(value, texts.json, texts.secrets, std::cout, std::cerr);
}

void add_decode(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<DecodeTexts>();
    auto* command = app.add_subcommand(
        "decode", "An Authorization or WWW-Authenticate value, or bare base64, field by field");
    command
        ->add_option("VALUE", texts->value, "The value in quotes; - or nothing reads it from standard input")
        ->type_name("");
    command->add_flag("--json", texts->json, "For machines");
    DecodeSecrets& secrets = texts->secrets;
    auto* file =
        command
            ->add_option("--password-file", secrets.password_file,
                         "Say whether the credentials were made with the password in FILE's first line")
            ->type_name("FILE")
            ->configurable(false);
    command->add_option("--challenge", secrets.challenge, "The CHALLENGE that an NTLM AUTHENTICATE answers")
        ->type_name("VALUE")
        ->needs(file);
    command->add_option("--method", secrets.method, "Of the request, for Digest [GET]")->needs(file);
    command->footer(
        "Example: why401 decode 'NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=='\n"
        "A password or token on the command line is visible to others on this machine; standard input is "
        "not.");
    runs(command, texts, chosen, decode);
}

struct InstanceTexts {
    std::string ui, name, state;
    bool json = false;
};

void add_policy(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<InstanceTexts>();
    auto* command =
        app.add_subcommand("policy", "Show or switch how the running proxy chooses upstream connections");
    command->add_option("NAME", texts->name, "Such as pooled/switch; none shows them all")->type_name("");
    command->add_option("--ui", texts->ui, "Which instance, when several run")->type_name("ADDR:PORT");
    command->add_flag("--json", texts->json, "For machines");
    runs(command, texts, chosen,
         [](const InstanceTexts& t) { return policy_command(t.ui, t.name, t.json, std::cout, std::cerr); });
}

void add_fault(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<InstanceTexts>();
    auto* command = app.add_subcommand("fault", "Show or switch what the running proxy breaks on purpose");
    command->add_option("NAME", texts->name, "Such as close-after-challenge; none shows them all")
        ->type_name("");
    command->add_option("STATE", texts->state, "on or off")->type_name("");
    command->add_option("--ui", texts->ui, "Which instance, when several run")->type_name("ADDR:PORT");
    command->add_flag("--json", texts->json, "For machines");
    runs(command, texts, chosen, [](const InstanceTexts& t) {
        return fault_command(t.ui, t.name, t.state, t.json, std::cout, std::cerr);
    });
}

struct InterceptTexts {
    std::string ui, hosts, tunnel;
    bool json = false;
};

void add_intercept(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<InterceptTexts>();
    auto* command =
        app.add_subcommand("intercept", "Show or switch which hosts' TLS the running proxy opens");
    command
        ->add_option("HOSTS", texts->hosts, "all, none, or hosts with commas between (* stands for any text)")
        ->type_name("");
    command
        ->add_option("--tunnel", texts->tunnel,
                     "Never these either, whatever HOSTS says; none forgets them all")
        ->type_name("HOST,...");
    command->add_option("--ui", texts->ui, "Which instance, when several run")->type_name("ADDR:PORT");
    command->add_flag("--json", texts->json, "For machines");
    runs(command, texts, chosen, [](const InterceptTexts& t) {
        return intercept_command(t.ui, t.hosts, t.tunnel, t.json, std::cout, std::cerr);
    });
}

struct AcceptTexts {
    std::string ui, host, sha256;
};

void add_accept(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<AcceptTexts>();
    auto* command = app.add_subcommand(
        "accept", "Let one certificate that was not accepted pass, for this run of the proxy only");
    command->add_option("HOST", texts->host, "The name it was shown for")->required()->type_name("");
    command->add_option("SHA256", texts->sha256, "Its fingerprint, as the page and the finding say it")
        ->required()
        ->type_name("");
    command->add_option("--ui", texts->ui, "Which instance, when several run")->type_name("ADDR:PORT");
    runs(command, texts, chosen,
         [](const AcceptTexts& t) { return accept_command(t.ui, t.host, t.sha256, std::cout, std::cerr); });
}

void add_lab(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<LabOptions>();
    auto* command = app.add_subcommand("lab", "The IIS-like server alone");
    command->add_option("--listen", options->listen, "Its address [127.0.0.1:8480]")->type_name("ADDR:PORT");
    command->add_option("--log", options->log_file, "Write IIS's W3C log here")->type_name("FILE");
    command->add_option("--ready", options->ready_file, "Write this file (JSON) once it listens")
        ->type_name("FILE");
    command->add_flag("--list", options->list, "What there is to try, and leave");
    command->add_flag("--proxy-support", options->proxy_support,
                      "Send Proxy-Support: Session-Based-Authentication");
    command->add_option("--idle-limit", options->idle_seconds, "Close a quiet connection after this [120]")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 3600));
    command
        ->add_option("--handshake-limit", options->handshake_seconds,
                     "The same between CHALLENGE and AUTHENTICATE [120]")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 3600));
    runs(command, options, chosen, [](LabOptions o) {
        o.ca_folder = paths().ca;
        return lab_command(o, std::cout, std::cerr);
    });
}

void add_ca_show(CLI::App& ca, Chosen& chosen) {
    auto json = std::make_shared<bool>(false);
    auto* command = ca.add_subcommand("show", "Its name, its fingerprint, and where it is trusted");
    command->add_flag("--json", *json, "For machines");
    runs(command, json, chosen,
         [](bool as_json) { return ca_show_command(ca_places(), as_json, std::cout, std::cerr); });
}

void add_ca_export(CLI::App& ca, Chosen& chosen) {
    auto options = std::make_shared<CaExportOptions>();
    auto* command = ca.add_subcommand("export", "Its certificate, never its key; made if there is none");
    command->add_option("-o,--output", options->file, "Write it here [standard output]")->type_name("FILE");
    command->add_option("--format", options->format, "pem or der [pem]")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"pem", "der"}));
    command->add_flag("--force", options->force, "Overwrite FILE");
    command
        ->add_option("--only-hosts", options->only_hosts,
                     "A CA that is made now can vouch for these and what is below them only")
        ->type_name("HOST,...")
        ->delimiter(',');
    runs(command, options, chosen,
         [](const CaExportOptions& o) { return ca_export_command(ca_places(), o, std::cout, std::cerr); });
}

void add_ca_trust(CLI::App& ca, Chosen& chosen) {
    auto options = std::make_shared<CaTrustOptions>();
    auto* command = ca.add_subcommand("trust", "Put it where programs of this machine look, once agreed to");
    command->add_option("--for", options->target, "What is to trust it [all-found]")
        ->type_name("WHAT")
        ->check(CLI::IsMember(trust_targets()));
    command->add_flag("--yes", options->yes, "Agree beforehand")->configurable(false);
    command->footer("For windows, macos, java, node, python, curl and others it prints the steps.");
    runs(command, options, chosen, [](const CaTrustOptions& o) {
        std::istream* answers = asks_on_stdin() ? &std::cin : nullptr;
        return ca_trust_command(ca_places(), o, answers, std::cout, std::cerr);
    });
}

void add_ca_untrust(CLI::App& ca, Chosen& chosen) {
    auto target = std::make_shared<std::string>("all-found");
    auto* command = ca.add_subcommand("untrust", "Take it away from wherever it was put");
    command->add_option("--for", *target, "From where [all-found]")
        ->type_name("WHAT")
        ->check(CLI::IsMember(trust_targets()));
    runs(command, target, chosen, [](const std::string& where) {
        return ca_untrust_command(ca_places(), where, std::cout, std::cerr);
    });
}

void add_ca(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("ca", "The local CA: looked at, handed out, trusted and untrusted");
    command->require_subcommand(1);
    add_ca_show(*command, chosen);
    add_ca_export(*command, chosen);
    add_ca_trust(*command, chosen);
    add_ca_untrust(*command, chosen);
}

int show_paths(const bool& json) {
    const Paths places = paths();
    if (json)
        std::cout << "{\"config\": " << places.config << ", \"captures\": " << places.captures
                  << ", \"ca\": " << places.ca << ", \"runtime\": " << places.runtime << "}\n";
    else
        std::cout << "config    " << places.config.string() << "\ncaptures  " << places.captures.string()
                  << "\nca        " << places.ca.string() << "\nruntime   " << places.runtime.string()
                  << '\n';
    return 0;
}

void add_doctor(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<DoctorOptions>();
    auto* command = app.add_subcommand(
        "doctor", "Ports, CA, browsers, environment; and a server: reached, certificate, schemes, clock");
    command->add_option("URL", options->url, "Also look at this server, straight and without credentials")
        ->type_name("");
    command
        ->add_option("--upstream-ca", options->upstream_ca,
                     "Trust the certificates in this PEM file for the server too")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "For machines");
    command->footer("Returns 1 when something does not work.");
    runs(command, options, chosen,
         [](const DoctorOptions& o) { return doctor_command(o, std::cout, std::cerr); });
}

void add_paths(CLI::App& app, Chosen& chosen) {
    auto json = std::make_shared<bool>(false);
    auto* command =
        app.add_subcommand("paths", "Where the configuration, captures, CA and runtime files live");
    command->add_flag("--json", *json, "For machines");
    runs(command, json, chosen, show_paths);
}

}  // namespace

void add_commands(CLI::App& app, Chosen& chosen) {
    add_demo(app, chosen);
    add_proxy(app, chosen);
    add_open(app, chosen);
    add_run(app, chosen);
    add_explain(app, chosen);
    add_decode(app, chosen);
    add_map(app, chosen);
    add_check(app, chosen);
    add_policy(app, chosen);
    add_fault(app, chosen);
    add_intercept(app, chosen);
    add_accept(app, chosen);
    add_lab(app, chosen);
    add_ca(app, chosen);
    add_rules(app, chosen);
    add_doctor(app, chosen);
    add_probe(app, chosen);
    add_paths(app, chosen);
}

}  // namespace why401::cli
