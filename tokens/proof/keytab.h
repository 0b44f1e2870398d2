#pragma once
// The keys of services, read from a keytab file by libkrb5, and what they open. It refuses to tell a key: it
// tries one.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::proof {

class Keytab {
public:
    struct Entry {
        std::string principal;  ///< "HTTP/web01.contoso.test@CONTOSO.TEST"
        std::int64_t version = 0, etype = 0;

        std::string text() const;  ///< with version and type, for a person
    };

    /// Throws std::runtime_error with a sentence when there is no such file or it is no keytab.
    explicit Keytab(const std::filesystem::path& file);
    ~Keytab();
    Keytab(Keytab&&) noexcept;
    Keytab& operator=(Keytab&&) noexcept;

    const std::vector<Entry>& entries() const { return entries_; }
    /// What entry `index` makes of it; nothing when the key does not fit. `usage`: RFC 4120 7.5.1.
    std::optional<std::string> open(std::size_t index, int usage, std::string_view cipher) const;
    /// The same with a key that came out of a ticket.
    std::optional<std::string> open_with(std::int64_t etype, std::string_view key, int usage,
                                         std::string_view cipher) const;

private:
    struct Library;
    std::unique_ptr<Library> library_;
    std::vector<Entry> entries_;
};

}  // namespace why401::proof
