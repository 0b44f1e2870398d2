#pragma once
// A ZIP archive in memory, read entry by entry and never further than asked: what a small archive unpacks to
// cannot fill the memory. It writes no file and follows no name.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace why401 {

class ZipReader {
public:
    /// Keeps a view of the bytes. Throws TraceError when they are no archive.
    explicit ZipReader(std::string_view bytes);
    ~ZipReader();

    std::uint64_t size() const;
    std::string_view name(std::uint64_t index) const;
    bool encrypted(std::uint64_t index) const;
    /// The first bytes of an entry; `whole` says whether that was all. Empty and not whole when it is
    /// damaged.
    std::string read(std::uint64_t index, std::size_t most, bool& whole) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401
