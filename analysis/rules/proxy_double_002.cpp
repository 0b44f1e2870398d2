#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto& proxy = now.credentials[Space::Proxy];
    if (!proxy || !proxy->view.connection_based() || proxy->view.step == Step::Negotiate)
        return NotApplicable{};
    // In a tunnel the two have a connection each.
    if (!now.plain_http || now.in_tunnel || now.method == "CONNECT") return NotApplicable{};
    const auto& origin = now.credentials[Space::Origin];
    const bool asked = now.status == 401 && now.received[Space::Origin].connection_based;
    const bool sent = origin && origin->view.connection_based();
    if (!asked && !sent) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because = "On " + name(now.client) + " the client logs in to the next proxy (" +
                    printable(proxy->view.scheme, 40) + ") and, over the same connection, to " +
                    printable(now.origin, 120) + " (" +
                    (sent ? printable(origin->view.scheme, 40) : offered(now.received[Space::Origin])) +
                    "); both logins are bound to that one connection.";
    found.evidence = {proof(now.id, proxy->place, "the login at the proxy")};
    if (sent) found.evidence.push_back(proof(now.id, origin->place, "the login at the server"));
    if (asked)
        found.evidence.push_back(
            proof(now.id, now.received[Space::Origin].place, "the server wants one that is bound likewise"));
    found.not_visible = {"whether the next proxy keeps a connection of its own for each of its clients"};
    found.consequence = "Some clients manage only one of the two, and ask for a password without end.";
    return found;
}

constexpr std::string_view kFix[] = {
    "use https for the site: the proxy's login then ends with CONNECT, and the server's has the tunnel to "
    "itself",
    "or let the proxy know its clients another way (by address, Basic over TLS)"};
constexpr Source kSources[] = {{"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule proxy_double_002{
    {.id = "PROXY-DOUBLE-002",
     .title =
         "proxy and server both want a login that is bound to the connection, and there is one connection",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "NTLM and Negotiate log a connection in. Over plain http the connection to a proxy is also "
         "the one to the server behind it, and two logins have to share it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials for both, or the server's challenge",
     .scene = "analysis/proxy_door_test.cpp ProxyDouble002"},
    check};

}  // namespace why401
