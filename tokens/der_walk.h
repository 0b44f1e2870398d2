#pragma once
// Walks the "SEQUENCE of [number] EXPLICIT value" that SPNEGO and Kerberos are made of, and notes faults
// once. It refuses to know which numbers mean what.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"
#include "wire/der.h"

namespace why401 {

class DerWalk {
public:
    DerWalk(std::vector<Anomaly>& anomalies, std::string clause)
        : anomalies_(anomalies), clause_(std::move(clause)) {}

    /// The first element of `bytes`, which begin at `offset` of the token.
    std::optional<der::Element> first(std::string_view bytes, std::size_t offset);
    /// The first element inside `parent`; notes an anomaly when its tag is not the expected one.
    std::optional<der::Element> child(const der::Element& parent, std::uint8_t tag);
    /// Calls `visit(number, value)` for every [number] value inside a SEQUENCE, in order. `value` is the
    /// element inside the tag.
    template <class Visit>
    void fields(const der::Element& sequence, Visit visit) {
        der::Elements elements(sequence);
        while (const auto field = elements.next()) {
            der::Elements inside(*field);
            const auto value = inside.next();
            note(inside.fault(), inside.fault_offset());
            if ((field->tag & 0xE0) != 0xA0) {
                note("not a context tag where one belongs", field->offset);
            } else if (value) {
                visit(field->tag & 0x1F, *value);
            }
        }
        note(elements.fault(), elements.fault_offset());
    }
    /// Calls `visit(element)` for every element inside `parent`.
    template <class Visit>
    void each(const der::Element& parent, Visit visit) {
        der::Elements elements(parent);
        while (const auto element = elements.next()) visit(*element);
        note(elements.fault(), elements.fault_offset());
    }
    /// Whether the tag is `tag`; notes an anomaly otherwise.
    bool expect(const der::Element& element, std::uint8_t tag);

    void note(std::string what, std::size_t offset);
    void note(der::Fault fault, std::size_t offset);

private:
    std::vector<Anomaly>& anomalies_;
    std::string clause_;
};

/// GeneralString and the like: UTF-8 where it is, else read as Latin-1.
std::string readable(std::string_view bytes);

/// A GSS-API InitialContextToken (RFC 2743 3.1): [APPLICATION 0] { OID, what the mechanism says }.
struct GssFrame {
    std::string mech;
    std::string_view inner;
    std::size_t inner_offset = 0;
    bool clipped = false;         ///< it claims more bytes than there are
    std::size_t trailing_at = 0;  ///< where bytes after the frame begin; 0: there are none
};
/// Nothing when the token does not begin like one.
std::optional<GssFrame> open_gss_frame(std::string_view token);
std::string encode_gss_frame(std::string_view mech, std::string_view inner);

}  // namespace why401
