#include "app/setup_page.h"

#include <initializer_list>
#include <utility>

#include "app/api/web_files.h"
#include "certs/trust_steps.h"

namespace why401 {
namespace {

/// The name under which the links below save it.
constexpr const char* kFile = "why401-ca.pem";

std::string_view how_it_was_reached(Door door) {
    switch (door) {
        case Door::Proxy:
            return "<p id=\"door\" class=\"good\"><strong>You are looking at this through the proxy: it "
                   "works.</strong> "
                   "What this client asks of http sites is read and explained from now on.</p>";
        case Door::Address:
            return "<p id=\"door\"><strong>You reached the proxy&#39;s own address.</strong> It is no web "
                   "site: point a "
                   "client at it as shown here, then open <code>http://why401.test/</code> with it.</p>";
        case Door::Ui: break;
    }
    return "<p id=\"door\">Point a client at the proxy as shown here, then open "
           "<code>http://why401.test/</code> with it: "
           "this page then says that it works.</p>";
}

std::string filled(std::string_view text,
                   std::initializer_list<std::pair<std::string_view, std::string>> values) {
    std::string out;
    while (true) {
        const std::size_t at = text.find("{{"), end = text.find("}}", at);
        out.append(text.substr(0, at));
        if (end == std::string_view::npos) return out;
        for (const auto& [name, value] : values)
            if (text.substr(at + 2, end - at - 2) == name) out += value;
        text.remove_prefix(end + 2);
    }
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

std::string list_of(const std::vector<certs::TrustStep>& steps) {
    std::string html;
    for (const certs::TrustStep& step : steps) {
        if (!step.text.empty()) html += "<p>" + escaped(step.text) + "</p>\n";
        if (!step.command.empty()) html += "<pre><code>" + escaped(step.command) + "</code></pre>\n";
    }
    return html;
}

std::string steps_of(const certs::CaCertificate& ca) {
    std::string html;
    for (const std::string& system : certs::trust_systems()) {
        const auto steps = certs::trust_steps(system, kFile, ca.name);
        html += "<details><summary>" + escaped(steps->title) + "</summary>\n" + list_of(steps->trust);
        if (!steps->remark.empty()) html += "<p class=\"small\">" + escaped(steps->remark) + "</p>\n";
        html += "<p>To undo it:</p>\n" + list_of(steps->undo) + "</details>\n";
    }
    return html;
}

/// The hash as people compare it: in pairs.
std::string pairs(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out += (out.empty() ? "" : ":") + std::string(hex.substr(i, 2));
    return out;
}

/// What has to do with https. At the UI, the files are at the proxy's address.
std::string of_https(const std::string& address, Door door, const certs::CaCertificate* ca) {
    if (ca == nullptr) return {};
    return filled(
        api::web_file("setup_https.html"),
        {{"at", door == Door::Ui ? "http://" + address : std::string()},
         {"file", kFile},
         {"name", escaped(ca->name)},
         {"sha256", pairs(ca->sha256)},
         {"check", door == Door::Proxy ? "<iframe src=\"/trust\" title=\"Does this browser trust the "
                                         "CA?\"></iframe>"
                                       : "<p>Opened through the proxy, as "
                                         "<code>http://why401.test/</code>, this page says whether "
                                         "the browser trusts it yet.</p>"},
         {"steps", steps_of(*ca)}});
}

}  // namespace

std::string harmless_address(std::string_view address) {
    std::string out;
    for (const char c : address)
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == ':' || c == '[' || c == ']')
            out += c;
    return out;
}

std::string setup_page(std::string_view proxy, Door door, const certs::CaCertificate* ca) {
    const std::string address = harmless_address(proxy);
    const std::size_t colon = address.rfind(':');
    return filled(
        api::web_file("setup.html"),
        {{"proxy", address},
         {"host", address.substr(0, colon)},
         {"port", colon == std::string::npos ? "" : address.substr(colon + 1)},
         {"door", std::string(how_it_was_reached(door))},
         {"sees-https",
          ca == nullptr
              ? "passes as a tunnel. Which host and port, when and how much is recorded; nothing "
                "inside is decrypted, so a 401 in there is not seen."
              : "of the hosts that <code>--intercept</code> names is opened, read and explained too, "
                "for clients that trust the CA below. The rest passes as a tunnel."},
         {"https", of_https(address, door, ca)}});
}

}  // namespace why401
