#pragma once
// A call of the local API and its reply as plain values, and how the parts of a call are read. No socket, no
// HTTP library.

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::api {

struct Call {
    std::string method;  ///< HEAD has become GET
    std::string path, query, body;
};

struct Reply {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body;
    std::string allow;  ///< of a 405
};

/// Plain text, a newline added: how errors are told.
Reply sentence(unsigned status, std::string text);
Reply json_reply(const boost::json::value& value, unsigned status = 200);
/// {"name": [texts, which are JSON]}
Reply json_list(std::string_view name, const std::vector<std::string>& texts);

/// The member `key` of the JSON object that was sent; null when it is none, or has no such member.
boost::json::value member(const Call& call, std::string_view key);
/// The decoded value of a query parameter (its first appearance); empty when there is none.
std::string query_value(std::string_view query, std::string_view name);
/// A number of decimal digits; `otherwise` for an empty text, nothing for any other.
std::optional<std::uint64_t> number_or(std::string_view text, std::uint64_t otherwise);
/// "3,7,9": ascending, each once, none of them 0. Nothing for any other text, and for more than `most`.
std::optional<std::vector<std::uint64_t>> numbers(std::string_view text, std::size_t most);

}  // namespace why401::api
