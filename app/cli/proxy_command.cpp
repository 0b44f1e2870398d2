#include "app/cli/proxy_command.h"

#include <sys/resource.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "app/cli/terminal.h"
#include "app/paths.h"
#include "app/report_json.h"
#include "store/capture.h"
#include "wire/printable.h"

namespace why401::cli {

namespace json = boost::json;

namespace {

constexpr int kStopped = 0, kUsage = 2, kCannotBind = 4;
constexpr std::chrono::seconds kDrain{10}, kNow{0};

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// What the run has to say, a line each; from several threads.
class Log {
public:
    Log(std::ostream& out, bool as_json)
        : out_(out), json_(as_json), colour_(!as_json && colour_on_stderr()) {}

    void say(const std::string& line) {
        if (json_) return write(json::serialize(json::object{{"event", "message"}, {"message", line}}));
        write(line);
    }

    void trouble(const std::string& sentence) {
        if (json_)
            return write(
                json::serialize(json::object{{"event", "trouble"}, {"message", utf8_clean(sentence)}}));
        write("trouble  " + printable(sentence));
    }

    /// A finding that is revised is said again only when another rule now explains it.
    void finding(const Finding& finding) {
        {
            const std::lock_guard lock(mutex_);
            Said& said = said_[finding.id];
            if (said.rule == finding.rule) return;
            said = {finding.rule, finding.exchange};
        }
        if (json_) {
            json::object line{{"event", "finding"}};
            for (const auto& member : finding_json(finding)) line[member.key()] = member.value();
            return write(json::serialize(line));
        }
        std::string severity(to_string(finding.severity));
        severity.resize(std::max<std::size_t>(severity.size(), 8), ' ');
        if (colour_)
            severity = (finding.severity >= Severity::Error ? "\033[31m" : "\033[33m") + severity + "\033[0m";
        write(severity + " #" + std::to_string(number(finding.exchange)) + "  " + std::string(finding.rule) +
              "  " + printable(finding.because) + " (" + std::string(to_string(finding.confidence)) + ")");
    }

    /// What was said was true when it was said; now the record knows better.
    void withdrawn(std::uint64_t id) {
        Said said;
        {
            const std::lock_guard lock(mutex_);
            const auto found = said_.find(id);
            if (found == said_.end()) return;
            said = found->second;
            said_.erase(found);
        }
        if (json_) return write(json::serialize(json::object{{"event", "withdrawn"}, {"id", id}}));
        write("withdrawn #" + std::to_string(number(said.exchange)) + " " + std::string(said.rule) +
              "  what came later explains it otherwise");
    }

private:
    struct Said {
        std::string_view rule;
        ExchangeId exchange{};
    };

    void write(const std::string& line) {
        const std::lock_guard lock(mutex_);
        out_ << line << std::endl;
    }

    std::ostream& out_;
    bool json_, colour_;
    std::mutex mutex_;
    std::map<std::uint64_t, Said> said_;
};

/// What becomes of https.
std::string of_https(const Service& service) {
    const Interception choice = service.settings().interception;
    if (choice.intercept.empty()) return "; https passes as a tunnel: --intercept all opens it";
    return ", and https of " +
           (choice.intercept == std::vector<std::string>{"*"} ? std::string("all hosts")
                                                              : joined(choice.intercept)) +
           (choice.tunnel.empty() ? "" : " but " + joined(choice.tunnel));
}

void greet(Log& log, const Service& service) {
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

int serve(net::Loop& loop, Service& service, const std::filesystem::path& ready_file, Log& log) {
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
    const Summary summary = service.recorder().summary();
    log.say(std::to_string(summary.exchanges) + " exchanges; " + std::to_string(summary.status_401) +
            " times 401 or 407: " + std::to_string(summary.normal_401) + " normal, " +
            std::to_string(summary.explained_401) + " explained, " + std::to_string(summary.unexplained_401) +
            " not explained");
    if (!service.instance().capture.empty()) log.say("next     why401 explain " + service.instance().capture);
    return kStopped;
}

}  // namespace

int proxy_command(ProxyCommand command, std::ostream& err) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    Log log(err, command.json_log);
    command.service.on_finding = [&log](const Finding& finding) { log.finding(finding); };
    command.service.on_withdrawn = [&log](std::uint64_t id) { log.withdrawn(id); };
    command.service.on_trouble = [&log](const std::string& sentence) { log.trouble(sentence); };
    try {
        net::Loop loop;
        Service service(loop, std::move(command.service));
        greet(log, service);
        return serve(loop, service, command.ready_file, log);
    } catch (const CaptureError& error) {
        err << "why401 proxy: " << error.what() << '\n';
        return kUsage;
    } catch (const certs::CertsError& error) {
        err << "why401 proxy: " << error.what() << '\n';
        return kUsage;
    } catch (const std::filesystem::filesystem_error& error) {
        err << "why401 proxy: " << error.what() << '\n';
        return kUsage;
    } catch (const std::system_error& error) {
        err << "why401 proxy: " << error.what() << '\n';
        return kCannotBind;
    }
}

}  // namespace why401::cli
