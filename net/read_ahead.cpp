#include "net/read_ahead.h"

#include <utility>

namespace why401::net {
namespace {

constexpr auto kSilence = std::chrono::milliseconds(500);
constexpr std::size_t kSpare = 16;

}  // namespace

ReadAhead::Buffer ReadAhead::take(const std::shared_ptr<Holder>& holder) {
    if (in_use_ == kAtMost) return nullptr;
    ++in_use_;
    holder->spoke = true;
    holders_.push_back(holder);
    look_later();
    if (spare_.empty()) return Buffer(new char[kSize]);
    Buffer buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
}

void ReadAhead::give_back(Buffer buffer) {
    if (!buffer) return;
    --in_use_;
    if (spare_.size() < kSpare) spare_.push_back(std::move(buffer));
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
    if (!holders_.empty()) look_later();
}

}  // namespace why401::net
