#include "app/browser/session.h"

#include <csignal>

#include "app/browser/chromium.h"
#include "app/browser/firefox.h"
#include "app/paths.h"

namespace why401::browser {

namespace fs = std::filesystem;

namespace {

constexpr const char* kOutput = "why401-output.log";
constexpr std::chrono::seconds kPatience{5};

void make_firefox_trust(const Surroundings& before, const fs::path& profile, const fs::path& ca) {
    for (const auto& command : firefox_trust(profile, ca)) {
        ChildWish wish;
        wish.command = command;
        wish.output = profile / kOutput;
        try {
            if (Child(before, wish).wait() == 0) continue;
        } catch (const std::system_error& error) {
            throw CannotPrepare("Firefox trusts our CA through certutil alone, which is not here (" +
                                error.code().message() +
                                "). Its package is libnss3-tools in Debian and Ubuntu, nss-tools in Fedora");
        }
        throw CannotPrepare("certutil did not put our CA into the profile: " +
                            read_file(profile / kOutput).value_or(std::string()));
    }
}

ChildWish prepared(const Surroundings& before, const Browser& browser, Wish wish, const fs::path& profile,
                   const fs::path& ca) {
    wish.profile = profile;
    const bool is_firefox = browser.family == Family::Firefox;
    Start start = is_firefox ? firefox(browser, wish) : chromium(browser, wish);
    for (const auto& [name, text] : start.files) write_private_file(profile / name, text);
    if (is_firefox && !ca.empty()) make_firefox_trust(before, profile, ca);
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
      child_(before, prepared(before, browser, std::move(wish), profile_.path(), ca)),
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
