#include "certs/private_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "certs/authority.h"
#include "certs/shell_word.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& file, int error) {
    throw CertsError("Cannot " + what + " " + file.string() + ": " + std::generic_category().message(error) +
                     ".");
}

struct Descriptor {
    int number;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

/// root may use what is another's: it can anyway.
bool is_ours(const struct stat& facts) { return facts.st_uid == ::geteuid() || ::geteuid() == 0; }

void write_all(int out, std::string_view text, const fs::path& file) {
    while (!text.empty()) {
        const ssize_t n = ::write(out, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("write", file, errno);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(out) != 0) fail("write", file, errno);
}

}  // namespace

void make_private_folder(const fs::path& folder) {
    struct stat facts {};
    if (::lstat(folder.c_str(), &facts) == 0) return;
    if (folder.has_parent_path() && folder.parent_path() != folder) {
        std::error_code error;
        if (!fs::is_directory(folder.parent_path(), error)) make_private_folder(folder.parent_path());
    }
    if (::mkdir(folder.c_str(), 0700) == 0) {
        if (::chmod(folder.c_str(), 0700) != 0) fail("set the rights of", folder, errno);
    } else if (errno != EEXIST) {  // another process was quicker
        fail("make the folder", folder, errno);
    }
}

void check_private_folder(const fs::path& folder) {
    struct stat facts {};
    if (::lstat(folder.c_str(), &facts) != 0) fail("look at the folder", folder, errno);
    if (S_ISLNK(facts.st_mode))
        throw CertsError(folder.string() +
                         " is a symbolic link; the CA's folder must be a folder itself, so "
                         "that nobody can put another in its place.");
    if (!S_ISDIR(facts.st_mode)) throw CertsError(folder.string() + " is not a folder.");
    if (!is_ours(facts)) throw CertsError(folder.string() + " belongs to another user.");
    if ((facts.st_mode & 022U) != 0)
        throw CertsError("Others may write to " + folder.string() + "; run: chmod 700 " +
                         shell_word(folder.string()));
}

FolderLock::FolderLock(const fs::path& file)
    : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (file_ < 0) fail("open", file, errno);
    ::fchmod(file_, 0600);
    while (::flock(file_, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        const int error = errno;
        ::close(file_);
        fail("lock", file, error);
    }
}

FolderLock::~FolderLock() { ::close(file_); }

void create_private_file(const fs::path& file, std::string_view text) {
    const fs::path unfinished = file.string() + ".new";
    ::unlink(unfinished.c_str());  // what a process left that died here; nobody else is at it now
    {
        const Descriptor out{
            ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
        if (out.number < 0) fail("create", unfinished, errno);
        if (::fchmod(out.number, 0600) != 0) fail("set the rights of", unfinished, errno);
        write_all(out.number, text, unfinished);
    }
    // Not rename(2), which overwrites.
    const int error = ::link(unfinished.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(unfinished.c_str());
    if (error != 0) fail("create", file, error);
}

std::optional<std::string> read_private_file(const fs::path& file, Secret secret) {
    constexpr std::size_t kLimit = 64 * 1024;
    // O_NONBLOCK: a FIFO in its place must not make us wait.
    const Descriptor in{::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (in.number < 0 && errno == ENOENT) return std::nullopt;
    if (in.number < 0 && errno == ELOOP)
        throw CertsError(file.string() + " is a symbolic link; put the file itself there.");
    if (in.number < 0) fail("read", file, errno);
    struct stat facts {};
    if (::fstat(in.number, &facts) != 0) fail("read", file, errno);
    if (!S_ISREG(facts.st_mode)) throw CertsError(file.string() + " is not a regular file.");
    if (secret == Secret::Yes && !is_ours(facts))
        throw CertsError(file.string() + " belongs to another user.");
    if (secret == Secret::Yes && (facts.st_mode & 077U) != 0)
        throw CertsError(
            "Others than its owner can use " + file.string() +
            ", with which they can pose as any site to whoever trusts this CA. If nobody can have "
            "read it, run: chmod 600 " +
            shell_word(file.string()) +
            "; otherwise end that trust (why401 ca untrust) and remove the file and its certificate.");
    std::string text(kLimit, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t n = ::read(in.number, text.data() + size, text.size() - size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("read", file, errno);
        if (n == 0) break;
        size += static_cast<std::size_t>(n);
    }
    text.resize(size);
    return text;
}

}  // namespace why401::certs
