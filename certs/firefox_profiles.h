#pragma once
// Firefox's profiles.ini: which profiles there are. It opens none of them.

#include <filesystem>
#include <string>
#include <vector>

namespace why401::certs {

struct FirefoxProfile {
    std::string name;
    std::filesystem::path folder;
};

/// Those that `folder`/profiles.ini names, in its order; none when it cannot be read.
std::vector<FirefoxProfile> firefox_profiles(const std::filesystem::path& folder);

}  // namespace why401::certs
