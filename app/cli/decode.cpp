#include "app/cli/decode.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <vector>

#include "app/cli/decode_text.h"
#include "app/decoded_item.h"
#include "tokens/credential_view.h"
#include "wire/ascii.h"
#include "wire/base64.h"
#include "wire/utf8.h"

namespace why401::cli {

namespace {

constexpr const char* kWhite = " \t\r\n";

std::string_view stripped(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kWhite);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

std::string in_one_line(std::string_view text) {
    std::string out;
    for (char c : text)
        if (c != '\r' && c != '\n') out.push_back(c);
    return out;
}

bool is_printable(std::string_view text) {
    return utf8::valid(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
           });
}

/// Base64 or a JWT without a scheme; base64 copied from a mail may be broken into lines.
std::optional<DecodedItem> read_bare(std::string_view value) {
    const std::string text = in_one_line(value);
    if (text.find_first_of(" \t") != std::string::npos) return std::nullopt;  // words, not base64
    if (bearer::Token token = bearer::decode(text); token.is_jwt || token.is_jwe)
        return DecodedItem{"Bearer", std::move(token), {}};
    const Token token = decode_token("", text);
    if (!std::holds_alternative<UnknownToken>(token) && !std::holds_alternative<EmptyToken>(token) &&
        !std::holds_alternative<digest::Params>(token)) {
        const bool ntlm = message_name(token) == "NEGOTIATE" || message_name(token) == "CHALLENGE" ||
                          message_name(token) == "AUTHENTICATE";
        return DecodedItem{ntlm ? "NTLM" : "Negotiate", token, {}};
    }
    const auto bytes = base64::decode_strict(text);
    if (bytes && bytes->find(':') != std::string::npos && is_printable(*bytes))
        return DecodedItem{"Basic", basic::decode(text), {}};
    return std::nullopt;
}

/// Without "Authorization:" in front, and without the arrows of `curl -v`.
std::string_view field_value(std::string_view line) {
    if (line.substr(0, 2) == "> " || line.substr(0, 2) == "< ") line = stripped(line.substr(2));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && is_token(line.substr(0, colon)))
        return stripped(line.substr(colon + 1));
    return line;
}

/// What a server says after a login (RFC 7615): parameters without a scheme, recognised by the field's name.
std::optional<DecodedItem> read_info(std::string_view line) {
    if (line.substr(0, 2) == "< ") line = stripped(line.substr(2));
    const std::string_view name = line.substr(0, line.find(':'));
    if (!same_name(name, "Authentication-Info") && !same_name(name, "Proxy-Authentication-Info"))
        return std::nullopt;
    const std::string_view value = line.substr(std::min(line.size(), name.size() + 1));
    return DecodedItem{"Digest", digest::decode("Digest", stripped(value)), {}};
}

/// A lone word is a challenge only when it is a scheme that people know; anything else would be guessing.
bool is_known_scheme(std::string_view word) {
    return binds_to_connection(word) || same_name(word, "Basic") || same_name(word, "Digest") ||
           same_name(word, "Bearer");
}

bool is_readable(const DecodedItem& item) {
    if (item.scheme.empty()) return false;
    if (std::holds_alternative<EmptyToken>(item.token)) return is_token(item.scheme);
    if (!std::holds_alternative<UnknownToken>(item.token)) return true;
    return !binds_to_connection(item.scheme) && item.grammar.empty();
}

std::vector<DecodedItem> read_input(std::string_view value) {
    if (auto bare = read_bare(value)) return {std::move(*bare)};
    std::vector<DecodedItem> items;
    while (!value.empty()) {
        const std::size_t end = value.find('\n');
        const std::string_view whole = stripped(value.substr(0, end));
        const std::string_view line = field_value(whole);
        value = end == std::string_view::npos ? std::string_view{} : value.substr(end + 1);
        if (auto info = read_info(whole)) {
            items.push_back(std::move(*info));
            continue;
        }
        if (auto bare = read_bare(line)) {
            items.push_back(std::move(*bare));
        } else if (line.find_first_of(" ,=") != std::string_view::npos || is_known_scheme(line)) {
            for (DecodedItem& item : decode_value(line)) items.push_back(std::move(item));
        }
    }
    return items;
}

void write_json(const std::vector<DecodedItem>& items, std::ostream& out) {
    if (items.size() == 1) {
        out << boost::json::serialize(item_json(items.front())) << '\n';
        return;
    }
    boost::json::array all;
    for (const DecodedItem& item : items) all.push_back(item_json(item));
    out << boost::json::serialize(all) << '\n';
}

}  // namespace

int decode_command(std::string_view value, bool json, std::ostream& out, std::ostream& err) {
    value = stripped(value);
    if (value.empty()) {
        err << "why401 decode: give an Authorization or WWW-Authenticate value, or base64.\n";
        return 2;
    }
    const std::vector<DecodedItem> items = read_input(value);
    if (json && !items.empty()) write_json(items, out);
    for (std::size_t i = 0; !json && i < items.size(); ++i) {
        if (i > 0) out << '\n';
        write_item(items[i], out);
    }
    if (std::any_of(items.begin(), items.end(), is_readable)) return 0;
    err << "why401 decode: this is neither an authentication header nor a token that is known.\n";
    return 3;
}

}  // namespace why401::cli
