#include "analysis/page.h"

#include <algorithm>
#include <array>

#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kLookAt = 64 * 1024;
constexpr std::size_t npos = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The page in two forms: as sent, and in lower case for searching. Offsets agree.
struct Text {
    std::string_view raw;
    std::string low;
};

struct Number {
    std::string_view digits;
    std::size_t end = 0;
};

Number number_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && end - at < 4 && is_digit(text[end])) ++end;
    return {text.substr(at, end - at), end};
}

void say(Page& page, PageKind kind, std::string substatus, std::size_t begin, std::size_t end) {
    page.kind = kind;
    page.substatus = std::move(substatus);
    page.bytes = std::pair<std::uint64_t, std::uint64_t>(begin, end - begin);
}

/// "IIS70Error=401,2,0x80070005,14393" in the help link: the same in every language of the page.
bool read_help_link(const Text& text, Page& page) {
    constexpr std::string_view kMark = "iis70error=";
    for (std::size_t at = text.low.find(kMark); at != npos; at = text.low.find(kMark, at + 1)) {
        const Number status = number_at(text.low, at + kMark.size());
        if (status.digits.size() != 3 || text.low.compare(status.end, 1, ",") != 0) continue;
        const Number sub = number_at(text.low, status.end + 1);
        if (sub.digits.empty() || text.low.compare(sub.end, 3, ",0x") != 0) continue;
        std::size_t end = sub.end + 3;
        while (end < text.low.size() && end < sub.end + 11 &&
               std::string_view("0123456789abcdef").find(text.low[end]) != npos)
            ++end;
        if (end != sub.end + 11) continue;
        say(page, PageKind::IisDetailed, std::string(status.digits) + "." + std::string(sub.digits), at, end);
        page.code = "0x" + std::string(text.raw.substr(sub.end + 3, 8));
        return true;
    }
    return false;
}

/// "HTTP Error 401.2 - ", "Ошибка HTTP 401.2 — ": the words differ by language, the shape does not.
bool read_numbered_title(const Text& text, Page& page) {
    constexpr std::array<std::string_view, 4> kDashes = {"-", "\xE2\x80\x93", "\xE2\x80\x94", "&#8212;"};
    for (std::size_t at = text.low.find("http"); at != npos; at = text.low.find("http", at + 4)) {
        std::size_t digits = at + 4;
        while (digits < text.low.size() && digits < at + 17 && !is_digit(text.low[digits]) &&
               text.low[digits] != '<')
            ++digits;
        const Number status = number_at(text.low, digits);
        if (status.digits.size() != 3 || text.low.compare(status.end, 1, ".") != 0) continue;
        const Number sub = number_at(text.low, status.end + 1);
        if (sub.digits.empty()) continue;
        std::size_t dash = sub.end;
        while (dash < text.low.size() && dash < sub.end + 4 && text.low[dash] == ' ') ++dash;
        const bool titled = std::any_of(kDashes.begin(), kDashes.end(), [&](std::string_view d) {
            return text.low.compare(dash, d.size(), d) == 0;
        });
        if (!titled) continue;
        say(page, PageKind::Other, std::string(status.digits) + "." + std::string(sub.digits), at, dash);
        return true;
    }
    return false;
}

/// "... - Forbidden: SSL required.<br>Internet Information Services (IIS)", whatever the language: IIS 6.
bool signed_by_iis(const Text& text, const Page& page) {
    return page.bytes && text.low.substr(page.bytes->first, 400).find("(iis)") != npos;
}

/// The value of the n-th row of a detailed page's table: rows are known by order, their names are localised.
std::string table_value(const Text& text, int row) {
    std::size_t at = 0;
    for (int i = 0; i <= row; ++i) {
        at = text.low.find("</th><td>", at);
        if (at == npos) return {};
        at += 9;
    }
    std::string_view value = text.raw.substr(at, std::min(text.low.find('<', at), at + 200) - at);
    while (value.starts_with("&nbsp;") || value.starts_with(" "))
        value.remove_prefix(value[0] == ' ' ? 1 : 6);
    return std::string(trimmed(value));
}

