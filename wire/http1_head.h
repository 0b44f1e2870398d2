#pragma once
// The head of an HTTP/1 message, read strictly and in place: offsets into the received bytes, no copies.
// It is the only HTTP/1 head parser on the relay. It refuses whatever two parsers could read differently
// (design rule 13); it never repairs, reorders or normalises.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace why401::http1 {

/// What is wrong with received bytes, where, and which clause says so.
struct Defect {
    std::string_view what;    ///< a sentence for a person; static storage
    std::size_t offset = 0;   ///< of the first offending byte, from the first byte given to the parser
    std::string_view clause;  ///< "RFC 9112 5.1"; static storage
    int status = 400;         ///< what a server answers to a request that has it
};

/// One field line. Offsets count from the first byte of the head as received (leading CRLFs included).
struct FieldLine {
    std::uint32_t begin = 0;  ///< of the name, which is the start of the line
    std::uint32_t name_length = 0;
    std::uint32_t value_begin = 0;  ///< white space around the value is not part of it
    std::uint32_t value_length = 0;
    std::uint32_t end = 0;  ///< one past the CRLF

    std::string_view name(std::string_view head) const { return head.substr(begin, name_length); }
    std::string_view value(std::string_view head) const { return head.substr(value_begin, value_length); }
};

struct Head {
    std::uint32_t begin = 0;  ///< of the start line; not 0 when empty lines came first (RFC 9112 2.2)
    std::uint32_t end = 0;    ///< one past the empty line
    std::uint32_t start_line_end = 0;  ///< one past the CRLF of the start line
    int minor_version = 1;             ///< of HTTP/1.x: 0 or 1

    // of a request
    std::uint32_t method_length = 0;  ///< the method stands at `begin`
    std::uint32_t target_begin = 0;
    std::uint32_t target_length = 0;
    // of a response
    int status = 0;  ///< 100..999; 0 in a request

    std::vector<FieldLine> fields;

    std::string_view method(std::string_view bytes) const { return bytes.substr(begin, method_length); }
    std::string_view target(std::string_view bytes) const {
        return bytes.substr(target_begin, target_length);
    }
    /// The first field of that name, in any case; nullptr when there is none.
    const FieldLine* find(std::string_view bytes, std::string_view name) const;
    /// How many lines carry that name.
    std::size_t count(std::string_view bytes, std::string_view name) const;
    /// Whether a list-valued field (all its lines) holds `element`, in any case: `Connection` and the like.
    bool list_has(std::string_view bytes, std::string_view name, std::string_view element) const;
};

struct Limits {
    std::size_t head_bytes = 256 * 1024;
    std::size_t fields = 1000;
};

enum class Progress { NeedMore, Complete, Refused };

/// Reads one head from the front of a growing buffer: call again with the same bytes and more behind them.
/// Lines end in CRLF only; a bare LF or CR, NUL or another control byte, obs-fold, an empty or non-token
/// name, white space before the colon, and a version other than HTTP/1.0 or HTTP/1.1 are refused, each as
/// soon as its line is whole (a bare LF at once). Requests: method a token, exactly one space on each side
/// of the target, the target of visible ASCII or obs-text without white space; HTTP/1.1 needs exactly one
/// Host and 1.0 at most one, whose value must be empty or host[:port] (no white space, comma or userinfo).
/// Responses: `HTTP/1.1 200` without a reason, and without the space before it, is taken. Up to 8 leading
/// CRLFs before a request are taken, none before a response. Framing fields are judged by http1_framing, not
/// here.
class HeadParser {
public:
    enum class Kind { Request, Response };
    explicit HeadParser(Kind kind, Limits limits = {}) : kind_(kind), limits_(limits) {}

    /// `bytes` starts at the first byte of the message. After Complete, `head()` is valid and
    /// `bytes.substr(head().end)` is what follows; after Refused, `defect()` is. Either answer is final until
    /// reset(), and the same however the bytes were split. Each byte is searched once over all calls.
    Progress parse(std::string_view bytes);

    const Head& head() const { return head_; }
    Head take_head() { return static_cast<Head&&>(head_); }
    const Defect& defect() const { return defect_; }
    void reset();

private:
    Progress take_line(std::string_view bytes, std::size_t lf);
    Progress take_request_line(std::string_view bytes, std::size_t lf);
    Progress take_status_line(std::string_view bytes, std::size_t lf);
    Progress take_field(std::string_view bytes, std::size_t lf);
    Progress take_empty_line(std::size_t lf);
    Progress take_host(std::string_view bytes, const FieldLine& line);
    Progress refuse(const Defect& defect);
    Progress refuse(std::string_view what, std::size_t offset, std::string_view clause, int status = 400);

    Kind kind_;
    Limits limits_;
    Progress progress_ = Progress::NeedMore;
    std::size_t scanned_ = 0;     ///< bytes already searched for line ends
    std::size_t line_begin_ = 0;  ///< of the line under way
    bool start_line_read_ = false;
    bool host_read_ = false;
    Head head_;
    Defect defect_;
};

}  // namespace why401::http1
