#include "tokens/digest.h"

#include "wire/ascii.h"

namespace why401::digest {

std::string_view Params::value(std::string_view name) const {
    for (const http_auth::Param& param : params)
        if (same_name(param.name, name)) return param.value;
    return {};
}

bool Params::has(std::string_view name) const {
    for (const http_auth::Param& param : params)
        if (same_name(param.name, name)) return true;
    return false;
}

Params decode(std::string_view scheme, std::string_view rest) {
    Params decoded;
    decoded.scheme = std::string(scheme);
    // The grammar wants a scheme in front; its length is taken off every offset again.
    constexpr std::string_view kScheme = "x ";
    http_auth::Challenge challenge = http_auth::parse_credentials(std::string(kScheme).append(rest));
    const auto shift = [&](std::size_t offset) {
        return offset < kScheme.size() ? 0 : offset - kScheme.size();
    };
    for (http_auth::Param& param : challenge.params) {
        param.offset = shift(param.offset);
        param.value_offset = shift(param.value_offset);
        decoded.params.push_back(std::move(param));
    }
    for (Anomaly& anomaly : challenge.anomalies) {
        anomaly.offset = shift(anomaly.offset);
        decoded.anomalies.push_back(std::move(anomaly));
    }
    return decoded;
}

}  // namespace why401::digest