/// Microsoft's support link on pages of IIS 5: "ContentRedirect.asp?prd=iis&...&ID=401.2".
bool read_support_link(const Text& text, Page& page) {
    const std::size_t link = text.low.find("contentredirect.asp?prd=iis&");
    if (link == npos) return false;
    const std::size_t end = std::min(text.low.find('"', link), text.low.size());
    const std::size_t id = std::min(text.low.find("id=401.", link), text.low.find("id=403.", link));
    if (id == npos || id + 7 >= end || !is_digit(text.low[id + 7])) return false;
    const Number sub = number_at(text.low, id + 7);
    say(page, PageKind::Iis5, std::string(text.raw.substr(id + 3, sub.end - id - 3)), id + 3, sub.end);
    return true;
}

struct Phrase {
    std::string_view low;  ///< in lower case
    PageKind kind;
    std::string_view substatus;
};

// The first that is found decides. What names a product or a substatus for sure comes before what may be
// quoted by others.
constexpr Phrase kPhrases[] = {
    {"access is denied due to invalid credentials.<br>sitecore cms", PageKind::Sitecore, ""},
    {"http error 401.1 - unauthorized: access is denied due to invalid credentials.<br>internet information "
     "services",
     PageKind::Iis6, "401.1"},
    {"http error 401.2 - unauthorized: access is denied due to server configuration.<br>internet information "
     "services",
     PageKind::Iis6, "401.2"},
    {"http error 401.3 - unauthorized: access is denied due to an acl set on the requested resource.",
     PageKind::Iis6, "401.3"},
    {"http error 401.4 - unauthorized: authorization failed by filter installed on the web server.",
     PageKind::Iis6, "401.4"},
    {"http error 401.5 - unauthorized: authorization failed by an isapi/cgi application.", PageKind::Iis6,
     "401.5"},
    {"sending a www-authenticate header field that the web server is not configured to accept",
     PageKind::Iis6, "401.2"},
    {"http 401.1 - unauthorized: logon failed<br", PageKind::Iis5, "401.1"},
    {"http 401.2 - unauthorized: logon failed due to server configuration", PageKind::Iis5, "401.2"},
    {"http 401.3 - access denied by acl on resource", PageKind::Iis5, "401.3"},
    {"error message 401.2.: unauthorized: logon failed due to server configuration", PageKind::AspNet,
     "401.2"},
    {"error message 401.1: logon failed.", PageKind::AspNet, "401.1"},
    {"error message 401.3: you do not have permission to view this directory or page using the credentials",
     PageKind::AspNet, "401.3"},
    {"you are not authorized to view this page due to invalid authentication headers.", PageKind::IisDetailed,
     "401.2"},
    {"because of the access control list (acl) configuration or encryption settings for this resource",
     PageKind::IisDetailed, "401.3"},
    {"<title>401 - unauthorized: access is denied due to invalid credentials.</title>", PageKind::IisShort,
     ""},
    {"<title>403 - forbidden: access is denied.</title>", PageKind::IisShort, ""},
    {"<h2>not authorized</h2>", PageKind::HttpSys, ""},
    {"the requested resource requires user authentication.</p>", PageKind::HttpSys, ""},
    {"<h2>bad request - request too long</h2>", PageKind::HttpSys, ""},
    {"server error in '", PageKind::AspNet, ""},
    {"\"message\":\"authorization has been denied for this request.\"", PageKind::WebApi, ""},
    {"err_cache_access_denied", PageKind::Squid, ""},
    {"err_access_denied", PageKind::Squid, ""},
    {"<center>nginx", PageKind::Nginx, ""},
    {"<title>401 unauthorized</title>", PageKind::Apache, ""},
    {"<title>401 authorization required</title>", PageKind::Apache, ""},
    {"http status 401", PageKind::Tomcat, ""},
    {"you do not have permission to view this directory or page using the credentials that you supplied.",
     PageKind::IisShort, ""},
};

// http.sys, nginx, Apache, Tomcat, Jetty and HAProxy's kin, each in its own words.
constexpr std::string_view kTooLong[] = {"request too long",
                                         "the size of the request headers is too long",
                                         "request header or cookie too large",
                                         "size of a request header field exceeds server limit",
                                         "request header is too large",
                                         "request header fields too large",
                                         "request header too large"};

