// Links over real sockets on the loopback interface: what arrives, in which order, and how it ends. Peers are
// plain blocking sockets on a thread of their own.

#include "net/link.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <thread>

#include "net/connector.h"
#include "net/listener.h"

namespace why401::net {
namespace {

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

Endpoint loopback(std::uint16_t port = 0) { return *parse_endpoint("127.0.0.1:" + std::to_string(port)); }

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

TEST(Link, BytesArriveInOrderAndAFinIsHeardBehindThem) {
    Fixture f;
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "end") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("hello ");
        p.send("world");
        p.finish();
        p.read_all();
    });
    f.run();
    EXPECT_EQ(f.ear.received, "hello world");
    EXPECT_TRUE(f.ear.ended);
    EXPECT_FALSE(f.ear.broken.has_value());
    f.link.reset();
    peer.join();
}

TEST(Link, AResetIsSeenAsAReset) {
    Fixture f;
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "broken") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] { Peer(to).reset(); });
    f.run();
    peer.join();
    ASSERT_TRUE(f.ear.broken.has_value());
    EXPECT_TRUE(f.ear.broken->reset);
    EXPECT_NE(f.ear.broken->what, "");
    EXPECT_FALSE(f.ear.ended);
}

TEST(Link, OurResetIsAResetForThePeer) {
    Fixture f;
    f.on_accept = [&] {
        f.link->reset();
        f.loop.stop();
    };
    int error = 0;
    std::thread peer([&, to = f.listener->local()] { Peer(to).read_all(&error); });
    f.run();
    peer.join();
    EXPECT_EQ(error, ECONNRESET);
}

TEST(Link, MoreThanTheSystemTakesIsQueuedAndGoesOutAsThePeerReads) {
    Fixture f;
    const std::string much(32 << 20, 'm');
    std::size_t queued = 0;
    f.on_accept = [&] {
        f.link->send(much);
        f.link->send("the end");
        queued = f.link->queued();
        f.link->finish();
    };
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "end") f.loop.stop();
    };
    std::string read;
    std::thread peer([&, to = f.listener->local()] {
        Peer p(to);
        read = p.read_all();
    });
    f.run();
    peer.join();
    EXPECT_GT(queued, 1u << 20) << "a peer that has not read";
    EXPECT_EQ(read.size(), much.size() + 7);
    EXPECT_TRUE(read.ends_with("mthe end"));
    EXPECT_GE(f.ear.drained, 1);
    EXPECT_EQ(f.link->queued(), 0u);
}

TEST(Link, APausedLinkReadsNothingUntilItIsResumed) {
    Fixture f;
    Timer soon(f.loop);
    bool silent = false;
    f.on_accept = [&] {
        f.link->pause();
        soon.after(std::chrono::milliseconds(50), [&] {
            silent = f.ear.received.empty();
            f.link->resume();
        });
    };
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "end") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("patience");
        p.finish();
        p.read_all();
    });
    f.run();
    EXPECT_TRUE(silent);
    EXPECT_EQ(f.ear.received, "patience");
    f.link.reset();
    peer.join();
}

TEST(Link, CloseGentlyDeliversWhatIsQueuedToAPeerThatIsStillSending) {
    Fixture f;
    const std::string answer(8 << 20, 'a');
    f.on_accept = [&] {
        f.link->send(answer);
        Link::close_gently(std::move(f.link));
        f.watchdog.cancel();  // the loop ends by itself when the link is done
    };
    std::string read;
    int error = 0;
    std::thread peer([&, to = f.listener->local()] {
        Peer p(to);
        p.send(std::string(1 << 20, 'u'));  // an upload nobody wants any more
        read = p.read_all(&error);
    });
    f.run();
    peer.join();
    EXPECT_EQ(read.size(), answer.size());
    EXPECT_EQ(error, 0) << "FIN, no RST that could destroy the answer";
    EXPECT_EQ(f.ear.received, "") << "the owner hears no more";
}

TEST(Link, CloseGentlyIsOverWhenThePeerHasClosedToo) {
    Fixture f;
    f.on_accept = [&] {
        f.link->send("answer");
        Link::close_gently(std::move(f.link));
        f.watchdog.cancel();
    };
    std::thread peer([to = f.listener->local()] { Peer(to).read_all(); });
    const auto before = std::chrono::steady_clock::now();
    f.run();
    peer.join();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(1900))
        << "a descriptor held for the whole patience, for each connection";
}

