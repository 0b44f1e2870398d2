#include "net/read_ahead.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace why401::net {
namespace {

constexpr auto kSilence = std::chrono::milliseconds(500);
constexpr std::size_t kAll = ReadAhead::kAtMost * ReadAhead::kSize;

// Address space only: a page costs memory once it is used.
char* reserve() {
    void* pages =
        ::mmap(nullptr, kAll, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    return static_cast<char*>(pages);
}

}  // namespace

ReadAhead::ReadAhead(boost::asio::io_context& context) : timer_(context), all_(reserve()) {
    for (std::size_t i = kAtMost; i > 0; --i) spare_.push_back(all_ + (i - 1) * kSize);
}

ReadAhead::~ReadAhead() { ::munmap(all_, kAll); }

char* ReadAhead::take(const std::shared_ptr<Holder>& holder) {
    if (spare_.empty()) return nullptr;
    holder->spoke = true;
    holders_.push_back(holder);
    look_later();
    char* const buffer = spare_.back();
    spare_.pop_back();
    return buffer;
}

void ReadAhead::give_back(char* buffer) {
    if (buffer) spare_.push_back(buffer);
}

void ReadAhead::look_later() {
    if (std::exchange(looking_, true)) return;
    timer_.expires_after(kSilence);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        looking_ = false;
        if (!cancelled) look();
    });
}

void ReadAhead::look() {
    std::erase_if(holders_, [](const std::weak_ptr<Holder>& weak) {
        const std::shared_ptr<Holder> holder = weak.lock();
        if (!holder) return true;
        return !std::exchange(holder->spoke, false) && holder->let_go();
    });
    if (!holders_.empty()) return look_later();
    if (spare_.size() == kAtMost) ::madvise(all_, kAll, MADV_DONTNEED);
}

}  // namespace why401::net
