#pragma once
// Where an HTTP/1 message body ends (RFC 9112 6 and 7), read strictly: what could be framed in two ways
// is refused. Bytes are counted and passed on as received; nothing is decoded for forwarding.

#include <array>
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
/// `chunked`, Transfer-Encoding in HTTP/1.0, a Content-Length that is not 1*19 digits within int64. White
/// space behind a transfer coding, and a tab before it, is refused too: it is where lenient parsers differ.
std::variant<Framing, Defect> request_framing(const Head& head, std::string_view bytes);

/// The same refusals; HEAD, 1xx, 204, 304 and a 2xx to CONNECT have no body whatever their fields say (but
/// the fields are still judged, and a 1xx or 204 with Transfer-Encoding or a Content-Length other than 0 is
/// refused). Without Content-Length and Transfer-Encoding a response lasts until the connection closes.
std::variant<Framing, Defect> response_framing(const Head& head, std::string_view bytes,
                                               std::string_view request_method);

/// Whether the sender keeps the connection open after this message (RFC 9112 9.3): version and `Connection`,
/// and `Proxy-Connection` of a request to a proxy when there is no `Connection`.
bool keeps_connection(const Head& head, std::string_view bytes);

/// Follows one body through arbitrary splits, the answer being the same for each. Strict chunk grammar: size
/// of 1 to 16 hex digits that fits int64, extensions of token[=token|quoted-string] without white space, CRLF
/// and nothing else as line end, trailer fields by the rules of heads and none that frames or routes
/// (Content-Length, Transfer-Encoding, Host); 64 KB of extensions beyond the content that passed, and 64 KB
/// of trailers at most.
class BodyReader {
public:
    BodyReader() = default;
    explicit BodyReader(Framing framing);

    struct Step {
        std::size_t consumed = 0;  ///< bytes of this message, to be forwarded as received
        std::size_t payload_begin = 0,
                    payload_length = 0;  ///< one run of content (chunk data, or plain body) inside them
        bool done = false;               ///< the message ends here
        /// The offset counts from the start of the body; consumed stops before the byte that gave the defect
        /// away, which is the one at the offset or, for a bare CR and a trailer's name, comes soon after it.
        std::optional<Defect> defect;
    };
    /// Consumes up to the end of `bytes`, of the message, or of the next run of content, whichever comes
    /// first: call until it has consumed all or is done or refuses. UntilClose never is done by itself. After
    /// a defect every call answers with it.
    Step read(std::string_view bytes);

    bool done() const { return state_ == State::Done; }
    BodyKind kind() const { return framing_.kind; }
    std::uint64_t announced_bytes() const { return framing_.length; }  ///< for BodyKind::Length
    std::uint64_t payload_bytes() const { return payload_bytes_; }

private:
    enum class State {
        Data,
        ChunkSize,
        ExtensionName,
        ExtensionValue,  // its first byte
        ExtensionToken,
        ExtensionQuoted,
        ExtensionEscape,
        ExtensionEnd,  // behind a closing quote
        ChunkSizeLf,
        ChunkData,
        ChunkDataCr,
        ChunkDataLf,
        TrailerLine,  // its first byte
        TrailerName,
        TrailerValue,
        TrailerLf,
        LastLf,
        Done,
        Refused
    };

    void read_content(std::string_view bytes, Step& step);
    void read_byte(char c);
    void read_size(char c);
    void read_extension(char c);
    void read_size_line_end(char c, std::string_view what, std::string_view clause);
    void read_trailer(char c);
    void read_trailer_name(char c);
    void begin_chunk();
    void count_extension();
    void expect_lf(char c, State next);
    void refuse(std::string_view what, std::uint64_t offset, std::string_view clause);
    void refuse_byte(char c, std::string_view what, std::string_view clause);

    Framing framing_;
    State state_ = State::Done;
    std::uint64_t remaining_ =
        0;  ///< of the plain body or the chunk; while its size is read, the size so far
    std::uint64_t payload_bytes_ = 0;
    std::uint64_t position_ = 0;  ///< bytes of the body consumed so far
    std::size_t size_digits_ = 0;
    std::size_t token_length_ = 0;     ///< of the extension's or the trailer's name so far
    std::size_t extension_bytes_ = 0;  ///< not yet made up for by content
    std::size_t trailer_bytes_ = 0;
    std::array<char, 17> trailer_name_{};  ///< its start: no forbidden name is longer
    Defect defect_;
};

}  // namespace why401::http1
