#pragma once
// What can be seen in the lab: an address, what it teaches, and a command line that shows it. Text only;
// refuses to run it.

#include <string>
#include <string_view>
#include <vector>

namespace why401::lab {

struct Scene {
    std::string_view path;     ///< "/acl/"; for `host` other than web01 see there
    std::string_view host;     ///< "web01.lab.why401.test"
    std::string_view sees;     ///< "401.3": what the lab answers in the end
    std::string_view teaches;  ///< one sentence
    std::string_view options;  ///< of curl, between `curl` and the address; empty when no curl shows it
    bool tls = false;          ///< https

    std::string url() const;
};

const std::vector<Scene>& scenes();

/// The list for a person. `lab` is where the lab listens, "127.0.0.1:8480"; `ca_file` vouches for its https.
std::string list_scenes(std::string_view lab, std::string_view ca_file);

}  // namespace why401::lab
