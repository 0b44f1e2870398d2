#include "certs/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "certs/authority.h"

namespace why401::certs {

namespace {

constexpr std::size_t kMostOutput = 1 << 20;

[[noreturn]] void fail(const std::string& program, int error) {
    throw CertsError("Cannot run " + program + ": " + std::generic_category().message(error) + ".");
}

struct Spawning {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    Spawning() {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
    }
    ~Spawning() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    Spawning(const Spawning&) = delete;
    Spawning& operator=(const Spawning&) = delete;
};

/// 0, or why it did not start.
int start(const std::vector<std::string>& words, int output, pid_t& pid) {
    Spawning wish;
    ::posix_spawn_file_actions_addopen(&wish.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&wish.files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&wish.files, output, STDERR_FILENO);
    ::posix_spawnattr_setflags(&wish.attributes, POSIX_SPAWN_SETSID);  // without a terminal to ask at
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    return ::posix_spawnp(&pid, arguments.front(), &wish.files, &wish.attributes, arguments.data(), environ);
}

std::string read_all(int from) {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        const ssize_t n = ::read(from, piece.data(), piece.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        if (text.size() < kMostOutput) text.append(piece.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace

ProgramEnd run_program(const std::vector<std::string>& words) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) fail(words.front(), errno);
    pid_t pid = 0;
    const int error = start(words, pipe[1], pid);
    ::close(pipe[1]);
    ProgramEnd end;
    if (error == 0) {
        end.output = read_all(pipe[0]);
        int status = 0;
        while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
    }
    ::close(pipe[0]);
    if (error == ENOENT || error == EACCES)
        end.found = false;
    else if (error != 0)
        fail(words.front(), error);
    return end;
}

}  // namespace why401::certs
