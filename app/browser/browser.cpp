#include "app/browser/browser.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "app/paths.h"
#include "wire/ascii.h"
#include "wire/http_target.h"

namespace why401::browser {

namespace fs = std::filesystem;

namespace {

struct Known {
    std::string_view name;
    Family family;
    std::string_view program;
};

constexpr std::array kKnown{
    Known{"chrome", Family::Chromium, "google-chrome-stable"},
    Known{"chrome", Family::Chromium, "google-chrome"},
    Known{"chromium", Family::Chromium, "chromium"},
    Known{"chromium", Family::Chromium, "chromium-browser"},
    Known{"edge", Family::Chromium, "microsoft-edge-stable"},
    Known{"edge", Family::Chromium, "microsoft-edge"},
    Known{"brave", Family::Chromium, "brave-browser"},
    Known{"firefox", Family::Firefox, "firefox"},
    Known{"firefox", Family::Firefox, "firefox-esr"},
};

std::optional<fs::path> in_path(std::string_view path, std::string_view program) {
    while (!path.empty()) {
        const std::size_t colon = path.find(':');
        const fs::path file = fs::path(path.substr(0, colon)) / program;
        std::error_code none;
        if (file.is_absolute() && fs::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0)
            return file;
        path = colon == std::string_view::npos ? std::string_view() : path.substr(colon + 1);
    }
    return std::nullopt;
}

/// Where a link leads tells it, or the few lines of a script that starts the real one.
std::string box_of(const fs::path& program) {
    std::error_code none;
    const std::string real = fs::canonical(program, none).string();
    const std::string text = read_file(program, 16384).value_or(std::string());
    const bool is_script = text.starts_with("#!");
    for (const char* box : {"snap", "flatpak"})
        if (real.find("/" + std::string(box)) != std::string::npos ||
            (is_script && text.find("/" + std::string(box)) != std::string::npos))
            return box;
    return {};
}

}  // namespace

bool is_name(std::string_view word) {
    return std::any_of(kKnown.begin(), kKnown.end(), [&](const Known& known) { return known.name == word; });
}

bool is_in_path(std::string_view path, std::string_view program) {
    return in_path(path, program).has_value();
}

std::vector<Browser> installed(std::string_view path) {
    std::vector<Browser> found;
    for (const Known& known : kKnown) {
        const auto same = [&](const Browser& browser) {
            return browser.name == known.name && browser.box.empty();
        };
        if (std::any_of(found.begin(), found.end(), same)) continue;
        const auto program = in_path(path, known.program);
        if (program) found.push_back({std::string(known.name), known.family, *program, box_of(*program)});
    }
    return found;
}

std::optional<Browser> choose(const std::vector<Browser>& installed, std::string_view name,
                              std::string& complaint) {
    const Browser* boxed = nullptr;
    std::string others;
    for (const Browser& browser : installed) {
        const bool meant = name.empty() || browser.name == name;
        if (meant && browser.box.empty()) return browser;
        if (meant) boxed = &browser;
        if (browser.box.empty()) others += (others.empty() ? "" : ", ") + browser.name;
    }
    const std::string asked = name.empty() ? "a browser" : std::string(name);
    if (boxed != nullptr)
        complaint = boxed->program.string() + " is a " + boxed->box + ", which sees no profile of ours; " +
                    asked + " from a package of the system would do";
    else
        complaint = "found no " + (name.empty() ? "browser" : asked) +
                    " in PATH (Chrome, Chromium, Edge, Brave and Firefox will do)";
    if (!others.empty()) complaint += "; there is " + others;
    return std::nullopt;
}

std::optional<Url> parse_url(std::string_view text) {
    const auto target = http1::parse_target("GET", text.substr(0, text.find('#')));
    if (!target || (!same_name(target->scheme, "http") && !same_name(target->scheme, "https")))
        return std::nullopt;
    Url url{std::string(text), std::string(target->parsed.host), {}};
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
    // These would make lists and patterns of what is one host.
    if (url.host.find_first_of("*, \"'") != std::string::npos) return std::nullopt;
    const bool v6 = url.host.find(':') != std::string::npos;
    url.origin = (same_name(target->scheme, "https") ? "https://" : "http://") +
                 (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(target->parsed.port);
    return url;
}

}  // namespace why401::browser
