#include "analysis/product.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "wire/ascii.h"

namespace why401 {
namespace {

enum class Match : std::uint8_t { Present, Begins, Contains };

struct Sign {
    std::string_view field;
    Match match;
    std::string_view text;  ///< in lower case
    Product product;
    ProductRole role;
};

constexpr ProductRole kServes = ProductRole::Server;
constexpr ProductRole kPasses = ProductRole::Intermediary;

// What each product writes about itself without being asked. A field that an administrator must switch on is
// listed too: when it is there it tells.
constexpr Sign kSigns[] = {
    {"Server", Match::Begins, "microsoft-iis", Product::Iis, kServes},
    {"Server", Match::Begins, "microsoft-httpapi", Product::HttpSys, kServes},
    {"Server", Match::Begins, "kestrel", Product::AspNetCore, kServes},
    {"Server", Match::Begins, "apache-coyote", Product::Tomcat, kServes},
    {"Server", Match::Begins, "apachetrafficserver", Product::TrafficServer, kPasses},
    {"Server", Match::Begins, "ats/", Product::TrafficServer, kPasses},
    {"Server", Match::Begins, "apache", Product::Apache, kServes},
    {"Server", Match::Begins, "nginx", Product::Nginx, kServes},
    {"Server", Match::Begins, "openresty", Product::Nginx, kServes},
    {"Server", Match::Begins, "jetty", Product::Jetty, kServes},
    {"Server", Match::Begins, "caddy", Product::Caddy, kServes},
    {"Server", Match::Begins, "squid", Product::Squid, kPasses},
    {"Server", Match::Contains, "envoy", Product::Envoy, kPasses},
    {"Server", Match::Begins, "awselb", Product::AwsBalancer, kPasses},
    {"Server", Match::Begins, "cloudflare", Product::Cloudflare, kPasses},
    {"Server", Match::Contains, "bigip", Product::F5, kPasses},
    {"Server", Match::Contains, "big-ip", Product::F5, kPasses},
    {"Server", Match::Contains, "zscaler", Product::Zscaler, kPasses},
    {"Server", Match::Begins, "kong/", Product::Kong, kPasses},
    {"X-FEServer", Match::Present, "", Product::Exchange, kServes},
    {"X-OWA-Version", Match::Present, "", Product::Exchange, kServes},
    {"MicrosoftSharePointTeamServices", Match::Present, "", Product::SharePoint, kServes},
    {"SPRequestGuid", Match::Present, "", Product::SharePoint, kServes},
    {"X-Powered-By", Match::Contains, "arr/", Product::Arr, kPasses},
    {"X-Powered-By", Match::Begins, "express", Product::NodeJs, kServes},
    {"Set-Cookie", Match::Begins, "arraffinity", Product::Arr, kPasses},
    {"Set-Cookie", Match::Begins, "bigipserver", Product::F5, kPasses},
    {"Set-Cookie", Match::Begins, "nsc_", Product::NetScaler, kPasses},
    {"Set-Cookie", Match::Begins, "awsalb", Product::AwsBalancer, kPasses},
    {"Via", Match::Contains, "squid", Product::Squid, kPasses},
    {"Via", Match::Contains, "varnish", Product::Varnish, kPasses},
    {"Via", Match::Contains, "caddy", Product::Caddy, kPasses},
    {"Via", Match::Contains, "trafficserver", Product::TrafficServer, kPasses},
    {"Via", Match::Contains, "kong/", Product::Kong, kPasses},
    {"Via", Match::Contains, "ns-cache", Product::NetScaler, kPasses},
    {"Via", Match::Contains, "cisco-wsa", Product::CiscoWsa, kPasses},
    {"Via", Match::Contains, "ironport", Product::CiscoWsa, kPasses},
    {"Via", Match::Contains, "bluecoat", Product::BlueCoat, kPasses},
    {"Via", Match::Contains, "proxysg", Product::BlueCoat, kPasses},
    {"Via", Match::Contains, "mcafee web gateway", Product::McAfee, kPasses},
    {"Via", Match::Contains, "websense", Product::Forcepoint, kPasses},
    {"Via", Match::Contains, "1.1 google", Product::GoogleFrontEnd, kPasses},
    {"X-Squid-Error", Match::Present, "", Product::Squid, kPasses},
    {"X-Varnish", Match::Present, "", Product::Varnish, kPasses},
    {"X-Envoy-Upstream-Service-Time", Match::Present, "", Product::Envoy, kPasses},
    {"X-Kong-Upstream-Latency", Match::Present, "", Product::Kong, kPasses},
    {"X-Kong-Proxy-Latency", Match::Present, "", Product::Kong, kPasses},
    {"CF-RAY", Match::Present, "", Product::Cloudflare, kPasses},
    {"X-Azure-Ref", Match::Present, "", Product::AzureFrontDoor, kPasses},
    {"WWW-Authenticate", Match::Contains, "realm=\"traefik\"", Product::Traefik, kPasses},
};

bool fits(const Sign& sign, std::string_view low) {
    switch (sign.match) {
        case Match::Present: return true;
        case Match::Begins: return low.starts_with(sign.text);
        case Match::Contains: return low.find(sign.text) != std::string_view::npos;
    }
    return false;
}

}  // namespace

std::vector<ProductMark> recognise_products(const Message& response) {
    std::vector<ProductMark> marks;
    std::string low;
    for (std::size_t i = 0; i < response.parsed.fields.size(); ++i) {
        const http1::FieldLine& line = response.parsed.fields[i];
        const std::string_view value = line.value(response.head);
        low.clear();
        for (const Sign& sign : kSigns) {
            if (!same_name(line.name(response.head), sign.field)) continue;
            if (low.empty() && !value.empty()) {
                low = value;
                std::transform(low.begin(), low.end(), low.begin(), lower);
            }
            if (!fits(sign, low)) continue;
            const bool known = std::any_of(marks.begin(), marks.end(), [&](const ProductMark& mark) {
                return mark.product == sign.product;
            });
            if (!known) marks.push_back({sign.product, sign.role, i});
            break;
        }
    }
    return marks;
}

}  // namespace why401
