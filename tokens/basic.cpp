#include "tokens/basic.h"

#include <algorithm>

#include "wire/base64.h"
#include "wire/utf8.h"

namespace why401::basic {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

}  // namespace

bool Credentials::has_control_characters() const {
    return std::any_of(bytes.begin(), bytes.end(), is_control);
}

bool Credentials::ends_in_line_break() const { return bytes.ends_with('\n') || bytes.ends_with('\r'); }

Credentials decode(std::string_view token68) {
    Credentials credentials;
    base64::Decoded decoded = base64::decode(token68);
    credentials.bytes = std::move(decoded.bytes);
    credentials.anomalies = std::move(decoded.anomalies);
    const std::string_view bytes = credentials.bytes;
    const std::size_t colon = bytes.find(':');
    credentials.has_colon = colon != std::string_view::npos;
    if (!credentials.has_colon)
        credentials.anomalies.push_back({"no colon between user and password", token68.size(), "RFC 7617 2"});
    if (const auto at = std::find_if(bytes.begin(), bytes.end(), is_control); at != bytes.end()) {
        const auto offset = static_cast<std::size_t>(at - bytes.begin());
        credentials.anomalies.push_back({"a control character in user or password",
                                         base64::characters_of(offset, 1).offset, "RFC 7617 2"});
    }
    const std::string_view user = bytes.substr(0, colon);
    const std::string_view password = credentials.has_colon ? bytes.substr(colon + 1) : std::string_view{};
    credentials.ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
    credentials.utf8 = utf8::valid(bytes);
    credentials.latin1_user = utf8::from_latin1(user);
    credentials.latin1_password = utf8::from_latin1(password);
    credentials.user = credentials.utf8 ? std::string(user) : credentials.latin1_user;
    credentials.password = credentials.utf8 ? std::string(password) : credentials.latin1_password;
    return credentials;
}

std::string encode(std::string_view user, std::string_view password) {
    return base64::encode(std::string(user).append(":").append(password));
}

}  // namespace why401::basic
