#include "app/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace why401 {

namespace {

constexpr std::array kPassedOn{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : kPassedOn) sigaddset(&set, signal);
    sigaddset(&set, SIGCHLD);
    return set;
}

std::set<int> open_descriptors() {
    std::set<int> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none))
        found.insert(std::atoi(entry.path().filename().c_str()));
    // One of them was that of the looking.
    std::erase_if(found, [](int descriptor) { return ::fcntl(descriptor, F_GETFD) < 0; });
    return found;
}

int exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// Also of one that has not been waited for.
bool has_ended(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

/// `name=value` for each, the wish's instead of ours.
std::vector<std::string> environment(const ChildWish& wish) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::string_view name = text.substr(0, text.find('='));
        bool replaced = false;
        for (const auto& wished : wish.environment) replaced |= wished.first == name;
        if (!replaced) entries.emplace_back(text);
    }
    for (const auto& [name, value] : wish.environment) entries.push_back(name + "=" + value);
    return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

Surroundings::Surroundings() : descriptors_(open_descriptors()) {
    const sigset_t set = watched();
    ::pthread_sigmask(SIG_BLOCK, &set, &mask_);
    ::getrlimit(RLIMIT_NOFILE, &files_);
    ::getrlimit(RLIMIT_CORE, &cores_);
}

Surroundings::~Surroundings() {
    // What came after the child had ended is over with it.
    const timespec now{};
    const sigset_t set = watched();
    while (::sigtimedwait(&set, nullptr, &now) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

/// A command that leaves something behind would keep our ports and files open with it.
void Surroundings::keep_what_is_ours() const {
    for (const int descriptor : open_descriptors())
        if (!descriptors_.contains(descriptor)) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

Child::Child(const Surroundings& before, const ChildWish& wish) : own_group_(wish.own_group) {
    std::vector<std::string> command = wish.command, variables = environment(wish);
    const std::vector<char*> arguments = pointers(command), entries = pointers(variables);
    before.keep_what_is_ours();
    std::array<int, 2> report{};  // closed by the exec, or it says why there was none
    if (::pipe2(report.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        // Other threads were not copied: nothing here may wait for a lock.
        if (wish.own_group) {
            ::setpgid(0, 0);
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
            if (::getppid() != parent) ::_exit(1);
        }
        ::setrlimit(RLIMIT_NOFILE, &before.files_);
        ::setrlimit(RLIMIT_CORE, &before.cores_);
        for (const int ignored : {SIGPIPE, SIGXFSZ}) ::signal(ignored, SIG_DFL);
        ::sigprocmask(SIG_SETMASK, &before.mask_, nullptr);
        if (!wish.output.empty()) {
            ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
            const int file = ::open(wish.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            ::dup2(file, STDOUT_FILENO);
            ::dup2(file, STDERR_FILENO);
        }
        ::execvpe(arguments.front(), arguments.data(), entries.data());
        const int error = errno;
        [[maybe_unused]] const auto told = ::write(report[1], &error, sizeof error);
        ::_exit(127);
    }
    const int fork_error = errno;
    ::close(report[1]);
    int error = 0;
    if (pid_ < 0)
        error = fork_error;
    else if (::read(report[0], &error, sizeof error) == sizeof error)
        ::waitpid(pid_, nullptr, 0);
    ::close(report[0]);
    if (error != 0) throw std::system_error(error, std::generic_category(), command.front());
}

Child::~Child() {
    if (watcher_.joinable()) watcher_.join();
    if (pid_ == 0 || !own_group_) return;
    send(SIGKILL);
    reap();
}

void Child::watch(Signalled signalled, Ended ended) {
    watcher_ = std::thread([this, signalled = std::move(signalled), ended = std::move(ended)] {
        const sigset_t set = watched();
        // It may have ended before: then its SIGCHLD is waiting as well.
        while (!has_ended(pid_)) {
            siginfo_t info{};
            const int signal = ::sigwaitinfo(&set, &info);
            if (signal > 0 && signal != SIGCHLD) signalled(signal, info.si_code == SI_KERNEL);
        }
        if (own_group_) send(SIGKILL);
        ended(reap());
    });
}

int Child::wait() { return reap(); }

void Child::send(int signal) {
    const std::lock_guard lock(mutex_);
    if (pid_ != 0) ::kill(own_group_ ? -pid_ : pid_, signal);
}

int Child::reap() {
    const pid_t pid = pid_;
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    const std::lock_guard lock(mutex_);
    int status = 0;
    ::waitpid(pid, &status, 0);
    pid_ = 0;
    return exit_code(status);
}

}  // namespace why401
