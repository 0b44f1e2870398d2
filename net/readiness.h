#pragma once
// Which sockets have something to say: one epoll of the loop's own. A socket is registered once, for its
// life, and told of changes only (edge-triggered), so that a message costs one read and no system call around
// it; Asio's reactor tries each read once in vain before it waits. It reads and writes nothing itself.

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace why401::net {

/// One loop's sockets; used on its thread only.
class Readiness {
public:
    class Slots;

    /// What was heard. A change is told once: who does not read to the end must remember that there is more.
    struct News {
        bool readable = false;  ///< bytes, the peer's FIN or an error are there to be read
        bool writable = false;  ///< there is room again, after a write that found none
        bool last =
            false;  ///< behind readable bytes stands a FIN, an error or urgent data: a read stops there
        bool broken = false;  ///< an error, whatever is still unread
    };
    class Watcher {
    public:
        virtual ~Watcher() = default;
        virtual void on_ready(const News& news) = 0;
    };

    /// Names a registered socket.
    struct Place {
        std::uint32_t index = 0, generation = 0;
    };

    /// `slots` outlives the context, as sockets do that stand in its last handlers.
    Readiness(boost::asio::io_context& context, Slots& slots);
    ~Readiness();
    Readiness(const Readiness&) = delete;

    /// Registers a socket and keeps `watcher` (null: to be handed over before the loop turns) alive until it
    /// is forgotten. The loop runs while any is registered. Throws std::system_error when the system has no
    /// room.
    Place watch(int descriptor, std::shared_ptr<Watcher> watcher);

private:
    void wait();
    void look();

    boost::asio::posix::stream_descriptor epoll_;
    Slots& slots_;
    bool waiting_ = false;
};

/// Who hears of which socket.
class Readiness::Slots {
public:
    /// Somebody else hears of it from now on.
    void hand_over(Place place, std::shared_ptr<Watcher> watcher) {
        slots_[place.index].watcher.swap(watcher);
    }
    /// Before the descriptor is closed, which takes it out of the epoll (epoll(7)): nobody has a copy of it.
    /// Nothing more is heard of it, news already fetched included.
    void forget(Place place);

private:
    friend class Readiness;
    struct Slot {
        std::shared_ptr<Watcher> watcher;
        std::uint32_t generation = 0;  ///< counts the sockets that had this slot
    };
    bool none() const { return free_.size() == slots_.size(); }

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    boost::asio::posix::stream_descriptor* epoll_ = nullptr;  ///< null: the loop is ending
};

}  // namespace why401::net
