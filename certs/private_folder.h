#pragma once
// A folder of secrets on disk: what is in it is its owner's alone, appears whole, and is never overwritten.
// It parses nothing.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace why401::certs {

/// Makes `folder` and those above it that are missing, mode 0700 whatever the umask. Throws CertsError.
void make_private_folder(const std::filesystem::path& folder);
/// Throws CertsError when `folder` is no folder of ours: a symbolic link, a file, one that others own or may
/// write to.
void check_private_folder(const std::filesystem::path& folder);

/// Held by one process, and one thread of it, at a time; a process that dies gives it back.
class FolderLock {
public:
    /// Waits for it. Throws CertsError when the lock file cannot be made.
    explicit FolderLock(const std::filesystem::path& file);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_;
};

/// Creates `file` with mode 0600 whatever the umask; it is there whole or not at all. The caller holds the
/// lock of its folder. Throws CertsError, also when there is such a file.
void create_private_file(const std::filesystem::path& file, std::string_view text);

enum class Secret : bool { No, Yes };
/// The text of a regular file; nothing when there is none. Throws CertsError for a symbolic link and what
/// cannot be read, and of a secret for one that anybody but its owner can read or write.
std::optional<std::string> read_private_file(const std::filesystem::path& file, Secret secret);

}  // namespace why401::certs
