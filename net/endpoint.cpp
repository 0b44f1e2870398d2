#include "net/endpoint.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace why401::net {
namespace {

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Endpoint mapped(const std::uint8_t* v4, std::uint16_t port) {
    Endpoint e;
    std::copy(std::begin(kMappedPrefix), std::end(kMappedPrefix), e.address.begin());
    std::copy(v4, v4 + 4, e.address.begin() + 12);
    e.port = port;
    return e;
}

bool is_own_address(const Endpoint& target) {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return target.is_loopback();
    bool own = false;
    for (const ifaddrs* i = list; i && !own; i = i->ifa_next) {
        if (!i->ifa_addr) continue;
        Endpoint e;
        if (i->ifa_addr->sa_family == AF_INET) {
            sockaddr_in v4;
            std::memcpy(&v4, i->ifa_addr, sizeof v4);
            std::uint8_t bytes[4];
            std::memcpy(bytes, &v4.sin_addr, 4);
            e = mapped(bytes, 0);
        } else if (i->ifa_addr->sa_family == AF_INET6) {
            sockaddr_in6 v6;
            std::memcpy(&v6, i->ifa_addr, sizeof v6);
            std::memcpy(e.address.data(), &v6.sin6_addr, 16);
        } else {
            continue;
        }
        own = e.address == target.address;
    }
    freeifaddrs(list);
    return own || target.is_loopback();
}

}  // namespace

bool Endpoint::is_v4() const {
    return std::equal(std::begin(kMappedPrefix), std::end(kMappedPrefix), address.begin());
}

bool Endpoint::is_any() const {
    return std::all_of(address.begin() + (is_v4() ? 12 : 0), address.end(), [](auto b) { return b == 0; });
}

bool Endpoint::is_loopback() const {
    if (is_v4()) return address[12] == 127;
    return std::all_of(address.begin(), address.end() - 1, [](auto b) { return b == 0; }) && address[15] == 1;
}

std::string address_text(const Endpoint& endpoint) {
    char text[INET6_ADDRSTRLEN];
    const bool v4 = endpoint.is_v4();
    inet_ntop(v4 ? AF_INET : AF_INET6, endpoint.address.data() + (v4 ? 12 : 0), text, sizeof text);
    return text;
}

std::string to_string(const Endpoint& endpoint) {
    const std::string address = address_text(endpoint);
    return (endpoint.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(endpoint.port);
}

std::optional<Endpoint> literal_endpoint(std::string_view address, std::uint16_t port) {
    const std::string text(address);
    std::uint8_t v4[4];
    if (inet_pton(AF_INET, text.c_str(), v4) == 1) return mapped(v4, port);
    Endpoint e;
    e.port = port;
    if (inet_pton(AF_INET6, text.c_str(), e.address.data()) == 1) return e;
    return std::nullopt;
}

std::optional<Endpoint> numeric_endpoint(std::string_view address, std::uint16_t port) {
    if (const auto literal = literal_endpoint(address, port)) return literal;
    in_addr v4;
    if (inet_aton(std::string(address).c_str(), &v4) == 0) return std::nullopt;
    std::uint8_t bytes[4];
    std::memcpy(bytes, &v4, 4);
    return mapped(bytes, port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon), digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (host.empty() || host == "localhost") host = "127.0.0.1";
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (!bracketed && host.find(':') != std::string_view::npos) return std::nullopt;
    return literal_endpoint(host, port);
}

bool reaches(const Endpoint& target, const Endpoint& listener) {
    if (target.port != listener.port) return false;
    Endpoint real = target;
    // Connecting to the wildcard address reaches this machine itself (Linux: 0.0.0.0 is 127.0.0.1, :: is
    // ::1).
    if (real.is_any()) {
        if (real.is_v4()) real.address[12] = 127;
        real.address[15] = 1;
    }
    if (real.address == listener.address) return true;
    if (!listener.is_any()) return false;
    // A listener on :: takes IPv4 too unless told otherwise; ours are told otherwise, but caution costs
    // nothing here.
    return is_own_address(real);
}

}  // namespace why401::net
