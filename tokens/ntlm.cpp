#include "tokens/ntlm.h"

#include <algorithm>

#include "tokens/ntlm_flags.h"
#include "wire/reader.h"
#include "wire/utf16.h"
#include "wire/utf8.h"

namespace why401::ntlm {

namespace {

constexpr std::size_t kNoPayload = ~std::size_t{0};

/// Reads the parts that all three messages are made of, and collects what is wrong with them.
class Parts {
public:
    Parts(std::string_view message, std::vector<Anomaly>& anomalies)
        : message_(message.substr(0, kMaxMessage)), anomalies_(anomalies) {
        if (message.size() > kMaxMessage) note("longer than 64 KB: the rest is not read", kMaxMessage, "");
        if (message.size() < 12 || message.substr(0, 8) != kSignature)
            note("the NTLMSSP signature and a message type are not there", 0, "MS-NLMP 2.2.1");
    }

    std::size_t size() const { return message_.size(); }
    /// Offset of the first payload. Empty fields do not count: their offset is undefined (MS-NLMP 2.2.1.2).
    std::size_t first_payload() const { return first_payload_; }

    void note(std::string what, std::size_t offset, std::string clause) {
        anomalies_.push_back({std::move(what), offset, std::move(clause)});
    }

    std::uint32_t flags_at(std::size_t offset, const char* clause) {
        const auto bytes = wire::slice(message_, offset, 4);
        if (!bytes) {
            note("NegotiateFlags are cut off", size(), clause);
            return 0;
        }
        return wire::Reader(*bytes).u32_le();
    }

    /// The field whose 8-byte header stands at `header`. `least` is where payloads may begin.
    Field field(std::size_t header, std::size_t least, const std::string& name, const char* clause) {
        Field field;
        field.header = header;
        const auto bytes = wire::slice(message_, header, 8);
        if (!bytes) return field;
        wire::Reader reader(*bytes);
        const std::uint16_t length = reader.u16_le();
        field.max_length = reader.u16_le();
        field.offset = reader.u32_le();
        if (length == 0) return field;
        if (field.offset >= size()) {
            note(name + " points outside the message", header, clause);
            return field;
        }
        field.bytes = std::string(message_.substr(field.offset, length));
        if (field.bytes.size() < length) note(name + " runs past the end of the message", header, clause);
        if (field.offset < least) note(name + " overlaps the fixed part of the message", header, clause);
        first_payload_ = std::min(first_payload_, field.offset);
        return field;
    }

    void read_text(Field& field, bool unicode, const std::string& name) {
        if (field.empty()) return;
        if (!unicode) {  // OEM: the code page is not known; ASCII is the same in all of them
            field.text = utf8::valid(field.bytes) ? field.bytes : utf8::from_latin1(field.bytes);
            return;
        }
        field.text = utf16::to_utf8(field.bytes);
        if (!utf16::valid(field.bytes))
            note(name + " is not well-formed UTF-16", field.offset, "MS-NLMP 2.2");
    }

    std::optional<Version> version_at(std::size_t offset, std::uint32_t flags) {
        if ((flags & kVersion) == 0) return std::nullopt;
        const auto bytes = wire::slice(message_, offset, 8);
        if (!bytes || first_payload_ < offset + 8) {
            note("NEGOTIATE_VERSION is set but there is no VERSION", offset, "MS-NLMP 2.2.2.10");
            return std::nullopt;
        }
        wire::Reader reader(*bytes);
        Version version;
        version.offset = offset;
        version.major = reader.u8();
        version.minor = reader.u8();
        version.build = reader.u16_le();
        reader.skip(3);
        version.revision = reader.u8();
        return version;
    }

