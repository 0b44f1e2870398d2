#pragma once
// Where an HTTP/1 message body ends (RFC 9112 6 and 7), read strictly: what could be framed in two ways
// is refused. Bytes are counted and passed on as received; nothing is decoded for forwarding.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "wire/http1_head.h"

namespace why401::http1 {

enum class BodyKind { None, Length, Chunked, UntilClose };

struct Framing {
    BodyKind kind = BodyKind::None;
    std::uint64_t length = 0;  ///< for BodyKind::Length
};

/// Refuses Transfer-Encoding with Content-Length, more than one line of either, any coding but exactly
/// `chunked`, Transfer-Encoding in HTTP/1.0, a Content-Length that is not 1*19 digits within int64.
std::variant<Framing, Defect> request_framing(const Head& head, std::string_view bytes);

/// The same refusals; HEAD, 1xx, 204, 304 and a 2xx to CONNECT have no body whatever their fields say (but the
/// fields are still judged). Without Content-Length and Transfer-Encoding a response lasts until the connection closes.
std::variant<Framing, Defect> response_framing(const Head& head, std::string_view bytes, std::string_view request_method);

/// Whether the sender keeps the connection open after this message (RFC 9112 9.3): version and `Connection`,
/// and `Proxy-Connection` of a request to a proxy when there is no `Connection`.
bool keeps_connection(const Head& head, std::string_view bytes);

/// Follows one body through arbitrary splits. Strict chunk grammar: size of 1 to 16 hex digits that fits int64, extensions
/// of token[=token|quoted-string], CRLF and nothing else as line end, trailer fields by the rules of heads, at most
/// 64 KB of size lines with extensions in a body without data between them growing, 64 KB of trailers.
class BodyReader {
public:
    BodyReader() = default;
    explicit BodyReader(Framing framing);

    struct Step {
        std::size_t consumed = 0;  ///< bytes of this message, to be forwarded as received
        std::size_t payload_begin = 0, payload_length = 0;  ///< one run of content (chunk data, or plain body) inside them
        bool done = false;         ///< the message ends here
        std::optional<Defect> defect;  ///< offset counts from the start of the body; consumed stops before it
    };
    /// Consumes up to the end of `bytes`, of the message, or of the next run of content, whichever comes first:
    /// call until it has consumed all or is done. UntilClose never is done by itself.
    Step read(std::string_view bytes);

    bool done() const { return state_ == State::Done; }
    BodyKind kind() const { return framing_.kind; }
    std::uint64_t payload_bytes() const { return payload_bytes_; }

private:
    enum class State { Data, ChunkSize, ChunkExtension, ChunkSizeLf, ChunkData, ChunkDataCr, ChunkDataLf, Trailer, Done, Refused };
    Framing framing_;
    State state_ = State::Done;
    std::uint64_t remaining_ = 0;      ///< of the plain body or the chunk
    std::uint64_t payload_bytes_ = 0;
    std::uint64_t position_ = 0;       ///< bytes of the body consumed so far
    // The implementer may add private members.
};

}  // namespace why401::http1
