#include <algorithm>
#include <utility>

#include "tokens/describe.h"
#include "tokens/ntlm_flags.h"
#include "tokens/os_builds.h"
#include "wire/hex.h"

namespace why401 {

namespace {

using Fields = std::vector<DescribedField>;

void add_head(Fields& fields, int type, const char* meaning) {
    fields.push_back({"Signature", "NTLMSSP", "", "MS-NLMP 2.2.1", 0, 8});
    fields.push_back({"MessageType", std::to_string(type), meaning, "MS-NLMP 2.2.1", 8, 4});
}

void add_flags(Fields& fields, std::uint32_t flags, std::size_t offset) {
    fields.push_back(
        {"NegotiateFlags", hex::number(flags), flags == 0 ? "none" : "", "MS-NLMP 2.2.2.5", offset, 4});
    for (std::size_t shift = 0; shift < 32; ++shift) {
        const std::uint32_t bit = 1U << shift;
        if ((flags & bit) != 0)
            fields.push_back({ntlm::flag_names(bit).front(), hex::number(bit), ntlm::flag_meaning(bit),
                              "MS-NLMP 2.2.2.5", offset + shift / 8, 1});
    }
}

void add_text(Fields& fields, const char* name, const ntlm::Field& field, const char* clause,
              std::string meaning = "") {
    if (meaning.empty() && field.empty()) meaning = "empty";
    fields.push_back({name, field.text, std::move(meaning), clause,
                      field.empty() ? field.header : field.offset, field.empty() ? 8 : field.length()});
}

void add_bytes(Fields& fields, const char* name, const ntlm::Field& field, std::string meaning,
               const char* clause) {
    if (meaning.empty() && field.empty()) meaning = "empty";
    fields.push_back({name, hex::encode(field.bytes), std::move(meaning), clause,
                      field.empty() ? field.header : field.offset, field.empty() ? 8 : field.length()});
}

void add_version(Fields& fields, const std::optional<ntlm::Version>& version) {
    if (!version) return;
    fields.push_back({"Version", version->text() + " revision " + std::to_string(version->revision),
                      ntlm::os_name(*version), "MS-NLMP 2.2.2.10", version->offset, 8});
}

std::string flags_meaning(std::uint32_t flags) {
    std::string meaning;
    const auto add = [&meaning](const char* text) {
        meaning += (meaning.empty() ? "" : ", ") + std::string(text);
    };
    if ((flags & ntlm::kAvFlagConstrained) != 0) add("account is constrained");
    if ((flags & ntlm::kAvFlagMicPresent) != 0) add("a MIC is present");
    if ((flags & ntlm::kAvFlagUntrustedSpn) != 0) add("the target name comes from an untrusted source");
    return meaning;
}

std::string pair_meaning(const ntlm::AvPair& pair, const ntlm::AvPairs& all) {
    switch (pair.id) {
        case ntlm::kAvNbComputerName: return "NetBIOS name of the server";
        case ntlm::kAvNbDomainName: return "NetBIOS name of its domain";
        case ntlm::kAvDnsComputerName: return "DNS name of the server";
        case ntlm::kAvDnsDomainName: return "DNS name of its domain";
        case ntlm::kAvDnsTreeName: return "DNS name of the forest";
        case ntlm::kAvFlags: return flags_meaning(ntlm::av_flags(all));
        case ntlm::kAvTimestamp: {
            const auto time = ntlm::av_timestamp(all);
            return time ? ntlm::filetime_text(*time) + ", the server's clock" : "not 8 bytes";
        }
        case ntlm::kAvSingleHost: return "machine id of the client, for calls to itself";
        case ntlm::kAvTargetName:
            return pair.value.empty() ? "empty: the client names no service"
                                      : "the service the client means to talk to (SPN)";
        case ntlm::kAvChannelBindings:
            return pair.value.find_first_not_of('\0') == std::string::npos
                       ? "all zero: the client had no TLS channel to bind to"
                       : "hash of the TLS server certificate as the client saw it";
        default: return "";
    }
}

void add_pairs(Fields& fields, const ntlm::AvPairs& pairs) {
    for (const ntlm::AvPair& pair : pairs)
        fields.push_back({ntlm::av_name(pair.id), pair.text(), pair_meaning(pair, pairs), "MS-NLMP 2.2.2.1",
                          pair.offset, pair.value.size()});
}

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

const char* lm_meaning(const ntlm::AuthenticateMessage& message) {
    const std::string& lm = message.lm_response.bytes;
    switch (message.kind) {
        case ntlm::ResponseKind::Anonymous: return lm.empty() ? "" : "one zero byte: an anonymous login";
        case ntlm::ResponseKind::V1Ess: return "8 random bytes of the client, then zeros";
        case ntlm::ResponseKind::V1:
            return lm == message.nt_response.bytes ? "a copy of the NT response: no LM response was made"
                                                   : "made of the LAN Manager hash";
        case ntlm::ResponseKind::V2:
            if (lm.empty()) return "";
            // MS-NLMP 3.1.5.1.2: not sent where the CHALLENGE has a timestamp.
            return all_zero(lm) ? "zeros: left out" : "LMv2: 16 bytes of proof, then the client challenge";
        default: return "";
    }
}

const char* nt_meaning(const ntlm::AuthenticateMessage& message) {
    switch (message.kind) {
        case ntlm::ResponseKind::Anonymous: return "empty: an anonymous login";
        case ntlm::ResponseKind::V1: return "NTLMv1";
        case ntlm::ResponseKind::V1Ess: return "NTLMv1 with extended session security";
        case ntlm::ResponseKind::V2: return "NTLMv2: the proof, then what it was computed over";
        default: return "none that MS-NLMP knows";
    }
}

/// Why there is a MIC or none.
std::string mic_meaning(const ntlm::AuthenticateMessage& message) {
    if (message.mic)
        return all_zero(*message.mic) ? "all zero: announced by MsvAvFlags and never computed"
                                      : "seals all three messages";
    if (!message.v2) return "only NTLMv2 has one";
    if ((ntlm::av_flags(message.v2->pairs) & ntlm::kAvFlagMicPresent) != 0)
        return "MsvAvFlags announces one, and there is no room for it";
    return ntlm::av_timestamp(message.v2->pairs)
               ? "MsvAvFlags announces none, though the CHALLENGE has a timestamp: nothing seals the messages"
               : "MsvAvFlags announces none: without a timestamp in the CHALLENGE none is due";
}

const char* time_meaning(const ntlm::V2Response& v2) {
    if (v2.time == 0) return "not set";
    return ntlm::av_timestamp(v2.pairs) == v2.time ? "the server's clock, copied from the CHALLENGE"
                                                   : "the client's own clock";
}

void add_response(Fields& fields, const ntlm::AuthenticateMessage& message) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.3";
    add_bytes(fields, "LmChallengeResponse", message.lm_response, lm_meaning(message), kClause);
    add_bytes(fields, "NtChallengeResponse", message.nt_response, nt_meaning(message), kClause);
    if (!message.v2) return;
    const ntlm::V2Response& v2 = *message.v2;
    fields.push_back({"NTProofStr", hex::encode(v2.proof), "proves the password without showing it",
                      "MS-NLMP 3.3.2", message.nt_response.offset, v2.proof.size()});
    fields.push_back(
        {"TimeStamp", ntlm::filetime_text(v2.time), time_meaning(v2), "MS-NLMP 2.2.2.7", v2.time_offset, 8});
    fields.push_back({"ChallengeFromClient", hex::encode(v2.client_challenge), "", "MS-NLMP 2.2.2.7",
                      v2.client_challenge_offset, v2.client_challenge.size()});
    add_pairs(fields, v2.pairs);
}

/// A message that is cut off has no bytes to point at for what is missing.
Fields clipped(Fields fields, std::size_t size) {
    for (DescribedField& field : fields) {
        field.offset = std::min(field.offset, size);
        field.length = std::min(field.length, size - field.offset);
    }
    return fields;
}

}  // namespace

