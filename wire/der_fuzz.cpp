// Any bytes as DER: elements lie inside their parent, in order, and tile it as long as there is no fault;
// what is written again in the shortest form reads the same.
#include <cstdint>
#include <cstdlib>

#include "wire/der.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

void check_values(const der::Element& element) {
    const auto number = der::integer(element.content);
    if (number) {
        const std::string again = der::encode_integer(*number);
        require(der::integer(der::Elements(again).next()->content) == number);
    }
    der::bits(element.content);
    const std::string oid = der::oid_text(element.content);
    if (!oid.empty()) require(der::oid_text(der::Elements(der::encode_oid(oid)).next()->content) == oid);
}

void walk(der::Elements elements, std::string_view outermost, std::size_t begin, std::size_t end) {
    std::size_t at = begin;
    while (const auto element = elements.next()) {
        require(element->offset == at && element->content_offset > at);
        at = element->content_offset + element->content.size();
        require(at <= end && element->depth < der::kMaxDepth);
        require(outermost.substr(element->content_offset, element->content.size()) == element->content);
        require(!element->clipped() || (at == end && elements.fault() == der::Fault::Truncated));
        check_values(*element);
        if (!element->clipped()) {
            const std::string again = der::encode(element->tag, element->content);
            const auto same = der::Elements(again).next();
            require(same && same->tag == element->tag && same->content == element->content);
        }
        if (element->constructed()) walk(der::Elements(*element), outermost, element->content_offset, at);
    }
    if (elements.fault() == der::Fault::None) require(at == end);
    if (elements.fault() != der::Fault::None)
        require(elements.fault_offset() <= end && *der::sentence(elements.fault()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    walk(der::Elements(bytes), bytes, 0, size);
    check_values({0, 0, 0, bytes, size, 0});
    return 0;
}
