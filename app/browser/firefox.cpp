#include "app/browser/firefox.h"

#include <boost/json.hpp>

namespace why401::browser {

namespace {

namespace json = boost::json;

/// Everything to the proxy, sites on this machine too, and nothing round it.
json::object proxy_preferences(const std::string& proxy) {
    const std::size_t colon = proxy.rfind(':');
    std::string host = proxy.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    const int port = std::stoi(proxy.substr(colon + 1));
    return {
        {"network.proxy.type", 1},
        {"network.proxy.http", host},
        {"network.proxy.http_port", port},
        {"network.proxy.ssl", host},
        {"network.proxy.ssl_port", port},
        {"network.proxy.no_proxies_on", ""},
        {"network.proxy.allow_hijacking_localhost", true},
        {"network.proxy.failover_direct", false},
        {"network.http.http3.enable", false},
        {"network.trr.mode", 5},  // no DNS over HTTPS
    };
}

/// Kerberos tickets and NTLM for the one site that was asked for.
// A bare name would mean every name below it too.
json::object login_preferences(const std::string& origin) {
    return {
        {"network.negotiate-auth.trusted-uris", origin},
        {"network.negotiate-auth.allow-non-fqdn", true},
        {"network.automatic-ntlm-auth.trusted-uris", origin},
    };
}

/// What it would ask of others by itself, and pages that would come before the one asked for. http:// is
/// asked for as http://.
json::object silence() {
    return {
        {"app.normandy.enabled", false},
        {"app.shield.optoutstudies.enabled", false},
        {"app.update.auto", false},
        {"browser.aboutwelcome.enabled", false},
        {"browser.discovery.enabled", false},
        {"browser.newtabpage.activity-stream.feeds.topsites", false},
        {"browser.newtabpage.activity-stream.feeds.system.topstories", false},
        {"browser.newtabpage.enabled", false},
        {"browser.preonboarding.enabled", false},
        {"browser.region.network.url", ""},
        {"browser.region.update.enabled", false},
        {"browser.safebrowsing.downloads.remote.enabled", false},
        {"browser.safebrowsing.malware.enabled", false},
        {"browser.safebrowsing.phishing.enabled", false},
        {"browser.safebrowsing.provider.google4.updateURL", ""},
        {"browser.safebrowsing.provider.google5.updateURL", ""},
        {"browser.safebrowsing.provider.mozilla.updateURL", ""},
        {"browser.search.suggest.enabled", false},
        {"browser.search.update", false},
        {"browser.shell.checkDefaultBrowser", false},
        {"browser.startup.homepage_override.mstone", "ignore"},
        {"browser.startup.page", 0},
        {"browser.topsites.contile.enabled", false},
        {"browser.urlbar.merino.endpointURL", ""},
        {"browser.urlbar.speculativeConnect.enabled", false},
        {"datareporting.healthreport.uploadEnabled", false},
        {"datareporting.policy.dataSubmissionEnabled", false},
        {"datareporting.policy.dataSubmissionPolicyBypassNotification", true},
        {"datareporting.usage.uploadEnabled", false},
        {"dom.push.connection.enabled", false},
        {"dom.security.https_first", false},
        {"dom.security.https_first_schemeless", false},
        {"extensions.getAddons.cache.enabled", false},
        {"extensions.systemAddon.update.url", ""},
        {"extensions.update.enabled", false},
        {"geo.provider.network.url", ""},
        {"identity.fxaccounts.enabled", false},
        {"media.gmp-manager.updateEnabled", false},
        {"messaging-system.rsexperimentloader.enabled", false},
        {"network.captive-portal-service.enabled", false},
        {"network.connectivity-service.enabled", false},
        {"network.dns.disablePrefetch", true},
        {"network.http.speculative-parallel-limit", 0},
        {"network.predictor.enabled", false},
        {"network.prefetch-next", false},
        {"security.OCSP.enabled", 0},
        {"security.certerrors.mitm.priming.enabled", false},
        {"security.remote_settings.crlite_filters.enabled", false},
        {"security.remote_settings.intermediates.enabled", false},
        {"services.settings.server", "data:,"},  // heeded with MOZ_REMOTE_SETTINGS_DEVTOOLS
        {"toolkit.telemetry.enabled", false},
        {"toolkit.telemetry.unified", false},
    };
}

std::string user_js(const Wish& wish) {
    std::string text;
    for (const auto& preferences : {proxy_preferences(wish.proxy), login_preferences(wish.origin), silence()})
        for (const auto& preference : preferences)
            text += "user_pref(\"" + std::string(preference.key()) + "\", " +
                    json::serialize(preference.value()) + ");\n";
    return text;
}

}  // namespace

Start firefox(const Browser& browser, const Wish& wish) {
    Start start;
    start.command = {browser.program.string(), "--new-instance", "--profile", wish.profile.string()};
    start.command.insert(start.command.end(), wish.more_arguments.begin(), wish.more_arguments.end());
    start.command.push_back(wish.url);
    start.environment = {{"MOZ_REMOTE_SETTINGS_DEVTOOLS", "1"}, {"MOZ_CRASHREPORTER_DISABLE", "1"}};
    start.files = {{"user.js", user_js(wish)}};
    return start;
}

std::vector<std::vector<std::string>> firefox_trust(const std::filesystem::path& profile,
                                                    const std::filesystem::path& ca) {
    const std::string database = "sql:" + profile.string();
    // C: a CA that may vouch for servers; for neither mail nor programs.
    return {{"certutil", "-N", "-d", database, "--empty-password"},
            {"certutil", "-A", "-d", database, "-n", "why401", "-t", "C,,", "-i", ca.string()}};
}

}  // namespace why401::browser
