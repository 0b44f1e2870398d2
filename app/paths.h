#pragma once
// Where this program keeps things (XDG Base Directory Specification 0.8). Says where; creates folders only
// when asked.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace why401 {

struct Paths {
    std::filesystem::path config;    ///< the configuration file
    std::filesystem::path captures;  ///< new captures go here
    std::filesystem::path ca;        ///< the local CA: its certificate and its key
    std::filesystem::path runtime;   ///< one file per running instance
};

/// `variable` looks up an environment variable; empty or relative values count as unset, as the specification
/// says. Without XDG_RUNTIME_DIR the runtime folder is in the cache folder. Throws std::runtime_error without
/// a HOME.
Paths paths(const std::function<const char*(const char*)>& variable);
Paths paths();  ///< of this process

/// Creates the folder and those above it; the folder itself gets mode 0700. Throws
/// std::filesystem::filesystem_error.
void make_private_folder(const std::filesystem::path& folder);

/// Writes a file with mode 0600 that is there whole or not at all (a temporary name, then renamed).
/// Throws std::filesystem::filesystem_error naming the file.
void write_private_file(const std::filesystem::path& file, const std::string& text);

/// The whole text; empty when it cannot be read, or is longer than `limit`.
std::optional<std::string> read_file(const std::filesystem::path& file, std::size_t limit = 1 << 20);

}  // namespace why401
