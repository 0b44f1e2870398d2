#include "app/cli/browse_command.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "app/browser/session.h"
#include "app/cli/running_service.h"
#include "app/paths.h"
#include "wire/printable.h"

namespace why401::cli {

namespace {

constexpr int kEnded = 0, kUsage = 2, kCannotStart = 4;
constexpr std::chrono::seconds kDrain{1};
constexpr const char* kOwnPage = "http://why401.test/";

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool has_display(const std::vector<std::string>& browser_arguments) {
    return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") ||
           std::any_of(browser_arguments.begin(), browser_arguments.end(), [](const std::string& argument) {
               return argument.find("-headless") != argument.npos;
           });
}

void greet(RunLog& log, const Service& service, const browser::Browser& browser, const browser::Wish& wish) {
    log.say("browser  " + browser.program.string() + " in a profile of its own, which goes when it ends");
    if (wish.as_root && browser.family == browser::Family::Chromium)
        log.say("         without its sandbox, which root cannot have (--no-sandbox)");
    log.say("proxy    http://" + wish.proxy);
    warn_of_unchecked(log, service);
    if (!service.ui_address().empty()) log.say("ui       " + service.ui_address());
    if (!service.instance().capture.empty())
        log.say("capture  " + service.instance().capture +
                "   (for you alone: it holds whole headers, passwords and tokens included)");
    log.say("Closing the browser or Ctrl-C ends it.");
}

int serve(net::Loop& loop, Service& service, browser::Session& session, RunLog& log) {
    int code = 0;
    session.when_it_ends([&](int exit_code) {
        code = exit_code;
        service.drain(kDrain, [&] { loop.stop(); });
    });
    loop.run();
    service.finish();
    sum_up(log, service);
    if (code == 0 || session.was_closed()) return kEnded;
    log.say("The browser ended with exit code " + std::to_string(code) + ". Its last words:\n" +
            printable(session.last_words()));
    return kCannotStart;
}

}  // namespace

int browse_command(BrowseOptions options, std::ostream& err) {
    const auto complain = [&](const std::string& sentence) {
        err << "why401 open: " << sentence << ".\n";
        return kUsage;
    };
    const auto url = browser::parse_url(options.url.empty() ? kOwnPage : options.url);
    if (!url) return complain("'" + printable(options.url) + "' is no URL such as https://web01.example/");
    std::string complaint;
    const char* path = std::getenv("PATH");
    const auto chosen =
        browser::choose(browser::installed(path == nullptr ? "" : path), options.browser, complaint);
    if (!chosen) return complain(complaint);
    if (!has_display(options.browser_arguments))
        return complain(
            "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. --browser-arg=--headless "
            "runs " +
            chosen->name + " without one");

    const Surroundings before;
    std::signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    RunLog log(err, options.proxy.json_log);
    ServiceOptions& service_options = options.proxy.service;
    service_options.on_finding = [&log](const Finding& finding) { log.finding(finding); };
    service_options.on_withdrawn = [&log](std::uint64_t id) { log.withdrawn(id); };
    service_options.on_trouble = [&log](const std::string& sentence) { log.trouble(sentence); };
    return told_if_it_fails("open", err, [&] {
        net::Loop loop;
        Service service(loop, std::move(service_options));
        const browser::Wish wish{url->text, url->host,          url->origin,      proxy_for_clients(service),
                                 {},        service.key_pins(), ::geteuid() == 0, options.browser_arguments};
        try {
            browser::Session session(loop, before, *chosen, wish, ca_to_trust(service));
            greet(log, service, *chosen, wish);
            if (!options.proxy.ready_file.empty())
                write_private_file(options.proxy.ready_file, to_json(service.instance()));
            return serve(loop, service, session, log);
        } catch (const browser::CannotPrepare& why) {
            service.finish();
            return complain(why.what());
        }
    });
}

}  // namespace why401::cli
