#include "tokens/ntlm_flags.h"

#include <array>

#include "wire/hex.h"

namespace why401::ntlm {

namespace {

struct FlagName {
    std::uint32_t bit;
    const char* name;
    const char* meaning;
};

constexpr std::array<FlagName, 25> kFlags = {{
    {0x00000001, "NTLMSSP_NEGOTIATE_UNICODE", "strings are UTF-16LE"},
    {0x00000002, "NTLM_NEGOTIATE_OEM", "strings are in the OEM code page"},
    {0x00000004, "NTLMSSP_REQUEST_TARGET", "the server is asked for its target name"},
    {0x00000008, "NTLMSSP_NETWARE", "undocumented"},
    {0x00000010, "NTLMSSP_NEGOTIATE_SIGN", "signing"},
    {0x00000020, "NTLMSSP_NEGOTIATE_SEAL", "encryption"},
    {0x00000040, "NTLMSSP_NEGOTIATE_DATAGRAM", "connectionless authentication"},
    {0x00000080, "NTLMSSP_NEGOTIATE_LM_KEY", "LAN Manager session key"},
    {0x00000200, "NTLMSSP_NEGOTIATE_NTLM", "NTLM"},
    {0x00000800, "NTLMSSP_ANONYMOUS", "anonymous logon"},
    {0x00001000, "NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED", "NEGOTIATE names a domain"},
    {0x00002000, "NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED", "NEGOTIATE names a workstation"},
    {0x00004000, "NTLMSSP_NEGOTIATE_LOCAL_CALL", "the server believes the client is on its own machine"},
    {0x00008000, "NTLMSSP_NEGOTIATE_ALWAYS_SIGN", "a dummy signature where signing is not negotiated"},
    {0x00010000, "NTLMSSP_TARGET_TYPE_DOMAIN", "TargetName is a domain"},
    {0x00020000, "NTLMSSP_TARGET_TYPE_SERVER", "TargetName is a server"},
    {0x00040000, "NTLMSSP_TARGET_TYPE_SHARE", "undocumented"},
    {0x00080000, "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY", "extended session security (NTLM2)"},
    {0x00100000, "NTLMSSP_NEGOTIATE_IDENTIFY", "an identify-level token only"},
    {0x00400000, "NTLMSSP_REQUEST_NON_NT_SESSION_KEY", "session key from the LM hash"},
    {0x00800000, "NTLMSSP_NEGOTIATE_TARGET_INFO", "CHALLENGE carries TargetInfo"},
    {0x02000000, "NTLMSSP_NEGOTIATE_VERSION", "VERSION is meaningful, for debugging"},
    {0x20000000, "NTLMSSP_NEGOTIATE_128", "128-bit keys"},
    {0x40000000, "NTLMSSP_NEGOTIATE_KEY_EXCH", "the client sends an encrypted session key"},
    {0x80000000, "NTLMSSP_NEGOTIATE_56", "56-bit keys"},
}};

const FlagName* find_flag(std::uint32_t bit) {
    for (const FlagName& flag : kFlags)
        if (flag.bit == bit) return &flag;
    return nullptr;
}

}  // namespace

std::vector<std::string> flag_names(std::uint32_t flags) {
    std::vector<std::string> names;
    for (int shift = 0; shift < 32; ++shift) {
        const std::uint32_t bit = 1U << shift;
        if ((flags & bit) == 0) continue;
        const FlagName* flag = find_flag(bit);
        names.push_back(flag != nullptr ? flag->name : "reserved " + hex::number(bit));
    }
    return names;
}

std::string flag_meaning(std::uint32_t bit) {
    const FlagName* flag = find_flag(bit);
    return flag != nullptr ? flag->meaning : "reserved, must be zero";
}

}  // namespace why401::ntlm
