#include "app/cli/decode_check.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "app/check_json.h"
#include "app/cli/password_input.h"
#include "app/secret_check.h"
#include "tokens/credential_view.h"
#include "wire/ascii.h"

namespace why401::cli {
namespace {

constexpr int kUsage = 2;

/// "Authorization: NTLM ..." and bare base64 as a value; in one line, so that it fits into a head.
std::string as_value(std::string_view text) {
    std::string line;
    for (const char c : text)
        if (c != '\r' && c != '\n') line += c;
    std::string_view value = trimmed(line);
    const std::size_t colon = value.find(':');
    if (colon != std::string_view::npos && is_token(value.substr(0, colon)))
        value = trimmed(value.substr(colon + 1));
    return (value.find(' ') == std::string_view::npos ? "NTLM " : "") + std::string(value);
}

/// Whom the credentials name; of a hashed name nothing is known.
std::string user_of(const CredentialView& view) {
    if (const auto* basic = view.basic()) return basic->user;
    if (const auto* ntlm = view.authenticate()) return ntlm->identity();
    return view.user;
}

Exchange exchange_of(std::uint64_t id, const std::string& request, const std::string& response) {
    Exchange exchange;
    exchange.id = ExchangeId(id);
    exchange.client_connection = ConnectionId{Leg::Client, 1};
    exchange.request = message_from_head(request, http1::HeadParser::Kind::Request);
    exchange.response = message_from_head(response, http1::HeadParser::Kind::Response);
    return exchange;
}

/// Null when nothing could be checked.
std::shared_ptr<const ProofOutcome> check_value(std::string_view value, const DecodeSecrets& secrets) {
    const std::string credentials = as_value(value);
    const std::string user = user_of(view_credentials(credentials));
    if (user.empty()) return nullptr;
    SecretCheck check;
    check.use_password(user, read_password(secrets.password_file));
    const std::string begin = secrets.method + " / HTTP/1.1\r\nHost: decoded\r\n";
    if (!secrets.challenge.empty()) {
        Exchange asked = exchange_of(
            1, begin + "\r\n",
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + as_value(secrets.challenge) + "\r\n\r\n");
        check.examine(asked);
    }
    Exchange answered = exchange_of(2, begin + "Authorization: " + credentials + "\r\n\r\n", "");
    check.examine(answered);
    return answered.proof;
}

}  // namespace

int tell_check(std::string_view value, bool json, const DecodeSecrets& secrets, std::ostream& out,
               std::ostream& err) {
    try {
        const auto outcome = check_value(value, secrets);
        if (!outcome) {
            err << "why401 decode: these are no credentials that name a user and are made with a password\n";
            return kUsage;
        }
        if (json)
            out << boost::json::serialize(boost::json::object{{"checks", checks_json(0, *outcome)}}) << '\n';
        for (const std::string& line : check_lines(*outcome))
            if (!json) out << "\nChecked: " << line << '\n';
        return 0;
    } catch (const NoSecret& error) {
        err << "why401 decode: " << error.what() << "\n";
        return kUsage;
    }
}

}  // namespace why401::cli
