#include "app/trust_check.h"

#include <charconv>

namespace why401 {

namespace {

/// Some minutes of five seconds each: every look is in the record, and a page that was forgotten should not
/// fill it.
constexpr std::uint64_t kMostLooks = 36;
constexpr std::size_t kMostTrusting = 64;

/// 0 where it does not stand.
std::uint64_t number_in(std::string_view query, std::string_view name) {
    const std::size_t at = query.find(name);
    std::uint64_t value = 0;
    if (at != std::string_view::npos)
        std::from_chars(query.data() + at + name.size(), query.data() + query.size(), value);
    return value;
}

std::string page_of(std::string_view head, std::string_view body) {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Does this browser trust "
           "the "
           "CA?</title><meta name=\"color-scheme\" content=\"light dark\">" +
           std::string(head) + "<link rel=\"stylesheet\" href=\"/setup.css\"></head><body class=\"check\">" +
           std::string(body) + "</body></html>\n";
}

}  // namespace

std::string TrustCheck::page(std::string_view query) {
    std::uint64_t key = number_in(query, "key=");
    if (key == 0 || key > last_key_) key = ++last_key_;  // of an earlier run, or none
    if (trusting_.contains(key))
        return page_of(
            "",
            "<p id=\"trust\" class=\"good\"><strong>This browser trusts the CA.</strong> What it asks "
            "of https sites is opened where <code>--intercept</code> says so.</p>");
    const std::uint64_t look = number_in(query, "look=") + 1;
    const std::string next = "key=" + std::to_string(key) + "&amp;look=" + std::to_string(look);
    const std::string not_yet = "<p id=\"trust\"><strong>This browser does not trust the CA yet.</strong> ";
    if (look > kMostLooks) return page_of("", not_yet + "<a href=\"/trust\">Look again</a></p>");
    return page_of("<meta http-equiv=\"refresh\" content=\"" + std::string(look == 1 ? "1" : "5") +
                       "; url=/trust?" + next + "\">",
                   not_yet +
                       "This is looked at every few seconds.</p><img src=\"https://why401.test/trusted.svg?" +
                       next + "\" alt=\"\" width=\"1\" height=\"1\">");
}

void TrustCheck::accepted(std::string_view query) {
    const std::uint64_t key = number_in(query, "key=");
    if (key == 0 || key > last_key_) return;
    trusting_.insert(key);
    if (trusting_.size() > kMostTrusting) trusting_.erase(trusting_.begin());
}

std::string_view trust_image() {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>";
}

}  // namespace why401
