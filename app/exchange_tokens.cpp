#include "app/exchange_tokens.h"

#include <algorithm>
#include <array>
#include <string>

#include "app/decoded_item.h"
#include "wire/ascii.h"
#include "wire/utf8.h"

namespace why401 {
namespace {

namespace json = boost::json;

bool holds_token(std::string_view name) {
    static constexpr std::array<std::string_view, 4> kNames{"Authorization", "Proxy-Authorization",
                                                            "WWW-Authenticate", "Proxy-Authenticate"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view known) { return same_name(name, known); });
}

void add_tokens(json::array& tokens, const std::string& side, const Message& message, std::size_t& room) {
    for (std::size_t i = 0; i < message.parsed.fields.size(); ++i) {
        const http1::FieldLine& line = message.parsed.fields[i];
        if (!holds_token(line.name(message.head))) continue;
        json::array decoded;
        for (const DecodedItem& item : decode_value(line.value(message.head))) {
            if (room == 0) break;
            --room;
            decoded.push_back(item_json(item));
        }
        tokens.push_back(json::object{{"message", side},
                                      {"at", side + ".header[" + std::to_string(i) + "]"},
                                      {"bytes", json::array{line.value_begin, line.value_length}},
                                      {"name", utf8::repaired(line.name(message.head))},
                                      {"decoded", std::move(decoded)}});
    }
}

}  // namespace

json::array tokens_json(const Exchange& exchange) {
    json::array tokens;
    std::size_t room = kMostDecoded;
    add_tokens(tokens, "request", exchange.request, room);
    add_tokens(tokens, "response", exchange.response, room);
    return tokens;
}

}  // namespace why401
