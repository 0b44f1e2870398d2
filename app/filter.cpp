#include "app/filter.h"

#include <array>
#include <optional>
#include <utility>

#include "record/search.h"
#include "wire/ascii.h"
#include "wire/utf8.h"

namespace why401 {

namespace {

constexpr std::size_t kMaxWords = 32;
constexpr std::size_t kMaxWord = 256;

/// The next word, quotes removed; empty at the end.
std::string next_word(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    std::string word;
    bool quoted = false;
    std::size_t used = 0;
    for (; used < text.size(); ++used) {
        const char c = text[used];
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == ' ' || c == '\t'))
            break;
        else if (word.size() < kMaxWord)
            word += lower(c);
    }
    text.remove_prefix(used);
    return word;
}

}  // namespace

Filter::Filter(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Key>, 6> kKeys{{{"status:", Key::Status},
                                                                            {"scheme:", Key::Scheme},
                                                                            {"conn:", Key::Connection},
                                                                            {"user:", Key::User},
                                                                            {"host:", Key::Host},
                                                                            {"finding:", Key::Finding}}};
    while (words_.size() < kMaxWords) {
        std::string word = next_word(text);
        if (word.empty() && text.empty()) break;
        if (word.empty()) continue;
        Word parsed{Key::Text, std::move(word)};
        for (const auto& [prefix, key] : kKeys)
            if (parsed.value.starts_with(prefix)) {
                parsed = {key, parsed.value.substr(prefix.size())};
                break;
            }
        words_.push_back(std::move(parsed));
    }
}

namespace {

/// What the analysis read is compared as it is shown, and stored: in valid UTF-8.
bool is_like(std::string_view pattern, std::string_view read) {
    return search::glob(pattern, utf8::repaired(read));
}
bool is_user(std::string_view pattern, const std::optional<std::string>& identity) {
    return identity && search::is_user(pattern, utf8::repaired(*identity));
}
bool is_connection(std::string_view pattern, const std::optional<ConnectionId>& id) {
    return id && search::glob(pattern, to_string(*id));
}

bool holds(const Filter::Word& word, const Exchange& exchange, const ExchangeReading& reading) {
    switch (word.key) {
        case Filter::Key::Status:
            return search::glob(word.value, std::to_string(exchange.status)) ||
                   (reading.substatus && is_like(word.value, reading.substatus->value));
        case Filter::Key::Scheme: return is_like(word.value, reading.scheme);
        case Filter::Key::Connection:
            return is_connection(word.value, exchange.client_connection) ||
                   is_connection(word.value, exchange.upstream_connection);
        case Filter::Key::User:
            return is_user(word.value, reading.identity) || is_user(word.value, reading.client_identity);
        case Filter::Key::Host: return search::is_host(word.value, exchange.authority);
        case Filter::Key::Finding: return !reading.finding.empty() && is_like(word.value, reading.finding);
        case Filter::Key::Text: break;
    }
    return search::contains(exchange.request.head, word.value) ||
           search::contains(exchange.response.head, word.value) ||
           search::contains(search::request_line(exchange), word.value);
}

}  // namespace

bool Filter::matches(const Exchange& exchange, const ExchangeReading& reading) const {
    for (const Word& word : words_)
        if (!holds(word, exchange, reading)) return false;
    return true;
}

}  // namespace why401
