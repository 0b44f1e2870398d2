#pragma once
// Which program asks, by its User-Agent, and what such a program does about a 401: so that a finding can say
// what its user will see. From the programs' documentation and sources; it refuses to predict those it does
// not know.

#include <cstdint>
#include <string_view>

namespace why401 {

enum class ClientProgram : std::uint8_t {
    Unknown,
    Chromium,
    Firefox,
    Safari,
    InternetExplorer,
    Curl,
    Wget,
    DotNet,
    PowerShell,
    WinHttp,
    Office,
    PythonRequests,
    Java,
    Go,
    Git,
    NodeJs,
};

ClientProgram recognise_client(std::string_view user_agent);

/// What it does when the credentials it sent were refused; one sentence, empty for Unknown.
std::string_view after_refusal(ClientProgram program);
/// What it does when a 401 comes where it thought it was logged in; one sentence, empty for Unknown.
std::string_view after_lost_login(ClientProgram program);

}  // namespace why401
