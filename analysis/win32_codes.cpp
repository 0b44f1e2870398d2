#include "analysis/win32_codes.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "wire/hex.h"

namespace why401 {
namespace {

constexpr Win32Code kCodes[] = {
    {0, "ERROR_SUCCESS", CodeTopic::None,
     "no Windows error came with it: an application set the status itself, or (IIS 6) it is the middle of a "
     "login"},
    {2, "ERROR_FILE_NOT_FOUND", CodeTopic::None, "a file was not there, which is no matter of logins"},
    {5, "ERROR_ACCESS_DENIED", CodeTopic::Permission,
     "access was denied: nobody was logged in yet (401.2), or the permissions of the file refused this user "
     "(401.3)"},
    {50, "ERROR_NOT_SUPPORTED", CodeTopic::None, "the request is not supported"},
    {53, "ERROR_BAD_NETPATH", CodeTopic::Remote, "the machine that holds the content was not found"},
    {64, "ERROR_NETNAME_DELETED", CodeTopic::Network,
     "the connection was gone before the answer was through, which is no refusal"},
    {65, "ERROR_NETWORK_ACCESS_DENIED", CodeTopic::Remote,
     "the machine that holds the content denied access, as it does when a login cannot be passed on"},
    {67, "ERROR_BAD_NET_NAME", CodeTopic::Remote, "the share that holds the content does not exist"},
    {86, "ERROR_INVALID_PASSWORD", CodeTopic::Credentials, "the password is wrong"},
    {87, "ERROR_INVALID_PARAMETER", CodeTopic::None, "a parameter was invalid"},
    {121, "ERROR_SEM_TIMEOUT", CodeTopic::Network, "the connection timed out"},
    {234, "ERROR_MORE_DATA", CodeTopic::None, "more data was available"},
    {995, "ERROR_OPERATION_ABORTED", CodeTopic::Network, "the request was cancelled"},
    {1008, "ERROR_NO_TOKEN", CodeTopic::Package, "the login had no access token"},
    {1219, "ERROR_SESSION_CREDENTIAL_CONFLICT", CodeTopic::Remote,
     "the machine that holds the content is already used under another name"},
    {1220, "ERROR_REMOTE_SESSION_LIMIT_EXCEEDED", CodeTopic::Remote,
     "the machine that holds the content takes no more sessions"},
    {1229, "ERROR_CONNECTION_INVALID", CodeTopic::Network, "the connection no longer existed"},
    {1236, "ERROR_CONNECTION_ABORTED", CodeTopic::Network, "the server itself cut the connection"},
    {1244, "ERROR_NOT_AUTHENTICATED", CodeTopic::Credentials, "nobody was authenticated"},
    {1245, "ERROR_NOT_LOGGED_ON", CodeTopic::Credentials, "the user was not logged on to the network"},
    {1260, "ERROR_ACCESS_DISABLED_BY_POLICY", CodeTopic::Policy, "a group policy forbids it"},
    {1265, "ERROR_DOWNGRADE_DETECTED", CodeTopic::Controller,
     "no domain controller could be asked, and a weaker way was not taken"},
    {1311, "ERROR_NO_LOGON_SERVERS", CodeTopic::Controller,
     "the server found no domain controller that could check the login"},
    {1312, "ERROR_NO_SUCH_LOGON_SESSION", CodeTopic::Package, "the logon session no longer exists"},
    {1314, "ERROR_PRIVILEGE_NOT_HELD", CodeTopic::Account,
     "the account lacks a privilege that the server needs"},
    {1317, "ERROR_NO_SUCH_USER", CodeTopic::Credentials, "there is no such user"},
    {1323, "ERROR_WRONG_PASSWORD", CodeTopic::Credentials,
     "the old password was wrong when a new one was to be set"},
    {1325, "ERROR_PASSWORD_RESTRICTION", CodeTopic::Credentials,
     "the new password does not meet the rules for passwords"},
    {1326, "ERROR_LOGON_FAILURE", CodeTopic::Credentials, "user name or password is wrong"},
    {1327, "ERROR_ACCOUNT_RESTRICTION", CodeTopic::Account,
     "a restriction of the account stands in the way: an empty password, a policy, or Protected Users, who "
     "may not use NTLM"},
    {1328, "ERROR_INVALID_LOGON_HOURS", CodeTopic::Account, "the account may not log in at this hour"},
    {1329, "ERROR_INVALID_WORKSTATION", CodeTopic::Account,
     "the account may not log in on this computer, or the security log is full and the server lets "
     "administrators in only"},
    {1330, "ERROR_PASSWORD_EXPIRED", CodeTopic::Account, "the password has expired"},
    {1331, "ERROR_ACCOUNT_DISABLED", CodeTopic::Account, "the account is disabled"},
    {1332, "ERROR_NONE_MAPPED", CodeTopic::Credentials, "the name belongs to no known account"},
    {1346, "ERROR_BAD_IMPERSONATION_LEVEL", CodeTopic::Delegation,
     "the login may not be used further on, towards another machine"},
    {1351, "ERROR_CANT_ACCESS_DOMAIN_INFO", CodeTopic::Controller,
     "the server could not read the domain's data from a domain controller"},
    {1355, "ERROR_NO_SUCH_DOMAIN", CodeTopic::Controller,
     "the domain does not exist or none of its controllers could be found"},
    {1368, "ERROR_CANNOT_IMPERSONATE", CodeTopic::Delegation, "the server could not act as the user"},
    {1380, "ERROR_LOGON_NOT_GRANTED", CodeTopic::Account,
     "the account has no right to log in in this way on this server"},
    {1384, "ERROR_TOO_MANY_CONTEXT_IDS", CodeTopic::Account,
     "the account is in too many groups (the limit is near 1015)"},
    {1385, "ERROR_LOGON_TYPE_NOT_GRANTED", CodeTopic::Account,
     "the account has no right to log in in this way on this server (from the network, locally, or as a "
     "batch job)"},
    {1396, "ERROR_WRONG_TARGET_NAME", CodeTopic::Target,
     "the Kerberos ticket was made for another account: the service name is registered on the wrong one, or "
     "on two"},
    {1397, "ERROR_MUTUAL_AUTH_FAILED", CodeTopic::Target,
     "the server could not prove itself: the domain controller knows another password for it"},
    {1398, "ERROR_TIME_SKEW", CodeTopic::Clock, "the clocks of the two machines are too far apart"},
    {1500, "ERROR_EVENTLOG_FILE_CORRUPT", CodeTopic::System, "the event log is damaged"},
    {1502, "ERROR_LOG_FILE_FULL", CodeTopic::System, "the event log is full"},
    {1786, "ERROR_NO_TRUST_LSA_SECRET", CodeTopic::Controller,
     "the server has lost the secret that it shares with its domain"},
    {1787, "ERROR_NO_TRUST_SAM_ACCOUNT", CodeTopic::Controller,
     "the domain has no computer account for this server"},
    {1788, "ERROR_TRUSTED_DOMAIN_FAILURE", CodeTopic::Controller,
     "the trust between the two domains is broken"},
    {1789, "ERROR_TRUSTED_RELATIONSHIP_FAILURE", CodeTopic::Controller,
     "the trust between the server and its domain is broken"},
    {1793, "ERROR_ACCOUNT_EXPIRED", CodeTopic::Account, "the account has expired"},
    {1907, "ERROR_PASSWORD_MUST_CHANGE", CodeTopic::Account,
     "the password must be changed before the first login"},
    {1908, "ERROR_DOMAIN_CONTROLLER_NOT_FOUND", CodeTopic::Controller,
     "the server found no controller of this domain"},
    {1909, "ERROR_ACCOUNT_LOCKED_OUT", CodeTopic::Locked, "the account is locked out"},
    {1935, "ERROR_AUTHENTICATION_FIREWALL_FAILED", CodeTopic::Account,
     "the trust between the domains is selective, and the account may not log in on this server"},
    {1937, "ERROR_NTLM_BLOCKED", CodeTopic::NtlmBlocked, "NTLM is blocked by a policy"},
    {6002, "ERROR_FILE_ENCRYPTED", CodeTopic::Permission,
     "the file is encrypted and this user cannot decrypt it"},
    {8471, "ERROR_DS_NAME_ERROR_NOT_UNIQUE", CodeTopic::Target,
     "the name is registered twice in the directory"},
    {0x80090300, "SEC_E_INSUFFICIENT_MEMORY", CodeTopic::System, "the security package ran out of memory"},
    {0x80090301, "SEC_E_INVALID_HANDLE", CodeTopic::BadToken,
     "the login that this message belongs to is unknown: it went on over another connection, or the server "
     "was recycled"},
    {0x80090302, "SEC_E_UNSUPPORTED_FUNCTION", CodeTopic::Binding,
     "what was asked of the security package is not supported, as when a client does not know Extended "
     "Protection"},
    {0x80090303, "SEC_E_TARGET_UNKNOWN", CodeTopic::Target, "the service name is unknown"},
    {0x80090304, "SEC_E_INTERNAL_ERROR", CodeTopic::Package,
     "the server's Local Security Authority could not be reached"},
    {0x80090305, "SEC_E_SECPKG_NOT_FOUND", CodeTopic::Package,
     "the server has no such security package: kernel-mode authentication was changed without restarting the "
     "W3SVC service"},
    {0x80090308, "SEC_E_INVALID_TOKEN", CodeTopic::BadToken,
     "the message is no valid part of a login here: cut off, of another connection's login, of another "
     "mechanism, or without the channel binding that is required"},
    {0x8009030C, "SEC_E_LOGON_DENIED", CodeTopic::Credentials,
     "the login was checked and denied: a wrong password or user, a policy, or the loopback check"},
    {0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS", CodeTopic::Credentials, "the credentials were not recognised"},
    {0x8009030E, "SEC_E_NO_CREDENTIALS", CodeTopic::Leg,
     "the login is half done, as in the middle of every NTLM login; an error only when nothing follows"},
    {0x8009030F, "SEC_E_MESSAGE_ALTERED", CodeTopic::Altered,
     "the messages of the login were changed on their way: their signature does not fit"},
    {0x80090310, "SEC_E_OUT_OF_SEQUENCE", CodeTopic::BadToken, "the message came out of turn"},
    {0x80090311, "SEC_E_NO_AUTHENTICATING_AUTHORITY", CodeTopic::Controller,
     "nobody could be reached who could check the login"},
    {0x80090317, "SEC_E_CONTEXT_EXPIRED", CodeTopic::BadToken, "the login has expired"},
    {0x80090320, "SEC_E_INCOMPLETE_CREDENTIALS", CodeTopic::Credentials, "the credentials were incomplete"},
    {0x80090322, "SEC_E_WRONG_PRINCIPAL", CodeTopic::Target,
     "the server cannot open the Kerberos ticket: its service name is registered on another account"},
    {0x80090324, "SEC_E_TIME_SKEW", CodeTopic::Clock,
     "the clocks of the two machines are more than the allowed five minutes apart"},
    {0x80090325, "SEC_E_UNTRUSTED_ROOT", CodeTopic::Certificate,
     "the certificate comes from an authority that is not trusted"},
    {0x80090327, "SEC_E_CERT_UNKNOWN", CodeTopic::Certificate, "the certificate could not be processed"},
    {0x80090328, "SEC_E_CERT_EXPIRED", CodeTopic::Certificate, "the certificate has expired"},
    {0x80090336, "SEC_E_WRONG_CREDENTIAL_HANDLE", CodeTopic::BadToken,
     "the login was continued with other credentials than it was begun with"},
    {0x80090341, "SEC_E_KDC_UNABLE_TO_REFER", CodeTopic::Target,
     "the domain controller could not say where the service belongs"},
    {0x80090342, "SEC_E_KDC_UNKNOWN_ETYPE", CodeTopic::Cipher,
     "the two sides have no Kerberos encryption type in common"},
    {0x80090345, "SEC_E_DELEGATION_REQUIRED", CodeTopic::Delegation,
     "the server would have to be trusted for delegation"},
    {0x80090346, "SEC_E_BAD_BINDINGS", CodeTopic::Binding,
     "the channel binding is not that of the server's TLS connection: somebody decrypts in between, or the "
     "server sees another certificate"},
    {0x80090348, "SEC_E_NO_KERB_KEY", CodeTopic::Cipher, "the server has no Kerberos key for this ticket"},
    {0x80090350, "SEC_E_DOWNGRADE_DETECTED", CodeTopic::Controller,
     "no domain controller could be asked, and a weaker way was not taken"},
    {0x8009035E, "SEC_E_DELEGATION_POLICY", CodeTopic::Delegation,
     "a policy of the client forbids passing the login on"},
    {0x8009035F, "SEC_E_POLICY_NLTM_ONLY", CodeTopic::Delegation,
     "a policy of the client forbids passing an NTLM login on"},
    {0x80090361, "SEC_E_NO_CONTEXT", CodeTopic::BadToken,
     "there is no login under way that this message could belong to"},
    {0x80090363, "SEC_E_MUTUAL_AUTH_FAILED", CodeTopic::Target, "the server could not prove itself"},
    {0x80090367, "SEC_E_APPLICATION_PROTOCOL_MISMATCH", CodeTopic::Network,
     "the two sides have no protocol in common over TLS"},
    {0x80092010, "CRYPT_E_REVOKED", CodeTopic::Certificate, "the client's certificate was revoked"},
    {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK", CodeTopic::Certificate,
     "nobody could check whether the client's certificate was revoked"},
    {0x80092013, "CRYPT_E_REVOCATION_OFFLINE", CodeTopic::Certificate,
     "the revocation list of the client's certificate could not be had"},
    {0x800B0101, "CERT_E_EXPIRED", CodeTopic::Certificate,
     "the client's certificate is expired or not valid yet"},
    {0x800B0109, "CERT_E_UNTRUSTEDROOT", CodeTopic::Certificate,
     "the client's certificate ends at a root that the server does not trust"},
    {0x800B010A, "CERT_E_CHAINING", CodeTopic::Certificate,
     "no chain leads from the client's certificate to a trusted root"},
    {0x800B010C, "CERT_E_REVOKED", CodeTopic::Certificate,
     "the client's certificate was revoked by its issuer"},
    {0x800B0110, "CERT_E_WRONG_USAGE", CodeTopic::Certificate,
     "the client's certificate is not meant for logging in"},
    {0x800B0112, "CERT_E_UNTRUSTEDCA", CodeTopic::Certificate,
     "an authority in the chain of the client's certificate is not trusted"},
    {0xC000010B, "STATUS_INVALID_LOGON_TYPE", CodeTopic::Account,
     "the kind of login that was asked for does not exist"},
    {0xC0000192, "STATUS_NETLOGON_NOT_STARTED", CodeTopic::Controller,
     "the server's Netlogon service is not running, so it cannot ask a domain controller"},
};

/// NTSTATUS values and Win32 codes that Windows itself translates, or reports in place of one another.
constexpr std::pair<std::uint32_t, std::uint32_t> kTwins[] = {
    {0xC000006D, 1326},       {0xC000006A, 86},         {0xC0000064, 1317},       {0xC000006E, 1327},
    {0xC000006F, 1328},       {0xC0000070, 1329},       {0xC0000071, 1330},       {0xC0000072, 1331},
    {0xC000005E, 1311},       {0xC00000DF, 1355},       {0xC0000133, 1398},       {0xC000015B, 1385},
    {0xC000018D, 1789},       {0xC0000193, 1793},       {0xC0000224, 1907},       {0xC0000234, 1909},
    {0xC00002FD, 0x80090342}, {0xC0000322, 0x80090348}, {0xC000035B, 0x80090346}, {0xC0000388, 1265},
    {0xC0000413, 1935},       {0xC0000418, 1937},       {0xC0000022, 5},
};

constexpr std::uint32_t kFromWin32 = 0x80070000;  // HRESULT_FROM_WIN32, MS-ERREF 2.1.2
constexpr std::uint32_t kFromNt = 0x10000000;     // FACILITY_NT_BIT of HRESULT_FROM_NT, MS-ERREF 2.1

}  // namespace

std::uint32_t canonical_code(std::uint32_t code) {
    if ((code & 0xFFFF0000) == kFromWin32) return code & 0xFFFF;
    if ((code & 0xF0000000) == 0xD0000000) code &= ~kFromNt;
    for (const auto& [status, twin] : kTwins)
        if (status == code) return twin;
    return code;
}

const Win32Code* find_code(std::uint32_t code) {
    const std::uint32_t wanted = canonical_code(code);
    for (const Win32Code& known : kCodes)
        if (known.code == wanted) return &known;
    return nullptr;
}

std::optional<std::uint32_t> parse_code(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    if (hexadecimal) text.remove_prefix(2);
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
    if (error != std::errc{} || stop != end || (hexadecimal && value < 0)) return std::nullopt;
    if (value < INT32_MIN || value > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(value);
}

std::string code_text(std::uint32_t code) {
    std::string digits = std::to_string(code);
    if (code > 0xFFFF) {  // as Windows prints them
        digits = hex::number(code);
        std::transform(digits.begin() + 2, digits.end(), digits.begin() + 2,
                       [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    }
    const Win32Code* known = find_code(code);
    return known == nullptr ? digits : digits + " (" + std::string(known->symbol) + ")";
}

}  // namespace why401
