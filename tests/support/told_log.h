#pragma once
// For tests only: the text of a server's log, read by the public readers and told to the diagnosis.

#include <sstream>

#include "store/freb.h"
#include "store/httperr.h"
#include "store/iis_w3c.h"
#include "tests/support/freb_sample.h"
#include "tests/support/told.h"

namespace why401::test {

/// The default columns of IIS 8.5 and later.
constexpr const char* kIis10 =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-03-01 "
    "08:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken\r\n";

/// A row of these columns: `answer` is "401 2 5".
inline std::string w3c(const std::string& time, const std::string& path, const std::string& answer,
                       const std::string& user = "-", const std::string& client = "10.0.0.9",
                       const std::string& taken = "15", const std::string& agent = "Mozilla/5.0") {
    return "2026-03-01 " + time + " 10.0.0.5 GET " + path + " - 80 " + user + " " + client + " " + agent +
           " - " + answer + " " + taken + "\r\n";
}

inline std::vector<RecordItem> items_of_log(const std::string& text) {
    std::vector<RecordItem> items;
    std::istringstream in(text);
    read_iis_w3c(in, "u_ex260301.log", {}, [&](RecordItem item) { items.push_back(std::move(item)); });
    return items;
}
/// `rows` under the columns of IIS 10, unless they begin with a directive.
inline Told tell_log(const std::string& rows) {
    return tell(items_of_log(rows.starts_with('#') ? rows : kIis10 + rows));
}

inline Told tell_httperr(const std::string& rows) {
    std::vector<RecordItem> items;
    std::istringstream in(rows);
    read_httperr(in, "httperr1.log", {}, [&](RecordItem item) { items.push_back(std::move(item)); });
    return tell(items);
}

inline Told tell_freb(const FrebParts& parts) {
    std::vector<RecordItem> items;
    read_freb(freb(parts), "fr000001.xml", [&](RecordItem item) { items.push_back(std::move(item)); });
    return tell(items);
}

}  // namespace why401::test
