#include "certs/firefox_profiles.h"

#include <fstream>

#include "wire/ascii.h"
#include "wire/printable.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

struct Section {
    std::string name, path;
    bool relative = true;

    void take(std::string_view key, std::string_view value) {
        if (key == "Name") name = printable(value, 100);
        if (key == "Path") path = value;
        if (key == "IsRelative") relative = value != "0";
    }
};

}  // namespace

std::vector<FirefoxProfile> firefox_profiles(const fs::path& folder) {
    std::vector<FirefoxProfile> profiles;
    Section section;
    const auto finish = [&] {
        if (!section.path.empty())
            profiles.push_back({section.name.empty() ? section.path : section.name,
                                section.relative ? folder / section.path : fs::path(section.path)});
        section = {};
    };
    std::ifstream file(folder / "profiles.ini");
    bool in_profile = false;  // other sections have a Path too
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        const std::string_view text = trimmed(line);
        if (text.starts_with('[')) {
            finish();
            in_profile = text.starts_with("[Profile");
        } else if (const std::size_t equals = text.find('=');
                   in_profile && equals != std::string_view::npos) {
            section.take(trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)));
        }
    }
    finish();
    return profiles;
}

}  // namespace why401::certs
