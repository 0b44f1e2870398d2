// Any bytes behind Basic, Bearer and Digest: places lie inside, and what is well formed is written back
// alike.
#include <cstdint>
#include <cstdlib>

#include "tokens/basic.h"
#include "tokens/bearer.h"
#include "tokens/describe.h"
#include "tokens/digest.h"
#include "tokens/json_object.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

void check_basic(std::string_view text) {
    const basic::Credentials credentials = basic::decode(text);
    if (credentials.has_colon && credentials.utf8)
        require(credentials.user + ':' + credentials.password == credentials.bytes);
    const std::string again = basic::encode(text, "secret");
    if (text.find(':') != std::string_view::npos) return;  // a user name cannot hold one
    const basic::Credentials read = basic::decode(again);
    require(read.bytes == std::string(text) + ":secret");
    require(read.anomalies.empty() != read.has_control_characters());
}

/// Every member lies inside, in order, and a value can be read again by itself.
void check_json(std::string_view text) {
    const auto members = json_object::read(text);
    if (!members) return;
    std::size_t end = 0;
    for (const json_object::Member& member : *members) {
        require(member.offset >= end && member.length > 0 && member.offset + member.length <= text.size());
        end = member.offset + member.length;
        require(json_object::find(*members, member.name) != nullptr);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_basic(text);
    const bearer::Token token = bearer::decode(text);
    if (token.is_jwt) require(!token.header.empty() && !token.claims.empty() && !token.is_jwe);
    const digest::Params params = digest::decode("Digest", text);
    for (const auto& param : params.params) {
        require(param.offset + param.length <= size && param.value_offset + param.value_length <= size);
        require(params.has(param.name));
    }
    for (const auto& anomaly : params.anomalies) require(anomaly.offset <= size);
    for (const char* scheme : {"Basic", "Bearer", "Digest", "Hawk"}) {
        const Token decoded = decode_token(scheme, text);
        require(!message_name(decoded).empty());
        const bool places_in_text = std::holds_alternative<bearer::Token>(decoded);
        for (const DescribedField& field : describe(decoded))
            require(!places_in_text || field.offset + field.length <= size);
    }
    for (const auto& fault : digest::faults(params)) require(fault.offset <= size);
    digest::user(params);
    check_json(text);
    return 0;
}
