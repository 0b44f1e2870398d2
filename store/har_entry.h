#pragma once
// One entry of a HAR file as an exchange. It knows the habits of those who write HAR files, and refuses to
// guess connections where they give none.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "store/trace_record.h"

namespace why401 {

/// Who wrote the file, as far as it matters here.
struct HarWriter {
    std::string name;                      ///< log.creator.name, else log.browser.name
    bool is(std::string_view part) const;  ///< in any case
    /// Chromium, by its own DevTools or whoever listens to them. Of a login that the browser makes by itself
    /// they show one entry: the first request, which has no credentials yet, and the last answer.
    bool folds_logins() const { return is("WebInspector") || is("chromium"); }
    bool is_browser() const { return is("firefox") || is("webkit") || is("playwright") || folds_logins(); }
    /// Firefox puts the server's port there.
    bool numbers_connections() const { return !is("firefox"); }
};

/// Why an entry is no exchange: it never was on the wire, or has no request.
enum class HarSkip : std::uint8_t { None, FromCache, OtherScheme, NoRequest };

struct HarEntry {
    HarSkip skip = HarSkip::None;
    std::string missing;          ///< of NoRequest: "request.url"
    bool blackened = false;       ///< a value of a login or a cookie was blackened
    bool secrets_seen = false;    ///< credentials or cookies stand in it
    bool browser_login = false;   ///< ... of a scheme that browsers answer by themselves
    bool fields_lacking = false;  ///< the writer did not know all fields of the request
    int chrome_major = 0;         ///< by its User-Agent; 0: none, or unknown
    std::string error;            ///< the writer's word why there is no answer
};

/// Adds the exchange to `record` unless the entry is to be skipped.
HarEntry read_har_entry(const boost::json::object& entry, const HarWriter& writer, TraceRecord& record);

}  // namespace why401
