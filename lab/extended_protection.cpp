#include "lab/extended_protection.h"

#include "wire/ascii.h"

namespace why401::lab {
namespace {

std::string_view without_port(std::string_view host) { return host.substr(0, host.find(':')); }
std::string_view first_label(std::string_view host) {
    const std::string_view name = without_port(host);
    return name.substr(0, name.find('.'));
}

/// Over http there is no certificate: the service that the client meant is compared (MsvAvTargetName).
bool means(std::string_view spn, std::string_view host) {
    constexpr std::string_view service = "HTTP/";
    if (spn.size() < service.size() || !same_name(spn.substr(0, service.size()), service)) return false;
    return same_name(without_port(spn.substr(service.size())), without_port(host));
}

}  // namespace

TokenChecking token_checking_of(std::string_view host) {
    const std::string_view label = first_label(host);
    if (same_name(label, first_label(kEpaRequire))) return TokenChecking::Require;
    return same_name(label, first_label(kEpaAllow)) ? TokenChecking::Allow : TokenChecking::None;
}

bool admits(const Protection& protection, const ntlm::AuthenticateMessage& login) {
    if (protection.checking == TokenChecking::None) return true;
    const std::string sent = protection.over_tls ? login.channel_bindings() : login.target_spn();
    const bool absent = protection.over_tls ? sent == "absent" : sent.empty();
    if (absent) return protection.checking == TokenChecking::Allow;
    return protection.over_tls ? sent == protection.binding : means(sent, protection.host);
}

}  // namespace why401::lab
