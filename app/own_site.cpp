#include "app/own_site.h"

#include <utility>

#include "app/api/web_files.h"
#include "app/setup_page.h"

namespace why401 {

namespace {

// What Firefox asks about and Windows and Android install (there is no registered type that they do so for).
constexpr const char* kCertificate = "application/x-x509-ca-cert";

}  // namespace

std::string pac_file(std::string_view proxy) {
    return "function FindProxyForURL(url, host) { return \"PROXY " + harmless_address(proxy) + "\"; }\n";
}

OwnSite::OwnSite(std::optional<certs::CaCertificate> ca) : ca_(std::move(ca)) {}

OwnAnswer OwnSite::answer(const OwnQuestion& asked) {
    const std::size_t mark = asked.path.find('?');
    const std::string_view path = asked.path.substr(0, mark);
    const std::string_view query =
        mark == std::string_view::npos ? std::string_view() : asked.path.substr(mark + 1);
    if (path == "/proxy.pac") return {"pac", "application/x-ns-proxy-autoconfig", pac_file(asked.reached)};
    if (path == "/setup.css")
        return {"setup", "text/css; charset=utf-8", std::string(api::web_file("setup.css"))};
    if (ca_ && path == "/ca.pem") return {"ca", kCertificate, ca_->pem};
    if (ca_ && path == "/ca.der") return {"ca", kCertificate, ca_->der};
    if (ca_ && path == "/trust") return {"trust", "text/html; charset=utf-8", trust_.page(query)};
    if (ca_ && path == "/trusted.svg") {
        if (asked.tls) trust_.accepted(query);
        return {"trust", "image/svg+xml", std::string(trust_image())};
    }
    return {"setup", "text/html; charset=utf-8",
            setup_page(asked.reached, asked.by_name ? Door::Proxy : Door::Address, ca_ ? &*ca_ : nullptr)};
}

}  // namespace why401
