// Any bytes as a Kerberos message, bare and in a GSS frame: what it says lies inside it, and faults are few.
#include <cstdint>
#include <cstdlib>

#include "tokens/der_walk.h"
#include "tokens/describe.h"
#include "tokens/kerberos.h"
#include "tokens/kerberos_side.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

void inside(kerberos::Place place, std::size_t size) { require(place.offset + place.length <= size); }

void inside(const kerberos::EncryptedData& data, std::size_t size) {
    inside(data.etype_at, size);
    inside(data.kvno_at, size);
    require(data.cipher_length <= size);
}

void check(std::string_view token) {
    const std::size_t size = token.size();
    const kerberos::Message message = kerberos::decode(token);
    if (const auto* request = std::get_if<kerberos::ApReq>(&message)) {
        inside(request->ap_options_at, size);
        inside(request->realm_at, size);
        inside(request->sname.at, size);
        inside(request->ticket, size);
        inside(request->authenticator, size);
        require(request->sname.parts.size() <= 16);
        for (const auto& field : describe(*request)) require(field.offset + field.length <= size);
    } else if (const auto* reply = std::get_if<kerberos::ApRep>(&message)) {
        inside(reply->enc_part, size);
        for (const auto& field : describe(*reply)) require(field.offset + field.length <= size);
    } else if (const auto* error = std::get_if<kerberos::KrbError>(&message)) {
        for (const auto& place : {error->error_code_at, error->stime_at, error->ctime_at, error->realm_at,
                                  error->e_text_at, error->e_data_at, error->cname.at, error->sname.at})
            inside(place, size);
        require(error->error_code.has_value() == !error->error_name().empty());
        for (const auto& field : describe(*error)) require(field.offset + field.length <= size);
    }
}

void check_side(std::string_view token) {
    const auto side = kerberos::decode_side(token);
    if (!side) return;
    require(!side->kind.empty());
    inside(side->realm_at, token.size());
    inside(side->sname.at, token.size());
    for (const auto& field : describe(*side)) require(field.offset + field.length <= token.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check(encode_gss_frame(kerberos::kMech, bytes));
    check_side(bytes);
    for (const auto mech : {kerberos::kMechIakerb, kerberos::kMechUserToUser})
        check_side(encode_gss_frame(mech, bytes));
    describe(kerberos::read_error_data(bytes));
    if (const auto frame = open_gss_frame(bytes)) {
        require(bytes.substr(frame->inner_offset, frame->inner.size()) == frame->inner);
        require(frame->trailing_at <= size);
    }
    return 0;
}
