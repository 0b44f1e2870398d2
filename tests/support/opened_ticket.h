#pragma once
// For tests only: the inside of a Kerberos ticket and of its authenticator as DER (RFC 4120 5.3, 5.5.1), and
// an AP-REQ around what somebody made of them.

#include <string>
#include <string_view>

#include "tokens/der_walk.h"
#include "tokens/kerberos.h"
#include "wire/der.h"
#include "wire/reader.h"
#include "wire/utf16.h"

namespace why401::test {

inline std::string der_field(int number, const std::string& value) {
    return der::encode(der::context(number), value);
}
inline std::string der_octets(std::string_view value) { return der::encode(der::kOctetString, value); }
inline std::string der_sequence(const std::string& value) { return der::encode(der::kSequence, value); }
inline std::string der_text(std::string_view value) { return der::encode(der::kGeneralString, value); }
inline std::string der_time(std::string_view value) { return der::encode(der::kGeneralizedTime, value); }

/// One buffer of PAC_CLIENT_INFO (MS-PAC 2.3, 2.7).
inline std::string pac_of(std::string_view user) {
    const std::string name = utf16::from_utf8(user);
    std::string info(8, '\1');
    wire::put_u16_le(info, static_cast<std::uint16_t>(name.size()));
    info += name;
    std::string pac;
    wire::put_u32_le(pac, 1);
    wire::put_u32_le(pac, 0);
    wire::put_u32_le(pac, 10);
    wire::put_u32_le(pac, static_cast<std::uint32_t>(info.size()));
    wire::put_u64_le(pac, 24);
    return pac + info;
}

inline std::string authorization_data(std::int64_t type, const std::string& data) {
    return der_sequence(
        der_sequence(der_field(0, der::encode_integer(type)) + der_field(1, der_octets(data))));
}

/// alice's ticket from 2025-11-28T23:05:00Z to 2025-11-29T09:05:00Z, forwardable, with a PAC.
inline std::string ticket_inside(std::int64_t session_etype, std::string_view session_key) {
    const std::string key = der_sequence(der_field(0, der::encode_integer(session_etype)) +
                                         der_field(1, der_octets(session_key)));
    const std::string client =
        der_sequence(der_field(0, der::encode_integer(1)) + der_field(1, der_sequence(der_text("alice"))));
    const std::string body = der_field(0, der::encode(der::kBitString, std::string("\0\x40\0\0\0", 5))) +
                             der_field(1, key) + der_field(2, der_text("CONTOSO.TEST")) +
                             der_field(3, client) + der_field(5, der_time("20251128230500Z")) +
                             der_field(6, der_time("20251128230500Z")) +
                             der_field(7, der_time("20251129090500Z")) +
                             der_field(10, authorization_data(1, authorization_data(128, pac_of("alice"))));
    return der::encode(der::application(3), der_sequence(body));
}

/// Made at 2025-11-28T23:06:40.000042Z, with channel bindings "bbbb..." and a delegated ticket.
inline std::string authenticator_inside() {
    std::string checksum;
    wire::put_u32_le(checksum, 16);
    checksum += std::string(16, 'b');
    wire::put_u32_le(checksum, 0x3F);
    const std::string sum =
        der_sequence(der_field(0, der::encode_integer(0x8003)) + der_field(1, der_octets(checksum)));
    const std::string body = der_field(0, der::encode_integer(5)) + der_field(1, der_text("CONTOSO.TEST")) +
                             der_field(3, sum) + der_field(4, der::encode_integer(42)) +
                             der_field(5, der_time("20251128230640Z"));
    return der::encode(der::application(2), der_sequence(body));
}

inline std::string sealed(std::int64_t etype, std::int64_t version, const std::string& cipher) {
    return der_sequence(der_field(0, der::encode_integer(etype)) +
                        der_field(1, der::encode_integer(version)) + der_field(2, der_octets(cipher)));
}

/// In its GSS frame, for HTTP/web01.contoso.test@CONTOSO.TEST.
inline std::string ap_req(std::int64_t etype, std::int64_t version, const std::string& ticket_cipher,
                          const std::string& authenticator_cipher) {
    const std::string name =
        der_sequence(der_field(0, der::encode_integer(2)) +
                     der_field(1, der_sequence(der_text("HTTP") + der_text("web01.contoso.test"))));
    const std::string ticket = der::encode(
        der::application(1),
        der_sequence(der_field(0, der::encode_integer(5)) + der_field(1, der_text("CONTOSO.TEST")) +
                     der_field(2, name) + der_field(3, sealed(etype, version, ticket_cipher))));
    const std::string body = der_field(0, der::encode_integer(5)) + der_field(1, der::encode_integer(14)) +
                             der_field(2, der::encode(der::kBitString, std::string("\0\x20\0\0\0", 5))) +
                             der_field(3, ticket) + der_field(4, sealed(18, 1, authenticator_cipher));
    return encode_gss_frame(
        kerberos::kMech, std::string("\x01\x00", 2) + der::encode(der::application(14), der_sequence(body)));
}

}  // namespace why401::test
