// BodyReader, declared in wire/http1_framing.h: a table of states as a switch, one byte at a time outside
// content.

#include <algorithm>
#include <limits>
#include <string_view>

#include "wire/ascii.h"
#include "wire/http1_field_line.h"
#include "wire/http1_framing.h"

namespace why401::http1 {
namespace {

constexpr std::size_t kMostOverhead = 64 * 1024;
constexpr std::size_t kMostDigits = 16;
constexpr std::uint64_t kMostSize = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// -1 for anything but a hexadecimal digit.
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// RFC 9110 6.5.1: fields that frame or route a message have no place behind it.
bool forbidden_in_trailer(std::string_view name) {
    return same_name(name, "content-length") || same_name(name, "transfer-encoding") ||
           same_name(name, "host");
}

}  // namespace

BodyReader::BodyReader(Framing framing) : framing_(framing) {
    switch (framing.kind) {
        case BodyKind::None: break;
        case BodyKind::Length:
            remaining_ = framing.length;
            if (remaining_ != 0) state_ = State::Data;
            break;
        case BodyKind::Chunked: state_ = State::ChunkSize; break;
        case BodyKind::UntilClose: state_ = State::Data; break;
    }
}

BodyReader::Step BodyReader::read(std::string_view bytes) {
    Step step;
    while (step.consumed < bytes.size() && state_ != State::Done && state_ != State::Refused) {
        if (state_ == State::Data || state_ == State::ChunkData) {
            read_content(bytes, step);
            break;
        }
        read_byte(bytes[step.consumed]);
        if (state_ == State::Refused) break;
        ++step.consumed;
        ++position_;
    }
    step.done = done();
    if (state_ == State::Refused) step.defect = defect_;
    return step;
}

void BodyReader::read_content(std::string_view bytes, Step& step) {
    std::size_t run = bytes.size() - step.consumed;
    if (framing_.kind != BodyKind::UntilClose) {
        run = static_cast<std::size_t>(std::min<std::uint64_t>(run, remaining_));
        remaining_ -= run;
        if (remaining_ == 0) state_ = state_ == State::Data ? State::Done : State::ChunkDataCr;
    }
    step.payload_begin = step.consumed;
    step.payload_length = run;
    step.consumed += run;
    position_ += run;
    payload_bytes_ += run;
    extension_bytes_ -= std::min(extension_bytes_, run);
}

void BodyReader::read_byte(char c) {
    switch (state_) {
        case State::ChunkSize: return read_size(c);
        case State::ExtensionName:
        case State::ExtensionValue:
        case State::ExtensionToken:
        case State::ExtensionQuoted:
        case State::ExtensionEscape:
        case State::ExtensionEnd: return read_extension(c);
        case State::ChunkSizeLf:
            if (c == '\n') return begin_chunk();
            return expect_lf(c, State::ChunkSize);
        case State::ChunkDataCr:
            if (c == '\r') {
                state_ = State::ChunkDataLf;
                return;
            }
            return refuse_byte(c, "the data of a chunk is longer than its size says", "RFC 9112 7.1");
        case State::ChunkDataLf: return expect_lf(c, State::ChunkSize);
        case State::TrailerLine:
        case State::TrailerName:
        case State::TrailerValue: return read_trailer(c);
        case State::TrailerLf: return expect_lf(c, State::TrailerLine);
        case State::LastLf: return expect_lf(c, State::Done);
        case State::Data:
        case State::ChunkData:
        case State::Done:
        case State::Refused: return;
    }
}

void BodyReader::read_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (size_digits_ == kMostDigits)
            return refuse("a chunk size has more than 16 digits (chunk overflow)", position_, "RFC 9112 7.1");
        if (remaining_ > (kMostSize >> 4))
            return refuse("a chunk size does not fit 63 bits (chunk overflow)", position_, "RFC 9112 7.1");
        remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
        ++size_digits_;
        return;
    }
    if (size_digits_ == 0) return refuse_byte(c, "a chunk does not begin with its size", "RFC 9112 7.1");
    read_size_line_end(c, "something other than an extension follows a chunk size", "RFC 9112 7.1");
}

// Behind the size or a whole extension: the next extension or the end of the line.
void BodyReader::read_size_line_end(char c, std::string_view what, std::string_view clause) {
    token_length_ = 0;
    if (c == '\r') {
        state_ = State::ChunkSizeLf;
    } else if (c == ';') {
        state_ = State::ExtensionName;
        count_extension();
    } else {
        refuse_byte(c, what, clause);
    }
}

