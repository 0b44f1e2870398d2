// Names to connections over real sockets; timers and the loop.

#include "net/connector.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/test_peer.h"

namespace why401::net {
namespace {

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

/// A socket that listens on the loopback interface, at `address`.
int listening(sockaddr_in& address, int backlog) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(fd, backlog), 0);
    socklen_t length = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    return fd;
}

TEST(Connect, WhatAServerSaysBeforeTheLoopLooksIsHeard) {
    // Banner and FIN come together with the connection: a loop that is busy meanwhile hears of all three at
    // once.
    sockaddr_in address{};
    const int server = listening(address, 1);
    for (const bool finish : {false, true}) {
        Loop loop;
        Ear ear;
        ear.then = [&](Link&, std::string_view what) {
            if (what == (finish ? "end" : "bytes")) loop.stop();
        };
        std::unique_ptr<Link> link;
        const auto connecting = connect(loop, "127.0.0.1", ntohs(address.sin_port), {}, [&](Connected got) {
            link = std::move(std::get<std::unique_ptr<Link>>(got));
            link->start(ear);
        });
        int accepted = -1;
        loop.post([&] {  // behind the attempt, which is posted too
            accepted = accept(server, nullptr, nullptr);
            ASSERT_EQ(::send(accepted, "220 hi", 6, 0), 6);
            if (finish) shutdown(accepted, SHUT_WR);
        });
        Timer watchdog(loop);
        watchdog.after(std::chrono::seconds(20), [&] { loop.stop(); });
        loop.run();
        EXPECT_EQ(ear.received, "220 hi");
        EXPECT_EQ(ear.ended, finish);
        ::close(accepted);
    }
    ::close(server);
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
    EXPECT_NE(failure->tried[0].find("[ECONNREFUSED]"), std::string::npos) << failure->tried[0];
}

TEST(Connect, ANameThatDoesNotExistFailsInResolution) {
    // A label longer than DNS allows: no server has to be asked, so none can be slow.
    const Connected result = connect_to(std::string(64, 'x') + ".invalid", 80);
    const auto* failure = std::get_if<ConnectFailure>(&result);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->stage, ConnectFailure::Stage::Resolve);
    EXPECT_NE(failure->what, "");
}

TEST(Connect, WithinItsTimeLimitOrNotAtAll) {
    // A listener whose backlog is full takes no more: a connection that hangs, without leaving this machine.
    sockaddr_in address{};
    const int fd = listening(address, 0);
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
    ASSERT_EQ(failure->tried.size(), 1u);
    EXPECT_NE(failure->tried[0].find("no answer"), std::string::npos) << failure->tried[0];
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
