#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || !c.standing.client) return NotApplicable{};
    if (!now.upstream || !c.standing.client->upstream)
        return CannotTell{"the server connections of login and request"};
    if (now.upstream != c.standing.client->upstream || !now.challenges().connection_based)
        return NotApplicable{};
    if (c.standing.client->followed_by) return NotApplicable{};  // another client ended it
    const ClientLogin& login = *c.standing.client;
    const bool ours =
        now.via_added || (c.standing.server && c.standing.server->via_added) || now.was_injected("add-via");
    const bool via = now.via_received || (c.standing.server && c.standing.server->via_received);
    const auto said = c.standing.server ? c.standing.server->persistent_auth : std::nullopt;
    const bool announced = said == std::optional(false), denied = said == std::optional(true);
    // One who puts Via into the answers puts it into the requests as well.
    const bool via_beyond = announced && now.intermediary.starts_with("Via");

    Found found;
    found.confidence = ours               ? Confidence::Certain
                       : via || announced ? Confidence::Likely
                                          : Confidence::Possible;
    found.culprit = ours                ? Culprit::ThisProxy
                    : via || via_beyond ? Culprit::Intermediary
                    : denied            ? Culprit::Unknown
                                        : Culprit::Server;
    found.because = who(login.identity) + " logged in on " + name(login.upstream) + " in " + name(login.by) +
                    ", and " + name(now.id) +
                    " went out on the very same connection, yet the server wants a new login: ";
    if (ours)
        found.because += "this proxy adds a Via field to the requests" +
                         std::string(now.was_injected("add-via") ? " (fault add-via)" : "") +
                         ", and IIS does not keep the login of a connection that comes from a proxy.";
    else if (via)
        found.because +=
            "the requests carry a Via field, and IIS does not keep the login of a connection that comes from "
            "a proxy.";
    else if (via_beyond)
        found.because += "an intermediary behind it announces itself (" + printable(now.intermediary) +
                         "), and IIS does not keep the login of a connection that comes from a proxy; it "
                         "said so itself (Persistent-Auth: false).";
    else if (denied)
        found.because +=
            "it had promised to keep it (Persistent-Auth: true), so this page wants another user, or "
            "somebody "
            "behind this connection moved the request.";
    else if (announced)
        found.because += "it had said so itself (Persistent-Auth: false).";
    else
        found.because += "it seems to be set to ask for each request (authPersistSingleRequest).";
    found.evidence = {proof(login.by, login.place, "the login, accepted on " + name(login.upstream)),
                      request_proof(now, "the same connection, no login in between"),
                      answer_proof(now, "asks for a new login")};
    found.ruled_out = {"pooling in this proxy: both used " + name(now.upstream)};
    if (!ours)
        found.not_visible = {"the server's configuration",
                             "somebody behind this connection who moved the request"};
    found.consequence =
        "Every request costs a whole login: slow, and clients that do not expect it show the 401.";
    if (now.was_injected("add-via")) found.first_fix = {"switch the fault off: why401 fault add-via off"};
    found.outcome = {};  // the client can go on
    return found;
}

constexpr std::string_view kFix[] = {"send no Via field to the server",
                                     "IIS: authPersistSingleRequest=false (the default)"};
constexpr Source kSources[] = {
    {"IIS, windowsAuthentication",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/"},
    {"MS-N2HT 2.2.1, Persistent-Auth", "https://learn.microsoft.com/openspecs/windows_protocols/ms-n2ht/"}};

}  // namespace

extern constinit const Rule ntlm_persist_001{
    {.id = "NTLM-PERSIST-001",
     .title = "the server forgets the login of a connection after one request",
     .severity = Severity::Warning,
     .explanation = "The connection stays and the login does not: by configuration, or because the requests "
                    "look as if a proxy had sent them.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server connection of login and request",
     .scene = "`why401 proxy --lab --fault add-via`, then two pages over one login"},
    check};

}  // namespace why401
