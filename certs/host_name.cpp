#include "certs/host_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "certs/authority.h"
#include "wire/ascii.h"
#include "wire/printable.h"

namespace why401::certs {

namespace {

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

bool is_dns_name(std::string_view name) {
    if (name.size() > 253) return false;
    for (;;) {
        const std::size_t dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

std::optional<HostName> address(const std::string& text) {
    std::array<char, 16> bytes{};
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, text.c_str(), bytes.data()) != 1) continue;
        const std::string_view used(bytes.data(), family == AF_INET ? 4 : 16);
        return HostName{true, std::string(used), address_text(used)};
    }
    return std::nullopt;
}

}  // namespace

std::string address_text(std::string_view bytes) {
    if (bytes.size() != 4 && bytes.size() != 16) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

HostName host_name(std::string_view host) {
    std::string name(host);
    const bool is_text = host.find('\0') == std::string_view::npos;  // inet_pton(3) would stop there
    if (auto found = is_text ? address(name) : std::nullopt) return *found;
    std::transform(name.begin(), name.end(), name.begin(), lower);
    if (name.ends_with('.')) name.pop_back();  // the root is not written in certificates
    if (!is_dns_name(name))
        throw CertsError("No certificate can name the host \"" + printable(host, 100) + "\".");
    return {false, name, name};
}

}  // namespace why401::certs
