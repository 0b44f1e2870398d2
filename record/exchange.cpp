#include "record/exchange.h"

#include "wire/http_target.h"

namespace why401 {

std::string url(const Exchange& exchange) {
    const std::string_view target = exchange.request.target();
    const std::string origin =
        exchange.authority.empty() ? std::string() : exchange.scheme + "://" + exchange.authority;
    if (target.empty()) return origin;  // the head was refused
    const auto parsed = http1::parse_target(exchange.request.method(), target);
    if (!parsed) return std::string(target);
    switch (parsed->form) {
        case http1::TargetForm::Origin: return origin + std::string(target);
        case http1::TargetForm::Asterisk: return origin + "/*";
        case http1::TargetForm::Absolute:
        case http1::TargetForm::Authority: break;
    }
    return std::string(target);
}

}  // namespace why401
