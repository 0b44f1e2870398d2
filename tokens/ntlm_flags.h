#pragma once
// NegotiateFlags by name (MS-NLMP 2.2.2.5). Refuses to guess at bits that have no name: they are shown as
// numbers.

#include <cstdint>
#include <string>
#include <vector>

namespace why401::ntlm {

enum Flag : std::uint32_t {
    kUnicode = 0x00000001,
    kOem = 0x00000002,
    kRequestTarget = 0x00000004,
    kSign = 0x00000010,
    kSeal = 0x00000020,
    kNtlm = 0x00000200,
    kAnonymous = 0x00000800,
    kOemDomainSupplied = 0x00001000,
    kOemWorkstationSupplied = 0x00002000,
    kLocalCall = 0x00004000,
    kAlwaysSign = 0x00008000,
    kTargetTypeDomain = 0x00010000,
    kTargetTypeServer = 0x00020000,
    kExtendedSessionSecurity = 0x00080000,
    kTargetInfo = 0x00800000,
    kVersion = 0x02000000,
    k128 = 0x20000000,
    kKeyExchange = 0x40000000,
    k56 = 0x80000000,
};

/// "NTLMSSP_NEGOTIATE_UNICODE" and so on, lowest bit first.
std::vector<std::string> flag_names(std::uint32_t flags);
/// What one flag means, in a few words; `bit` has exactly one bit set.
std::string flag_meaning(std::uint32_t bit);

}  // namespace why401::ntlm
