// What Kerberos values are called.
#include <array>

#include "tokens/kerberos.h"
#include "tokens/krb_errors.h"

namespace why401::kerberos {

namespace {

struct Named {
    std::int64_t number;
    const char* name;
};

constexpr std::array<Named, 10> kEtypes = {{
    {1, "DES-CBC-CRC"},
    {3, "DES-CBC-MD5"},
    {16, "DES3-CBC-SHA1"},
    {17, "AES128-CTS-HMAC-SHA1-96"},
    {18, "AES256-CTS-HMAC-SHA1-96"},
    {19, "AES128-CTS-HMAC-SHA256-128"},
    {20, "AES256-CTS-HMAC-SHA384-192"},
    {23, "RC4-HMAC"},
    {24, "RC4-HMAC-EXP"},
    {-133, "RC4-HMAC-OLD"},
}};

constexpr std::array<Named, 8> kNameTypes = {{
    // RFC 4120 6.2
    {0, "NT-UNKNOWN"},
    {1, "NT-PRINCIPAL"},
    {2, "NT-SRV-INST"},
    {3, "NT-SRV-HST"},
    {4, "NT-SRV-XHST"},
    {5, "NT-UID"},
    {7, "NT-SMTP-NAME"},
    {10, "NT-ENTERPRISE"},
}};

template <std::size_t Size>
std::string name_in(const std::array<Named, Size>& table, std::int64_t number) {
    for (const Named& named : table)
        if (named.number == number) return named.name;
    return {};
}

}  // namespace

std::string Principal::text() const {
    std::string joined;
    for (const std::string& part : parts) joined += (joined.empty() ? "" : "/") + part;
    return joined;
}

std::string KrbError::error_name() const {
    if (!error_code) return {};
    const ErrorName* known = find_error(*error_code);
    return known != nullptr ? known->name : "error " + std::to_string(*error_code);
}

std::string etype_name(std::int64_t etype) { return name_in(kEtypes, etype); }
std::string name_type_name(std::int64_t type) { return name_in(kNameTypes, type); }

std::vector<std::string> ap_option_names(std::uint32_t ap_options) {
    std::vector<std::string> names;  // RFC 4120 5.5.1: bit 0 is the highest
    if ((ap_options & 0x40000000U) != 0) names.emplace_back("use-session-key");
    if ((ap_options & 0x20000000U) != 0) names.emplace_back("mutual-required");
    return names;
}

}  // namespace why401::kerberos
