#include "app/demo/player.h"

namespace why401::demo {

bool Player::start(Audience& audience) {
    const std::lock_guard lock(mutex_);
    if (acts_ || forbidden_) return false;
    if (thread_.joinable()) thread_.join();  // it has played to the end
    acts_ = std::make_shared<Acts>(stage_, audience);
    thread_ = std::thread([this, acts = acts_] {
        acts->play();
        const std::lock_guard ended(mutex_);
        acts_.reset();
    });
    return true;
}

bool Player::playing() const {
    const std::lock_guard lock(mutex_);
    return acts_ != nullptr;
}

void Player::take(const Finding& finding) {
    std::shared_ptr<Acts> acts;
    {
        const std::lock_guard lock(mutex_);
        acts = acts_;
    }
    if (acts) acts->take(finding);
}

void Player::forbid() {
    const std::lock_guard lock(mutex_);
    forbidden_ = true;
    if (acts_) acts_->stop();
}

void Player::stop() {
    forbid();
    if (thread_.joinable()) thread_.join();
}

}  // namespace why401::demo
