#pragma once
// Firefox in a profile of its own that asks everything of our proxy. Pure.

#include "app/browser/browser.h"

namespace why401::browser {

Start firefox(const Browser& browser, const Wish& wish);

/// Firefox trusts what is in its profile's own database, which NSS's certutil writes: what to run, in order,
/// so that `ca` (a PEM file) is trusted by this profile. certutil comes with libnss3-tools (Debian, Ubuntu)
/// or nss-tools (Fedora).
std::vector<std::vector<std::string>> firefox_trust(const std::filesystem::path& profile,
                                                    const std::filesystem::path& ca);

}  // namespace why401::browser
