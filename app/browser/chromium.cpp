#include "app/browser/chromium.h"

namespace why401::browser {

namespace {

// Port 1 is among those that Chromium never connects to (net/base/port_util.cc): what is sent there never
// leaves the browser, and is not resolved either.
constexpr const char* kNowhere = "https://nowhere.invalid:1/";

/// What it would ask of others by itself. Each was seen in the proxy of an idle start without it, or is a
/// neighbour of what was.
std::vector<std::string> silence() {
    return {
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-sync",
        "--disable-breakpad",
        "--metrics-recording-only",
        "--no-pings",
        std::string("--gaia-url=") + kNowhere,
        std::string("--component-updater=url-source=") + kNowhere,
        // HttpsUpgrades: http:// is to be asked for as http://.
        "--disable-features=OptimizationHints,MediaRouter,Translate,NetworkTimeServiceQuerying,"
        "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    };
}

// Chromium takes Negotiate out of its network sandbox only once a profile has met it; in a fresh one the
// first login with Kerberos would fail. This is how it remembers.
constexpr const char* kHasMetNegotiate = R"({"net": {"received_http_auth_negotiate_headers": true}})";

}  // namespace

Start chromium(const Browser& browser, const Wish& wish) {
    Start start;
    start.command = {browser.program.string(),
                     "--user-data-dir=" + wish.profile.string(),
                     "--proxy-server=http://" + wish.proxy,
                     "--proxy-bypass-list=<-loopback>",  // sites on this machine through the proxy too
                     "--disable-quic",          // it would go round the proxy where a policy allows that
                     "--password-store=basic",  // and not ask for the keyring of the desktop
                     "--auth-server-allowlist=" + wish.host};  // Kerberos tickets are for nobody else
    for (std::string& argument : silence()) start.command.push_back(std::move(argument));
    std::string keys;
    for (const std::string& key : wish.trusted_keys) keys += (keys.empty() ? "" : ",") + key;
    if (!keys.empty()) start.command.push_back("--ignore-certificate-errors-spki-list=" + keys);
    if (wish.as_root) start.command.emplace_back("--no-sandbox");
    start.command.insert(start.command.end(), wish.more_arguments.begin(), wish.more_arguments.end());
    start.command.push_back(wish.url);
    start.files = {{"Local State", kHasMetNegotiate}};
    return start;
}

}  // namespace why401::browser
