#pragma once
// For tests of net: a blocking socket for the other side, and an owner that remembers what it heard.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "net/link.h"
#include "net/listener.h"

namespace why401::net {

/// A blocking socket for the other side of a test.
class Peer {
public:
    Peer() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {}
    explicit Peer(const Endpoint& to) : Peer() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(to.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0)
            << std::strerror(errno);
    }
    Peer(const Peer&) = delete;
    ~Peer() { close(); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    void send_urgent(char byte) { EXPECT_EQ(::send(fd_, &byte, 1, MSG_OOB | MSG_NOSIGNAL), 1); }
    /// Everything up to FIN or an error; `error` holds the latter.
    std::string read_all(int* error = nullptr) {
        std::string all;
        char buffer[65536];
        ssize_t n = 0;
        while ((n = recv(fd_, buffer, sizeof buffer, 0)) > 0) all.append(buffer, static_cast<std::size_t>(n));
        if (error) *error = n < 0 ? errno : 0;
        return all;
    }
    void finish() { shutdown(fd_, SHUT_WR); }
    void reset() {
        const linger now{1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

inline Endpoint loopback(std::uint16_t port = 0) {
    return *parse_endpoint("127.0.0.1:" + std::to_string(port));
}

/// Keeps what a link says; `then` is called with each word.
struct Ear : LinkOwner {
    void on_bytes(Link& link, std::string_view bytes) override {
        received.append(bytes);
        if (then) then(link, "bytes");
    }
    void on_end(Link& link) override {
        ended = true;
        if (then) then(link, "end");
    }
    void on_broken(Link& link, const Broken& how) override {
        broken = how;
        if (then) then(link, "broken");
    }
    void on_drained(Link& link) override {
        ++drained;
        if (then) then(link, "drained");
    }
    std::string received;
    bool ended = false;
    int drained = 0;
    std::optional<Broken> broken;
    std::function<void(Link&, std::string_view)> then;
};

/// One listener, one loop; the accepted link ends up in `link` with `ear` listening.
struct Fixture {
    Fixture() {
        Listener::Callbacks callbacks;
        callbacks.accepted = [this](std::unique_ptr<Link> accepted) {
            link = std::move(accepted);
            listener->stop();
            link->start(ear);
            if (on_accept) on_accept();
        };
        listener = std::make_unique<Listener>(loop, loopback(), std::move(callbacks));
        watchdog.after(std::chrono::seconds(30), [this] {
            ADD_FAILURE() << "nothing more happens";
            loop.stop();
        });
    }
    void run() {
        loop.run();
        watchdog.cancel();
    }
    Loop loop;
    Timer watchdog{loop};
    Ear ear;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Link> link;
    std::function<void()> on_accept;
};

}  // namespace why401::net
