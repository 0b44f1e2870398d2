#include "app/paths.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace why401 {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file) {
    throw fs::filesystem_error("cannot write", file, {errno, std::generic_category()});
}

}  // namespace

Paths paths(const std::function<const char*(const char*)>& variable) {
    const auto folder = [&](const char* name) -> std::optional<fs::path> {
        const char* value = variable(name);
        if (value == nullptr || *value != '/') return std::nullopt;
        return fs::path(value);
    };
    const auto base = [&](const char* name, const char* below_home) {
        if (auto given = folder(name)) return *given;
        if (auto home = folder("HOME")) return *home / below_home;
        throw std::runtime_error(std::string("neither ") + name + " nor HOME names an absolute folder");
    };
    Paths result;
    result.config = base("XDG_CONFIG_HOME", ".config") / "why401" / "config.toml";
    result.captures = base("XDG_STATE_HOME", ".local/state") / "why401" / "captures";
    result.ca = base("XDG_DATA_HOME", ".local/share") / "why401" / "ca";
    if (auto runtime = folder("XDG_RUNTIME_DIR"))
        result.runtime = *runtime / "why401";
    else
        result.runtime = base("XDG_CACHE_HOME", ".cache") / "why401" / "run";
    return result;
}

Paths paths() {
    return paths([](const char* name) -> const char* { return std::getenv(name); });
}

void make_private_folder(const fs::path& folder) {
    if (fs::is_directory(folder)) return;  // somebody else's rights on an existing folder are theirs
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path());
    if (fs::create_directory(folder)) fs::permissions(folder, fs::perms::owner_all);
}

void write_private_file(const fs::path& file, const std::string& text) {
    const fs::path temporary = file.string() + "." + std::to_string(::getpid()) + ".new";
    ::unlink(temporary.c_str());
    const int out = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) fail(file);
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t n = ::write(out, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int error = errno;
            ::close(out);
            ::unlink(temporary.c_str());
            errno = error;
            fail(file);
        }
        done += static_cast<std::size_t>(n);
    }
    ::close(out);
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        errno = error;
        fail(file);
    }
}

std::optional<std::string> read_file(const fs::path& file, std::size_t limit) {
    std::ifstream in(file, std::ios::binary);
    std::string text(limit + 1, '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(text.size())) && !in.eof()) return std::nullopt;
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > limit) return std::nullopt;
    return text;
}

}  // namespace why401
