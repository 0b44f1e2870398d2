#include "analysis/httperr_reasons.h"

#include <algorithm>
#include <iterator>

namespace why401 {
namespace {

constexpr HttpErrReason kReasons[] = {
    {"RequestLength",
     "the request's head is longer than MaxRequestBytes, as with a Kerberos ticket of a user in many groups",
     "make the ticket or the cookies smaller, or raise MaxRequestBytes and MaxFieldLength "
     "(HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters)",
     Culprit::Unknown},
    {"FieldLength",
     "one field is longer than MaxFieldLength, as with a Kerberos ticket of a user in many groups",
     "make the ticket or the cookies smaller, or raise MaxFieldLength and MaxRequestBytes "
     "(HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters)",
     Culprit::Unknown},
    {"URL_Length", "the URL is longer than http.sys takes", "shorten the URL, or raise UrlSegmentMaxLength",
     Culprit::Client},
    {"BadRequest", "the request could not be parsed", "look at the bytes that were sent", Culprit::Client},
    {"Verb", "the method could not be parsed", "look at the bytes that were sent", Culprit::Client},
    {"URL", "the URL could not be parsed", "look at the bytes that were sent", Culprit::Client},
    {"Header", "a header field could not be parsed", "look at the bytes that were sent", Culprit::Client},
    {"Hostname", "the Host field could not be parsed, or no site here has that name",
     "check the name the client uses and the site's bindings", Culprit::Client},
    {"Invalid_CR/LF", "a line ended where none may", "look at the bytes that were sent", Culprit::Client},
    {"Number", "a number in it could not be parsed", "look at the bytes that were sent", Culprit::Client},
    {"LengthRequired", "it had a body and did not say how long", "let the client send Content-Length",
     Culprit::Client},
    {"EntityTooLarge", "its body is longer than allowed", "send less, or raise the limit", Culprit::Client},
    {"Version_N/S", "its version of HTTP is not served here", "let the client speak HTTP/1.1",
     Culprit::Client},
    {"Forbidden", "something in it is forbidden", "look at the bytes that were sent", Culprit::Client},
    {"AppOffline", "the application pool was taken offline after errors",
     "start the application pool; its event log says why it failed", Culprit::Server},
    {"AppPoolTimer", "the application pool's process was too busy", "look at the application's load",
     Culprit::Server},
    {"AppShutdown", "the application was being shut down", "start the application again", Culprit::Server},
    {"Disabled", "an administrator took the application offline", "start the application pool",
     Culprit::Server},
    {"QueueFull", "the application pool's queue was full",
     "look at what keeps the application busy, or raise queueLength", Culprit::Server},
    {"ConnLimit", "the site's limit of connections was reached", "raise the site's connection limit",
     Culprit::Server},
    {"Connections_Refused", "the server ran out of kernel memory", "look at the server's memory",
     Culprit::Server},
    {"N/A", "the service was not available", "look at the application pool", Culprit::Server},
    {"N/I", "what was asked is not implemented", "look at what the client asks for", Culprit::Unknown},
    {"Internal", "http.sys failed", "look at the system event log", Culprit::Server},
    {"Timer_AppPool", "it waited too long in the application pool's queue",
     "look at what keeps the application busy", Culprit::Server},
    {"Timer_ReqQueue", "it waited too long for the application", "look at what keeps the application busy",
     Culprit::Server},
    {"Timer_EntityBody", "its body did not arrive in time",
     "look at the network, and at a login that asked for the body to be sent again", Culprit::Unknown},
    {"Timer_HeaderWait", "its head did not arrive in time", "look at the network", Culprit::Unknown},
    {"Timer_MinBytesPerSecond", "the client took the answer too slowly", "look at the network",
     Culprit::Unknown},
    {"Connection_Abandoned_By_AppPool", "the worker process ended while it had the request",
     "look for crashes and recycles of the application pool", Culprit::Server},
    {"Connection_Abandoned_By_ReqQueue", "the worker process ended while it had the request",
     "look for crashes and recycles of the application pool", Culprit::Server},
    {"Connection_Dropped", "the connection ended before the whole answer was sent",
     "look at client and network", Culprit::Unknown},
    {"Client_Reset", "the client left before a worker process got the request",
     "look at the client's patience", Culprit::Client},
};

}  // namespace

const HttpErrReason* httperr_reason(std::string_view word) {
    const auto at = std::find_if(std::begin(kReasons), std::end(kReasons),
                                 [&](const HttpErrReason& reason) { return reason.word == word; });
    return at == std::end(kReasons) ? nullptr : at;
}

}  // namespace why401
