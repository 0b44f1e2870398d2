#pragma once
// Windows error codes as they stand beside a 401 in a log, a trace or a page: symbol, and what each means for
// a login. One cause has several spellings (1326, 0x8007052E, 0xC000006D, -1073741715): they are brought
// together here. It refuses to say which exchange was refused for it; the rules do.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401 {

/// What a code is about, for rules that take several alike.
enum class CodeTopic : std::uint8_t {
    None,         ///< no error, or one that says nothing about logins
    Leg,          ///< the middle of a healthy handshake
    Credentials,  ///< user name or password
    Account,      ///< the account may not log in: disabled, expired, hours, workstation, rights
    Locked,
    Controller,  ///< the server cannot ask a domain controller, or is not trusted by it
    NtlmBlocked,
    Policy,    ///< a policy forbids it, without saying which
    BadToken,  ///< the message could not be used: cut off, out of place, of another login
    Altered,
    Binding,  ///< Extended Protection
    Clock,
    Target,  ///< Kerberos: the ticket is for another account or name
    Cipher,  ///< Kerberos: no common encryption type or no key
    Delegation,
    Package,     ///< the security package itself
    Permission,  ///< the login was good, the resource is closed
    Remote,      ///< content on another machine
    Network,     ///< the connection went away
    Certificate,
    System,  ///< memory, event log ...
};

struct Win32Code {
    std::uint32_t code = 0;   ///< as canonical_code() gives it
    std::string_view symbol;  ///< "ERROR_LOGON_FAILURE"
    CodeTopic topic = CodeTopic::None;
    std::string_view meaning;  ///< completes "the server says that ..."
};

/// One spelling for one cause: HRESULT_FROM_WIN32 becomes the Win32 code, HRESULT_FROM_NT the NTSTATUS, and
/// an NTSTATUS the Win32 or SEC_E code that Windows translates it to, where there is one.
std::uint32_t canonical_code(std::uint32_t code);

/// In any spelling; null for a code that is not in the table.
const Win32Code* find_code(std::uint32_t code);

/// "5", "-1073741715", "2148074252", "0x8009030C"; empty for anything else, and for what 32 bits do not hold.
std::optional<std::uint32_t> parse_code(std::string_view text);

/// "1326 (ERROR_LOGON_FAILURE)", "0x8009030C (SEC_E_LOGON_DENIED)"; an unknown code as its number.
std::string code_text(std::uint32_t code);

}  // namespace why401
