#include "tokens/krb_error_data.h"

#include <array>

#include "tokens/der_walk.h"
#include "wire/hex.h"
#include "wire/reader.h"

namespace why401::kerberos {

namespace {

constexpr std::size_t kMaxEntries = 32;
constexpr std::int64_t kSkewRecovery = 2,
                       kExtended = 3;      // MS-KILE 2.2.1: KERB_AP_ERR_TYPE_..., KERB_ERR_TYPE_...
constexpr std::size_t kExtErrorSize = 12;  // KERB-EXT-ERROR: status, reserved, flags

struct Named {
    std::int64_t type;
    const char* name;
};

constexpr std::array<Named, 16> kPadata = {{
    // RFC 4120 7.5.2, RFC 4556 3.1.3, RFC 6113 7.1, MS-KILE 2.2.10
    {1, "PA-TGS-REQ"},
    {2, "PA-ENC-TIMESTAMP"},
    {3, "PA-PW-SALT"},
    {11, "PA-ETYPE-INFO"},
    {14, "PA-PK-AS-REQ_OLD"},
    {15, "PA-PK-AS-REP_OLD"},
    {16, "PA-PK-AS-REQ"},
    {17, "PA-PK-AS-REP"},
    {19, "PA-ETYPE-INFO2"},
    {128, "PA-PAC-REQUEST"},
    {129, "PA-FOR-USER"},
    {133, "PA-FX-COOKIE"},
    {136, "PA-FX-FAST"},
    {138, "PA-ENCRYPTED-CHALLENGE"},
    {165, "PA-SUPPORTED-ENCTYPES"},
    {167, "PA-PAC-OPTIONS"},
}};

/// SEQUENCE { [first] type, [first + 1] value }.
struct Pair {
    int first = -1;
    std::optional<std::int64_t> type;
    std::string_view value;
};

Pair read_pair(DerWalk& walk, const der::Element& sequence) {
    Pair pair;
    walk.fields(sequence, [&](int number, const der::Element& value) {
        if (value.tag == der::kInteger && pair.first < 0) {
            pair.first = number;
            pair.type = der::integer(value.content);
        } else if (value.tag == der::kOctetString && pair.first >= 0 && number == pair.first + 1) {
            pair.value = value.content;
        }
    });
    return pair;
}

/// An NTSTATUS says of itself that it is an error: its two highest bits are set (MS-ERREF 2.3). A salt of
/// twelve letters does not.
std::optional<std::uint32_t> status_in(std::string_view value) {
    if (value.size() != kExtErrorSize) return std::nullopt;
    const std::uint32_t status = wire::Reader(value).u32_le();
    if (status >> 30 != 3) return std::nullopt;
    return status;
}

void take(const Pair& pair, ErrorData& data) {
    if (!pair.type || data.entries.size() == kMaxEntries) return;
    data.entries.push_back({*pair.type, pair.value.size()});
    // Windows writes it as KERB-ERROR-DATA, and into METHOD-DATA under the number of PA-PW-SALT.
    if (*pair.type == kExtended && !data.nt_status) data.nt_status = status_in(pair.value);
}

}  // namespace

ErrorData read_error_data(std::string_view e_data) {
    ErrorData data;
    std::vector<Anomaly> ignored;  // what cannot be read is opaque, not broken
    DerWalk walk(ignored, "RFC 4120 5.9.1");
    const auto outer = walk.first(e_data, 0);
    if (!outer || outer->tag != der::kSequence || outer->clipped()) return data;
    der::Elements inside(*outer);
    const auto first = inside.next();
    if (!first) return data;
    if (first->tag != der::kSequence) {
        const Pair pair = read_pair(walk, *outer);
        if (pair.first != 1) return data;
        data.kind = ErrorData::Kind::Windows;
        take(pair, data);
        data.skew_recovery = pair.type == kSkewRecovery;
        return data;
    }
    const int numbering = read_pair(walk, *first).first;  // PA-DATA counts from 1, TYPED-DATA from 0
    if (numbering != 0 && numbering != 1) return data;
    data.kind = numbering == 1 ? ErrorData::Kind::MethodData : ErrorData::Kind::TypedData;
    walk.each(*outer, [&](const der::Element& element) {
        if (element.tag == der::kSequence) take(read_pair(walk, element), data);
    });
    return data;
}

std::string padata_name(std::int64_t type) {
    for (const Named& known : kPadata)
        if (known.type == type) return known.name;
    return "type " + std::to_string(type);
}

std::string describe(const ErrorData& data) {
    std::string text;
    if (data.kind == ErrorData::Kind::Windows) {
        text = "KERB-ERROR-DATA";
        if (data.skew_recovery) text += ": the server will allow for the clocks";
    } else if (data.kind != ErrorData::Kind::Opaque) {
        const bool method = data.kind == ErrorData::Kind::MethodData;
        text = method ? "METHOD-DATA: " : "TYPED-DATA: ";
        for (std::size_t i = 0; i < data.entries.size(); ++i) {
            const std::int64_t type = data.entries[i].type;
            text += (i > 0 ? ", " : "") + (method ? padata_name(type) : "type " + std::to_string(type));
        }
    }
    if (data.nt_status) text += (text.empty() ? "" : ", ") + ("NTSTATUS " + hex::number(*data.nt_status));
    return text;
}

}  // namespace why401::kerberos
