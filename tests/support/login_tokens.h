#pragma once
// Field values of logins for tests: well-formed NTLM messages and a Kerberos AP-REQ that no key ever made.
// They say what step they are and nothing more; no proof in them is right.

#include <string>
#include <string_view>

#include "tokens/ntlm_write.h"
#include "wire/base64.h"

namespace why401::test {

constexpr std::uint32_t kNtlmFlags = 0x00088201;  ///< Unicode, NTLM, always sign, extended session security

inline std::string ntlm_negotiate(std::string_view scheme = "NTLM") {
    ntlm::NegotiateParts parts;
    parts.flags = kNtlmFlags;
    return std::string(scheme) + " " + base64::encode(ntlm::encode(parts));
}

inline std::string ntlm_challenge(std::string_view scheme = "NTLM") {
    ntlm::ChallengeParts parts;
    parts.flags = kNtlmFlags | 0x00800000;
    parts.server_challenge = "12345678";
    parts.target_name = "CONTOSO";
    parts.target_info = {ntlm::av_name_pair(2, "CONTOSO"), ntlm::av_name_pair(1, "WEB01")};
    return std::string(scheme) + " " + base64::encode(ntlm::encode(parts));
}

inline std::string ntlm_authenticate(std::string_view user = "alice", std::string_view scheme = "NTLM") {
    ntlm::AuthenticateParts parts;
    parts.flags = kNtlmFlags;
    parts.lm_response = std::string(24, '\0');
    parts.nt_response = std::string(48, 'p');
    parts.domain = "CONTOSO";
    parts.user = user;
    parts.workstation = "PC1";
    return std::string(scheme) + " " + base64::encode(ntlm::encode(parts));
}

/// One element of DER: a tag and its content.
inline std::string der(unsigned char tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    if (content.size() < 0x80) {
        out += static_cast<char>(content.size());
    } else {
        out += '\x82';
        out += static_cast<char>(content.size() >> 8);
        out += static_cast<char>(content.size() & 0xff);
    }
    return out.append(content);
}

/// A pre-emptive Kerberos login: the AP-REQ in its GSS-API frame (RFC 4121 4.1), as `Negotiate` may carry it.
inline std::string kerberos_login(std::string_view user = "alice") {
    const auto number = [](char n) { return der(0x02, std::string(1, n)); };
    const auto encrypted = [&](std::string_view what) {
        return der(0x30,
                   der(0xa0, number(18)) + der(0xa2, der(0x04, std::string(64, 'e') + std::string(what))));
    };
    const std::string name = der(0x30, der(0x1b, "HTTP") + der(0x1b, "web01"));
    const std::string ticket =
        der(0x61, der(0x30, der(0xa0, number(5)) + der(0xa1, der(0x1b, "CONTOSO.TEST")) +
                                der(0xa2, der(0x30, der(0xa0, number(2)) + der(0xa1, name))) +
                                der(0xa3, encrypted("ticket"))));
    const std::string ap_req = der(0x6e, der(0x30, der(0xa0, number(5)) + der(0xa1, number(14)) +
                                                       der(0xa2, der(0x03, std::string("\0\0\0\0\0", 5))) +
                                                       der(0xa3, ticket) + der(0xa4, encrypted(user))));
    const std::string oid = "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
    return "Negotiate " + base64::encode(der(0x60, oid + std::string("\x01\x00", 2) + ap_req));
}

}  // namespace why401::test
