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

}  // namespace why401::api