    /// `bytes` stand at `offset` of the message. The order of pairs is free; MsvAvEOL ends the list.
    AvPairs av_pairs(std::string_view bytes, std::size_t offset) {
        AvPairs pairs;
        wire::Reader reader(bytes);
        while (reader.remaining() > 0) {
            const std::size_t at = reader.position();
            const std::uint16_t id = reader.u16_le();
            const std::uint16_t length = reader.u16_le();
            const std::size_t value_at = reader.position();
            const std::string_view value = reader.take(length);
            if (!reader.ok()) {
                note("an AV_PAIR runs past the end of its list", offset + at, "MS-NLMP 2.2.2.1");
                return pairs;
            }
            if (id == kAvEol) return pairs;
            if (pairs.size() == kMaxAvPairs) {
                note("more than 64 AV_PAIRs: the rest is not read", offset + at, "MS-NLMP 2.2.2.1");
                return pairs;
            }
            if (id <= kAvDnsTreeName && !utf16::valid(value))
                note(av_name(id) + " is not well-formed UTF-16", offset + value_at, "MS-NLMP 2.2.2.1");
            pairs.push_back({id, std::string(value), offset + value_at});
        }
        note("the list of AV_PAIRs is not closed by MsvAvEOL", offset + bytes.size(), "MS-NLMP 2.2.2.1");
        return pairs;
    }

    std::string_view bytes_at(std::size_t offset, std::size_t length) const {
        return offset < size() ? message_.substr(offset, length) : std::string_view{};
    }

private:
    std::string_view message_;
    std::vector<Anomaly>& anomalies_;
    std::size_t first_payload_ = kNoPayload;
};

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

ResponseKind kind_of(const AuthenticateMessage& message, Parts& parts) {
    const std::string& nt = message.nt_response.bytes;
    const std::string& lm = message.lm_response.bytes;
    if (nt.size() > 24) return ResponseKind::V2;
    if (nt.size() == 24) {
        const bool ess = lm.size() == 24 && all_zero(std::string_view(lm).substr(8)) && !all_zero(lm);
        return ess ? ResponseKind::V1Ess : ResponseKind::V1;
    }
    if (!nt.empty()) {
        parts.note("an NT response of this length is none that MS-NLMP knows", message.nt_response.offset,
                   "MS-NLMP 2.2.2.6");
        return ResponseKind::Missing;
    }
    // MS-NLMP 3.2.5.1.2: anonymous is an empty user and NT response, with an LM response of nothing or one
    // zero.
    if (message.user.empty() && lm.size() <= 1) return ResponseKind::Anonymous;
    return lm.size() == 24 ? ResponseKind::V1 : ResponseKind::Missing;
}

V2Response read_v2(const Field& nt, Parts& parts) {
    V2Response v2;
    wire::Reader reader(nt.bytes);
    v2.proof = std::string(reader.take(16));
    const std::uint16_t versions = reader.u16_le();
    if (versions != 0x0101) parts.note("RespType is not 1", nt.offset + 16, "MS-NLMP 2.2.2.7");
    reader.skip(6);
    v2.time_offset = nt.offset + 24;
    v2.time = reader.u64_le();
    v2.client_challenge_offset = nt.offset + 32;
    v2.client_challenge = std::string(reader.take(8));
    reader.skip(4);
    if (!reader.ok()) {
        parts.note("the NTLMv2 response is cut off", nt.offset + nt.length(), "MS-NLMP 2.2.2.8");
        return v2;
    }
    const std::size_t at = reader.position();
    v2.pairs = parts.av_pairs(std::string_view(nt.bytes).substr(at), nt.offset + at);
    return v2;
}

/// MsvAvFlags announces the MIC. Neither the VERSION flag nor a gap before the payload does: published
/// messages exist with a version and no MIC, and with a MIC and no version.
void read_mic(AuthenticateMessage& message, Parts& parts) {
    if (!message.v2 || (av_flags(message.v2->pairs) & kAvFlagMicPresent) == 0) return;
    const std::string_view mic = parts.bytes_at(kMicOffset, 16);
    if (mic.size() == 16 && parts.first_payload() >= kMicOffset + 16) {
        message.mic = std::string(mic);
    } else {
        parts.note("MsvAvFlags announces a MIC but there is no room for it", kMicOffset, "MS-NLMP 2.2.1.3");
    }
}

}  // namespace

std::optional<std::uint32_t> message_type(std::string_view bytes) {
    if (bytes.substr(0, 8) != kSignature) return std::nullopt;
    wire::Reader reader(bytes.substr(8));
    const std::uint32_t type = reader.u32_le();
    return type >= 1 && type <= 3 ? type : 0;
}

NegotiateMessage decode_negotiate(std::string_view bytes) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.1";
    NegotiateMessage message;
    message.size = bytes.size();
    Parts parts(bytes, message.anomalies);
    message.flags = parts.flags_at(12, kClause);
    message.domain = parts.field(16, 32, "DomainName", kClause);
    message.workstation = parts.field(24, 32, "Workstation", kClause);
    parts.read_text(message.domain, false, "DomainName");
    parts.read_text(message.workstation, false, "Workstation");
    message.version = parts.version_at(32, message.flags);
    return message;
}

