#include "app/api/call.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace why401::api {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded, as browsers and curl write queries.
std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+')
            result += ' ';
        else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                 hex_digit(text[i + 2]) >= 0) {
            result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else
            result += text[i];
    }
    return result;
}

}  // namespace

Reply sentence(unsigned status, std::string text) {
    return {status, "text/plain; charset=utf-8", std::move(text) + "\n", {}};
}

Reply json_reply(const boost::json::value& value, unsigned status) {
    return {status, "application/json", boost::json::serialize(value) + "\n", {}};
}

Reply json_list(std::string_view name, const std::vector<std::string>& texts) {
    std::string body = "{\"" + std::string(name) + "\":[";
    for (const std::string& text : texts) {
        if (body.back() != '[') body += ',';
        body += text;
    }
    return {200, "application/json", body + "]}\n", {}};
}

boost::json::value member(const Call& call, std::string_view key) {
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(call.body, error);
    if (error || !value.is_object()) return nullptr;
    const boost::json::value* found = value.get_object().if_contains(key);
    return found != nullptr ? *found : boost::json::value(nullptr);
}

std::string query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) == name)
            return equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return {};
}

std::optional<std::uint64_t> number_or(std::string_view text, std::uint64_t otherwise) {
    if (text.empty()) return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::vector<std::uint64_t>> numbers(std::string_view text, std::size_t most) {
    std::vector<std::uint64_t> found;
    while (true) {
        const auto comma = text.find(',');
        const auto number = number_or(text.substr(0, comma), 0);
        if (!number || *number == 0 || found.size() == most) return std::nullopt;
        found.push_back(*number);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace why401::api
