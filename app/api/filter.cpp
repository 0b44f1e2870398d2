#include "app/api/filter.h"

#include <array>
#include <optional>
#include <utility>

#include "wire/ascii.h"

namespace why401::api {

namespace {

constexpr std::size_t kMaxWords = 32;
constexpr std::size_t kMaxWord = 256;

std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

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

/// CONTOSO\alice and alice@contoso.test are both found as `alice`.
bool is_user(std::string_view pattern, const std::optional<std::string>& identity) {
    if (!identity) return false;
    const std::string_view whole = *identity;
    const auto backslash = whole.rfind('\\');
    const std::string_view name =
        backslash == std::string_view::npos ? whole.substr(0, whole.find('@')) : whole.substr(backslash + 1);
    return glob(pattern, whole) || glob(pattern, name);
}

/// web01.contoso.test:80 is found as `web01.contoso.test:80`, `web01.contoso.test` and `web01`.
bool is_host(std::string_view pattern, std::string_view authority) {
    const auto colon = authority.rfind(':');
    const std::string_view host =
        colon != std::string_view::npos && authority.back() != ']' ? authority.substr(0, colon) : authority;
    return glob(pattern, authority) || glob(pattern, host) || glob(pattern, host.substr(0, host.find('.')));
}

bool contains(std::string_view text, std::string_view lower_case_part) {
    return lowered(text).find(lower_case_part) != std::string::npos;
}

}  // namespace

bool glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
            ++p, ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

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

bool Filter::matches(const Exchange& exchange, const ExchangeReading& reading) const {
    for (const Word& word : words_)
        if (!holds(word, exchange, reading)) return false;
    return true;
}

bool Filter::holds(const Word& word, const Exchange& exchange, const ExchangeReading& reading) {
    const auto is_connection = [&](const std::optional<ConnectionId>& id) {
        return id && glob(word.value, to_string(*id));
    };
    switch (word.key) {
        case Key::Status:
            return glob(word.value, std::to_string(exchange.status)) ||
                   (reading.substatus && glob(word.value, reading.substatus->value));
        case Key::Scheme: return glob(word.value, reading.scheme);
        case Key::Connection:
            return is_connection(exchange.client_connection) || is_connection(exchange.upstream_connection);
        case Key::User:
            return is_user(word.value, reading.identity) || is_user(word.value, reading.client_identity);
        case Key::Host: return is_host(word.value, exchange.authority);
        case Key::Finding: return !reading.finding.empty() && glob(word.value, reading.finding);
        case Key::Text: break;
    }
    return contains(std::string(exchange.request.method()) + " " + url(exchange), word.value) ||
           contains(exchange.request.head, word.value) || contains(exchange.response.head, word.value);
}

}  // namespace why401::api
