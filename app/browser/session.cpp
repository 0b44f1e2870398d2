#include "app/browser/session.h"

#include <csignal>

#include "app/browser/chromium.h"
#include "app/browser/firefox.h"
#include "app/paths.h"
#include "certs/run_program.h"
#include "wire/printable.h"

namespace why401::browser {

namespace fs = std::filesystem;

namespace {

constexpr const char* kOutput = "why401-output.log";
constexpr std::chrono::seconds kPatience{5};

void make_firefox_trust(const fs::path& profile, const fs::path& ca) {
    for (const auto& command : firefox_trust(profile, ca)) {
        const certs::ProgramEnd end = certs::run_program(command);
        if (end.well()) continue;
        if (!end.found)
            throw CannotPrepare(
                "to make Firefox trust the CA takes certutil, which is not here: it is in libnss3-tools "
                "(Debian, "
                "Ubuntu) or nss-tools (Fedora). With --intercept none it is not needed");
        throw CannotPrepare("certutil did not put the CA into the profile: " + printable(end.output, 500));
    }
}

ChildWish prepared(const Browser& browser, Wish wish, const fs::path& profile, const fs::path& ca) {
    wish.profile = profile;
    const bool is_firefox = browser.family == Family::Firefox;
    Start start = is_firefox ? firefox(browser, wish) : chromium(browser, wish);
    for (const auto& [name, text] : start.files) write_private_file(profile / name, text);
    if (is_firefox && !ca.empty()) make_firefox_trust(profile, ca);
    ChildWish child;
    child.command = std::move(start.command);
    child.environment = std::move(start.environment);
    child.output = profile / kOutput;
    child.own_group = true;
    return child;
}

}  // namespace

Session::Session(net::Loop& loop, const Surroundings& before, const Browser& browser, Wish wish,
                 const fs::path& ca)
    : loop_(loop),
      profile_(browser.name),
      child_(before, prepared(browser, std::move(wish), profile_.path(), ca)),
      patience_(loop) {}

void Session::when_it_ends(std::function<void(int)> callback) {
    child_.watch([this](int, bool) { loop_.post([this] { close(); }); },
                 [this, callback = std::move(callback)](int exit_code) {
                     loop_.post([this, callback, exit_code] {
                         patience_.cancel();
                         callback(exit_code);
                     });
                 });
}

void Session::close() {
    if (std::exchange(closing_, true)) return child_.send(SIGKILL);
    child_.send(SIGTERM);
    patience_.after(kPatience, [this] { child_.send(SIGKILL); });
}

std::string Session::last_words() const {
    constexpr std::size_t kLines = 5;
    const std::string text = read_file(profile_.path() / kOutput).value_or(std::string());
    std::size_t from = text.size();
    for (std::size_t lines = 0; from > 0 && lines <= kLines; --from)
        if (text[from - 1] == '\n' && ++lines > kLines) break;
    return text.substr(from);
}

}  // namespace why401::browser
