#include "tokens/ntlm_write.h"

#include "tokens/ntlm_flags.h"
#include "wire/reader.h"
#include "wire/utf16.h"

namespace why401::ntlm {

namespace {

/// Collects the fixed part and the payload of a message; offsets are known because the fixed part's size is.
class Writer {
public:
    Writer(std::uint32_t type, std::size_t fixed_size) : fixed_(kSignature), fixed_size_(fixed_size) {
        wire::put_u32_le(fixed_, type);
    }

    void u32(std::uint32_t value) { wire::put_u32_le(fixed_, value); }
    void raw(std::string_view bytes) { fixed_.append(bytes); }
    void version(const std::optional<Version>& version) {
        const Version v = version.value_or(Version{});
        fixed_.push_back(static_cast<char>(v.major));
        fixed_.push_back(static_cast<char>(v.minor));
        wire::put_u16_le(fixed_, v.build);
        fixed_.append(3, '\0');
        fixed_.push_back(static_cast<char>(v.revision));
    }
    /// A field header in the fixed part for `length` bytes that stand at `offset` of the payload.
    void header(std::size_t length, std::size_t offset) {
        wire::put_u16_le(fixed_, static_cast<std::uint16_t>(length));
        wire::put_u16_le(fixed_, static_cast<std::uint16_t>(length));
        wire::put_u32_le(fixed_, static_cast<std::uint32_t>(offset));
    }
    /// Appends to the payload; gives back the offset in the message.
    std::size_t payload(std::string_view bytes) {
        const std::size_t offset = fixed_size_ + payload_.size();
        payload_.append(bytes);
        return offset;
    }
    std::string finish() { return fixed_ + payload_; }

private:
    std::string fixed_;
    std::string payload_;
    std::size_t fixed_size_;
};

std::string wire_text(const std::string& text, std::uint32_t flags) {
    return (flags & kUnicode) != 0 ? utf16::from_utf8(text) : text;
}

void empty_or(Writer& writer, std::string_view bytes) {
    writer.header(bytes.size(), bytes.empty() ? 0 : writer.payload(bytes));
}

}  // namespace

std::string encode(const NegotiateParts& parts) {
    Writer writer(1, parts.version ? 40 : 32);
    writer.u32(parts.flags);
    empty_or(writer, (parts.flags & kOemDomainSupplied) != 0 ? parts.domain : std::string_view{});
    empty_or(writer, (parts.flags & kOemWorkstationSupplied) != 0 ? parts.workstation : std::string_view{});
    if (parts.version) writer.version(parts.version);
    return writer.finish();
}

std::string encode(const ChallengeParts& parts) {
    Writer writer(2, 56);
    const std::string name = wire_text(parts.target_name, parts.flags);
    writer.header(name.size(), writer.payload(name));
    writer.u32(parts.flags);
    std::string challenge = parts.server_challenge;
    challenge.resize(8);
    writer.raw(challenge);
    writer.raw(std::string(8, '\0'));
    empty_or(writer, (parts.flags & kTargetInfo) != 0 ? encode_av_pairs(parts.target_info) : std::string{});
    writer.version(parts.version);
    return writer.finish();
}

std::string encode(const AuthenticateParts& parts) {
    const std::string domain = wire_text(parts.domain, parts.flags);
    const std::string user = wire_text(parts.user, parts.flags);
    const std::string workstation = wire_text(parts.workstation, parts.flags);
    Writer writer(3, parts.mic ? 88 : 72);
    // The order of payloads is free (MS-NLMP 2.2.1.3); names first, then responses, is what Windows sends.
    const std::size_t domain_at = writer.payload(domain);
    const std::size_t user_at = writer.payload(user);
    const std::size_t workstation_at = writer.payload(workstation);
    const std::size_t lm_at = writer.payload(parts.lm_response);
    const std::size_t nt_at = writer.payload(parts.nt_response);
    const std::size_t key_at = writer.payload(parts.session_key);
    writer.header(parts.lm_response.size(), lm_at);
    writer.header(parts.nt_response.size(), nt_at);
    writer.header(domain.size(), domain_at);
    writer.header(user.size(), user_at);
    writer.header(workstation.size(), workstation_at);
    writer.header(parts.session_key.size(), key_at);
    writer.u32(parts.flags);
    writer.version(parts.version);
    if (parts.mic) {
        std::string mic = *parts.mic;
        mic.resize(16);
        writer.raw(mic);
    }
    return writer.finish();
}

AvPair av_name_pair(std::uint16_t id, std::string_view utf8) { return {id, utf16::from_utf8(utf8), 0}; }

AvPair av_timestamp_pair(std::uint64_t filetime) {
    AvPair pair{kAvTimestamp, {}, 0};
    wire::put_u64_le(pair.value, filetime);
    return pair;
}

AvPair av_flags_pair(std::uint32_t flags) {
    AvPair pair{kAvFlags, {}, 0};
    wire::put_u32_le(pair.value, flags);
    return pair;
}

std::string encode_av_pairs(const AvPairs& pairs) {
    std::string bytes;
    for (const AvPair& pair : pairs) {
        wire::put_u16_le(bytes, pair.id);
        wire::put_u16_le(bytes, static_cast<std::uint16_t>(pair.value.size()));
        bytes += pair.value;
    }
    return bytes.append(4, '\0');
}

std::string encode_v2_blob(std::uint64_t filetime, std::string_view client_challenge, const AvPairs& pairs) {
    std::string blob("\x01\x01\0\0\0\0\0\0", 8);
    wire::put_u64_le(blob, filetime);
    std::string challenge(client_challenge);
    challenge.resize(8);
    blob += challenge;
    blob.append(4, '\0');
    blob += encode_av_pairs(pairs);
    return blob.append(4, '\0');
}

}  // namespace why401::ntlm