void BodyReader::read_extension(char c) {
    constexpr std::string_view kWhat = "a chunk extension is not name, name=token or name=\"text\"";
    constexpr std::string_view kClause = "RFC 9112 7.1.1";
    const bool quoted = state_ == State::ExtensionQuoted, escaped = state_ == State::ExtensionEscape;
    if (quoted || escaped) {
        if (control_byte(c)) return refuse_byte(c, kWhat, kClause);
        state_ = State::ExtensionQuoted;
        if (quoted && c == '\\') state_ = State::ExtensionEscape;
        if (quoted && c == '"') state_ = State::ExtensionEnd;
    } else if (state_ != State::ExtensionEnd && token_byte(c)) {
        if (state_ == State::ExtensionValue) state_ = State::ExtensionToken;
        ++token_length_;
    } else if (state_ == State::ExtensionName && c == '=' && token_length_ != 0) {
        state_ = State::ExtensionValue;
    } else if (state_ == State::ExtensionValue && c == '"') {
        state_ = State::ExtensionQuoted;
    } else if (state_ == State::ExtensionValue || token_length_ == 0) {
        return refuse_byte(c, kWhat, kClause);
    } else {
        return read_size_line_end(c, kWhat, kClause);
    }
    count_extension();
}

void BodyReader::count_extension() {
    // RFC 9112 7.1.1: a recipient ought to limit them. Content makes up for them, so no long download runs
    // out.
    if (++extension_bytes_ > kMostOverhead)
        refuse("chunk extensions exceed the limit of 64 KB beyond the content", position_, "RFC 9112 7.1.1");
}

void BodyReader::begin_chunk() {
    size_digits_ = 0;
    state_ = remaining_ == 0 ? State::TrailerLine : State::ChunkData;
}

void BodyReader::read_trailer(char c) {
    if (++trailer_bytes_ > kMostOverhead)
        return refuse("the trailer section is longer than the limit of 64 KB", position_, "RFC 9112 7.1.2");
    if (state_ == State::TrailerName) return read_trailer_name(c);
    if (state_ == State::TrailerValue) {
        if (c == '\r')
            state_ = State::TrailerLf;
        else if (control_byte(c))
            refuse_byte(c, {}, {});
        return;
    }
    if (c == '\r') {
        state_ = State::LastLf;
        return;
    }
    if (blank(c)) return refuse("a trailer line is folded (obs-fold)", position_, "RFC 9112 5.2");
    token_length_ = 0;
    state_ = State::TrailerName;
    read_trailer_name(c);
}

void BodyReader::read_trailer_name(char c) {
    if (token_byte(c)) {
        if (token_length_ < trailer_name_.size()) trailer_name_[token_length_] = c;
        ++token_length_;
        return;
    }
    if (c == '\r') return refuse("a trailer line has no colon", position_, "RFC 9112 5");
    if (c != ':') return refuse_byte(c, "a trailer name holds a byte that no token may hold", "RFC 9110 5.1");
    if (token_length_ == 0) return refuse("a trailer field has no name", position_, "RFC 9110 5.1");
    if (token_length_ <= trailer_name_.size() &&
        forbidden_in_trailer(std::string_view(trailer_name_.data(), token_length_)))
        return refuse("a field that frames or routes the message stands in its trailer",
                      position_ - token_length_, "RFC 9110 6.5.1");
    state_ = State::TrailerValue;
}

void BodyReader::expect_lf(char c, State next) {
    if (c != '\n') return refuse("a CR stands without its LF", position_ - 1, "RFC 9112 2.2");
    state_ = next;
}

void BodyReader::refuse(std::string_view what, std::uint64_t offset, std::string_view clause) {
    state_ = State::Refused;
    defect_ = {what, static_cast<std::size_t>(offset), clause};
}

// As defect_at, without seeing what follows: a CR where none may stand is the business of the caller's
// grammar.
void BodyReader::refuse_byte(char c, std::string_view what, std::string_view clause) {
    if (c == '\n') return refuse("a line ends in LF without CR", position_, "RFC 9112 2.2");
    if (c == '\0') return refuse("a NUL byte stands in the framing of the body", position_, "RFC 9110 5.5");
    if (c != '\r' && control_byte(c))
        return refuse("a control byte stands in the framing of the body", position_, "RFC 9110 5.5");
    refuse(what, position_, clause);
}

}  // namespace why401::http1