TEST(Link, AnAnswerThatCameBeforeAResetIsStillDelivered) {
    // A server that refuses an upload answers and closes with the upload unread, which makes an RST of its
    // FIN.
    Fixture f;
    Timer soon(f.loop);
    f.on_accept = [&] {
        f.link->pause();
        soon.after(std::chrono::milliseconds(100), [&] {
            f.link->send("more of the upload");
            f.link->resume();
        });
    };
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "broken" || what == "end") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("401, the whole of it");
        p.reset();
    });
    f.run();
    peer.join();
    EXPECT_EQ(f.ear.received, "401, the whole of it");
    ASSERT_TRUE(f.ear.broken.has_value());
    EXPECT_TRUE(f.ear.broken->reset);
}

TEST(Link, MayBeDestroyedByAnyOfItsOwnCalls) {
    for (const std::string_view when : {"bytes", "end", "broken"}) {
        Fixture f;
        f.ear.then = [&](Link&, std::string_view what) {
            if (what != when) return;
            f.link.reset();
            f.loop.stop();
        };
        std::thread peer([&, to = f.listener->local()] {
            Peer p(to);
            p.send("x");
            if (when == "end") p.finish();
            if (when == "broken") return p.reset();
            p.read_all();
        });
        f.run();
        peer.join();
        EXPECT_EQ(f.link, nullptr) << when;
    }
}

TEST(Link, TellsBothItsEnds) {
    Fixture f;
    f.on_accept = [&] { f.loop.stop(); };
    std::thread peer([to = f.listener->local()] { Peer p(to); });
    const Endpoint listening = f.listener->local();
    f.run();
    peer.join();
    EXPECT_EQ(f.link->local(), listening);
    EXPECT_TRUE(f.link->peer().is_loopback());
    EXPECT_NE(f.link->peer().port, 0);
}

TEST(Listener, AnAddressThatIsTakenIsAnErrorThatNamesIt) {
    Loop loop;
    Listener first(loop, loopback(), {});
    try {
        Listener second(loop, first.local(), {});
        FAIL() << "two listeners on one port";
    } catch (const std::system_error& error) {
        EXPECT_NE(std::string(error.what()).find(to_string(first.local())), std::string::npos)
            << error.what();
    }
}

TEST(Listener, OutOfDescriptorsItPausesAndGoesOnLater) {
    // In a child, whose limit nobody else shares. It reports by its exit status.
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        Loop loop;
        int accepted = 0, troubles = 0;
        std::vector<std::unique_ptr<Link>> links;
        Listener::Callbacks callbacks;
        callbacks.accepted = [&](std::unique_ptr<Link> link) {
            ++accepted;
            links.push_back(std::move(link));
        };
        callbacks.trouble = [&](const std::string&) { ++troubles; };
        Listener listener(loop, loopback(), std::move(callbacks));
        std::vector<std::unique_ptr<Peer>> peers;
        for (int i = 0; i < 6; ++i) peers.push_back(std::make_unique<Peer>(listener.local()));
        // From now on two more descriptors may be open.
        const int next = dup(0);
        ::close(next);
        const rlimit few{static_cast<rlim_t>(next) + 2, static_cast<rlim_t>(next) + 2};
        setrlimit(RLIMIT_NOFILE, &few);
        const std::clock_t before = std::clock();
        double busy = 0;
        int before_relief = 0;
        Timer look(loop), end(loop);
        look.after(std::chrono::milliseconds(700), [&] {
            busy = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
            before_relief = accepted;
            links.clear();
            peers.erase(peers.begin(), peers.begin() + 2);
        });
        end.after(std::chrono::milliseconds(1500), [&] { loop.stop(); });
        loop.run();
        if (before_relief < 1 || before_relief > 2) _exit(2);
        if (troubles < 1 || troubles > 2) _exit(3);  // once per spell
        if (busy > 0.2) _exit(4);                    // it spins
        if (accepted <= before_relief) _exit(5);     // it never goes on
        _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << "2: limit had no effect, 3: reports, 4: spins, 5: never goes on";
}

// ---- connecting ----

Connected connect_to(const std::string& host, std::uint16_t port, ConnectOptions options = {}) {
    Loop loop;
    std::optional<Connected> result;
    const auto connecting = connect(loop, host, port, std::move(options), [&](Connected got) {
        result.emplace(std::move(got));
        loop.stop();
    });
    EXPECT_FALSE(result.has_value()) << "never from inside";
    loop.run();
    if (!result) return ConnectFailure{};
    if (auto* link = std::get_if<std::unique_ptr<Link>>(&*result)) link->reset();  // its loop ends with us
    return std::move(*result);
}

