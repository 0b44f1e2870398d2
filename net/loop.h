#pragma once
// One thread's event loop and its timers. Everything in net happens on the thread that runs it.

#include <chrono>
#include <functional>
#include <memory>

namespace why401::net {

class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;

    /// Runs until stop(), or until nothing is left to wait for. May be run again afterwards.
    void run();
    void stop();  ///< from any thread
    /// Runs `work` on the loop's thread, soon; from any thread.
    void post(std::function<void()> work);
    /// Calls back on SIGINT and SIGTERM, once per signal.
    void on_signal(std::function<void(int)> callback);

    struct Impl;
    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

/// Calls back once, unless cancelled or destroyed before. Setting it again replaces the earlier.
class Timer {
public:
    explicit Timer(Loop& loop);
    ~Timer();
    void after(std::chrono::milliseconds delay, std::function<void()> callback);
    void cancel();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace why401::net
