#include "app/runtime_file.h"

#include <signal.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "app/paths.h"

namespace why401 {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// A dead process's number may be given to another program; then the worst that happens is a refused
// connection.
bool lives(pid_t pid) { return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM); }

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string to_json(const Instance& instance) {
    json::object object;
    object["why401"] = WHY401_VERSION;
    object["pid"] = instance.pid;
    const auto text_or_null = [](const std::string& text) {
        return text.empty() ? json::value(nullptr) : json::value(text);
    };
    object["proxy"] = text_or_null(instance.proxy.empty() ? std::string() : instance.proxy.front());
    object["listen"] = json::array(instance.proxy.begin(), instance.proxy.end());
    object["ui"] = text_or_null(instance.ui);
    object["token"] = text_or_null(instance.token);
    object["capture"] = text_or_null(instance.capture);
    object["policy"] = instance.policy;
    object["lab"] = text_or_null(instance.lab);
    return json::serialize(object) + "\n";
}

std::optional<Instance> instance_from_json(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const json::value* pid = object.if_contains("pid");
    if (pid == nullptr || !pid->is_int64()) return std::nullopt;
    Instance instance;
    instance.pid = static_cast<pid_t>(pid->get_int64());
    if (const json::value* proxy = object.if_contains("listen"); proxy != nullptr && proxy->is_array())
        for (const json::value& address : proxy->get_array())
            if (address.is_string()) instance.proxy.emplace_back(address.get_string());
    instance.ui = text_of(object, "ui");
    instance.token = text_of(object, "token");
    instance.capture = text_of(object, "capture");
    instance.policy = text_of(object, "policy");
    instance.lab = text_of(object, "lab");
    return instance;
}

RuntimeFile::RuntimeFile(const fs::path& folder, const Instance& instance) {
    make_private_folder(folder);
    const fs::path file = folder / (std::to_string(instance.pid) + ".json");
    write_private_file(file, to_json(instance));
    file_ = file;
}

RuntimeFile::~RuntimeFile() {
    std::error_code ignored;
    fs::remove(file_, ignored);
}

std::vector<Instance> living_instances(const fs::path& folder) {
    std::vector<Instance> instances;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".json") continue;
        const auto text = read_file(entry.path());
        auto instance = text ? instance_from_json(*text) : std::nullopt;
        if (!instance) continue;
        if (lives(instance->pid))
            instances.push_back(std::move(*instance));
        else
            fs::remove(entry.path(), error);
    }
    std::sort(instances.begin(), instances.end(),
              [](const Instance& a, const Instance& b) { return a.pid < b.pid; });
    return instances;
}

}  // namespace why401
