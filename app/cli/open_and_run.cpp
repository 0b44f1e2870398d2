#include "app/cli/open_and_run.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "app/browser/browser.h"
#include "app/cli/browse_command.h"
#include "app/cli/open_command.h"
#include "app/cli/proxy_options.h"
#include "app/cli/run_command.h"

namespace why401::cli {

namespace {

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

struct RunTexts {
    std::shared_ptr<ProxyOptionTexts> proxy;
    std::vector<std::string> words;
    bool quiet = false;
};

}  // namespace

void add_open(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "open", "A site in a browser of its own, through a proxy; or a capture, without one");
    auto texts = std::make_shared<OpenTexts>();
    texts->proxy = add_proxy_options(*command, "all");
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

void add_run(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("run", "A command that finds a proxy of its own in its environment");
    auto texts = std::make_shared<RunTexts>();
    texts->proxy = add_proxy_options(*command, "all");
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

}  // namespace why401::cli
