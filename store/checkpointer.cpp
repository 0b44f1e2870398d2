#include "store/checkpointer.h"

#include <pthread.h>

#include <utility>

namespace why401 {
namespace {

constexpr int kWorthwhile = 512;  ///< frames: 16 MB
// Under a load without pauses the -wal never starts anew (sqlite.org/wal.html, 2.2): the writer waits once.
constexpr int kTooLong = 4096;

/// Frames that are in the database afterwards, -1: none were carried. What fails here fails again, and is
/// told, when the writer needs the room.
int checkpoint(sqlite3* handle) {
    int carried = 0;
    const int code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &carried);
    return code == SQLITE_OK ? carried : -1;
}

}  // namespace

Checkpointer::Checkpointer(sqlite::Database& writer, const std::filesystem::path& file)
    : database_(file, sqlite::Database::Mode::ReadWrite) {
    database_.run("PRAGMA synchronous = NORMAL");
    writer.on_commit([this, &writer](int frames) { committed(writer, frames); });
    thread_ = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "checkpointer");
        run();
    });
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    signal_.notify_one();
    thread_.join();
}

void Checkpointer::committed(sqlite::Database& writer, int frames) {
    if (frames < carried_) carried_ = 0;  // the -wal started anew
    if (frames >= kTooLong) {
        const std::lock_guard lock(working_);  // until the thread is done: the disk sets the pace
        if (const int carried = checkpoint(writer.handle()); carried >= 0) carried_ = carried;
    }
    if (frames - carried_ < kWorthwhile) return;
    {
        const std::lock_guard lock(mutex_);
        wanted_ = true;
    }
    signal_.notify_one();
}

void Checkpointer::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        signal_.wait(lock, [this] { return wanted_ || stopping_; });
        if (stopping_) return;
        wanted_ = false;
        lock.unlock();
        {
            const std::lock_guard working(working_);
            if (const int carried = checkpoint(database_.handle()); carried >= 0) carried_ = carried;
        }
        lock.lock();
    }
}

}  // namespace why401