std::vector<DescribedField> describe(const ntlm::NegotiateMessage& message) {
    Fields fields;
    add_head(fields, 1, "NEGOTIATE: the client opens (Type 1)");
    add_flags(fields, message.flags, 12);
    add_text(fields, "DomainName", message.domain, "MS-NLMP 2.2.1.1");
    add_text(fields, "Workstation", message.workstation, "MS-NLMP 2.2.1.1");
    add_version(fields, message.version);
    return clipped(std::move(fields), message.size);
}

std::vector<DescribedField> describe(const ntlm::ChallengeMessage& message) {
    Fields fields;
    add_head(fields, 2, "CHALLENGE: the server answers (Type 2)");
    const bool domain = (message.flags & ntlm::kTargetTypeDomain) != 0;
    const bool server = (message.flags & ntlm::kTargetTypeServer) != 0;
    add_text(fields, "TargetName", message.target_name, "MS-NLMP 2.2.1.2",
             message.target_name.empty() ? ""
             : domain                    ? "the server's domain"
             : server                    ? "the server"
                                         : "");
    add_flags(fields, message.flags, 20);
    fields.push_back({"ServerChallenge", hex::encode(message.server_challenge),
                      "random, for this connection only", "MS-NLMP 2.2.1.2", 24,
                      message.server_challenge.size()});
    add_pairs(fields, message.target_info);
    add_version(fields, message.version);
    return clipped(std::move(fields), message.size);
}

std::vector<DescribedField> describe(const ntlm::AuthenticateMessage& message) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.3";
    Fields fields;
    add_head(fields, 3, "AUTHENTICATE: the client proves itself (Type 3)");
    const bool principal = message.user.text.find('@') != std::string::npos;
    // A message that breaks off before its fields names nobody, which is no anonymous login.
    const bool nobody = message.kind == ntlm::ResponseKind::Anonymous && message.anomalies.empty();
    add_text(fields, "DomainName", message.domain, kClause,
             message.domain.empty() && principal ? "empty: the user name says it (user principal name)" : "");
    add_text(fields, "UserName", message.user, kClause, nobody ? "empty: an anonymous login" : "");
    add_text(fields, "Workstation", message.workstation, kClause);
    add_flags(fields, message.flags, 60);
    add_version(fields, message.version);
    fields.push_back({"MIC", message.mic ? hex::encode(*message.mic) : "absent", mic_meaning(message),
                      kClause, ntlm::kMicOffset, message.mic ? std::size_t{16} : 0});
    add_response(fields, message);
    add_bytes(
        fields, "EncryptedRandomSessionKey", message.session_key,
        message.session_key.empty() ? "empty: no key exchange" : "for signing and sealing; HTTP does not",
        kClause);
    return clipped(std::move(fields), message.size);
}

}  // namespace why401
