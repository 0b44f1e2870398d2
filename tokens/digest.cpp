#include "tokens/digest.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401::digest {

std::string_view Params::value(std::string_view name) const {
    const http_auth::Param* found = find(name);
    return found != nullptr ? std::string_view(found->value) : std::string_view{};
}

bool Params::has(std::string_view name) const { return find(name) != nullptr; }

const http_auth::Param* Params::find(std::string_view name) const {
    for (const http_auth::Param& param : params)
        if (same_name(param.name, name)) return &param;
    return nullptr;
}

Params decode(std::string_view scheme, std::string_view rest) {
    Params decoded;
    decoded.scheme = std::string(scheme);
    // The grammar wants a scheme in front; its length is taken off every offset again.
    constexpr std::string_view kScheme = "x ";
    http_auth::Challenge challenge = http_auth::parse_credentials(std::string(kScheme).append(rest));
    if (!challenge.is("x")) {  // `=` in front made that scheme the name of a parameter
        decoded.anomalies.push_back({"no parameter at the front", 0, "RFC 9110 11.2"});
        return decoded;
    }
    for (http_auth::Param& param : challenge.params) {
        param.offset -= kScheme.size();
        param.value_offset -= kScheme.size();
        decoded.params.push_back(std::move(param));
    }
    for (Anomaly& anomaly : challenge.anomalies) {
        anomaly.offset -= std::min(anomaly.offset, kScheme.size());
        decoded.anomalies.push_back(std::move(anomaly));
    }
    return decoded;
}

}  // namespace why401::digest
