// Any bytes as each of the three NTLM messages: no field may reach outside, and what is written again reads
// the same.
#include <cstdint>
#include <cstdlib>

#include "tokens/describe.h"
#include "tokens/ntlm_write.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

void inside(const ntlm::Field& field, std::string_view token) {
    if (!field.empty()) require(token.substr(field.offset, field.length()) == field.bytes);
}

void inside(const std::vector<DescribedField>& fields, std::string_view token) {
    for (const DescribedField& field : fields) require(field.offset + field.length <= token.size());
}

void inside(const ntlm::AvPairs& pairs, std::string_view token) {
    require(pairs.size() <= ntlm::kMaxAvPairs);
    for (const ntlm::AvPair& pair : pairs)
        require(token.substr(pair.offset, pair.value.size()) == pair.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view token(reinterpret_cast<const char*>(data), size);
    inside(describe(ntlm::decode_negotiate(token)), token);
    const auto challenge = ntlm::decode_challenge(token);
    inside(challenge.target_name, token);
    inside(challenge.target_info, token);
    inside(describe(challenge), token);
    const auto authenticate = ntlm::decode_authenticate(token);
    for (const auto* field : {&authenticate.lm_response, &authenticate.nt_response, &authenticate.domain,
                              &authenticate.user, &authenticate.workstation, &authenticate.session_key})
        inside(*field, token);
    if (authenticate.v2) inside(authenticate.v2->pairs, token);
    inside(describe(authenticate), token);
    ntlm::answers(authenticate, challenge);
    const std::string pairs = ntlm::encode_av_pairs(challenge.target_info);
    if (pairs.size() < 60'000) {
        ntlm::ChallengeParts parts;
        parts.flags = 0x00800001;
        parts.target_info = challenge.target_info;
        const auto again = ntlm::decode_challenge(ntlm::encode(parts));
        require(ntlm::encode_av_pairs(again.target_info) == pairs);
    }
    return 0;
}
