#include "app/cli/commands.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "app/browser/browser.h"
#include "app/cli/browse_command.h"
#include "app/cli/check_command.h"
#include "app/cli/decode.h"
#include "app/cli/explain_command.h"
#include "app/cli/instance_commands.h"
#include "app/cli/lab_command.h"
#include "app/cli/map_command.h"
#include "app/cli/open_command.h"
#include "app/cli/proxy_options.h"
#include "app/cli/rules_command.h"
#include "app/cli/run_command.h"
#include "app/demo/demo.h"
#include "app/paths.h"

namespace why401::cli {

namespace {

constexpr std::size_t kMostStdin = 1 << 20;

using Chosen = std::function<int()>;

/// `name` runs `work` on its options; `options` is what the parser fills in.
template <class Options, class Work>
void runs(CLI::App* command, const std::shared_ptr<Options>& options, Chosen& chosen, Work work) {
    command->callback([options, &chosen, work] { chosen = [options, work] { return work(*options); }; });
}

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

/// Beside a proxy that runs already, whose addresses are known; nobody needs to know these.
ProxyCommand on_free_ports(const CLI::App& command, ProxyOptionTexts texts) {
    if (command.count("--listen") == 0) texts.listen = {"127.0.0.1:0"};
    if (command.count("--ui") == 0) texts.ui = "127.0.0.1:0";
    return proxy_command_of(texts);
}

struct OpenTexts {
    std::shared_ptr<ProxyOptionTexts> proxy;
    std::vector<std::string> what, browser_arguments;
};

/// A browser's name, a URL, or both; whatever else it is, it is the name of a file.
bool is_for_a_browser(const std::vector<std::string>& what) {
    std::error_code none;
    return what.size() > 1 || what.front().find("://") != std::string::npos ||
           (browser::is_name(what.front()) && !std::filesystem::exists(what.front(), none));
}

int open(const CLI::App& command, const OpenTexts& texts) {
    const std::vector<std::string>& what = texts.what;
    if (!is_for_a_browser(what)) {
        OpenOptions options{what.front(), "127.0.0.1:0", texts.proxy->ready};
        if (command.count("--ui") > 0) options.ui = texts.proxy->ui;
        return open_command(options, std::cerr);
    }
    BrowseOptions options;
    const bool named = browser::is_name(what.front());
    if (what.size() > 1 && !named)
        throw CLI::ValidationError(
            "BROWSER", "'" + what.front() + "' is none of chrome, chromium, edge, brave and firefox");
    if (named) options.browser = what.front();
    if (what.size() > 1 || !named) options.url = what.back();
    options.browser_arguments = texts.browser_arguments;
    options.proxy = on_free_ports(command, *texts.proxy);
    return browse_command(std::move(options), std::cerr);
}

void add_open(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "open", "A site in a browser of its own, through a proxy; or a capture, without one");
    auto texts = std::make_shared<OpenTexts>();
    texts->proxy = add_proxy_options(*command);
    command
        ->add_option("WHAT", texts->what,
                     "A URL, with chrome, chromium, edge, brave or firefox before it or not; or a capture")
        ->required()
        ->expected(1, 2)
        ->type_name("");
    command
        ->add_option("--browser-arg", texts->browser_arguments,
                     "Start the browser with it; repeat it for more")
        ->type_name("ARG")
        ->allow_extra_args(false);
    command->footer(
        "Examples: why401 open https://intranet.example/\n"
        "          why401 open firefox http://web01.lab.why401.test/ --lab\n"
        "          why401 open FILE.why401\n"
        "The browser has a fresh profile, which goes when it ends; nothing is changed outside of it. Unless "
        "told otherwise, proxy and page are on free ports. A capture takes --ui and --ready alone.");
    runs(command, texts, chosen, [command](const OpenTexts& t) { return open(*command, t); });
}

struct RunTexts {
    std::shared_ptr<ProxyOptionTexts> proxy;
    std::vector<std::string> words;
    bool quiet = false;
};

void add_run(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("run", "A command that finds a proxy of its own in its environment");
    auto texts = std::make_shared<RunTexts>();
    texts->proxy = add_proxy_options(*command);
    command->add_option("CMD", texts->words, "The command and its arguments, after --")
        ->required()
        ->type_name("");
    command->add_flag("--quiet", texts->quiet, "Say nothing about what was found; the capture has it");
    command->footer(
        "Example: why401 run -- curl --negotiate -u : https://intranet.example/\n"
        "Returns the command's exit code. What was found is printed when it has ended. Programs that ignore "
        "http_proxy, and Go's for sites on this machine, go round the proxy.");
    runs(command, texts, chosen, [command](const RunTexts& t) {
        return run_command({on_free_ports(*command, *t.proxy), t.words, t.quiet}, std::cerr);
    });
}

void add_explain(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<ExplainOptions>();
    options->version = WHY401_VERSION;
    auto* command =
        app.add_subcommand("explain", "Verdicts for captures: who is guilty, why, and what to do next");
    command->add_option("FILE", options->files, "Captures; several are merged on one clock")
        ->required()
        ->type_name("");
    command->add_flag("--json", options->json, "For machines");
    command
        ->add_option("--fail-on", options->fail_on,
                     "What makes the exit code 1: a severity, posture:SEVERITY, a rule's ID, none [error]")
        ->type_name("WHAT");
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
    return decode_command(value, texts.json, std::cout, std::cerr);
}

void add_decode(CLI::App& app, Chosen& chosen) {
    auto texts = std::make_shared<DecodeTexts>();
    auto* command = app.add_subcommand(
        "decode", "An Authorization or WWW-Authenticate value, or bare base64, field by field");
    command
        ->add_option("VALUE", texts->value, "The value in quotes; - or nothing reads it from standard input")
        ->type_name("");
    command->add_flag("--json", texts->json, "For machines");
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
    command->add_option("--tunnel", texts->tunnel, "Never these, whatever HOSTS says; none forgets them")
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
    add_rules(app, chosen);
    add_paths(app, chosen);
}

}  // namespace why401::cli
