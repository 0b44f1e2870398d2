#include "app/cli/run_command.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

#include "app/child.h"
#include "app/cli/running_service.h"
#include "app/paths.h"
#include "app/run_environment.h"
#include "app/scratch_folder.h"

namespace why401::cli {

namespace {

constexpr int kNotFound = 127, kNotExecutable = 126;
/// What the command left in the background is not waited for longer.
constexpr std::chrono::seconds kDrain{1};

/// What is to be said when the terminal is ours again.
class Held {
public:
    void finding(const Finding& finding) {
        const std::lock_guard lock(mutex_);
        findings_.insert_or_assign(finding.id, finding);
    }
    void withdrawn(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        findings_.erase(id);
    }
    void say(RunLog& log) const {
        for (const auto& [id, finding] : findings_) log.finding(finding);
    }

private:
    std::mutex mutex_;
    std::map<std::uint64_t, Finding> findings_;
};

/// Until the command has ended; its exit code.
int accompany(net::Loop& loop, Service& service, Child& child) {
    int code = 0;
    child.watch(
        [&](int signal, bool by_the_terminal) {
            if (!by_the_terminal) child.send(signal);
        },
        [&](int exit_code) {
            loop.post([&, exit_code] {
                code = exit_code;
                service.drain(kDrain, [&] { loop.stop(); });
            });
        });
    loop.run();
    return code;
}

int cannot_start(const std::system_error& error, std::ostream& err) {
    err << "why401 run: " << error.what() << '\n';
    return error.code().value() == ENOENT ? kNotFound : kNotExecutable;
}

int serve(net::Loop& loop, Service& service, const RunOptions& options, const Surroundings& before,
          std::ostream& err) {
    const VariableLookup ours = [](const char* name) -> const char* { return std::getenv(name); };
    ChildWish wish;
    wish.command = options.command;
    wish.environment = proxy_variables(proxy_for_clients(service), ours);
    const ScratchFolder folder("run");
    if (const auto ca = ca_to_trust(service); !ca.empty()) {
        const Roots roots = system_roots(ours);
        if (roots.file.empty())
            err << "why401 run: found no bundle of the system's CAs, so the command trusts ours alone\n";
        const std::string pem = read_file(ca).value_or(std::string());
        const auto bundle = folder.path() / "bundle.pem", addition = folder.path() / "addition.pem";
        write_private_file(bundle, roots.pem + "\n" + pem);
        write_private_file(addition, extra_roots(ours) + "\n" + pem);
        for (auto& variable : trust_variables(bundle, addition))
            wish.environment.push_back(std::move(variable));
    }
    if (!options.proxy.ready_file.empty())
        write_private_file(options.proxy.ready_file, to_json(service.instance()));
    std::optional<Child> child;
    try {
        child.emplace(before, wish);
    } catch (const std::system_error& error) {
        service.finish();
        return cannot_start(error, err);
    }
    return accompany(loop, service, *child);
}

}  // namespace

int run_command(RunOptions options, std::ostream& err) {
    const Surroundings before;
    std::signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    RunLog log(err, options.proxy.json_log);
    Held held;
    ServiceOptions& service_options = options.proxy.service;
    service_options.on_finding = [&](const Finding& finding) { held.finding(finding); };
    service_options.on_withdrawn = [&](std::uint64_t id) { held.withdrawn(id); };
    service_options.on_trouble = [&](const std::string& sentence) { log.trouble(sentence); };
    return told_if_it_fails("run", err, [&] {
        net::Loop loop;
        Service service(loop, std::move(service_options));
        if (!options.quiet) warn_of_unchecked(log, service);
        const int code = serve(loop, service, options, before, err);
        service.finish();
        if (options.quiet) return code;
        held.say(log);
        sum_up(log, service);
        return code;
    });
}

}  // namespace why401::cli
