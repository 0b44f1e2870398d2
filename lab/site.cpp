#include "lab/site.h"

#include <algorithm>
#include <charconv>

#include "lab/accounts.h"
#include "lab/pages.h"
#include "tokens/basic.h"
#include "tokens/ntlm.h"
#include "tokens/spnego.h"
#include "wire/ascii.h"
#include "wire/base64.h"
#include "wire/http_auth.h"

namespace why401::lab {
namespace {

using Verdict = LoginStep::Verdict;

constexpr std::uint64_t kMostBytes = 1ULL << 40;
constexpr std::uint64_t kMostMilliseconds = 60'000;

enum class Area { Windows, Anonymous, Basic, Acl, Filter, App };

Area area_of(std::string_view path) {
    constexpr std::pair<std::string_view, Area> areas[] = {{"/anonymous", Area::Anonymous},
                                                           {"/basic", Area::Basic},
                                                           {"/acl", Area::Acl},
                                                           {"/filter", Area::Filter},
                                                           {"/app", Area::App}};
    for (const auto& [prefix, area] : areas) {
        if (path.size() < prefix.size() || !same_name(path.substr(0, prefix.size()), prefix)) continue;
        if (path.size() == prefix.size() || path[prefix.size()] == '/')
            return area;  // "/apple" is not "/app"
    }
    return Area::Windows;
}

std::uint64_t number(std::string_view text, std::uint64_t fallback, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return fallback;
    return std::min(value, most);
}

void iis_fields(Response& response, std::string_view type) {
    response.fields.emplace_back("Content-Type", type);
    response.fields.emplace_back("Server", "Microsoft-IIS/10.0");
}

// ---- refusals
// ----------------------------------------------------------------------------------------------------

/// Who was being served when a refusal was made, for the page and the log.
struct Subject {
    std::string user;
    std::string method;
};

std::string refusal_page(const Request& request, const Machine& machine, int substatus, std::uint32_t win32,
                         const Subject& subject) {
    if (request.parameter("detailed") != "1") return short_401_page();
    std::string host = request.host.empty() ? std::string(machine.dns_name) : request.host;
    if (host.find(':') == std::string::npos)
        host += request.over_tls ? ":443" : ":80";  // IIS always writes the port
    const std::string scheme = request.over_tls ? "https://" : "http://";
    return detailed_401_page({substatus, win32, scheme + host + request.target, std::string(request.path()),
                              subject.method, subject.user});
}

void offer(Response& response, Area area, const SiteOptions& options) {
    if (area == Area::Basic) {
        response.fields.emplace_back("WWW-Authenticate",
                                     "Basic realm=\"lab.why401.test\", charset=\"UTF-8\"");
        return;
    }
    response.fields.emplace_back("WWW-Authenticate", kNegotiate);
    response.fields.emplace_back("WWW-Authenticate", kNtlm);
    if (options.proxy_support)
        response.last_fields.emplace_back("Proxy-Support", "Session-Based-Authentication");
}

Response refuse(const Request& request, const Machine& machine, Area area, int substatus, std::uint32_t win32,
                const Subject& subject, const SiteOptions& options) {
    Response response;
    response.status = 401;
    response.substatus = substatus;
    response.win32 = win32;
    response.user = subject.user;
    const bool own_words = substatus == 5 && request.parameter("detailed") != "1";
    iis_fields(response, own_words ? "text/plain; charset=utf-8" : "text/html");
    // IIS's authentication modules put their challenges on every 401, also on those of files, filters and
    // applications.
    offer(response, area, options);
    response.body =
        own_words ? application_401_text() : refusal_page(request, machine, substatus, win32, subject);
    return response;
}

/// The CHALLENGE leg: http.sys answers it by itself (kernel-mode authentication), so it signs as
/// Microsoft-HTTPAPI.
Response challenge(std::string_view scheme, std::string_view token, const SiteOptions& options) {
    Response response;
    response.status = 401;
    response.substatus = 1;
    response.win32 = kNoCredentials;
    response.fields.emplace_back("Content-Type", "text/html; charset=us-ascii");
    response.fields.emplace_back("Server", "Microsoft-HTTPAPI/2.0");
    response.fields.emplace_back("WWW-Authenticate", std::string(scheme) + ' ' + base64::encode(token));
    if (options.proxy_support)
        response.last_fields.emplace_back("Proxy-Support", "Session-Based-Authentication");
    response.body = http_sys_401_page();
    return response;
}

// ---- what is served
// ----------------------------------------------------------------------------------------------

/// The last segments choose a kind of answer in any area: /large, /anonymous/large, /basic/large.
bool wants(const Request& request, std::string_view resource) {
    std::string_view path = request.path();
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path.size() > resource.size() && path.substr(path.size() - resource.size()) == resource &&
           path[path.size() - resource.size() - 1] == '/';
}

Response serve(const Request& request, const Machine& machine, const std::string& user) {
    Response response;
    response.user = user;
    const std::string page = welcome_page(machine, user, request.method, request.body_bytes);
    if (wants(request, "large")) {
        iis_fields(response, "application/octet-stream");
        response.body = Pattern{number(request.parameter("bytes"), 1'000'000, kMostBytes)};
        return response;
    }
    iis_fields(response, "text/html; charset=utf-8");
    if (wants(request, "chunked")) {
        const std::size_t third = page.size() / 3;
        response.body = Chunks{{page.substr(0, third), page.substr(third, third), page.substr(2 * third)}};
        return response;
    }
    response.body = page;
    response.close = wants(request, "close");
    if (wants(request, "slow"))
        response.delay = std::chrono::milliseconds(number(request.parameter("ms"), 1'000, kMostMilliseconds));
    return response;
}

/// For somebody who is logged in: the page, or the refusal that this area exists for.
Response serve_user(const Request& request, const Machine& machine, Area area, const Authenticated& who,
                    const SiteOptions& options) {
    const Subject subject{who.user, who.scheme};
    switch (area) {
        case Area::Acl: return refuse(request, machine, area, 3, kAccessDenied, subject, options);
        case Area::Filter: return refuse(request, machine, area, 4, kAccessDenied, subject, options);
        case Area::App: return refuse(request, machine, area, 5, kAccessDenied, subject, options);
        default: return serve(request, machine, who.user);
    }
}

// ---- Windows authentication
// --------------------------------------------------------------------------------------

std::string step_name(std::string_view token) {
    switch (ntlm::message_type(token).value_or(0)) {
        case 1: return "negotiate";
        case 3: return "authenticate";
        default: break;
    }
    const spnego::Message message = spnego::decode(token);
    std::string_view inner;
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&message))
        inner = init->mech_token;
    else if (const auto* resp = std::get_if<spnego::NegTokenResp>(&message))
        inner = resp->response_token;
    else
        return "other";
    const std::uint32_t type = ntlm::message_type(inner).value_or(0);
    return type == 1 ? "negotiate" : type == 3 ? "authenticate" : "spnego";
}

/// A whole login has just succeeded on this request.
Answer accepted(LoginStep taken, const Request& request, const Machine& machine, Area area, std::string name,
                const SiteOptions& options) {
    const auto& who = std::get<Authenticated>(taken.next);
    Response response = serve_user(request, machine, area, who, options);
    if (response.status == 200) {
        if (!taken.token.empty())
            response.fields.emplace_back("WWW-Authenticate", who.scheme + ' ' + base64::encode(taken.token));
        // MS-N2HT: whether later requests of this connection are served without credentials. IIS says no to a
        // proxy, which it knows by its Via.
        response.fields.emplace_back("Persistent-Auth", request.via ? "false" : "true");
    }
    return {std::move(response), request.via ? Login{Fresh{}} : std::move(taken.next), std::move(name)};
}

Answer with_token(const Login& login, std::string_view scheme, std::string_view token68,
                  const Request& request, const Machine& machine, const Chance& chance, Area area,
                  const SiteOptions& options) {
    const auto refused = [&](std::uint32_t win32, std::string name) {
        return Answer{refuse(request, machine, area, 1, win32, {}, options), Fresh{}, std::move(name)};
    };
    const std::optional<std::string> token = base64::decode_strict(token68);
    if (!token) return refused(kInvalidToken, "other");
    std::string name = step_name(*token);
    LoginStep taken =
        step(login, scheme, *token, machine, chance,
             {token_checking_of(request.host), request.over_tls, request.binding, request.host});
    switch (taken.verdict) {
        case Verdict::Challenge:
        case Verdict::Mechanism:
            return {challenge(scheme, taken.token, options), std::move(taken.next), std::move(name)};
        case Verdict::Accepted:
            return accepted(std::move(taken), request, machine, area, std::move(name), options);
        case Verdict::Refused: return refused(kLogonDenied, std::move(name));
        case Verdict::Unbound: return refused(kBadBindings, std::move(name));
        case Verdict::Altered: return refused(kMessageAltered, std::move(name));
        case Verdict::OutOfTurn:
        case Verdict::Malformed: break;
    }
    return refused(kInvalidToken, std::move(name));
}

Answer windows(const Login& login, const Request& request, const Machine& machine, const Chance& chance,
               Area area, const SiteOptions& options) {
    std::string name = "none";
    if (request.authorization) {
        const http_auth::Credentials credentials = http_auth::parse_credentials(*request.authorization);
        for (std::string_view scheme : {kNtlm, kNegotiate})
            if (credentials.is(scheme))
                return with_token(login, scheme, credentials.token68, request, machine, chance, area,
                                  options);
        name = credentials.is("Basic") ? "basic" : "other";
    } else if (const auto* who = std::get_if<Authenticated>(&login); who != nullptr && !request.via) {
        return {serve_user(request, machine, area, *who, options), login, std::move(name)};
    }
    // Nothing that is switched on here: 401.2, and whatever login was under way on this connection is gone.
    return {refuse(request, machine, area, 2, kAccessDenied, {}, options), Fresh{}, std::move(name)};
}

// ---- the other areas
// ---------------------------------------------------------------------------------------------

/// A request that has nothing to do with the login still drops one that is half done.
Login bystander(const Login& login) {
    return std::holds_alternative<ExpectAuthenticate>(login) ? Login{Fresh{}} : login;
}

Answer basic_area(const Login& login, const Request& request, const Machine& machine,
                  const SiteOptions& options) {
    const auto refused = [&](int substatus, std::uint32_t win32, const std::string& claimed,
                             std::string name) {
        return Answer{refuse(request, machine, Area::Basic, substatus, win32,
                             {claimed, claimed.empty() ? "" : "Basic"}, options),
                      bystander(login), std::move(name)};
    };
    if (!request.authorization) return refused(2, kAccessDenied, {}, "none");
    const http_auth::Credentials credentials = http_auth::parse_credentials(*request.authorization);
    if (!credentials.is("Basic")) return refused(2, kAccessDenied, {}, "other");
    const basic::Credentials sent = basic::decode(credentials.token68);
    const Account* account = find_account(sent.user, machine.netbios);
    // IIS logs the name of a failed Basic login as the client wrote it.
    if (account == nullptr || account->password != sent.password)
        return refused(1, kLogonFailure, sent.user, "basic");
    return {serve(request, machine, account->name()), bystander(login), "basic"};
}

}  // namespace

Answer answer(const Login& login, const Request& request, const Machine& machine, const Chance& chance,
              const SiteOptions& options) {
    const Area area = area_of(request.path());
    if (area == Area::Anonymous)
        return {serve(request, machine, {}), bystander(login), request.authorization ? "other" : "none"};
    if (area == Area::Basic) return basic_area(login, request, machine, options);
    return windows(login, request, machine, chance, area, options);
}

}  // namespace why401::lab
