#include "net/readiness.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace why401::net {
namespace {

constexpr std::uint32_t kAlways = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr std::size_t kAtOnce = 256;  ///< then timers and posted work get their turn

[[noreturn]] void cannot(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int new_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) cannot("cannot watch sockets");
    return descriptor;
}

std::uint64_t packed(Readiness::Place place) { return (std::uint64_t{place.index} << 32) | place.generation; }

Readiness::News news_of(std::uint32_t events) {
    Readiness::News news;
    news.broken = (events & EPOLLERR) != 0;
    news.last = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    news.readable = news.last || (events & EPOLLIN) != 0;
    news.writable = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    return news;
}

}  // namespace

Readiness::Readiness(boost::asio::io_context& context) : epoll_(context, new_epoll()) {}

Readiness::~Readiness() {
    const std::vector<Slot> last = std::move(slots_);  // watchers may forget themselves as they go
    slots_.clear();
}

Readiness::Place Readiness::watch(int descriptor, std::shared_ptr<Watcher> watcher) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    const Place place{index, slots_[index].generation};
    epoll_event event{};
    event.events = kAlways;
    event.data.u64 = packed(place);
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0)
        cannot("cannot watch a socket");
    free_.pop_back();
    slots_[index].watcher = std::move(watcher);
    wait();
    return place;
}

void Readiness::hand_over(Place place, std::shared_ptr<Watcher> watcher) {
    slots_[place.index].watcher.swap(watcher);
}

// Closing the descriptor takes it out of the epoll (epoll(7)): nobody else has a copy of it.
void Readiness::forget(Place place) {
    if (place.index >= slots_.size()) return;  // the loop is ending
    Slot& slot = slots_[place.index];
    if (slot.generation != place.generation) return;
    const std::shared_ptr<Watcher> ending = std::move(slot.watcher);
    ++slot.generation;
    free_.push_back(place.index);
    if (free_.size() == slots_.size()) epoll_.cancel();
}

void Readiness::wait() {
    if (std::exchange(waiting_, true)) return;
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](const boost::system::error_code& cancelled) {
                          waiting_ = false;
                          if (!cancelled) look();
                          if (free_.size() < slots_.size()) wait();
                      });
}

void Readiness::look() {
    std::array<epoll_event, kAtOnce> events;
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kAtOnce, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const auto index = static_cast<std::uint32_t>(event.data.u64 >> 32);
        const auto generation = static_cast<std::uint32_t>(event.data.u64);
        if (slots_[index].generation != generation) continue;  // gone meanwhile
        const std::shared_ptr<Watcher> watcher = slots_[index].watcher;
        if (watcher) watcher->on_ready(news_of(event.events));
    }
}

}  // namespace why401::net
