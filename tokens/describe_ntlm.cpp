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
    std::string names;
    for (const std::string& name : ntlm::flag_names(flags)) names += (names.empty() ? "" : ", ") + name;
    fields.push_back({"NegotiateFlags", hex::number(flags), names, "MS-NLMP 2.2.2.5", offset, 4});
}

void add_text(Fields& fields, const char* name, const ntlm::Field& field, const char* clause) {
    const std::string meaning = field.empty() ? "empty" : "";
    fields.push_back({name, field.text, meaning, clause, field.empty() ? field.header : field.offset,
                      field.empty() ? 8 : field.length()});
}

void add_bytes(Fields& fields, const char* name, const ntlm::Field& field, std::string meaning,
               const char* clause) {
    fields.push_back({name, hex::encode(field.bytes), field.empty() ? "empty" : std::move(meaning), clause,
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
        case ntlm::kAvTargetName: return "the service the client means to talk to (SPN)";
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

void add_response(Fields& fields, const ntlm::AuthenticateMessage& message) {
    constexpr const char* kClause = "MS-NLMP 2.2.1.3";
    add_bytes(fields, "LmChallengeResponse", message.lm_response, "", kClause);
    add_bytes(fields, "NtChallengeResponse", message.nt_response, ntlm::name_of(message.kind), kClause);
    if (!message.v2) return;
    const ntlm::V2Response& v2 = *message.v2;
    fields.push_back({"NTProofStr", hex::encode(v2.proof), "proves the password without showing it",
                      "MS-NLMP 3.3.2", message.nt_response.offset, v2.proof.size()});
    fields.push_back({"TimeStamp", ntlm::filetime_text(v2.time),
                      "the server's clock if it sent one, else the client's", "MS-NLMP 2.2.2.7",
                      v2.time_offset, 8});
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
    add_text(fields, "TargetName", message.target_name, "MS-NLMP 2.2.1.2");
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
    add_text(fields, "DomainName", message.domain, kClause);
    add_text(fields, "UserName", message.user, kClause);
    add_text(fields, "Workstation", message.workstation, kClause);
    add_flags(fields, message.flags, 60);
    add_version(fields, message.version);
    if (message.mic)
        fields.push_back(
            {"MIC", hex::encode(*message.mic), "seals all three messages", kClause, ntlm::kMicOffset, 16});
    add_response(fields, message);
    add_bytes(fields, "EncryptedRandomSessionKey", message.session_key, "", kClause);
    return clipped(std::move(fields), message.size);
}

}  // namespace why401
