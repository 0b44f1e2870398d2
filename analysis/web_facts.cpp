#include "analysis/web_facts.h"

#include <algorithm>
#include <array>

#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t kLongHead = 4'096;  // below this no server calls a head too long
constexpr std::size_t kKeptCookies = 128;
constexpr std::size_t kLookAt = 64 * 1024;

std::string lowered(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), lower);
    return low;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Place field_place(const http1::FieldLine& line, std::size_t index, const char* side) {
    return {side + std::string(".header[") + std::to_string(index) + "]", line.value_begin,
            line.value_length};
}

template <typename Take>
void each_field(const Message& message, const char* side, Take take) {
    for (std::size_t i = 0; i < message.parsed.fields.size(); ++i) {
        const http1::FieldLine& line = message.parsed.fields[i];
        take(line.name(message.head), line.value(message.head), [&] { return field_place(line, i, side); });
    }
}

/// RFC 3986 5.2, as far as redirects of real servers need it.
std::string resolve(std::string_view reference, const Exchange& exchange) {
    reference = reference.substr(0, reference.find('#'));
    if (reference.find("://") != npos && reference.find("://") < reference.find_first_of("/?"))
        return std::string(reference);
    if (reference.starts_with("//")) return exchange.scheme + ":" + std::string(reference);
    const std::string here = url(exchange);
    const std::size_t path = here.find('/', here.find("://") + 3);
    const std::string site = here.substr(0, path);
    if (reference.starts_with("/")) return site + std::string(reference);
    const std::string page = here.substr(0, here.find('?'));
    if (reference.empty() || reference.starts_with("?")) return page + std::string(reference);
    const std::size_t slash = page.rfind('/');
    return page.substr(0, slash < site.size() ? npos : slash) + "/" + std::string(reference);
}

bool expired(std::string_view date) {
    // Servers take a cookie back with a date far in the past: "Thu, 01 Jan 1970", "Tue, 12-Oct-1999".
    return date.find("1970") != npos || date.find("1999") != npos || date.find("1980") != npos ||
           date.find("2000") != npos;
}

SetCookie read_cookie(std::string_view value) {
    SetCookie cookie;
    const std::size_t end = std::min(value.find(';'), value.size());
    const std::string_view pair = trimmed(value.substr(0, end));
    const std::size_t equals = pair.find('=');
    cookie.name = std::string(trimmed(pair.substr(0, equals)));
    cookie.removes = equals == npos || trimmed(pair.substr(equals + 1)).empty();
    for (std::size_t at = end; at < value.size();) {
        const std::size_t next = std::min(value.find(';', at + 1), value.size());
        const std::string_view part = trimmed(value.substr(at + 1, next - at - 1));
        const std::size_t sign = part.find('=');
        const std::string_view name = trimmed(part.substr(0, sign));
        const std::string_view set = sign == npos ? std::string_view{} : trimmed(part.substr(sign + 1));
        if (same_name(name, "secure")) cookie.secure = true;
        if (same_name(name, "samesite")) cookie.same_site_none = same_name(set, "none");
        if (same_name(name, "path")) cookie.path = std::string(set);
        if (same_name(name, "domain")) cookie.domain = lowered(set.starts_with(".") ? set.substr(1) : set);
        if (same_name(name, "max-age") && (set == "0" || set.starts_with("-"))) cookie.removes = true;
        if (same_name(name, "expires") && expired(set)) cookie.removes = true;
        at = next;
    }
    return cookie;
}

void read_cookie_names(std::string_view value, WebFacts& web) {
    while (!value.empty() && web.cookies.size() < kKeptCookies) {
        const std::size_t end = std::min(value.find(';'), value.size());
        const std::string_view pair = trimmed(value.substr(0, end));
        if (!pair.empty()) web.cookies.emplace_back(pair.substr(0, pair.find('=')));
        value.remove_prefix(std::min(end + 1, value.size()));
    }
}

bool has_suffix(std::string_view path, std::initializer_list<std::string_view> suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(),
                       [&](std::string_view suffix) { return path.ends_with(suffix); });
}

struct Asking {
    std::string accept, destination, mode, requested_with;
};

