#include "app/opened_captures.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "app/paths.h"

namespace why401 {

namespace fs = std::filesystem;

namespace {

std::int64_t microseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

/// Each process has a folder of its own for what is handed over to it: "why401-handed-over-PID-XXXXXX".
constexpr std::string_view kHandedOver = "why401-handed-over-";

bool is_left_over(std::string_view folder) {
    if (!folder.starts_with(kHandedOver)) return false;
    folder.remove_prefix(kHandedOver.size());
    ::pid_t process = 0;
    const auto [end, error] = std::from_chars(folder.data(), folder.data() + folder.size(), process);
    return error == std::errc() && process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
}

}  // namespace

OpenedCaptures::OpenedCaptures(fs::path folder, fs::path written_here)
    : folder_(std::move(folder)), written_here_(std::move(written_here)) {
    std::error_code none;
    for (fs::directory_iterator entry(beside(), none), end; !none && entry != end; entry.increment(none))
        if (is_left_over(entry->path().filename().string())) {
            std::error_code ignored;
            fs::remove_all(entry->path(), ignored);
        }
}

OpenedCaptures::~OpenedCaptures() {
    std::error_code ignored;
    if (!private_folder_.empty()) fs::remove_all(private_folder_, ignored);
}

/// Where the private folder is made: on the disk that is meant for captures, if there is one.
fs::path OpenedCaptures::beside() const {
    std::error_code none;
    return folder_.empty() ? fs::temp_directory_path(none) : folder_.parent_path();
}

/// All zero for a file that is not there: opening it says so better.
OpenedCaptures::Mark OpenedCaptures::mark_of(const fs::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino, microseconds(found.st_mtim), found.st_size};
}

OpenedCaptures::Opened OpenedCaptures::open(const fs::path& file) {
    const Mark mark = mark_of(file);
    // Not even looked at: closing any descriptor of it would give up SQLite's locks on it.
    if (!written_here_.empty() && mark.inode != 0 && mark.same_file(mark_of(written_here_)))
        throw CaptureError(file.filename().string() +
                           " is being recorded by this very process, and is shown as its run already");
    {
        const std::lock_guard lock(mutex_);
        for (const Place& place : places_)
            if (place.mark == mark && place.opened.capture->header().clean_end) return place.opened;
    }
    return keep(std::make_shared<const OpenedCapture>(file, "", stop_.get_token()), mark);
}

OpenedCaptures::Opened OpenedCaptures::open_in_folder(const std::string& name) {
    if (folder_.empty()) throw CaptureError("no folder of captures is known here: say the whole path");
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        throw CaptureError("that is not the name of a file in the folder of captures");
    return open(folder_ / name);
}

fs::path OpenedCaptures::new_file(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    std::uint64_t room = kMostBytes;
    for (const auto& [file, taken] : taken_) room -= taken;
    if (bytes > room) throw std::runtime_error("the files that are handed over would take more than 8 GiB");
    if (private_folder_.empty()) {
        make_private_folder(beside());
        std::string pattern =
            (beside() / (std::string(kHandedOver) + std::to_string(::getpid()) + "-XXXXXX")).string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "cannot make a temporary folder");
        private_folder_ = pattern;
    }
    fs::path file = private_folder_ / (std::to_string(++last_file_) + ".why401");
    const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(), "cannot make a temporary file");
    ::close(descriptor);
    taken_[file] = bytes;
    return file;
}

OpenedCaptures::Opened OpenedCaptures::open_handed_over(const fs::path& file, const std::string& name) {
    const Mark mark = mark_of(file);
    {
        const std::lock_guard lock(mutex_);
        taken_[file] = static_cast<std::uint64_t>(mark.size);
    }
    try {
        return keep(std::make_shared<const OpenedCapture>(file, name, stop_.get_token()), mark);
    } catch (...) {
        remove(file);
        throw;
    }
}

void OpenedCaptures::remove(const fs::path& file) {
    const std::lock_guard lock(mutex_);
    drop(file);
}

/// If it was handed over: what somebody opened by its path is theirs.
void OpenedCaptures::drop(const fs::path& file) {
    if (private_folder_.empty() || file.parent_path() != private_folder_) return;
    taken_.erase(file);
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + end, ignored);
}

/// In the place of the same file, else behind all others.
OpenedCaptures::Opened OpenedCaptures::keep(std::shared_ptr<const OpenedCapture> capture, const Mark& mark) {
    const std::lock_guard lock(mutex_);
    const auto same = std::find_if(places_.begin(), places_.end(),
                                   [&](const Place& place) { return place.mark.same_file(mark); });
    if (same != places_.end()) {
        if (same->opened.capture->file() != capture->file()) drop(same->opened.capture->file());
        same->mark = mark;
        same->opened.capture = std::move(capture);
        return same->opened;
    }
    if (places_.size() == kMostOpen) {
        drop(places_.front().opened.capture->file());
        places_.pop_front();
    }
    places_.push_back({{++last_id_, std::move(capture)}, mark});
    return places_.back().opened;
}

std::shared_ptr<const OpenedCapture> OpenedCaptures::find(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    for (const Place& place : places_)
        if (place.opened.id == id) return place.opened.capture;
    return nullptr;
}

std::vector<OpenedCaptures::Opened> OpenedCaptures::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Opened> opened;
    for (const Place& place : places_) opened.push_back(place.opened);
    return opened;
}

std::vector<OpenedCaptures::File> OpenedCaptures::files(std::size_t most) const {
    std::vector<File> files;
    const Mark current = written_here_.empty() ? Mark() : mark_of(written_here_);
    std::error_code none;
    for (fs::directory_iterator entry(folder_, none), end; !none && entry != end; entry.increment(none)) {
        const fs::path& path = entry->path();
        const Mark mark = mark_of(path);
        std::error_code gone;
        if (path.extension() != ".why401" || mark.inode == 0 || !fs::is_regular_file(path, gone)) continue;
        files.push_back({path.filename().string(), static_cast<std::uintmax_t>(mark.size), mark.modified,
                         current.inode != 0 && mark.same_file(current)});
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) {
        return std::pair(b.modified_wall_us, b.name) < std::pair(a.modified_wall_us, a.name);
    });
    if (files.size() > most) files.resize(most);
    return files;
}

}  // namespace why401
