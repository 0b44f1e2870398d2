#pragma once
// What Kerberos messages show without any key (RFC 4120): AP-REQ, AP-REP, KRB-ERROR, bare or in a GSS frame
// (RFC 4121 4.1). It refuses to guess what is encrypted: client name, times, PAC and channel bindings are not
// here.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokens/krb_error_data.h"
#include "wire/anomaly.h"

namespace why401::kerberos {

/// Where something stands in the decoded token.
struct Place {
    std::size_t offset = 0;
    std::size_t length = 0;
};

struct Principal {
    std::optional<std::int64_t> type;
    std::vector<std::string> parts;
    Place at;

    std::string text() const;  ///< "HTTP/web01.contoso.test"
};

struct EncryptedData {
    std::optional<std::int64_t> etype;
    std::optional<std::int64_t> kvno;
    std::size_t cipher_length = 0;
    Place cipher_at;
    Place etype_at;
    Place kvno_at;
};

struct ApReq {
    bool gss_framed = false;
    std::string mech;  ///< the OID of the GSS frame
    std::optional<std::int64_t> pvno;
    std::uint32_t ap_options = 0;
    Place ap_options_at;
    std::string realm;
    Place realm_at;
    Principal sname;
    EncryptedData ticket;
    EncryptedData authenticator;
    std::vector<Anomaly> anomalies;

    std::string spn() const { return sname.text(); }
    bool mutual_required() const { return (ap_options & 0x20000000U) != 0; }
};

struct ApRep {
    bool gss_framed = false;
    std::string mech;
    EncryptedData enc_part;
    std::vector<Anomaly> anomalies;
};

struct KrbError {
    bool gss_framed = false;
    std::string mech;
    std::optional<std::int64_t> error_code;
    Place error_code_at;
    std::string stime;  ///< as sent: "20200613210423Z"
    Place stime_at;
    std::optional<std::int64_t> susec;
    std::string ctime;
    Place ctime_at;
    std::optional<std::int64_t> cusec;
    std::string crealm;
    Principal cname;
    std::string realm;
    Place realm_at;
    Principal sname;
    std::string e_text;
    Place e_text_at;
    std::string e_data;
    Place e_data_at;
    ErrorData data;                          ///< what e_data says
    std::optional<std::uint32_t> nt_status;  ///< of `data`
    std::vector<Anomaly> anomalies;

    /// "KRB_AP_ERR_MODIFIED"; "error 99" for a code without a name; empty when the code is missing.
    std::string error_name() const;
};

/// monostate: the bytes are none of the three.
using Message = std::variant<std::monostate, ApReq, ApRep, KrbError>;
/// Reads a token: GSS frame with TOK_ID, bare [APPLICATION 14|15|30], or the SEQUENCE inside one.
Message decode(std::string_view token);

// 1.2.840.48018.1.2.2 is what Windows 2000 sent for the first by mistake; Windows offers it to this day.
constexpr std::string_view kMech = "1.2.840.113554.1.2.2";
constexpr std::string_view kMechMicrosoft = "1.2.840.48018.1.2.2";
constexpr std::string_view kMechUserToUser = "1.2.840.113554.1.2.2.3";

/// "AES256-CTS-HMAC-SHA1-96"; empty when unknown.
std::string etype_name(std::int64_t etype);
/// "NT-SRV-INST"; empty when unknown.
std::string name_type_name(std::int64_t type);
std::vector<std::string> ap_option_names(std::uint32_t ap_options);

/// Writes a KRB-ERROR in its GSS frame (RFC 4121 4.1, TOK_ID 03 00), for servers that play a refusal.
std::string encode_krb_error(std::int32_t code, std::string_view stime, std::string_view realm,
                             const std::vector<std::string>& sname);

}  // namespace why401::kerberos
