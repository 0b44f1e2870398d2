#include "lab/pages.h"

#include <algorithm>
#include <array>

namespace why401::lab {
namespace {

constexpr std::string_view kBuild = "17763";  // Windows Server 2019, as the CHALLENGE says

/// What IIS says about one substatus, and which part of it speaks.
struct Substatus {
    int number;
    std::string_view headline;  // the h4
    std::string_view module;
    std::string_view notification;
    std::string_view handler;
    std::string_view cause;   // one likely cause, our words
    std::string_view remedy;  // one thing to try, our words
};

constexpr std::array<Substatus, 5> kSubstatuses{{
    {1, "You do not have permission to view this directory or page using the credentials that you supplied.",
     "WindowsAuthenticationModule", "AuthenticateRequest", "StaticFile",
     "The user name or the password is wrong, or the login did not reach this server whole.",
     "Log in with an account this server knows; the manual of the lab lists two."},
    {2, "You are not authorized to view this page due to invalid authentication headers.", "IIS Web Core",
     "AuthenticateRequest", "StaticFile",
     "The request carried no credentials of a kind that is switched on here, or a proxy changed them on the "
     "way.",
     "Use a client that can do one of the schemes offered in WWW-Authenticate."},
    {3,
     "You do not have permission to view this directory or page because of the access control list (ACL) "
     "configuration or encryption settings for this resource on the Web server.",
     "StaticFileModule", "ExecuteRequestHandler", "StaticFile",
     "The login worked, but the account may not read this file.",
     "Grant the account read permission on the file, or use another account."},
    {4, "Authorization failed by a filter installed on the Web server.", "IsapiFilterModule",
     "AuthorizeRequest", "StaticFile", "An ISAPI filter of this site decided against the request.",
     "Ask whoever looks after the filter."},
    {5, "Authorization failed by an ISAPI/CGI application.", "IsapiModule", "ExecuteRequestHandler",
     "ISAPI-dll", "The application behind this address decided against the request.",
     "Ask whoever looks after the application."},
}};

const Substatus& about(int substatus) {
    const auto found = std::find_if(kSubstatuses.begin(), kSubstatuses.end(),
                                    [&](const Substatus& s) { return s.number == substatus; });
    return found == kSubstatuses.end() ? kSubstatuses.front() : *found;
}

std::string hresult_text(std::uint32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[(code >> shift) & 0xF];
    return text;
}

std::string row(std::string_view name, std::string_view value, bool alternate) {
    std::string out = alternate ? "    <tr class=\"alt\"><th>" : "    <tr><th>";
    out += name;
    out += "</th><td>&nbsp;&nbsp;&nbsp;";  // IIS indents every value so
    out += html_escaped(value);
    return out + "</td></tr>\r\n";
}

std::string table(const std::string& rows) {
    return "   <table border=\"0\" cellpadding=\"0\" cellspacing=\"0\">\r\n" + rows + "   </table>\r\n";
}

std::string physical_path(std::string_view path) {
    std::string out = "C:\\inetpub\\wwwroot";
    for (char c : path) out += c == '/' ? '\\' : c;
    return out;
}

std::string error_information(const ErrorFacts& facts, const Substatus& substatus) {
    constexpr std::string_view unknown = "Not yet determined";
    const auto or_unknown = [&](const std::string& text) {
        return text.empty() ? unknown : std::string_view(text);
    };
    return " <fieldset><h4>Detailed Error Information:</h4>\r\n  <div id=\"details-left\">\r\n" +
           table(row("Module", substatus.module, true) + row("Notification", substatus.notification, false) +
                 row("Handler", substatus.handler, true) +
                 row("Error Code", hresult_text(as_hresult(facts.win32)), false)) +
           "  </div>\r\n  <div id=\"details-right\">\r\n" +
           table(row("Requested URL", facts.url, true) +
                 row("Physical Path", physical_path(facts.path), false) +
                 row("Logon Method", or_unknown(facts.logon_method), true) +
                 row("Logon User", or_unknown(facts.logon_user), false)) +
           "  </div>\r\n </fieldset>\r\n";
}

std::string list_block(std::string_view title, std::string_view item) {
    std::string out = "<div class=\"content-container\">\r\n <fieldset><h4>";
    out += title;
    out += "</h4>\r\n  <ul><li>";
    out += item;
    return out + "</li></ul>\r\n </fieldset>\r\n</div>\r\n";
}

constexpr std::string_view kDoctype =
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
    "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\r\n"
    "<html xmlns=\"http://www.w3.org/1999/xhtml\">\r\n<head>\r\n";

std::string http_sys_page(std::string_view window, std::string_view title, std::string_view sentence) {
    std::string out =
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"
        "<HTML><HEAD><TITLE>";
    out += window;
    out +=
        "</TITLE>\r\n<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; "
        "charset=us-ascii\"></HEAD>\r\n<BODY><h2>";
    out += title;
    out += "</h2>\r\n<hr><p>HTTP Error ";
    out += sentence;
    return out + "</p>\r\n</BODY></HTML>\r\n";
}

}  // namespace

std::string html_escaped(std::string_view text) {
    std::string out;
    for (char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    return out;
}

std::uint32_t as_hresult(std::uint32_t win32) {
    constexpr std::uint32_t severity = 0x80000000;
    constexpr std::uint32_t facility_win32 = 0x80070000;
    if (win32 == 0 || (win32 & severity) != 0) return win32;
    return facility_win32 | (win32 & 0xFFFF);
}

std::string short_401_page() {
    constexpr std::string_view title = "401 - Unauthorized: Access is denied due to invalid credentials.";
    std::string out(kDoctype);
    out += "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\"/>\r\n<title>";
    out += title;
    out +=
        "</title>\r\n</head>\r\n<body>\r\n<div id=\"header\"><h1>Server Error</h1></div>\r\n<div "
        "id=\"content\">\r\n"
        " <div class=\"content-container\"><fieldset>\r\n  <h2>";
    out += title;
    out += "</h2>\r\n  <h3>";
    out += kSubstatuses.front().headline;
    return out + "</h3>\r\n </fieldset></div>\r\n</div>\r\n</body>\r\n</html>\r\n";
}

std::string detailed_401_page(const ErrorFacts& facts) {
    const Substatus& substatus = about(facts.substatus);
    const std::string code = "401." + std::to_string(facts.substatus);
    std::string out(kDoctype);
    out += "<title>IIS 10.0 Detailed Error - " + code + " - Unauthorized</title>\r\n</head>\r\n<body>\r\n";
    out += "<div id=\"content\">\r\n<div class=\"content-container\">\r\n  <h3>HTTP Error " + code +
           " - Unauthorized</h3>\r\n  <h4>";
    out += substatus.headline;
    out += "</h4>\r\n</div>\r\n";
    out += list_block("Most likely causes:", substatus.cause);
    out += list_block("Things you can try:", substatus.remedy);
    out += "<div class=\"content-container\">\r\n" + error_information(facts, substatus) + "</div>\r\n";
    out +=
        "<div class=\"content-container\">\r\n <fieldset><h4>More Information:</h4>\r\n"
        "  <p><a href=\"https://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401," +
        std::to_string(facts.substatus) + ',' + hresult_text(as_hresult(facts.win32)) + ',';
    out += kBuild;
    return out +
           "\">View more information &raquo;</a></p>\r\n "
           "</fieldset>\r\n</div>\r\n</div>\r\n</body>\r\n</html>\r\n";
}

std::string http_sys_401_page() {
    return http_sys_page("Not Authorized", "Not Authorized",
                         "401. The requested resource requires user authentication.");
}

std::string http_sys_400_page(std::string_view title, std::string_view sentence) {
    return http_sys_page("Bad Request", "Bad Request - " + std::string(title),
                         "400. " + std::string(sentence));
}

std::string application_401_text() { return "Orders application: this account holds no role here.\r\n"; }

std::string welcome_page(const Machine& machine, std::string_view user, std::string_view method,
                         std::uint64_t received) {
    std::string out = "<!DOCTYPE html>\r\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
    out += machine.netbios;
    out += " - the why401 lab</title></head>\r\n<body><pre>\r\nmachine=";
    out += machine.netbios;
    out += "\r\nuser=" + html_escaped(user.empty() ? "-" : user);
    out += "\r\nmethod=" + html_escaped(method);
    out += "\r\nreceived=" + std::to_string(received);
    return out + "\r\n</pre></body></html>\r\n";
}

}  // namespace why401::lab
