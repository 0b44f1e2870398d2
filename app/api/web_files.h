#pragma once
// The pages that are compiled into the program (app/web).

#include <span>
#include <string_view>

namespace why401::api {

struct WebFile {
    std::string_view name;  ///< "index.html"
    std::string_view text;
};

std::span<const WebFile> web_files();
/// The text of one; empty when there is none of that name.
std::string_view web_file(std::string_view name);

}  // namespace why401::api
