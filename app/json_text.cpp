#include "app/json_text.h"

#include "wire/utf8.h"

namespace why401::json_out {

namespace json = boost::json;

json::string text(std::string_view bytes) {
    if (utf8::valid(bytes)) return json::string(bytes.data(), bytes.size());
    const std::string clean = utf8::repaired(bytes);
    return json::string(clean.data(), clean.size());
}

json::value text_or_null(std::string_view bytes) {
    if (bytes.empty()) return nullptr;
    return text(bytes);
}

json::array texts(const std::vector<std::string>& all) {
    json::array array;
    array.reserve(all.size());
    for (const std::string& one : all) array.emplace_back(text(one));
    return array;
}

}  // namespace why401::json_out
