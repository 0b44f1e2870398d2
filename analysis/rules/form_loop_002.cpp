#include <vector>

#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// Why a browser keeps a cookie back, by its own attributes (RFC 6265 5.3, 5.4); empty: no reason to see.
std::string kept_back(const SetCookie& cookie, const SentForm& form, const ExchangeFacts& now) {
    const std::string set_at = origin_of(form.url);
    if (cookie.secure && now.plain_http) return "it is marked Secure, and this request is not https";
    if (cookie.same_site_none && !cookie.secure) return "it says SameSite=None without Secure";
    const std::string host(host_part(now.origin));
    const bool inside = host == cookie.domain || host.ends_with("." + cookie.domain);
    if (!cookie.domain.empty() && !inside) return "it belongs to " + printable(cookie.domain, 80);
    if (cookie.domain.empty() && host_part(set_at) != host)
        return "it belongs to " + printable(host_part(set_at), 80) + " alone";
    const std::size_t path = now.url.find('/', now.url.find("://") + 3);
    const bool below =
        path == std::string::npos || now.url.compare(path, cookie.path.size(), cookie.path) == 0;
    if (cookie.path.starts_with("/") && !below) return "it is for " + printable(cookie.path, 80) + " only";
    if (cookie.name.starts_with("__Secure-") && !cookie.secure) return "its name demands Secure";
    return {};
}

/// A second factor, or a page that says what was wrong with the first.
bool is_next_step(std::string_view location) {
    for (const std::string_view word :
         {"error", "fail", "invalid", "mfa", "otp", "2fa", "verify", "challenge"})
        if (location.find(word) != std::string_view::npos) return true;
    return false;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.web.to_login || !c.around.form || now.answered_by_us) return NotApplicable{};
    if (is_next_step(now.web.location)) return NotApplicable{};
    const SentForm& form = *c.around.form;
    if (!now.request_seen) return CannotTell{"the cookies of the request"};
    const SetCookie* lost = nullptr;
    std::string reason;
    std::size_t missing = 0;
    for (const SetCookie& cookie : form.set) {
        if (now.web.sent(cookie.name)) continue;
        ++missing;
        const std::string why = kept_back(cookie, form, now);
        if (lost == nullptr || (reason.empty() && !why.empty())) lost = &cookie, reason = why;
    }
    const bool none_came = missing == form.set.size();
    Found found;
    found.culprit = Culprit::Server;
    const std::string begin = "The login form was sent in " + name(form.by) + ", its answer set " +
                              std::to_string(form.set.size()) +
                              (form.set.size() == 1 ? " cookie" : " cookies") + " and led to " +
                              printable(now.url, 120) + "; there " + name(now.id) + " was ";
    if (lost != nullptr) {
        found.confidence = none_came && !reason.empty() ? Confidence::Certain
                           : none_came                  ? Confidence::Likely
                                                        : Confidence::Possible;
        if (reason.empty()) found.culprit = Culprit::Unknown;
        found.because = begin + "sent without " + printable(lost->name, 60) +
                        (reason.empty() ? std::string() : " (" + reason + ")") +
                        ", and the server sent the client back to the login page.";
        found.evidence = {proof(form.by, lost->place, "the cookie that was set and did not come back"),
                          proof(now.id, now.request_line, "the next request, without it")};
        if (reason.empty())
            found.not_visible = {"why the client kept it back: settings, a full store, a clock"};
    } else {
        found.because = begin +
                        "sent with what had been set, yet the server sent the client back to the "
                        "login page, as if it could not read its own cookie.";
        found.evidence = {proof(form.by, form.set.front().place, "the cookie that was set"),
                          proof(now.id, now.web.cookie_place, "it came back")};
        found.not_visible = {
            "whether this user may open the page: some applications send those who may not "
            "to the login page too",
            "whether another machine answered, with other keys",
            "whether the form was accepted at all: some applications lead on after a wrong password too"};
    }
    found.evidence.push_back(proof(now.id, now.web.location_place, "back to the login page"));
    found.consequence = "The login goes round in circles.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the cookie fit the address that people use: Secure only with https, Domain and Path that include it",
    "behind something that ends TLS: tell the application so (X-Forwarded-Proto), and use https throughout",
    "several machines: the same machineKey or data protection keys on all, and clocks that agree"};
constexpr Source kSources[] = {{"RFC 6265 5.4", "https://www.rfc-editor.org/rfc/rfc6265#section-5.4"},
                               {"ASP.NET Core, data protection in a farm",
                                "https://learn.microsoft.com/en-us/aspnet/core/host-and-deploy/web-farm"}};

}  // namespace

extern constinit const Rule form_loop_002{
    {.id = "FORM-LOOP-002",
     .title = "the login form was accepted, and the very next request counts as a stranger's again",
     .severity = Severity::Error,
     .explanation =
         "A form login lives in a cookie. When the cookie does not come back, or is not understood, "
         "the application asks for a login again and again.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the answer to the form and the request that followed it",
     .scene = "analysis/form_test.cpp FormLoop002"},
    check};

}  // namespace why401
