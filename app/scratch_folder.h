#pragma once
// A folder for this run alone, mode 0700, with everything in it gone at the end.

#include <filesystem>
#include <string>

namespace why401 {

class ScratchFolder {
public:
    /// Below TMPDIR or /tmp. Throws std::filesystem::filesystem_error.
    explicit ScratchFolder(const std::string& name);
    /// What still writes there has two seconds to end.
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace why401
