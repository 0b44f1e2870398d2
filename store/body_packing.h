#pragma once
// Bodies in a capture: those of 4 KiB and more as zstd (RFC 8878) where it saves at least an eighth, else as
// they are.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;

namespace why401 {

class BodyPacker {
public:
    BodyPacker();
    ~BodyPacker();
    /// The packed bytes, valid until the next call; nothing when packing does not help.
    std::optional<std::string_view> pack(std::string_view body);

private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    std::unique_ptr<ZSTD_CCtx_s, Free> context_;
    std::string packed_;
};

/// Nothing when `packed` is not whole or claims more than 256 MiB: a capture may come from a stranger.
std::optional<std::string> unpack_body(std::string_view packed);

}  // namespace why401
