#pragma once
// What a KRB-ERROR carries along in e-data: METHOD-DATA and TYPED-DATA (RFC 4120 5.9.1), and what Windows
// puts there (MS-KILE 2.2.1, 2.2.2). It refuses to guess at e-data of any other shape: that stays opaque.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::kerberos {

struct ErrorData {
    enum class Kind : std::uint8_t { Opaque, MethodData, TypedData, Windows } kind = Kind::Opaque;
    struct Entry {
        std::int64_t type = 0;
        std::size_t length = 0;  ///< of its value
    };
    std::vector<Entry> entries;              ///< 32 at most
    std::optional<std::uint32_t> nt_status;  ///< of a KERB-EXT-ERROR
    bool skew_recovery = false;  ///< the server will cope with the clocks when asked again (MS-KILE 2.2.1)
};

ErrorData read_error_data(std::string_view e_data);

/// "PA-ETYPE-INFO2"; "type 99" when unknown.
std::string padata_name(std::int64_t type);
/// "METHOD-DATA: PA-ETYPE-INFO2, PA-ENC-TIMESTAMP"; "NTSTATUS 0xC000006D"; empty when opaque.
std::string describe(const ErrorData& data);

}  // namespace why401::kerberos
