#pragma once
// Which browsers there are, and what one of them is to be started with. It starts none.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace why401::browser {

enum class Family : unsigned char { Chromium, Firefox };

struct Browser {
    std::string name;  ///< as a person asks for it: "chrome", "chromium", "edge", "brave", "firefox"
    Family family = Family::Chromium;
    std::filesystem::path program;
    /// "snap" or "flatpak": it lives in a box that a profile of ours is outside of.
    std::string box;
};

/// "chrome", "chromium", "edge", "brave" or "firefox".
bool is_name(std::string_view word);

/// Whether `path` (PATH's text) has that program.
bool is_in_path(std::string_view path, std::string_view program);

/// What `path` has, one of each name, in order of preference.
std::vector<Browser> installed(std::string_view path);

/// The one that is meant: empty means any, and Chromium's kin first. Empty, with a sentence that says why and
/// what would help, when there is none that we can start.
std::optional<Browser> choose(const std::vector<Browser>& installed, std::string_view name,
                              std::string& complaint);

/// What a browser is to do.
struct Wish {
    std::string url;
    std::string host;    ///< the URL's, in lower case: it alone may have what the user is logged in with here
    std::string origin;  ///< the same with scheme and port
    std::string proxy;   ///< "127.0.0.1:8401"
    std::filesystem::path profile;  ///< an empty folder of its own
    /// Of the keys in our certificates: Base64 of the SHA-256 of each SubjectPublicKeyInfo.
    std::vector<std::string> trusted_keys;
    bool as_root = false;
    std::vector<std::string> more_arguments;
};

/// What to start, and what must be in its profile by then.
struct Start {
    std::vector<std::string> command;
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::pair<std::string, std::string>> files;  ///< name in the profile, and text
};

struct Url {
    std::string text;
    std::string host;    ///< lower case, without brackets
    std::string origin;  ///< "https://web01:443"
};
/// An http or https URL without a user's name in it. Empty for anything else.
std::optional<Url> parse_url(std::string_view text);

}  // namespace why401::browser
