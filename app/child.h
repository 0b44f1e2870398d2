#pragma once
// A program that is started by a command of ours and outlived by it: `why401 run`'s command, `why401 open`'s
// browser. It finds signals, descriptors and limits as we found them.

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace why401 {

/// How things were before we changed them. To be made before any thread is started and any socket opened:
/// from then on, the signals that are passed on wait until a child is watched.
class Surroundings {
public:
    Surroundings();
    ~Surroundings();  ///< the signals come as before
    Surroundings(const Surroundings&) = delete;

private:
    friend class Child;
    void keep_what_is_ours() const;
    sigset_t mask_{};
    rlimit files_{}, cores_{};
    std::set<int> descriptors_;
};

struct ChildWish {
    std::vector<std::string> command;  ///< not empty; the first is looked up in PATH as execvp() does
    std::vector<std::pair<std::string, std::string>> environment;  ///< set beside what we have
    std::filesystem::path output;  ///< a file for what it prints, and nothing for it to read; empty: as ours
    /// A process group of its own, which the terminal's signals do not reach, and which SIGTERM reaches when
    /// we die.
    bool own_group = false;
};

class Child {
public:
    /// Throws std::system_error when the command cannot be started: ENOENT, EACCES ...
    Child(const Surroundings& before, const ChildWish& wish);
    /// A child that is watched must have ended. One in a group of its own that nobody waits for is killed.
    ~Child();
    Child(const Child&) = delete;

    /// 128 and the signal's number for one that a signal ended, as shells have it.
    using Ended = std::function<void(int exit_code)>;
    /// A signal that came to us. From the terminal it has reached every process in front of it, a child
    /// without a group of its own too.
    using Signalled = std::function<void(int signal, bool by_the_terminal)>;
    /// Both call back from a thread of the watch's own; `ended` last. What is left by then of a group of its
    /// own has been killed.
    void watch(Signalled signalled, Ended ended);
    int wait();  ///< instead of watch(): until it ends; its exit code

    /// To all of its group, when it has one of its own; to nobody once it has ended.
    void send(int signal);

private:
    int reap();
    std::mutex mutex_;  ///< its number is its own until it is waited for
    pid_t pid_ = 0;     ///< 0: that has been done
    bool own_group_ = false;
    std::thread watcher_;
};

}  // namespace why401