std::uint16_t closed_port() {
    Loop loop;
    return Listener(loop, loopback(), {}).local().port;
}

TEST(Connect, ARefusalNamesTheAddressAndTheReason) {
    const std::uint16_t port = closed_port();
    const Connected result = connect_to("127.0.0.1", port);
    const auto* failure = std::get_if<ConnectFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->stage, ConnectFailure::Stage::Connect);
    EXPECT_NE(failure->what.find("refused"), std::string::npos) << failure->what;
    ASSERT_EQ(failure->tried.size(), 1u);
    EXPECT_NE(failure->tried[0].find("127.0.0.1:" + std::to_string(port)), std::string::npos);
}

TEST(Connect, ANameThatDoesNotExistFailsInResolution) {
    const Connected result = connect_to("no-such-host.invalid", 80);
    const auto* failure = std::get_if<ConnectFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->stage, ConnectFailure::Stage::Resolve);
    EXPECT_NE(failure->what, "");
}

TEST(Connect, WithinItsTimeLimitOrNotAtAll) {
    // A listener whose backlog is full takes no more: a connection that hangs, without leaving this machine.
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(fd, 0), 0);
    socklen_t length = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    std::vector<int> fillers;
    for (int i = 0; i < 4; ++i) {
        fillers.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        (void)::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    ConnectOptions options;
    options.time_limit = std::chrono::milliseconds(300);
    const Connected result = connect_to("127.0.0.1", ntohs(address.sin_port), std::move(options));
    for (const int filler : fillers) ::close(filler);
    ::close(fd);
    const auto* failure = std::get_if<ConnectFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->stage, ConnectFailure::Stage::Timeout);
    EXPECT_NE(failure->what.find("300 ms"), std::string::npos);
}

TEST(Connect, WhenOneAddressOfANameIsDeadTheNextIsTried) {
    // localhost leads to ::1 and 127.0.0.1 on most machines; the listener stands on one of them only.
    Loop loop;
    Listener::Callbacks callbacks;
    callbacks.accepted = [](std::unique_ptr<Link> link) { Link::close_gently(std::move(link)); };
    Listener listener(loop, loopback(), std::move(callbacks));
    std::optional<Connected> result;
    const auto connecting = connect(loop, "localhost", listener.local().port, {}, [&](Connected got) {
        result.emplace(std::move(got));
        loop.stop();
    });
    loop.run();
    ASSERT_TRUE(result.has_value());
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Link>>(*result));
    EXPECT_TRUE(std::get<std::unique_ptr<Link>>(*result)->peer().is_v4());
}

TEST(Connect, AnAddressThatIsNotPermittedIsNeverTried) {
    ConnectOptions options;
    std::vector<std::string> asked;
    options.permitted = [&](const Endpoint& endpoint) {
        asked.push_back(to_string(endpoint));
        return false;
    };
    const Connected result = connect_to("127.0.0.1", 9, std::move(options));
    const auto* failure = std::get_if<ConnectFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->stage, ConnectFailure::Stage::NotPermitted);
    EXPECT_EQ(asked, std::vector<std::string>{"127.0.0.1:9"});
}

TEST(Connect, GivenUpItCallsNobody) {
    Loop loop;
    bool called = false;
    auto connecting = connect(loop, "127.0.0.1", closed_port(), {}, [&](Connected) { called = true; });
    connecting.reset();
    loop.run();
    EXPECT_FALSE(called);
}

// ---- timers ----

TEST(Timer, TheLatestSettingCountsAndACancelledOneIsSilent) {
    Loop loop;
    std::string heard;
    Timer a(loop), b(loop);
    a.after(std::chrono::milliseconds(0), [&] { heard += "old "; });
    a.after(std::chrono::milliseconds(1), [&] { heard += "new "; });
    b.after(std::chrono::milliseconds(0), [&] { heard += "cancelled "; });
    b.cancel();
    {
        Timer gone(loop);
        gone.after(std::chrono::milliseconds(0), [&] { heard += "destroyed "; });
    }
    loop.run();
    EXPECT_EQ(heard, "new ");
}

TEST(Loop, WorkPostedFromAnotherThreadRunsOnItsOwn) {
    Loop loop;
    Timer keep(loop);
    keep.after(std::chrono::seconds(30), [] {});
    std::thread::id ran_on;
    std::thread other([&] {
        loop.post([&] {
            ran_on = std::this_thread::get_id();
            loop.stop();
        });
    });
    loop.run();
    other.join();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

}  // namespace
}  // namespace why401::net
