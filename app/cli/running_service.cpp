#include "app/cli/running_service.h"

#include <sys/resource.h>

#include <filesystem>
#include <system_error>

#include "certs/authority.h"
#include "store/capture.h"

namespace why401::cli {

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string proxy_for_clients(const Service& service) {
    const std::string& address = service.instance().proxy.front();
    const auto endpoint = net::parse_endpoint(address);
    if (!endpoint || !endpoint->is_any()) return address;
    return (endpoint->is_v4() ? "127.0.0.1:" : "[::1]:") + std::to_string(endpoint->port);
}

std::filesystem::path ca_to_trust(const Service& service) {
    if (service.authority() == nullptr || service.settings().interception.intercept.empty()) return {};
    return service.authority()->certificate_file();
}

void warn_of_unchecked(RunLog& log, const Service& service) {
    std::string hosts;
    for (const std::string& host : service.unchecked_servers()) hosts += (hosts.empty() ? "" : ", ") + host;
    if (!hosts.empty())
        log.say("warning  the certificates of " + (hosts == "*" ? std::string("all servers") : hosts) +
                " are not checked: whoever answers in their place is believed");
}

void sum_up(RunLog& log, const Service& service) {
    const Summary summary = service.recorder().summary();
    log.say(std::to_string(summary.exchanges) + " exchanges; " + std::to_string(summary.status_401) +
            " times 401 or 407: " + std::to_string(summary.normal_401) + " normal, " +
            std::to_string(summary.explained_401) + " explained, " + std::to_string(summary.unexplained_401) +
            " not explained");
    if (!service.instance().capture.empty()) log.say("next     why401 explain " + service.instance().capture);
}

int told_if_it_fails(const std::string& command, std::ostream& err, const std::function<int()>& work) {
    constexpr int kUsage = 2, kCannotBind = 4;
    const auto told = [&](const std::exception& error, int code) {
        err << "why401 " << command << ": " << error.what() << '\n';
        return code;
    };
    try {
        return work();
    } catch (const CaptureError& error) {
        return told(error, kUsage);
    } catch (const certs::CertsError& error) {
        return told(error, kUsage);
    } catch (const std::filesystem::filesystem_error& error) {
        err << "why401 " << command << ": cannot use " << error.path1().string() << ": "
            << error.code().message() << " (make it yours, or set HOME to a folder that is)\n";
        return kUsage;
    } catch (const std::system_error& error) {
        return told(error, kCannotBind);
    }
}

}  // namespace why401::cli