ChallengeMessage decode_challenge(std::string_view bytes) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.2";
    ChallengeMessage message;
    message.size = bytes.size();
    Parts parts(bytes, message.anomalies);
    message.target_name = parts.field(12, 32, "TargetName", kClause);
    message.flags = parts.flags_at(20, kClause);
    parts.read_text(message.target_name, (message.flags & kUnicode) != 0, "TargetName");
    message.server_challenge = std::string(parts.bytes_at(24, 8));
    if (message.server_challenge.size() < 8) parts.note("ServerChallenge is cut off", parts.size(), kClause);
    // Old servers send a header of 32 bytes only; then what stands at 40 is payload. Read by length, not by
    // flag: servers exist that send TargetInfo without its flag.
    if (parts.first_payload() >= 48) message.target_info_field = parts.field(40, 48, "TargetInfo", kClause);
    if (!message.target_info_field.empty()) {
        const Field& info = message.target_info_field;
        message.target_info = parts.av_pairs(info.bytes, info.offset);
    } else if ((message.flags & kTargetInfo) != 0) {
        parts.note("NEGOTIATE_TARGET_INFO is set but there is no TargetInfo", 40, kClause);
    }
    message.version = parts.version_at(48, message.flags);
    return message;
}

AuthenticateMessage decode_authenticate(std::string_view bytes) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.3";
    constexpr std::size_t kLeast =
        52;  // clients of the nineties end the fixed part here, without key and flags
    AuthenticateMessage message;
    message.size = bytes.size();
    Parts parts(bytes, message.anomalies);
    if (parts.size() < kLeast) parts.note("the fixed part is cut off", parts.size(), kClause);
    message.lm_response = parts.field(12, kLeast, "LmChallengeResponse", kClause);
    message.nt_response = parts.field(20, kLeast, "NtChallengeResponse", kClause);
    message.domain = parts.field(28, kLeast, "DomainName", kClause);
    message.user = parts.field(36, kLeast, "UserName", kClause);
    message.workstation = parts.field(44, kLeast, "Workstation", kClause);
    if (parts.first_payload() >= 60)
        message.session_key = parts.field(52, kLeast, "EncryptedRandomSessionKey", kClause);
    if (parts.first_payload() >= 64 && parts.size() >= kLeast) message.flags = parts.flags_at(60, kClause);
    const bool unicode = (message.flags & kUnicode) != 0;
    parts.read_text(message.domain, unicode, "DomainName");
    parts.read_text(message.user, unicode, "UserName");
    parts.read_text(message.workstation, unicode, "Workstation");
    message.version = parts.version_at(64, message.flags);
    message.kind = kind_of(message, parts);
    if (message.kind == ResponseKind::V2) message.v2 = read_v2(message.nt_response, parts);
    read_mic(message, parts);
    return message;
}

}  // namespace why401::ntlm
