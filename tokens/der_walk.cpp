#include "tokens/der_walk.h"

#include <algorithm>

#include "wire/hex.h"
#include "wire/utf8.h"

namespace why401 {

namespace {
constexpr std::size_t kMaxAnomalies = 64;
}

std::optional<der::Element> DerWalk::first(std::string_view bytes, std::size_t offset) {
    der::Elements elements(bytes, offset);
    auto element = elements.next();
    note(elements.fault(), elements.fault_offset());
    return element;
}

std::optional<der::Element> DerWalk::child(const der::Element& parent, std::uint8_t tag) {
    der::Elements elements(parent);
    auto element = elements.next();
    note(elements.fault(), elements.fault_offset());
    if (!element && elements.fault() == der::Fault::None) note("an element is empty", parent.offset);
    if (element && !expect(*element, tag)) element.reset();
    return element;
}

bool DerWalk::expect(const der::Element& element, std::uint8_t tag) {
    if (element.tag == tag) return true;
    note("tag " + hex::number(element.tag, 2) + " where " + hex::number(tag, 2) + " belongs", element.offset);
    return false;
}

void DerWalk::note(std::string what, std::size_t offset) {
    Anomaly anomaly{std::move(what), offset, clause_};
    // One cut goes through every level that it stands in: say it once.
    if (anomalies_.size() < kMaxAnomalies &&
        std::find(anomalies_.begin(), anomalies_.end(), anomaly) == anomalies_.end())
        anomalies_.push_back(std::move(anomaly));
}

void DerWalk::note(der::Fault fault, std::size_t offset) {
    if (fault != der::Fault::None) note(std::string(der::sentence(fault)), offset);
}

std::string readable(std::string_view bytes) {
    return utf8::valid(bytes) ? std::string(bytes) : utf8::from_latin1(bytes);
}

std::optional<GssFrame> open_gss_frame(std::string_view token) {
    der::Elements outer(token);
    const auto frame = outer.next();
    if (!frame || frame->tag != der::application(0)) return std::nullopt;
    const auto oid = der::only_child(*frame, der::kOid);
    if (!oid || oid->clipped()) return std::nullopt;
    GssFrame opened;
    opened.mech = der::oid_text(oid->content);
    opened.inner_offset = oid->content_offset + oid->content.size();
    opened.inner = frame->content.substr(opened.inner_offset - frame->content_offset);
    opened.clipped = frame->clipped();
    const std::size_t end = frame->content_offset + frame->content.size();
    opened.trailing_at = end < token.size() ? end : 0;
    return opened;
}

std::string encode_gss_frame(std::string_view mech, std::string_view inner) {
    return der::encode(der::application(0), der::encode_oid(mech).append(inner));
}

}  // namespace why401
