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

#include "net/listener.h"
#include "net/test_peer.h"

namespace why401::net {
namespace {

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

TEST(Link, WhatComesBehindUrgentDataIsHeard) {
    Fixture f;
    f.ear.then = [&](Link&, std::string_view) {
        if (f.ear.received.ends_with("ABOR")) f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("abc");
        p.send_urgent('!');
        p.send("ABOR");
        p.read_all();
    });
    f.run();
    EXPECT_EQ(f.ear.received, "abcABOR") << "a read stops before urgent data (tcp(7))";
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

TEST(Link, AResetIsHeardWhileReadingIsPausedWhereWhatIsUnreadIsWorthless) {
    Fixture f;
    f.on_accept = [&] { f.link->pause(Unread::Worthless); };
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "broken") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send(std::string(100'000, 'u'));
        p.reset();
    });
    f.run();
    peer.join();
    ASSERT_TRUE(f.ear.broken.has_value());
    EXPECT_TRUE(f.ear.broken->reset);
    EXPECT_EQ(f.ear.received, "");
}

TEST(Link, AResetIsHeardBehindWhatIsUnreadWhereThatIsWanted) {
    Fixture f;
    Timer later(f.loop);
    f.on_accept = [&] {
        f.link->pause();
        later.after(std::chrono::milliseconds(100), [&] {
            EXPECT_FALSE(f.ear.broken.has_value());
            f.link->resume();
        });
    };
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "broken") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("the answer");
        p.reset();
    });
    f.run();
    peer.join();
    EXPECT_EQ(f.ear.received, "the answer");
    EXPECT_TRUE(f.ear.broken.has_value());
}

TEST(Link, AResumedLinkThatWatchedForAResetReadsOn) {
    Fixture f;
    f.on_accept = [&] { f.link->pause(Unread::Worthless); };
    Timer later(f.loop);
    later.after(std::chrono::milliseconds(50), [&] { f.link->resume(); });
    f.ear.then = [&](Link&, std::string_view what) {
        if (what == "broken") f.loop.stop();
    };
    std::thread peer([to = f.listener->local()] {
        Peer p(to);
        p.send("before");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        p.send(" and behind");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        p.reset();
    });
    f.run();
    peer.join();
    EXPECT_EQ(f.ear.received, "before and behind");
    EXPECT_TRUE(f.ear.broken.has_value());
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

}  // namespace
}  // namespace why401::net
