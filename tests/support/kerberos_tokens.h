#pragma once
// For tests only: Kerberos logins made of bytes. The encrypted parts are filler; everything that stands in
// clear is what a real client or server would write.

#include <optional>
#include <string>
#include <vector>

#include "tokens/der_walk.h"
#include "tokens/kerberos.h"
#include "tokens/spnego.h"
#include "wire/base64.h"
#include "wire/der.h"

namespace why401::test {

struct TicketParts {
    std::string realm = "CONTOSO.TEST";
    std::vector<std::string> sname = {"HTTP", "web01.test"};
    int etype = 18;
    std::optional<int> kvno = 3;
    std::size_t size = 900;  ///< of the encrypted part
    char filler = 't';       ///< tells one ticket from another
    bool mutual = true;
};

inline std::string der_field(int number, const std::string& value) {
    return der::encode(der::context(number), value);
}

inline std::string encrypted_data(int etype, std::optional<int> kvno, std::size_t size, char filler) {
    std::string body = der_field(0, der::encode_integer(etype));
    if (kvno) body += der_field(1, der::encode_integer(*kvno));
    return der::encode(der::kSequence,
                       body + der_field(2, der::encode(der::kOctetString, std::string(size, filler))));
}

/// RFC 4120 5.5.1, as a client sends it.
inline std::string ap_req(const TicketParts& parts) {
    std::string names;
    for (const std::string& part : parts.sname) names += der::encode(der::kGeneralString, part);
    const std::string sname =
        der::encode(der::kSequence,
                    der_field(0, der::encode_integer(2)) + der_field(1, der::encode(der::kSequence, names)));
    const std::string ticket = der::encode(
        der::application(1),
        der::encode(der::kSequence,
                    der_field(0, der::encode_integer(5)) +
                        der_field(1, der::encode(der::kGeneralString, parts.realm)) + der_field(2, sname) +
                        der_field(3, encrypted_data(parts.etype, parts.kvno, parts.size, parts.filler))));
    const std::string options(parts.mutual ? "\x00\x20\x00\x00\x00" : "\x00\x00\x00\x00\x00", 5);
    return der::encode(
        der::application(14),
        der::encode(der::kSequence,
                    der_field(0, der::encode_integer(5)) + der_field(1, der::encode_integer(14)) +
                        der_field(2, der::encode(der::kBitString, options)) + der_field(3, ticket) +
                        der_field(4, encrypted_data(parts.etype, {}, 160, parts.filler))));
}

/// In its GSS frame, without SPNEGO.
inline std::string raw_ticket(const TicketParts& parts) {
    return encode_gss_frame(kerberos::kMech, std::string("\x01\x00", 2) + ap_req(parts));
}

/// A field value of a client.
inline std::string ticket(const TicketParts& parts = {}) {
    return "Negotiate " +
           base64::encode(spnego::encode_init({std::string(kerberos::kMechMicrosoft),
                                               std::string(kerberos::kMech), std::string(spnego::kNtlmMech)},
                                              raw_ticket(parts)));
}

/// A field value of a server that rejects with a KRB-ERROR, as MIT's library and Windows do.
inline std::string krb_refusal(int code, const std::string& stime = "19700101001640Z") {
    return "Negotiate " +
           base64::encode(spnego::encode_resp(
               spnego::NegState::Reject, kerberos::kMech,
               kerberos::encode_krb_error(code, stime, "CONTOSO.TEST", {"HTTP", "web01.test"})));
}

}  // namespace why401::test
