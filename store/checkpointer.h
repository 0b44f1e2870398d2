#pragma once
// Carries what was committed from the -wal into the database on a thread of its own, so that the writer need
// not wait for the disk. It decides nothing about what is written.

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "store/sqlite.h"

namespace why401 {

class Checkpointer {
public:
    /// Watches the commits of `writer`, whose file `file` is and which must outlive this. Throws
    /// CaptureError.
    Checkpointer(sqlite::Database& writer, const std::filesystem::path& file);
    ~Checkpointer();  ///< lets the checkpoint under way end

private:
    void committed(sqlite::Database& writer, int frames);
    void run();

    sqlite::Database database_;    ///< a connection of its own
    std::atomic<int> carried_{0};  ///< frames of the -wal that are in the database by now
    std::mutex working_;           ///< held during a checkpoint
    std::mutex mutex_;
    std::condition_variable signal_;
    bool wanted_ = false, stopping_ = false;
    std::thread thread_;
};

}  // namespace why401
