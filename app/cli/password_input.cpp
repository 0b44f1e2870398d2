#include "app/cli/password_input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ostream>
#include <string>

#include "wire/printable.h"

namespace why401::cli {
namespace {

constexpr std::size_t kLongest = 4 * 1024;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

volatile std::sig_atomic_t caught = 0;

/// No echo while it lives. A signal that would end or stop this process must not leave the terminal mute: it
/// ends the waiting and takes effect afterwards.
class Quiet {
public:
    explicit Quiet(int terminal) : terminal_(terminal) {
        struct sigaction note = {};
        note.sa_handler = [](int signal) { caught = signal; };
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : kSignals) sigaddset(&held, signal);
        ::sigprocmask(SIG_BLOCK, &held, &before_mask_);
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &note, &before_actions_[i]);
        if (::tcgetattr(terminal_, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
    }
    ~Quiet() {
        if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
        for (std::size_t i = 0; i < kSignals.size(); ++i)
            ::sigaction(kSignals[i], &before_actions_[i], nullptr);
        ::sigprocmask(SIG_SETMASK, &before_mask_, nullptr);
        if (caught != 0) ::raise(caught);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    bool is() const { return changed_; }

    /// Until there is a line to read; false when a signal came instead. They are let in here and nowhere
    /// else, so that none is missed.
    bool wait_for_line() const {
        pollfd waited = {terminal_, POLLIN, 0};
        return ::ppoll(&waited, 1, nullptr, &before_mask_) == 1 && caught == 0;
    }

private:
    static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    int terminal_;
    termios before_ = {};
    std::array<struct sigaction, kSignals.size()> before_actions_ = {};
    sigset_t before_mask_ = {};
    bool changed_ = false;
};

/// What this process holds from now on does not belong into a core file.
void keep_out_of_core_files() {
    const rlimit none = {0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

/// Up to a line break.
proof::Wiped read_line(int descriptor) {
    std::string line;
    line.reserve(kLongest);  // grows in one place: nothing is left behind elsewhere
    char c = 0;
    while (line.size() < kLongest && ::read(descriptor, &c, 1) == 1 && c != '\n') line.push_back(c);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return proof::Wiped(std::move(line));
}

}  // namespace

proof::Wiped ask_password(std::string_view user, std::ostream& err) {
    keep_out_of_core_files();
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (terminal.number() < 0)
        throw NoSecret("there is no terminal to ask for the password on: use --password-file FILE");
    const Quiet quiet(terminal.number());
    if (!quiet.is()) throw NoSecret("this terminal cannot hide what is typed: use --password-file FILE");
    err << "Password of " << printable(user) << ": " << std::flush;
    proof::Wiped password = quiet.wait_for_line() ? read_line(terminal.number()) : proof::Wiped();
    err << "\n";
    if (password.empty()) throw NoSecret("no password was given");
    return password;
}

proof::Wiped read_password(const std::filesystem::path& file) {
    keep_out_of_core_files();
    const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.number() < 0) throw NoSecret("the password file " + file.string() + " cannot be read");
    proof::Wiped password = read_line(input.number());
    if (password.empty())
        throw NoSecret("the first line of the password file " + file.string() + " is empty");
    return password;
}

}  // namespace why401::cli
