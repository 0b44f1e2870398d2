#include "app/scratch_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace why401 {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder(const std::string& name) {
    std::string path = (fs::temp_directory_path() / ("why401-" + name + "-XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr)
        throw fs::filesystem_error("cannot make a folder", path, {errno, std::generic_category()});
    path_ = path;
}

ScratchFolder::~ScratchFolder() {
    std::error_code error;
    for (int attempt = 0; attempt < 40; ++attempt) {
        fs::remove_all(path_, error);
        if (!error && !fs::exists(path_, error)) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

}  // namespace why401
