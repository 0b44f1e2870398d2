#include "certs/session_cache.h"

#include <utility>

namespace why401::certs {

void SessionCache::put(const std::string& server, Entry entry) {
    forget(server);
    kept_.emplace_front(server, std::move(entry));
    by_server_[server] = kept_.begin();
    if (kept_.size() > limit_) forget(std::string(kept_.back().first));
}

const SessionCache::Entry* SessionCache::find(const std::string& server) {
    const auto found = by_server_.find(server);
    if (found == by_server_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return &kept_.front().second;
}

void SessionCache::forget(const std::string& server) {
    const auto found = by_server_.find(server);
    if (found == by_server_.end()) return;
    kept_.erase(found->second);
    by_server_.erase(found);
}

}  // namespace why401::certs
