// HAR 1.2: log.entries[] (http://www.softwareishard.com/blog/har-12-spec/). Entries are parsed one by one, so
// that a file that was cut off is read up to the cut.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "store/har_entry.h"
#include "store/har_logins.h"
#include "store/json_elements.h"
#include "store/json_values.h"

namespace why401 {
namespace {

namespace json = boost::json;
using json_elements::member;

constexpr int kChromeWithholds = 130;  // from this version on DevTools exports without secrets unless told to

std::string plural(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

HarWriter writer_of(std::string_view text, std::size_t log) {
    HarWriter writer;
    for (const std::string_view who : {"creator", "browser"}) {
        const auto at = member(text, log, who);
        const auto end = at ? json_elements::end_of_value(text, *at) : std::nullopt;
        if (!end || text[*at] != '{') continue;
        boost::system::error_code error;
        const json::value value =
            json::parse(json::string_view(text.data() + *at, *end - *at), error, {}, json_values::lenient());
        if (error) continue;
        writer.name +=
            (writer.name.empty() ? "" : " ") + std::string(json_values::text(value.get_object(), "name"));
    }
    return writer;
}

/// What the entries gave away, together.
class Census {
public:
    void take(std::size_t index, const HarEntry& entry) {
        if (entry.skip == HarSkip::FromCache) ++cached_;
        if (entry.skip == HarSkip::OtherScheme) ++other_scheme_;
        if (entry.skip == HarSkip::NoRequest) damaged(index, entry.missing + " is missing");
        if (!entry.error.empty() && error_.empty()) error_ = entry.error;
        blackened_ = blackened_ || entry.blackened;
        secrets_ = secrets_ || entry.secrets_seen;
        logins_ = logins_ || entry.browser_login;
        lacking_ = lacking_ || entry.fields_lacking;
        chrome_ = std::max(chrome_, entry.chrome_major);
    }
    void damaged(std::size_t index, const std::string& why) {
        if (++damaged_ == 1)
            first_damage_ = "log.entries[" + std::to_string(index) + "]" +
                            (why.empty() || why[0] == ':' ? why : "." + why);
    }
    /// No login of the browser's own stands in a file whose writer shows none.
    bool hides_logins(const HarWriter& writer) const { return writer.folds_logins() && !logins_; }
    /// In its default Chrome's export leaves out Authorization, Cookie and Set-Cookie and does not say so.
    bool sanitised(const HarWriter& writer) const {
        return writer.is("WebInspector") && !secrets_ && (chrome_ >= kChromeWithholds || lacking_);
    }
    bool blackened() const { return blackened_; }

    void tell(std::vector<std::string>& remarks, std::size_t unanswered) const {
        if (damaged_ > 0)
            remarks.push_back(plural(damaged_, "entry", "entries") +
                              " could not be read; the first: " + first_damage_);
        if (cached_ > 0)
            remarks.push_back(plural(cached_, "answer", "answers") +
                              " came from the browser's own cache and did not "
                              "pass a network: left out");
        if (other_scheme_ > 0)
            remarks.push_back(plural(other_scheme_, "entry is", "entries are") +
                              " neither http nor https: left out");
        if (unanswered > 0)
            remarks.push_back(plural(unanswered, "request", "requests") + " got no answer" +
                              (error_.empty() ? "" : " (" + error_ + ")"));
    }

private:
    bool blackened_ = false, secrets_ = false, logins_ = false, lacking_ = false;
    int chrome_ = 0;
    std::size_t damaged_ = 0, cached_ = 0, other_scheme_ = 0;
    std::string first_damage_, error_;
};

void read_element(std::string_view element, std::size_t index, std::size_t offset, const HarWriter& writer,
                  TraceRecord& record, Census& census) {
    boost::system::error_code error;
    json::monotonic_resource memory;
    const json::value value = json::parse(json::string_view(element.data(), element.size()), error, &memory,
                                          json_values::lenient());
    if (error || !value.is_object())
        return census.damaged(index, ": no JSON object at byte " + std::to_string(offset));
    census.take(index, read_har_entry(value.get_object(), writer, record));
}

/// Marks the requests whose credentials may have been taken out.
void withhold(std::vector<Exchange>& exchanges) {
    for (Exchange& exchange : exchanges)
        if (!has_field(exchange.request, "Authorization") &&
            !has_field(exchange.request, "Proxy-Authorization"))
            exchange.credentials_withheld = true;
}

}  // namespace

TraceNotes read_har(std::string_view text, const TraceSink& sink) {
    const std::size_t root = json_elements::skip_blanks(text, 0);
    const auto log = member(text, root, "log");
    if (!log || text[*log] != '{') throw TraceError("it has no \"log\" object, so it is no HAR file");
    const auto entries = member(text, *log, "entries");
    if (!entries || text[*entries] != '[') throw TraceError("log.entries is missing");

    const HarWriter writer = writer_of(text, *log);
    TraceRecord record;
    Census census;
    std::size_t seen = 0;
    const json_elements::Walk walk = json_elements::elements(
        text, *entries, [&](std::size_t index, std::size_t offset, std::string_view element) {
            ++seen;
            read_element(element, index, offset, writer, record, census);
        });
    TraceNotes notes;
    if (!walk.whole) {
        const std::string place =
            "log.entries[" + std::to_string(seen) + "], byte " + std::to_string(walk.offset);
        if (record.size() == 0) throw TraceError("the file breaks off or is no JSON behind " + place);
        notes.remarks.push_back("the file breaks off or is no JSON behind " + place + ": read up to there");
    }
    notes.sanitized = census.sanitised(writer) || census.blackened();
    if (census.hides_logins(writer)) {
        withhold(record.exchanges());
        if (!notes.sanitized)
            notes.remarks.push_back(
                "Chromium folds the requests of a login into one entry without credentials: whether it sent "
                "any "
                "cannot be seen here; a network log (chrome://net-export) shows each of them");
    }
    if (writer.is_browser() && link_logins(record) > 0)
        notes.remarks.push_back(
            "it names no connections: messages of one login that answer each other are taken to have shared "
            "one, as "
            "browsers do");
    const auto unanswered = std::count_if(record.exchanges().begin(), record.exchanges().end(),
                                          [](const Exchange& one) { return one.status == 0; });
    census.tell(notes.remarks, static_cast<std::size_t>(unanswered));
    record.hand_over(sink);
    return notes;
}

}  // namespace why401
