#pragma once
// Plays the acts through a running instance, on a thread of its own and once at a time.

#include <memory>
#include <mutex>
#include <thread>

#include "app/demo/acts.h"

namespace why401::demo {

class Player {
public:
    explicit Player(Stage stage) : stage_(std::move(stage)) {}
    ~Player() { stop(); }
    Player(const Player&) = delete;

    // From any thread.
    /// Returns at once; `audience` must live until stop(). False: it plays already, or was stopped.
    bool start(Audience& audience);
    bool playing() const;
    void take(const Finding& finding);  ///< each that the recorder reports
    void forbid();  ///< what is played ends soon, nothing is played any more; does not wait

    void stop();  ///< forbids, and waits for the end; idempotent, not from the thread that plays

private:
    const Stage stage_;
    mutable std::mutex mutex_;
    std::shared_ptr<Acts> acts_;  ///< being played
    std::thread thread_;
    bool forbidden_ = false;
};

}  // namespace why401::demo
