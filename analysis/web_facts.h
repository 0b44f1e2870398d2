#pragma once
// What one exchange says about the web around a login: redirects, cookies, what a page's script asked for,
// whether a cache answered. It refuses to judge, and to look into cookies: only their names and attributes
// are read.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/place.h"
#include "record/exchange.h"

namespace why401 {

/// One Set-Cookie line, without its value (RFC 6265 5.2).
struct SetCookie {
    std::string name, domain, path;
    bool secure = false, same_site_none = false;
    bool removes = false;  ///< empty or expired: the server takes it back
    Place place;
};

struct WebFacts {
    // Where the answer sends the client.
    std::string location;  ///< as an absolute URL; empty: nowhere
    Place location_place;
    bool to_login = false;  ///< it looks like a page where one logs in
    std::vector<SetCookie> set;

    // Who asks, and with what.
    std::vector<std::string> cookies;  ///< names, in order
    std::size_t cookie_bytes = 0;      ///< of all Cookie values
    std::size_t head_bytes = 0;        ///< of the whole request head
    Place cookie_place;                ///< of the longest
    std::string origin;                ///< value of Origin, in lower case
    Place origin_place, preflight_place;
    bool preflight = false;           ///< as the Fetch standard defines it, and without credentials
    bool scripted = false;            ///< a script or a program asked: it wants data, not a page
    bool part_of_page = false;        ///< a picture, a script, a style sheet
    bool icon = false;                ///< the browser's own wish, no person's
    bool was_https = false;           ///< somebody before this proxy ended TLS, and says so
    std::optional<Place> from_cache;  ///< the answer comes out of a store
    bool browser = false;             ///< by what it calls itself: a person may sit in front of it
    bool may_be_stored = false;       ///< the server allows that for answers to credentials (RFC 9111 3.5)

    bool touches_login = false;  ///< of the exchange: see touches_login()

    bool sent(std::string_view cookie) const;
};

WebFacts read_web(const Exchange& exchange);

/// Without credentials and without a refusal it may still be about a login: it leads to a login page, sets a
/// cookie for who posted a form, refuses long fields, or says 403 with a number. Cheap for all others.
bool touches_login(const Exchange& exchange);

/// The answer was not made for this request (RFC 9111 5.1, and the marks of common caches).
bool comes_from_cache(const Exchange& exchange);

/// "/Account/Login?ReturnUrl=%2F", "https://sts/adfs/ls/?wa=wsignin1.0": a page where one logs in.
bool looks_like_login(std::string_view url);

/// "https://web01:8443" of "https://WEB01:8443/a?b", in lower case, without the default port.
std::string origin_of(std::string_view url);
/// "web01" of "https://web01:8443".
std::string_view host_part(std::string_view origin);

}  // namespace why401