void read_complaint(const Text& text, Page& page) {
    for (const std::string_view phrase : kTooLong) {
        const std::size_t at = text.low.find(phrase);
        if (at == npos) continue;
        page.long_fields = true;
        page.bytes = std::pair<std::uint64_t, std::uint64_t>(at, phrase.size());
        return;
    }
}

bool read_phrase(const Text& text, Page& page) {
    for (const Phrase& phrase : kPhrases) {
        const std::size_t at = text.low.find(phrase.low);
        if (at == npos) continue;
        say(page, phrase.kind, std::string(phrase.substatus), at, at + phrase.low.size());
        return true;
    }
    return false;
}

bool whole_body_is(std::string_view low, std::string_view text) {
    while (!low.empty() && (low.back() == '\n' || low.back() == '\r' || low.back() == ' '))
        low.remove_suffix(1);
    return low == text;
}

}  // namespace

std::string_view describe(PageKind kind) {
    constexpr std::string_view kNames[] = {"no page",
                                           "an empty body",
                                           "a compressed page",
                                           "an IIS detailed error page",
                                           "the IIS error page that hides the substatus",
                                           "an IIS 6 error page",
                                           "an IIS 5 error page",
                                           "a page of http.sys",
                                           "an ASP.NET error page",
                                           "an ASP.NET Web API answer",
                                           "a SharePoint answer",
                                           "an Exchange answer",
                                           "a Sitecore page",
                                           "an Apache page",
                                           "an nginx page",
                                           "a Tomcat page",
                                           "a Squid page",
                                           "a page nobody here knows"};
    return kNames[static_cast<std::size_t>(kind)];
}

Page read_page(std::string_view body, std::string_view content_encoding) {
    Page page;
    if (body.empty()) {
        page.kind = PageKind::Empty;
        return page;
    }
    if (!content_encoding.empty() && !same_name(content_encoding, "identity")) {
        page.kind = PageKind::Compressed;
        return page;
    }
    Text text;
    text.raw = body.substr(0, kLookAt);
    text.low.resize(text.raw.size());
    std::transform(text.raw.begin(), text.raw.end(), text.low.begin(), lower);

    read_complaint(text, page);
    if (read_help_link(text, page)) {
        page.module = table_value(text, 0);
        page.logon_user = table_value(text, 7);
        return page;
    }
    if (read_support_link(text, page) || read_phrase(text, page)) {
        // A detailed page names its number in the title even where the phrase that gave it away does not.
        if (page.kind == PageKind::IisShort && text.low.find("<title>iis ") != npos) {
            read_numbered_title(text, page);
            page.kind = PageKind::IisDetailed;
            page.module = table_value(text, 0);
            page.code = table_value(text, 3);
        }
        return page;
    }
    if (whole_body_is(text.low, "you do not have permission to view this directory or page.")) {
        say(page, PageKind::IisShort, "", 0, text.raw.size());
    } else if (whole_body_is(text.low, "401 unauthorized")) {
        say(page, PageKind::SharePoint, "", 0, text.raw.size());
    } else if (read_numbered_title(text, page)) {
        const bool detailed =
            text.low.find("<title>iis ") != npos || text.low.find("</th><td>&nbsp;") != npos;
        if (detailed) {
            page.kind = PageKind::IisDetailed;
            page.module = table_value(text, 0);
            page.code = table_value(text, 3);
        } else if (signed_by_iis(text, page)) {
            page.kind = PageKind::Iis6;
        }
    } else {
        page.kind = PageKind::Other;
    }
    return page;
}

void name_by_fields(Page& page, const Message& response) {
    const auto any = [&](std::initializer_list<std::string_view> names) {
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view name) { return has_field(response, name); });
    };
    if (any({"X-Squid-Error"})) page.kind = PageKind::Squid;
    const bool unnamed =
        page.kind == PageKind::None || page.kind == PageKind::Empty || page.kind == PageKind::Other;
    if (!unnamed) return;
    if (any({"MicrosoftSharePointTeamServices", "SPRequestGuid", "X-MSDAVEXT_Error",
             "X-Forms_Based_Auth_Required"}))
        page.kind = PageKind::SharePoint;
    else if (any({"X-FEServer", "X-CalculatedBETarget", "X-OWA-Version"}))
        page.kind = PageKind::Exchange;
}

}  // namespace why401
