// Any bytes as a body: no crash, progress with every call, the same content and the same answer however they
// were split, and no more content than bytes. The first bytes choose the framing and the size of the pieces.

#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/http1_framing.h"

using namespace why401::http1;

namespace {

void require(bool claim) {
    if (!claim) std::abort();
}

struct Outcome {
    std::string content;
    std::size_t consumed = 0;
    bool done = false;
    std::size_t offset = 0;
    std::string_view what;
    bool operator==(const Outcome&) const = default;
};

Outcome read_all(Framing framing, std::string_view bytes, std::size_t piece_size) {
    BodyReader reader(framing);
    Outcome outcome;
    while (outcome.consumed < bytes.size() && !outcome.done && outcome.what.empty()) {
        const std::string piece(bytes.substr(outcome.consumed, piece_size));
        const BodyReader::Step step = reader.read(piece);
        require(step.consumed <= piece.size() && step.payload_begin + step.payload_length <= step.consumed);
        require(step.consumed > 0 || step.done || step.defect);
        outcome.content += piece.substr(step.payload_begin, step.payload_length);
        outcome.consumed += step.consumed;
        outcome.done = step.done;
        if (step.defect) {
            outcome.offset = step.defect->offset;
            outcome.what = step.defect->what;
            require(outcome.offset <= outcome.consumed && !step.defect->clause.empty());
        }
    }
    require(reader.payload_bytes() == outcome.content.size());
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 3) return 0;
    constexpr BodyKind kKinds[] = {BodyKind::Chunked, BodyKind::Chunked, BodyKind::Length,
                                   BodyKind::UntilClose};
    const Framing framing{kKinds[data[0] % 4], data[1]};
    const std::string bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
    const Outcome whole = read_all(framing, bytes, bytes.size() + 1);
    require(whole == read_all(framing, bytes, data[2] % 32u + 1u));
    require(whole == read_all(framing, bytes, 1));
    return 0;
}
