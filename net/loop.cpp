#include "net/loop.h"

#include <csignal>

#include "net/asio.h"

namespace why401::net {

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::run() {
    impl_->context.restart();
    impl_->context.run();
}
void Loop::stop() { impl_->context.stop(); }
void Loop::post(std::function<void()> work) { boost::asio::post(impl_->context, std::move(work)); }

void Loop::on_signal(std::function<void(int)> callback) {
    if (!impl_->signals) impl_->signals.emplace(impl_->context, SIGINT, SIGTERM);
    impl_->signals->async_wait([this, callback = std::move(callback)](error_code error, int signal) {
        if (error) return;
        callback(signal);
        on_signal(callback);
    });
}

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
    explicit Impl(Loop& loop) : timer(loop.impl().context) {}
    boost::asio::steady_timer timer;
    std::uint64_t setting = 0;  ///< an expiry already queued when the timer is set anew must not count
};

Timer::Timer(Loop& loop) : impl_(std::make_shared<Impl>(loop)) {}
Timer::~Timer() { cancel(); }

void Timer::after(std::chrono::milliseconds delay, std::function<void()> callback) {
    impl_->timer.expires_after(delay);
    impl_->timer.async_wait(
        [impl = impl_, setting = ++impl_->setting, callback = std::move(callback)](error_code error) {
            if (!error && setting == impl->setting) callback();
        });
}

void Timer::cancel() {
    ++impl_->setting;
    impl_->timer.cancel();
}

}  // namespace why401::net
