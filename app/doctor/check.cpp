#include "app/doctor/check.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "app/report_json.h"
#include "wire/printable.h"

namespace why401::doctor {

namespace {

std::string_view word(Grade grade) {
    switch (grade) {
        case Grade::Ok: return "ok";
        case Grade::Warn: return "warn";
        case Grade::Fail: break;
    }
    return "fail";
}

}  // namespace

std::string as_text(const std::vector<Check>& checks) {
    std::string text;
    for (const Check& check : checks) {
        std::string line(word(check.grade));
        line.resize(6, ' ');
        line += printable(check.what);
        if (!check.to_do.empty()) line += " - " + printable(check.to_do);
        text += line + '\n';
    }
    return text;
}

std::string as_json(const std::vector<Check>& checks) {
    namespace json = boost::json;
    json::array list;
    for (const Check& check : checks)
        list.push_back(json::object{{"check", check.name},
                                    {"grade", word(check.grade)},
                                    {"what", utf8_clean(check.what)},
                                    {"to_do", utf8_clean(check.to_do)}});
    return json::serialize(json::object{{"ok", is_well(checks)}, {"checks", std::move(list)}}) + '\n';
}

bool is_well(const std::vector<Check>& checks) {
    return std::none_of(checks.begin(), checks.end(),
                        [](const Check& check) { return check.grade == Grade::Fail; });
}

}  // namespace why401::doctor
