#include "wire/http1_framing.h"

#include <algorithm>
#include <limits>

#include "wire/ascii.h"
#include "wire/http1_field_line.h"

namespace why401::http1 {
namespace {

constexpr std::uint64_t kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// The framing fields of a head: at most one of them.
struct FramingFields {
    const FieldLine* coding = nullptr;
    const FieldLine* length = nullptr;
};

std::variant<FramingFields, Defect> find_framing_fields(const Head& head, std::string_view bytes) {
    FramingFields found;
    for (const FieldLine& line : head.fields) {
        const std::string_view name = line.name(bytes);
        const bool coding = same_name(name, "transfer-encoding");
        if (!coding && !same_name(name, "content-length")) continue;
        if (coding ? found.coding != nullptr : found.length != nullptr)
            return Defect{coding ? "Transfer-Encoding is repeated" : "Content-Length is repeated", line.begin,
                          "RFC 9112 6.3"};
        (coding ? found.coding : found.length) = &line;
        if (found.coding && found.length)
            return Defect{"both Transfer-Encoding and Content-Length are present", line.begin,
                          "RFC 9112 6.3"};
    }
    return found;
}

// Legal white space, but with it parsers differ on whether this is `chunked` at all, and one that thinks it
// is not reads on by Content-Length or to the end of the connection.
std::optional<Defect> check_white_space(const FieldLine& line, std::string_view bytes) {
    constexpr std::string_view kWhat =
        "white space other than leading spaces stands around a transfer coding";
    const std::size_t value_end = line.value_begin + line.value_length;
    for (std::size_t i = line.begin + line.name_length + 1; i < line.value_begin; ++i)
        if (bytes[i] == '\t') return Defect{kWhat, i, "RFC 9112 5.1"};
    if (line.value_length != 0 && value_end + 2 != line.end) return Defect{kWhat, value_end, "RFC 9112 5.1"};
    return std::nullopt;
}

std::variant<Framing, Defect> read_coding(const Head& head, const FieldLine& line, std::string_view bytes) {
    if (head.minor_version == 0)
        return Defect{"Transfer-Encoding stands in an HTTP/1.0 message", line.begin, "RFC 9112 6.1"};
    if (auto defect = check_white_space(line, bytes)) return *defect;
    if (!same_name(line.value(bytes), "chunked"))
        return Defect{"Transfer-Encoding is not exactly chunked", line.value_begin, "RFC 9112 6.1"};
    return Framing{BodyKind::Chunked, 0};
}

std::variant<Framing, Defect> read_length(const FieldLine& line, std::string_view bytes) {
    const std::string_view value = line.value(bytes);
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] < '0' || value[i] > '9')
            return Defect{"Content-Length is not one number", line.value_begin + i, "RFC 9110 8.6"};
        // 19 digits at most: no overflow of 64 bits before the comparison.
        if (i == 19)
            return Defect{"Content-Length has more than 19 digits", line.value_begin + i, "RFC 9110 8.6"};
        length = length * 10 + static_cast<std::uint64_t>(value[i] - '0');
    }
    if (value.empty()) return Defect{"Content-Length is empty", line.value_begin, "RFC 9110 8.6"};
    if (length > kMost)
        return Defect{"Content-Length does not fit 63 bits", line.value_begin, "RFC 9110 8.6"};
    return Framing{BodyKind::Length, length};
}

/// What the fields say, `otherwise` when there are none.
std::variant<Framing, Defect> read_framing(const Head& head, std::string_view bytes, Framing otherwise) {
    const auto found = find_framing_fields(head, bytes);
    if (const Defect* defect = std::get_if<Defect>(&found)) return *defect;
    const FramingFields& fields = std::get<FramingFields>(found);
    if (fields.coding) return read_coding(head, *fields.coding, bytes);
    if (fields.length) return read_length(*fields.length, bytes);
    return otherwise;
}

/// The option that `field` holds: -1 close, 1 keep-alive, 0 neither. close wins (RFC 9112 9.3).
int connection_option(const Head& head, std::string_view bytes, std::string_view field) {
    if (head.list_has(bytes, field, "close")) return -1;
    return head.list_has(bytes, field, "keep-alive") ? 1 : 0;
}

}  // namespace

std::variant<Framing, Defect> request_framing(const Head& head, std::string_view bytes) {
    return read_framing(head, bytes, Framing{});
}

std::variant<Framing, Defect> response_framing(const Head& head, std::string_view bytes,
                                               std::string_view request_method) {
    const auto said = read_framing(head, bytes, Framing{BodyKind::UntilClose, 0});
    const Framing* framing = std::get_if<Framing>(&said);
    if (!framing) return said;
    if (head.status < 200 || head.status == 204) {
        if (framing->kind == BodyKind::Chunked)
            return Defect{"a response that cannot have a body has Transfer-Encoding",
                          head.find(bytes, "transfer-encoding")->begin, "RFC 9112 6.1"};
        if (framing->length != 0)
            return Defect{"a response that cannot have a body has a Content-Length other than 0",
                          head.find(bytes, "content-length")->begin, "RFC 9110 8.6"};
        return Framing{};
    }
    const bool connected = request_method == "CONNECT" && head.status < 300;
    if (request_method == "HEAD" || head.status == 304 || connected) return Framing{};
    return said;
}

bool keeps_connection(const Head& head, std::string_view bytes) {
    const bool request = head.status == 0;
    const bool old_proxy = request && !head.find(bytes, "connection");
    const int option = connection_option(head, bytes, old_proxy ? "proxy-connection" : "connection");
    return head.minor_version == 0 ? option > 0 : option >= 0;
}

}  // namespace why401::http1
