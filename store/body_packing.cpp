#include "store/body_packing.h"

#include <zstd.h>

namespace why401 {
namespace {

constexpr int kLevel = 1;  // the writer shares its core with the analysis; level 3 costs twice as much
// Below this packing costs more than writing the bytes: a frame begins with 3 us of preparations.
constexpr std::size_t kWorthTrying = 4096;
constexpr unsigned long long kLargest = 256ull << 20;

}  // namespace

BodyPacker::BodyPacker() : context_(ZSTD_createCCtx()) {}
BodyPacker::~BodyPacker() = default;

void BodyPacker::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

std::optional<std::string_view> BodyPacker::pack(std::string_view body) {
    if (body.size() < kWorthTrying || body.size() > kLargest || !context_) return std::nullopt;
    const std::size_t room = ZSTD_compressBound(body.size());
    if (packed_.size() < room) packed_.resize(room);
    const std::size_t size =
        ZSTD_compressCCtx(context_.get(), packed_.data(), packed_.size(), body.data(), body.size(), kLevel);
    if (ZSTD_isError(size) || size > body.size() - body.size() / 8) return std::nullopt;
    return std::string_view(packed_).substr(0, size);
}

std::optional<std::string> unpack_body(std::string_view packed) {
    // The frame of one-shot compression always states its content size (RFC 8878 3.1.1.1.4).
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kLargest)
        return std::nullopt;
    std::string body(static_cast<std::size_t>(size), '\0');
    const std::size_t got = ZSTD_decompress(body.data(), body.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) || got != body.size()) return std::nullopt;
    return body;
}

}  // namespace why401
