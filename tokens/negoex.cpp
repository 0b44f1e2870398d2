#include "tokens/negoex.h"

#include <array>

#include "wire/hex.h"
#include "wire/reader.h"

namespace why401::negoex {

namespace {

constexpr const char* kClause = "MS-NEGOEX 2.2.6";
constexpr std::size_t kHeader = 40;  // MESSAGE_HEADER
constexpr std::size_t kGuid = 16;
constexpr std::size_t kMaxMessages = 16;
constexpr std::size_t kMaxSchemes = 64;
constexpr std::uint32_t kInitiatorNego = 0, kAcceptorNego = 1;

constexpr std::array<const char*, 8> kNames = {
    "INITIATOR_NEGO", "ACCEPTOR_NEGO", "INITIATOR_META_DATA", "ACCEPTOR_META_DATA", "CHALLENGE", "AP_REQUEST",
    "VERIFY",         "ALERT"};

std::string reversed(std::string_view bytes) { return {bytes.rbegin(), bytes.rend()}; }

/// As people write it: the first three groups are little endian (MS-DTYP 2.3.4.2). `bytes` are 16.
std::string guid_text(std::string_view bytes) {
    return hex::encode(reversed(bytes.substr(0, 4))) + "-" + hex::encode(reversed(bytes.substr(4, 2))) + "-" +
           hex::encode(reversed(bytes.substr(6, 2))) + "-" + hex::encode(bytes.substr(8, 2)) + "-" +
           hex::encode(bytes.substr(10, 6));
}

/// NEGO_MESSAGE: the header, 32 random bytes, the version of the protocol, where the list stands and how long
/// it is.
void read_schemes(std::string_view bytes, Message& message, Messages& all) {
    wire::Reader reader(bytes);
    reader.seek(kHeader + 32 + 8);
    const std::uint32_t offset = reader.u32_le();
    const std::uint16_t count = reader.u16_le();
    const auto list = wire::slice(bytes, offset, std::uint64_t{count} * kGuid);
    if (!reader.ok() || !list) {
        all.anomalies.push_back(
            {"a list of authentication schemes outside its message", message.offset, kClause});
        return;
    }
    for (std::size_t i = 0; i < count && i < kMaxSchemes; ++i)
        message.auth_schemes.push_back(guid_text(list->substr(i * kGuid, kGuid)));
}

}  // namespace

std::string Message::name() const {
    return type < kNames.size() ? kNames[type] : "message " + std::to_string(type);
}

bool begins(std::string_view token) { return token.starts_with(kSignature); }

Messages decode(std::string_view token) {
    Messages all;
    std::size_t at = 0;
    while (begins(token.substr(at)) && all.list.size() < kMaxMessages) {
        const std::string_view rest = token.substr(at);
        wire::Reader reader(rest);
        reader.skip(kSignature.size());
        Message message;
        message.offset = at;
        message.type = reader.u32_le();
        message.sequence = reader.u32_le();
        reader.skip(4);  // length of the header
        const std::uint32_t length = reader.u32_le();
        const std::string_view conversation = reader.take(kGuid);
        if (!reader.ok() || length < kHeader || length > rest.size()) {
            all.anomalies.push_back({"a NEGOEX message is cut off or lies about its length", at, kClause});
            message.length = rest.size();
            all.list.push_back(std::move(message));
            return all;
        }
        message.length = length;
        message.conversation = guid_text(conversation);
        if (message.type == kInitiatorNego || message.type == kAcceptorNego)
            read_schemes(rest.substr(0, length), message, all);
        all.list.push_back(std::move(message));
        at += length;
    }
    if (at < token.size()) all.anomalies.push_back({"bytes after the last NEGOEX message", at, kClause});
    return all;
}

}  // namespace why401::negoex
