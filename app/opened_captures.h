#pragma once
// The capture files that are opened for looking at, each under a number, and those that could be. A few at a
// time: an opened file takes memory. From any thread.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/opened_capture.h"

namespace why401 {

class OpenedCaptures {
public:
    static constexpr std::size_t kMostOpen = 8;

    static constexpr std::uint64_t kMostBytes = 8ull << 30;  ///< of all files that were handed over

    /// `folder` is where captures are kept, `written_here` the file of the present run; either may be empty.
    /// Removes what processes that are gone have left of files that were handed over to them.
    OpenedCaptures(std::filesystem::path folder, std::filesystem::path written_here);
    ~OpenedCaptures();  ///< removes the files that were handed over
    OpenedCaptures(const OpenedCaptures&) = delete;

    struct Opened {
        std::uint64_t id = 0;
        std::shared_ptr<const OpenedCapture> capture;
    };
    /// Opens a file and closes the one opened first when there are too many. One that is open already keeps
    /// its number, and is read again if it may have changed. Throws CaptureError.
    Opened open(const std::filesystem::path& file);
    /// The same of a file in the folder, named without it.
    Opened open_in_folder(const std::string& name);

    /// A new, empty file (0600) in a private folder (0700) beside the folder of captures, for one of at most
    /// so many bytes that somebody hands over. Throws std::runtime_error when there is no room for it.
    std::filesystem::path new_file(std::uint64_t bytes);
    /// Opens such a file, called `name`; it is removed when it is closed, or cannot be opened.
    Opened open_handed_over(const std::filesystem::path& file, const std::string& name);
    /// It was not handed over to the end. No file is ever removed but those that new_file() made.
    void remove(const std::filesystem::path& file);

    /// What is being read is given up, and nothing is opened any more.
    void stop() { stop_.request_stop(); }

    /// Null: none of that number is open.
    std::shared_ptr<const OpenedCapture> find(std::uint64_t id) const;
    std::vector<Opened> all() const;  ///< in the order in which they were opened

    struct File {
        std::string name;
        std::uintmax_t size = 0;  ///< bytes
        std::int64_t modified_wall_us = 0;
        bool current = false;  ///< the present run writes it
    };
    const std::filesystem::path& folder() const { return folder_; }
    /// The captures in the folder, the newest first, at most `most`.
    std::vector<File> files(std::size_t most) const;

private:
    /// What tells one file and its state from another.
    struct Mark {
        std::uint64_t device = 0, inode = 0;
        std::int64_t modified = 0, size = 0;
        bool same_file(const Mark& other) const { return device == other.device && inode == other.inode; }
        bool operator==(const Mark&) const = default;
    };
    struct Place {
        Opened opened;
        Mark mark;
    };
    static Mark mark_of(const std::filesystem::path& file);
    std::filesystem::path beside() const;
    Opened keep(std::shared_ptr<const OpenedCapture> capture, const Mark& mark);
    void drop(const std::filesystem::path& file);

    const std::filesystem::path folder_, written_here_;
    std::stop_source stop_;
    mutable std::mutex mutex_;
    std::deque<Place> places_;  ///< in the order in which they were opened
    std::uint64_t last_id_ = 0;
    std::filesystem::path private_folder_;                  ///< empty until it is needed
    std::map<std::filesystem::path, std::uint64_t> taken_;  ///< bytes of the files in it, at most
    std::uint64_t last_file_ = 0;
};

}  // namespace why401
