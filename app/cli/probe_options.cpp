#include "app/cli/probe_options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/cli/option_values.h"
#include "app/cli/probe_command.h"

namespace why401::cli {

void add_probe(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<ProbeCommandOptions>();
    options->version = WHY401_VERSION;
    auto* command = app.add_subcommand(
        "probe", "Asks the server itself: what it offers, does a login work and last, is it lent to others");
    command->add_option("URL", options->url, "A page that asks for a login")->required()->type_name("");
    auto* user = command
                     ->add_option("--user", options->user,
                                  "Log in as this user by NTLM, Digest or Basic; the password is asked for")
                     ->type_name("DOMAIN\\NAME")
                     ->configurable(false);
    command
        ->add_option("--password-file", options->password_file,
                     "Its first line is the password; - reads stdin")
        ->type_name("FILE")
        ->needs(user);
    command->add_flag("--negotiate", options->negotiate, "Log in with the Kerberos tickets that klist shows");
    command->add_flag("--gently", options->gently, "Send no login that may be refused, but the first");
    command->add_option("--map", options->map, "Connect to ADDR for this host name")
        ->type_name("HOST=ADDR[:PORT]")
        ->check([](const std::string& text) {
            return parse_map(text) ? std::string() : text + " is no mapping such as web01=192.0.2.7:8080";
        });
    command
        ->add_option("--upstream-ca", options->upstream_ca,
                     "Trust the certificates in this PEM file for the server too")
        ->type_name("FILE");
    command->add_option("-o,--output", options->output, "Keep what was asked and answered as a capture")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "For machines");
    command->footer(
        "With --user at most three logins that the server may refuse are sent, all with the password given: "
        "one to begin\nwith, and the others only after it was accepted. --gently leaves those others out.\n"
        "Returns 1 when something is wrong, 4 when the server cannot be reached.");
    runs(command, options, chosen,
         [](const ProbeCommandOptions& o) { return probe_command(o, std::cin, std::cout, std::cerr); });
}

}  // namespace why401::cli
