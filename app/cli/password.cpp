#include "app/cli/password.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <istream>

namespace why401::cli {

namespace {

constexpr std::size_t kLongest = 1024;

/// The terminal of this process, which is not stdin when that comes from elsewhere.
class Terminal {
public:
    Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0) return;
        termios quiet = before_;
        // Ctrl-C comes as a byte, so that the terminal is never left without echo.
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        ready_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
    }
    ~Terminal() {
        if (ready_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
        if (fd_ >= 0) ::close(fd_);
    }
    Terminal(const Terminal&) = delete;

    bool ready() const { return ready_; }
    void write(const std::string& text) {
        [[maybe_unused]] const auto written = ::write(fd_, text.data(), text.size());
    }
    std::optional<char> read() {
        char c = 0;
        return ::read(fd_, &c, 1) == 1 ? std::optional(c) : std::nullopt;
    }

private:
    int fd_;
    termios before_{};
    bool ready_ = false;
};

}  // namespace

std::optional<std::string> ask_password(const std::string& whose) {
    Terminal terminal;
    if (!terminal.ready()) return std::nullopt;
    terminal.write("Password of " + whose + ": ");
    std::string typed;
    while (const auto c = terminal.read()) {
        if (*c == '\r' || *c == '\n') {
            terminal.write("\n");
            return typed;
        }
        if (*c == 3 || (*c == 4 && typed.empty())) break;
        if ((*c == 0x7f || *c == '\b') && !typed.empty()) {
            while ((typed.back() & 0xc0) == 0x80 && typed.size() > 1) typed.pop_back();  // a UTF-8 sequence
            typed.pop_back();
        } else if (static_cast<unsigned char>(*c) >= ' ' && *c != 0x7f && typed.size() < kLongest) {
            typed += *c;
        }
    }
    terminal.write("\n");
    return std::nullopt;
}

std::optional<std::string> password_from(const std::filesystem::path& file, std::istream& standard_input) {
    std::ifstream opened;
    if (file != "-") opened.open(file);
    std::istream& in = file == "-" ? standard_input : opened;
    std::string line;
    if (!std::getline(in, line) || line.size() > kLongest) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace why401::cli
