#pragma once
// Servers that may show a certificate although a check of it fails: for this run, each by name and by the
// certificate's hash. Used from any thread.

#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace why401::certs {

class Exceptions {
public:
    void add(const std::string& host, const std::string& sha256) {
        const std::lock_guard hold(lock_);
        made_.emplace(host, sha256);
    }
    bool has(const std::string& host, const std::string& sha256) const {
        const std::lock_guard hold(lock_);
        return made_.contains({host, sha256});
    }

private:
    mutable std::mutex lock_;
    std::set<std::pair<std::string, std::string>> made_;
};

}  // namespace why401::certs