/// Fetch Metadata where the browser sends it; older ones show by Accept and by the name of the file.
void judge_request(const Exchange& exchange, const Asking& asking, WebFacts& web) {
    const std::string target = lowered(exchange.request.target());
    const std::string path = target.substr(0, target.find('?'));
    web.icon =
        has_suffix(path, {"/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"});
    constexpr std::array<std::string_view, 6> kParts = {"image", "script", "style", "font", "audio", "video"};
    web.part_of_page = std::find(kParts.begin(), kParts.end(), asking.destination) != kParts.end() ||
                       (asking.destination.empty() &&
                        (asking.accept.starts_with("image/") || asking.accept.starts_with("text/css") ||
                         has_suffix(path, {".css", ".js", ".png", ".gif", ".jpg", ".jpeg", ".svg", ".ico",
                                           ".woff", ".woff2"})));
    web.scripted = same_name(asking.requested_with, "XMLHttpRequest") || asking.mode == "cors" ||
                   asking.destination == "empty" || has_field(exchange.request, "Authorization") ||
                   (asking.accept.find("json") != npos && asking.accept.find("html") == npos);
}

void read_request_side(const Exchange& exchange, WebFacts& web) {
    Asking asking;
    bool credentials = false, asks_method = false;
    std::size_t longest = 0;
    each_field(exchange.request, "request", [&](auto name, auto value, auto place) {
        if (same_name(name, "Cookie")) {
            read_cookie_names(value, web);
            web.cookie_bytes += value.size();
            if (value.size() >= longest) web.cookie_place = place();
            longest = std::max(longest, value.size());
        } else if (same_name(name, "Origin")) {
            web.origin = lowered(value);
            web.origin_place = place();
        } else if (same_name(name, "Access-Control-Request-Method")) {
            asks_method = true;
            web.preflight_place = place();
        } else if (same_name(name, "Accept")) {
            asking.accept = lowered(value);
        } else if (same_name(name, "Sec-Fetch-Dest")) {
            asking.destination = lowered(value);
        } else if (same_name(name, "Sec-Fetch-Mode")) {
            asking.mode = lowered(value);
        } else if (same_name(name, "X-Requested-With")) {
            asking.requested_with = std::string(value);
        } else if (same_name(name, "X-Forwarded-Proto")) {
            web.was_https = same_name(value, "https");
        } else if (same_name(name, "Front-End-Https")) {
            web.was_https = same_name(value, "on");
        } else if (same_name(name, "Authorization")) {
            credentials = true;
        }
    });
    // Fetch, 3.2.2: OPTIONS with both fields, and never with credentials.
    web.preflight =
        exchange.request.method() == "OPTIONS" && !web.origin.empty() && asks_method && !credentials;
    judge_request(exchange, asking, web);
    web.head_bytes = exchange.request.head.size();
    web.browser = value(exchange.request, "User-Agent").starts_with("Mozilla/");
}

bool is_hit(std::string_view value) {
    const std::string low = lowered(value);
    for (const std::string_view asked : {"miss", "refresh", "reval", "expired", "updating"})
        if (low.find(asked) != npos) return false;  // the server was asked all the same
    return low.find("hit") != npos;
}

/// Age may be sent as 0 by a cache that just asked; the rest are the words of Squid, nginx, Varnish, CDNs.
bool marks_store(std::string_view name, std::string_view value) {
    if (same_name(name, "Age")) return value.find_first_of("123456789") != npos;
    if (same_name(name, "X-Cache") || same_name(name, "CF-Cache-Status") ||
        same_name(name, "X-Proxy-Cache") || same_name(name, "X-Cache-Status"))
        return is_hit(value);
    return same_name(name, "X-Varnish") && value.find(' ') != npos;  // the second number: who filled it
}

