#pragma once
// One small file per running instance, so that `why401 policy` finds it: addresses, token, capture. For its
// owner alone (0600), removed at the end. Files of instances that died are ignored and removed.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401 {

struct Instance {
    pid_t pid = 0;
    std::vector<std::string> proxy;  ///< "127.0.0.1:8401"
    std::string ui;                  ///< "127.0.0.1:8402"; empty: it has none
    std::string token;
    std::string capture;  ///< empty: nothing is captured
    std::string policy;   ///< at the start; ask the instance for the present one
    std::string lab;      ///< where the lab listens; empty: no lab
};

/// The JSON object that stands in runtime files and in what `--ready` writes: `pid`, `proxy` (the first
/// address), `listen` (all of them), `ui`, `token`, `capture`, `policy`, `lab`; null for what there is not.
std::string to_json(const Instance& instance);
/// Empty when the text is not such an object.
std::optional<Instance> instance_from_json(std::string_view text);

/// Leaves a file for this instance in `folder` while it lives. Throws std::filesystem::filesystem_error.
class RuntimeFile {
public:
    RuntimeFile(const std::filesystem::path& folder, const Instance& instance);
    ~RuntimeFile();
    RuntimeFile(const RuntimeFile&) = delete;

private:
    std::filesystem::path file_;
};

/// The instances that live, in order of pid. Removes files of dead ones; leaves files it cannot read alone.
std::vector<Instance> living_instances(const std::filesystem::path& folder);

}  // namespace why401
