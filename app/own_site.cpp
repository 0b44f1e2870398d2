#include "app/own_site.h"

#include <utility>

#include "app/api/web_files.h"

namespace why401 {
namespace {

std::string_view web_file(std::string_view name) {
    for (const api::WebFile& file : api::web_files())
        if (file.name == name) return file.text;
    return {};
}

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

/// An address has none of the characters that HTML or a PAC's string would need escaped; whatever else came
/// here must not change what it stands in.
std::string harmless(std::string_view address) {
    std::string out;
    for (const char c : address)
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == ':' || c == '[' || c == ']')
            out += c;
    return out;
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

}  // namespace

std::string setup_page(std::string_view proxy, Door door) {
    const std::string address = harmless(proxy);
    const std::size_t colon = address.rfind(':');
    return filled(web_file("setup.html"),
                  {{"proxy", address},
                   {"host", address.substr(0, colon)},
                   {"port", colon == std::string::npos ? "" : address.substr(colon + 1)},
                   {"door", std::string(how_it_was_reached(door))}});
}

std::string pac_file(std::string_view proxy) {
    return "function FindProxyForURL(url, host) { return \"PROXY " + harmless(proxy) + "\"; }\n";
}

OwnAnswer own_site(const OwnQuestion& asked) {
    const std::string_view path = asked.path.substr(0, asked.path.find('?'));
    if (path == "/proxy.pac") return {"pac", "application/x-ns-proxy-autoconfig", pac_file(asked.reached)};
    if (path == "/setup.css") return {"setup", "text/css; charset=utf-8", std::string(web_file("setup.css"))};
    return {"setup", "text/html; charset=utf-8",
            setup_page(asked.reached, asked.by_name ? Door::Proxy : Door::Address)};
}

}  // namespace why401
