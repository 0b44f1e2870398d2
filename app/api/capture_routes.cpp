#include "app/api/capture_routes.h"

#include <boost/json.hpp>

#include "app/report_json.h"

namespace why401::api {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostFiles = 200;
constexpr std::size_t kLongestName = 200;

json::string text(const std::string& bytes) {
    const std::string clean = utf8_clean(bytes);
    return json::string(clean.data(), clean.size());
}

/// What `open` says, or why the file is refused.
template <class Open>
Reply opened(Open open) {
    try {
        const OpenedCaptures::Opened one = open();
        return json_reply({{"id", one.id}, {"name", text(one.capture->name())}});
    } catch (const CaptureError& error) {
        return sentence(422, utf8_clean(error.what()) + ".");
    }
}

/// Of what a browser calls the file: it is shown, never used as a path.
std::string shown_name(std::string name) {
    name.erase(0, name.find_last_of("/\\") + 1);
    name.resize(std::min(name.size(), kLongestName));
    return name.empty() ? "the file" : utf8_clean(name);
}

}  // namespace

Reply get_captures(OpenedCaptures& captures) {
    json::array files, open;
    for (const OpenedCaptures::File& file : captures.files(kMostFiles))
        files.push_back({{"name", text(file.name)},
                         {"size", file.size},
                         {"modified", text(utc_text(file.modified_wall_us))},
                         {"current", file.current}});
    for (const OpenedCaptures::Opened& one : captures.all())
        open.push_back({{"id", one.id}, {"name", text(one.capture->name())}});
    return json_reply({{"folder", text(captures.folder().string())},
                       {"captures", std::move(files)},
                       {"open", std::move(open)}});
}

Reply open_capture(const Call& call, OpenedCaptures& captures) {
    const json::value name = member(call, "name"), path = member(call, "path");
    if (name.is_string() == path.is_string())
        return sentence(400,
                        "Send {\"name\": \"x.why401\"} for a file in the folder of captures, or "
                        "{\"path\": \"/folder/x.why401\"} for any other.");
    if (name.is_string()) {
        const std::string file(name.get_string());
        return opened([&] { return captures.open_in_folder(file); });
    }
    const std::string file(path.get_string());
    if (!file.starts_with('/') || file.find('\0') != std::string::npos)
        return sentence(400, "`path` is a whole path: it begins with a slash.");
    return opened([&] { return captures.open(file); });
}

Reply open_handed_over(const Call& call, const fs::path& file, OpenedCaptures& captures) {
    return opened(
        [&] { return captures.open_handed_over(file, shown_name(query_value(call.query, "name"))); });
}

}  // namespace why401::api
