#include "analysis/client_program.h"

#include <algorithm>
#include <string>

#include "wire/ascii.h"

namespace why401 {
namespace {

struct Known {
    std::string_view part;  ///< of User-Agent, in lower case
    ClientProgram program;
};

// The first that is found decides: many programs name others beside themselves.
constexpr Known kKnown[] = {
    {"git/", ClientProgram::Git},
    {"curl/", ClientProgram::Curl},
    {"wget/", ClientProgram::Wget},
    {"powershell/", ClientProgram::PowerShell},
    {"python-requests/", ClientProgram::PythonRequests},
    {"microsoft office", ClientProgram::Office},
    {"microsoft outlook", ClientProgram::Office},
    {"ms frontpage", ClientProgram::Office},
    {"winhttp", ClientProgram::WinHttp},
    {"microsoft-webdav-miniredir", ClientProgram::WinHttp},
    {"apache-httpclient", ClientProgram::Java},
    {"java/", ClientProgram::Java},
    {"go-http-client", ClientProgram::Go},
    {"node-fetch", ClientProgram::NodeJs},
    {"axios/", ClientProgram::NodeJs},
    {"undici", ClientProgram::NodeJs},
    {".net/", ClientProgram::DotNet},
    {"dotnet", ClientProgram::DotNet},
    {"trident/", ClientProgram::InternetExplorer},
    {"msie ", ClientProgram::InternetExplorer},
    {"firefox/", ClientProgram::Firefox},
    {"chrome/", ClientProgram::Chromium},
    {"version/", ClientProgram::Safari},
};

}  // namespace

ClientProgram recognise_client(std::string_view user_agent) {
    std::string low(user_agent.substr(0, 512));
    std::transform(low.begin(), low.end(), low.begin(), lower);
    for (const Known& known : kKnown)
        if (low.find(known.part) != std::string::npos) return known.program;
    return ClientProgram::Unknown;
}

std::string_view after_refusal(ClientProgram program) {
    switch (program) {
        case ClientProgram::Unknown: return "";
        case ClientProgram::Chromium: return "Chrome and Edge forget what they sent and ask the user again.";
        case ClientProgram::Firefox: return "Firefox forgets what it sent and asks the user again.";
        case ClientProgram::Safari: return "Safari asks the user again.";
        case ClientProgram::InternetExplorer:
            return "Internet Explorer asks up to three times, then shows the page.";
        case ClientProgram::Curl: return "curl shows the 401 and does not try again.";
        case ClientProgram::Wget: return "wget stops with \"Username/Password Authentication Failed\".";
        case ClientProgram::DotNet: return ".NET hands the 401 to the program and does not try again.";
        case ClientProgram::PowerShell: return "PowerShell stops with an error that says 401.";
        case ClientProgram::WinHttp: return "WinHTTP hands the 401 to its program.";
        case ClientProgram::Office: return "Office asks for a password.";
        case ClientProgram::PythonRequests:
            return "requests returns the 401 to the program and does not try again.";
        case ClientProgram::Java:
            return "Java tries up to 20 times, then says that the server redirected too many times.";
        case ClientProgram::Go: return "Go returns the 401 to the program.";
        case ClientProgram::Git: return "git forgets the saved password and asks again, or stops.";
        case ClientProgram::NodeJs: return "Node.js returns the 401 to the program.";
    }
    return "";
}

std::string_view after_lost_login(ClientProgram program) {
    switch (program) {
        case ClientProgram::Chromium:
            return "Chrome and Edge begin a new login by themselves; when that fails too they ask the user.";
        case ClientProgram::Firefox:
            return "Firefox begins a new login by itself; when that fails too it asks the user.";
        case ClientProgram::InternetExplorer: return "Internet Explorer shows the 401 or asks the user.";
        case ClientProgram::Curl:
            return "curl begins a new login if it was given credentials, else shows the 401.";
        case ClientProgram::DotNet: return ".NET begins a new login with the same credentials.";
        default: return "";
    }
}

}  // namespace why401
