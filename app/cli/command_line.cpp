#include "app/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/config_file.h"
#include "app/paths.h"

namespace why401::cli {

namespace {

constexpr int kUsage = 2, kInternal = 5;

constexpr const char* kFooter =
    "\nThe first steps:\n"
    "  why401 demo                        see what it does, in seconds\n"
    "  why401 open https://SITE/          a site in a browser of its own, through a proxy of its own\n"
    "  why401 run -- CMD                  the same for a command\n"
    "  why401 proxy --lab                 a proxy with an IIS-like server behind it\n"
    "  why401 policy pooled/switch        let it break NTLM as a pooling proxy does\n"
    "  why401 explain FILE.why401         what happened, who is guilty, what to do\n"
    "  why401 open FILE.why401            look at it in the browser\n"
    "  why401 doctor https://SITE/        what may be in the way\n"
    "\nExit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage, 3 input unreadable, 4 cannot bind "
    "or connect, 5 internal.\n"
    "A configuration file sets options under [command], as in [proxy]; `why401 paths` says where. Flags win.";

std::string config_path() {
    try {
        return paths().config.string();
    } catch (const std::runtime_error&) {
        return {};  // without a HOME there is none
    }
}

void describe(CLI::App& app, const std::string& config) {
    app.name("why401");
    app.description(
        "Why are you getting 401? A proxy that forwards faithfully, records everything and explains it.");
    app.footer(kFooter);
    app.get_formatter()->column_width(34);
    app.set_version_flag("--version", std::string("why401 ") + WHY401_VERSION);
    app.set_help_flag("--help,-h", "Show this help; after a command, its own");
    app.set_config("--config", config, "Read options from this file")->type_name("FILE");
    app.allow_config_extras(false);
    app.require_subcommand(0, 1);  // so that a host may be called as a command is
    app.fallthrough();
}

std::string command_list(const CLI::App& app) {
    std::string list;
    for (const CLI::App* command : app.get_subcommands({})) list += "\n  " + command->get_name();
    return list;
}

/// The first argument that is no option.
std::string first_word(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (argv[i][0] != '-') return argv[i];
    return {};
}

int complain(const CLI::App& app, const CLI::Error& error, int argc, char** argv) {
    const auto parsed = app.get_subcommands();
    const std::string command = parsed.empty() ? "why401" : "why401 " + parsed.front()->get_name();
    const std::string config = app.get_config_ptr()->as<std::string>();
    const std::string word = first_word(argc, argv);
    std::function<int()> unused;
    const auto text = config.empty() ? std::nullopt : read_file(config);
    if (const auto complaint =
            text ? config_complaint(config, *text, [&](CLI::App& again) { add_commands(again, unused); })
                 : std::nullopt)
        std::cerr << "why401: " << *complaint << '\n';
    else if (parsed.empty() && !word.empty() && dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
        std::cerr << "why401: there is no command " << word << ". The commands:" << command_list(app) << "\n";
    else
        std::cerr << command << ": " << error.what() << "\nTry: " << command << " --help\n";
    return kUsage;
}

}  // namespace

int command_line(int argc, char** argv) {
    CLI::App app;
    std::function<int()> chosen;
    describe(app, config_path());
    add_commands(app, chosen);
    for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
    try {
        app.parse(argc, argv);
        if (chosen) return chosen();
        std::cerr << app.help();
        return kUsage;
    } catch (const CLI::Success& help_or_version) {
        return app.exit(help_or_version);
    } catch (const CLI::Error& error) {
        return complain(app, error, argc, argv);
    } catch (const std::exception& trouble) {
        std::cerr << "why401: " << trouble.what() << '\n';
        return kInternal;
    }
}

}  // namespace why401::cli
