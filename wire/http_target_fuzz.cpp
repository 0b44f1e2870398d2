// Any bytes as a request target: its parts lie inside it, and put together they are the target again.
#include <cstdint>
#include <cstdlib>

#include "wire/http_target.h"

namespace {

using namespace why401::http1;

void require(bool claim) {
    if (!claim) std::abort();
}

void check(std::string_view text, const Authority& authority) {
    const std::string host =
        authority.bracketed ? '[' + std::string(authority.host) + ']' : std::string(authority.host);
    require(!authority.host.empty() && text.starts_with(host));
    const std::string_view rest = text.substr(host.size());
    require(rest.empty() || rest.front() == ':');
    require(authority.port_written == (rest.size() > 1));
    if (authority.port_written) require(authority.port == std::stoul(std::string(rest.substr(1))));
    require(find_bad_authority_byte(text) == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto authority = parse_authority(text, 80)) check(text, *authority);
    for (const char* method : {"GET", "CONNECT", "OPTIONS"}) {
        const auto target = parse_target(method, text);
        if (!target) continue;
        if (!target->authority.empty()) check(target->authority, target->parsed);
        std::string again;
        if (target->form == TargetForm::Absolute) again = std::string(target->scheme) + "://";
        if (target->form == TargetForm::Asterisk) again = "*";
        require(again.append(target->authority).append(target->path) == text);
    }
    return 0;
}