void read_response_side(const Exchange& exchange, WebFacts& web) {
    each_field(exchange.response, "response", [&](auto name, auto value, auto place) {
        if (same_name(name, "Location") && is_redirect(exchange.status)) {
            web.location = resolve(value, exchange);
            web.location_place = place();
            web.to_login = looks_like_login(web.location);
        } else if (same_name(name, "Set-Cookie") && web.set.size() < kKeptCookies) {
            web.set.push_back(read_cookie(value));
            web.set.back().place = place();
        } else if (same_name(name, "Cache-Control")) {
            const std::string low = lowered(value);
            web.may_be_stored = low.find("public") != npos || low.find("s-maxage") != npos ||
                                low.find("must-revalidate") != npos;
        } else if (!web.from_cache && marks_store(name, value)) {
            web.from_cache = place();
        }
    });
}

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// "login.aspx", "userlogin", "sign-in": the word begins or ends a segment of the path.
bool names_login(std::string_view segment) {
    segment = segment.substr(0, segment.find('.'));
    for (const std::string_view word : {"login", "logon", "signin", "sign-in", "sign_in", "log-in"}) {
        const std::size_t at = segment.find(word);
        if (at == npos) continue;
        const bool begins = at == 0 || !is_word_char(segment[at - 1]);
        const bool ends = at + word.size() == segment.size();
        if (begins || ends) return true;
    }
    return segment == "authenticate";  // SharePoint's /_layouts/15/Authenticate.aspx
}

bool states_number(std::string_view body) {
    body = body.substr(0, kLookAt);
    return body.find("403.") != npos || body.find("403,") != npos;
}

}  // namespace

bool WebFacts::sent(std::string_view cookie) const {
    return std::any_of(cookies.begin(), cookies.end(),
                       [&](const std::string& name) { return name == cookie; });
}

WebFacts read_web(const Exchange& exchange) {
    WebFacts web;
    read_request_side(exchange, web);
    if (!exchange.answered_by_us) read_response_side(exchange, web);
    web.touches_login = touches_login(exchange);
    return web;
}

bool touches_login(const Exchange& exchange) {
    if (exchange.answered_by_us || exchange.status < 300) return false;
    if (is_redirect(exchange.status)) {
        if (looks_like_login(value(exchange.response, "Location"))) return true;
        return exchange.request.method() == "POST" && has_field(exchange.response, "Set-Cookie");
    }
    if (exchange.status == 403) return exchange.log != nullptr || states_number(exchange.response.body.kept);
    const bool may_be_length =
        exchange.status == 400 || exchange.status == 404 || exchange.status == 413 || exchange.status == 431;
    return may_be_length && exchange.request.head.size() > kLongHead;
}

bool comes_from_cache(const Exchange& exchange) {
    const Message& response = exchange.response;
    return std::any_of(response.parsed.fields.begin(), response.parsed.fields.end(),
                       [&](const http1::FieldLine& line) {
                           return marks_store(line.name(response.head), line.value(response.head));
                       });
}

bool looks_like_login(std::string_view url) {
    const std::string low = lowered(url.substr(0, 2'048));
    const std::string_view whole = low;
    for (const std::string_view mark :
         {"wa=wsignin", "samlrequest=", "/adfs/ls", "/oauth2/authorize", "/oauth2/v2.0/authorize",
          "openid-connect/auth", "/connect/authorize"})
        if (whole.find(mark) != npos) return true;
    if (whole.find("client_id=") != npos && whole.find("response_type=") != npos)
        return true;  // OpenID Connect
    const std::size_t end_of_path = std::min(whole.find_first_of("?#"), whole.size());
    std::string_view path = whole.substr(0, end_of_path);
    if (const std::size_t site = path.find("://"); site != npos && site < path.find('/'))
        path.remove_prefix(std::min(path.find('/', site + 3), path.size()));
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (names_login(path.substr(at, end - at))) return true;
        at = end + 1;
    }
    return false;
}

std::string origin_of(std::string_view url) {
    const std::size_t site = url.find("://");
    if (site == npos) return {};
    std::string origin = lowered(url.substr(0, url.find_first_of("/?", site + 3)));
    for (const std::string_view port : {":80", ":443"}) {
        const bool is_default = origin.starts_with(port == ":80" ? "http://" : "https://");
        if (is_default && origin.ends_with(port)) origin.resize(origin.size() - port.size());
    }
    return origin;
}

std::string_view host_part(std::string_view origin) {
    const std::size_t site = origin.find("://");
    if (site != npos) origin.remove_prefix(site + 3);
    const std::size_t port = origin.rfind(':');
    const bool in_brackets = port != npos && origin.find(']', port) != npos;
    return origin.substr(0, in_brackets ? npos : port);
}

}  // namespace why401
