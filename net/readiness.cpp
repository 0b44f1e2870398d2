#include "net/readiness.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace why401::net {
namespace {

constexpr std::uint32_t kAlways = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
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
    news.last = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0;
    news.readable = news.last || (events & EPOLLIN) != 0;
    news.writable = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    return news;
}

}  // namespace

void Readiness::Slots::forget(Place place) {
    Slot& slot = slots_[place.index];
    if (slot.generation != place.generation) return;
    const std::shared_ptr<Watcher> ending = std::move(slot.watcher);
    ++slot.generation;
    free_.push_back(place.index);
    if (none() && epoll_) epoll_->cancel();
}

Readiness::Readiness(boost::asio::io_context& context, Slots& slots)
    : epoll_(context, new_epoll()), slots_(slots) {
    slots_.epoll_ = &epoll_;
}

Readiness::~Readiness() {
    slots_.epoll_ = nullptr;
    for (std::size_t i = 0; i < slots_.slots_.size(); ++i)  // a watcher may forget itself as it goes
        const std::shared_ptr<Watcher> last = std::move(slots_.slots_[i].watcher);
}

Readiness::Place Readiness::watch(int descriptor, std::shared_ptr<Watcher> watcher) {
    if (slots_.free_.empty()) {
        slots_.free_.push_back(static_cast<std::uint32_t>(slots_.slots_.size()));
        slots_.slots_.emplace_back();
    }
    const std::uint32_t index = slots_.free_.back();
    Slots::Slot& slot = slots_.slots_[index];
    const Place place{index, slot.generation};
    epoll_event event{};
    event.events = kAlways;
    event.data.u64 = packed(place);
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0)
        cannot("cannot watch a socket");
    slots_.free_.pop_back();
    slot.watcher = std::move(watcher);
    wait();
    return place;
}

void Readiness::wait() {
    if (std::exchange(waiting_, true)) return;
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](const boost::system::error_code& cancelled) {
                          waiting_ = false;
                          if (!cancelled) look();
                          if (!slots_.none()) wait();
                      });
}

void Readiness::look() {
    std::array<epoll_event, kAtOnce> events;
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kAtOnce, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const auto index = static_cast<std::uint32_t>(event.data.u64 >> 32);
        const auto generation = static_cast<std::uint32_t>(event.data.u64);
        if (slots_.slots_[index].generation != generation) continue;  // gone meanwhile
        const std::shared_ptr<Watcher> watcher = slots_.slots_[index].watcher;
        if (watcher) watcher->on_ready(news_of(event.events));
    }
}

}  // namespace why401::net
