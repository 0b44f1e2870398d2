#include "app/cli/proxy_command.h"

#include <chrono>
#include <csignal>
#include <utility>

#include "app/cli/run_log.h"
#include "app/cli/running_service.h"
#include "app/paths.h"

namespace why401::cli {

namespace {

constexpr int kStopped = 0;
constexpr std::chrono::seconds kDrain{10}, kNow{0};

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// What becomes of https.
std::string of_https(const Service& service) {
    const Interception choice = service.settings().interception;
    if (choice.intercept.empty()) return "; https passes as a tunnel: --intercept all opens it";
    return ", and https of " +
           (choice.intercept == std::vector<std::string>{"*"} ? std::string("all hosts")
                                                              : joined(choice.intercept)) +
           (choice.tunnel.empty() ? "" : " but " + joined(choice.tunnel));
}

void greet(RunLog& log, const Service& service) {
    const Instance& instance = service.instance();
    std::string all;
    for (const std::string& address : instance.proxy)
        all += (all.empty() ? "http://" : ", http://") + address;
    log.say("proxy    " + all + "   (http is read and explained" + of_https(service) + ")");
    log.say("try      curl --proxy http://" + instance.proxy.front() +
            " --ntlm --user 'DOMAIN\\name' http://server/");
    if (!instance.ui.empty()) {
        log.say("browser  set its HTTP proxy to " + instance.proxy.front() +
                ", or its PAC address to http://" + instance.ui + "/proxy.pac");
        log.say("ui       " + service.ui_address());
    }
    if (!service.settings().interception.intercept.empty())
        log.say("ca       " + service.authority()->certificate_file().string() +
                "   (clients must trust it; `why401 ca` shows how)");
    warn_of_unchecked(log, service);
    log.say("policy   " + instance.policy + "   (`why401 policy` switches it)");
    if (!instance.capture.empty())
        log.say("capture  " + instance.capture +
                "   (for you alone: it holds whole headers, passwords and tokens included)");
    else
        log.say("capture  off");
    if (!instance.lab.empty())
        log.say(
            "lab      http://web01.lab.why401.test/ through the proxy; CONTOSO\\alice / Wonderland1, "
            "CONTOSO\\bob / Builder1");
    log.say("Ctrl-C stops.");
}

int serve(net::Loop& loop, Service& service, const std::filesystem::path& ready_file, RunLog& log) {
    bool stopping = false;
    loop.on_signal([&](int) {
        if (!stopping)
            log.say("stopping: exchanges under way have 10 s to finish; the same signal again stops at once");
        // At once is a drain as well: what it cuts is in the record.
        service.drain(std::exchange(stopping, true) ? kNow : kDrain, [&] { loop.stop(); });
    });
    // After the signals are ours: a script may send one as soon as it sees the file.
    if (!ready_file.empty()) write_private_file(ready_file, to_json(service.instance()));
    loop.run();
    service.finish();
    sum_up(log, service);
    return kStopped;
}

}  // namespace

int proxy_command(ProxyCommand command, std::ostream& err) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    RunLog log(err, command.json_log);
    command.service.on_finding = [&log](const Finding& finding) { log.finding(finding); };
    command.service.on_withdrawn = [&log](std::uint64_t id) { log.withdrawn(id); };
    command.service.on_trouble = [&log](const std::string& sentence) { log.trouble(sentence); };
    return told_if_it_fails("proxy", err, [&] {
        net::Loop loop;
        Service service(loop, std::move(command.service));
        greet(log, service);
        return serve(loop, service, command.ready_file, log);
    });
}

}  // namespace why401::cli
