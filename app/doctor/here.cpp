#include "app/doctor/here.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "app/report_json.h"
#include "certs/authority.h"
#include "net/listener.h"

namespace why401::doctor {

namespace fs = std::filesystem;

namespace {

std::string date_of(std::chrono::system_clock::time_point time) {
    return utc_text(std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count())
        .substr(0, 10);
}

/// Whose it is, among ours.
const Instance* owner_of(const std::string& address, const std::vector<Instance>& instances) {
    for (const Instance& instance : instances)
        if (instance.ui == address ||
            std::find(instance.proxy.begin(), instance.proxy.end(), address) != instance.proxy.end())
            return &instance;
    return nullptr;
}

std::vector<Check> trust(const certs::TrustPlaces& places, const certs::CaCertificate& ca) {
    std::vector<Check> checks;
    bool anywhere = false;
    for (const certs::TrustStore& store : certs::find_trust_stores(places)) {
        const auto trusted = certs::is_trusted(places, store, ca);
        if (!trusted) continue;
        anywhere |= *trusted;
        if (*trusted) checks.push_back({"trust", Grade::Ok, store.name + " trusts the CA", {}});
    }
    if (!anywhere)
        checks.push_back({"trust",
                          Grade::Ok,
                          "no store of this machine trusts the CA; `why401 open` and `why401 run` need none",
                          {}});
    return checks;
}

}  // namespace

Check port(const net::Endpoint& address, const std::string& option, const std::vector<Instance>& instances) {
    const std::string text = net::to_string(address);
    if (const Instance* owner = owner_of(text, instances))
        return {
            "port", Grade::Ok, text + " is that of the instance with pid " + std::to_string(owner->pid), {}};
    try {
        net::Loop loop;
        const net::Listener listener(loop, address, {});
        return {"port", Grade::Ok, text + " is free", {}};
    } catch (const std::system_error& error) {
        return {"port", Grade::Warn, error.what(),
                "`why401 proxy " + option + " 127.0.0.1:0` takes any that is free"};
    }
}

Check folder(const std::string& what, const fs::path& folder) {
    std::error_code none;
    fs::path there = folder;
    while (!there.empty() && !fs::exists(there, none) && there != there.parent_path())
        there = there.parent_path();
    if (fs::is_directory(there, none) && ::access(there.c_str(), W_OK | X_OK) == 0)
        return {"folder", Grade::Ok, what + " in " + folder.string(), {}};
    return {"folder", Grade::Fail, what + " in " + folder.string() + " cannot be written: " + there.string(),
            fs::is_directory(there, none) ? "make it yours, or set HOME" : "it is no folder"};
}

std::vector<Check> ca(const fs::path& folder, const certs::TrustPlaces& places,
                      std::chrono::system_clock::time_point now) {
    if (!certs::Authority::exists(folder))
        return {{"ca", Grade::Ok, "there is no CA yet: it is made when TLS is first to be decrypted", {}}};
    try {
        const certs::Authority authority = certs::Authority::open(folder);
        const auto left = authority.expires() - now;
        const std::string named = "the CA \"" + authority.name() + "\"";
        if (left <= std::chrono::seconds(0))
            return {{"ca", Grade::Warn, named + " expired on " + date_of(authority.expires()),
                     "the next run makes another one, which is to be trusted anew"}};
        std::vector<Check> checks{
            {"ca", Grade::Ok, named + " is good until " + date_of(authority.expires()), {}}};
        for (Check& check : trust(places, *certs::current_ca(folder))) checks.push_back(std::move(check));
        return checks;
    } catch (const certs::CertsError& error) {
        return {{"ca", Grade::Fail, error.what(), "move it away: the next run makes another one"}};
    }
}

std::vector<Check> browsers(const std::vector<browser::Browser>& installed, bool has_certutil) {
    std::vector<Check> checks;
    for (const browser::Browser& browser : installed) {
        const std::string named = browser.name + " is " + browser.program.string();
        if (!browser.box.empty())
            checks.push_back({"browser", Grade::Warn, named + ", a " + browser.box,
                              "`why401 open` needs one that is installed as a package of the system"});
        else if (browser.family == browser::Family::Firefox && !has_certutil)
            checks.push_back({"browser", Grade::Warn, named + ", but certutil is missing",
                              "install libnss3-tools (Debian, Ubuntu) or nss-tools (Fedora): "
                              "it makes the CA trusted in the profile of `why401 open`"});
        else
            checks.push_back({"browser", Grade::Ok, named, {}});
    }
    if (installed.empty())
        checks.push_back({"browser", Grade::Warn, "there is no browser that `why401 open` could start",
                          "install Chrome, Chromium, Edge, Brave or Firefox, or set one up by hand: "
                          "http://127.0.0.1:8401/ shows how while `why401 proxy` runs"});
    return checks;
}

std::vector<Check> environment(const std::function<const char*(const char*)>& variable) {
    static constexpr std::array kProxies{"http_proxy",  "HTTP_PROXY", "https_proxy",
                                         "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};
    static constexpr std::array kExceptions{"no_proxy", "NO_PROXY"};
    std::vector<Check> checks;
    const auto value = [&](const char* name) {
        const char* text = variable(name);
        return std::string(text == nullptr ? "" : text);
    };
    for (const char* name : kProxies)
        if (!value(name).empty())
            checks.push_back({"environment", Grade::Warn,
                              std::string(name) + " is set: programs ask that proxy",
                              "`why401 run -- CMD` sets it for CMD; if servers are out of reach without it, "
                              "say --upstream-proxy"});
    for (const char* name : kExceptions)
        if (!value(name).empty())
            checks.push_back({"environment", Grade::Warn,
                              std::string(name) + " is set: programs ask these hosts without a proxy",
                              "`why401 run -- CMD` empties it for CMD"});
    if (checks.empty())
        checks.push_back({"environment", Grade::Ok, "no variable leads programs past the proxy", {}});
    return checks;
}

}  // namespace why401::doctor
