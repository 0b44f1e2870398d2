// Any bytes as a field value: every place must lie inside it, and decoding its tokens must not fail.
#include <cstdint>
#include <cstdlib>

#include "wire/base64.h"
#include "wire/http_auth.h"

namespace {

void require(bool claim) {
    if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value(reinterpret_cast<const char*>(data), size);
    const auto challenges = why401::http_auth::parse_challenges(value);
    require(challenges.size() <= why401::http_auth::kMaxChallenges);
    for (const auto& challenge : challenges) {
        require(challenge.offset + challenge.length <= size);
        require(challenge.rest_offset + challenge.rest_length <= size);
        require(challenge.params.size() <= why401::http_auth::kMaxParams);
        for (const auto& param : challenge.params) {
            require(param.offset + param.length <= size);
            require(param.value_offset + param.value_length <= size);
        }
        for (const auto& anomaly : challenge.anomalies) require(anomaly.offset <= size);
        const auto decoded = why401::base64::decode(challenge.token68);
        if (decoded.anomalies.empty()) require(why401::base64::encode(decoded.bytes) == challenge.token68);
    }
    const auto decoded = why401::base64::decode(value);
    if (decoded.anomalies.empty()) require(why401::base64::encode(decoded.bytes) == value);
    require(why401::base64::decode_strict(why401::base64::encode(value)) == value);
    return 0;
}
