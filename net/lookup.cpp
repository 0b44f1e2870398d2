#include "net/lookup.h"

#include <netdb.h>

#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace why401::net {
namespace {

constexpr std::size_t kAtOnce = 64;  ///< lookups; more wait for their turn

std::string error_text(int code) {
    if (code == EAI_SYSTEM) return std::generic_category().message(errno);
    const char* name = code == EAI_NONAME   ? " (EAI_NONAME)"
                       : code == EAI_AGAIN  ? " (EAI_AGAIN)"
                       : code == EAI_FAIL   ? " (EAI_FAIL)"
                       : code == EAI_NODATA ? " (EAI_NODATA)"
                                            : "";
    return std::string(::gai_strerror(code)) + name;
}

Lookup::Found ask_system(const std::string& host, std::uint16_t port) {
    Lookup::Found found;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list)) {
        found.error = error_text(code);
        return found;
    }
    for (const addrinfo* one = list; one; one = one->ai_next) {
        tcp::endpoint endpoint;
        if (one->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
        endpoint.resize(one->ai_addrlen);
        found.addresses.push_back(endpoint);
    }
    ::freeaddrinfo(list);
    if (found.addresses.empty()) found.error = "the name has no address";
    return found;
}

}  // namespace

/// Who waits for an answer; outlives the Lookup when the system is slow.
struct Lookup::Asker {
    std::string host;
    std::uint16_t port = 0;
    std::mutex mutex;
    Loop* loop = nullptr;  ///< null: nobody waits any more
    std::function<void(Found)> done;

    bool waits() {
        const std::lock_guard lock(mutex);
        return loop != nullptr;
    }
    static void tell(const std::shared_ptr<Asker>& asker, Found found) {
        const std::lock_guard lock(asker->mutex);  // the loop lives as long as somebody waits
        if (asker->loop)
            asker->loop->post([asker, found = std::move(found)]() mutable {
                if (const auto then = std::exchange(asker->done, nullptr)) then(std::move(found));
            });
    }
};

/// The threads of this process that ask. They are detached: the system may keep one for minutes.
struct Lookup::Pool {
    std::mutex mutex;
    std::deque<std::shared_ptr<Asker>> waiting;
    std::size_t threads = 0;

    static const std::shared_ptr<Pool>& instance() {
        static const auto pool = std::make_shared<Pool>();
        return pool;
    }

    static void ask(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Asker>& asker) {
        const std::lock_guard lock(pool->mutex);
        pool->waiting.push_back(asker);
        if (pool->threads == kAtOnce) return;
        try {
            std::thread([pool] { pool->work(); }).detach();
            ++pool->threads;
        } catch (const std::system_error& error) {
            if (pool->threads > 0) return;
            pool->waiting.pop_back();
            Asker::tell(asker, {{}, std::string("no thread to resolve it on: ") + error.what()});
        }
    }

    /// Nobody wants it any more: it does not keep the others waiting.
    void forget(const std::shared_ptr<Asker>& asker) {
        const std::lock_guard lock(mutex);
        std::erase(waiting, asker);
    }

    void work() {
        while (const auto asker = next())
            if (asker->waits()) Asker::tell(asker, ask_system(asker->host, asker->port));
    }

    std::shared_ptr<Asker> next() {
        const std::lock_guard lock(mutex);
        if (waiting.empty()) {
            --threads;
            return nullptr;
        }
        const auto first = std::move(waiting.front());
        waiting.pop_front();
        return first;
    }
};

Lookup::Lookup(Loop& loop, std::string host, std::uint16_t port, std::function<void(Found)> done)
    : asker_(std::make_shared<Asker>()) {
    asker_->host = std::move(host);
    asker_->port = port;
    asker_->loop = &loop;
    asker_->done = std::move(done);
    Pool::ask(Pool::instance(), asker_);
}

Lookup::~Lookup() {
    asker_->done = nullptr;  // the loop's thread alone touches it
    {
        const std::lock_guard lock(asker_->mutex);
        asker_->loop = nullptr;
    }
    Pool::instance()->forget(asker_);
}

}  // namespace why401::net
