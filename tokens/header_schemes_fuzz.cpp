// Any bytes behind Basic, Bearer and Digest: places lie inside, and what is well formed is written back
// alike.
#include <cstdint>
#include <cstdlib>

#include "tokens/basic.h"
#include "tokens/bearer.h"
#include "tokens/describe.h"
#include "tokens/digest.h"

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
    require(basic::decode(again).bytes == std::string(text) + ":secret" &&
            basic::decode(again).anomalies.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_basic(text);
    const bearer::Token token = bearer::decode(text);
    if (token.is_jwt) require(token.header.starts_with('{') && token.claims.starts_with('{'));
    const digest::Params params = digest::decode("Digest", text);
    for (const auto& param : params.params) {
        require(param.offset + param.length <= size && param.value_offset + param.value_length <= size);
        require(params.has(param.name));
    }
    for (const auto& anomaly : params.anomalies) require(anomaly.offset <= size);
    for (const char* scheme : {"Basic", "Bearer", "Digest", "Hawk"}) {
        const Token decoded = decode_token(scheme, text);
        require(!message_name(decoded).empty());
        describe(decoded);
    }
    return 0;
}
