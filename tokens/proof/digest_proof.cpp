#include "tokens/proof/digest_proof.h"

#include <array>
#include <initializer_list>

#include "tokens/proof/proof.h"
#include "wire/ascii.h"
#include "wire/hex.h"

namespace why401::proof {

namespace {

struct Algorithm {
    std::string_view name;  ///< as RFC 7616 6.1 registers it
    const char* hash;       ///< as OpenSSL calls it
    bool session;
};

constexpr std::array<Algorithm, 6> kAlgorithms = {{
    {"MD5", "MD5", false},
    {"MD5-sess", "MD5", true},
    {"SHA-256", "SHA256", false},
    {"SHA-256-sess", "SHA256", true},
    {"SHA-512-256", "SHA512-256", false},
    {"SHA-512-256-sess", "SHA512-256", true},
}};

/// RFC 7616 3.3: no algorithm means MD5.
const Algorithm* find_algorithm(std::string_view name) {
    if (name.empty()) return &kAlgorithms.front();
    for (const Algorithm& algorithm : kAlgorithms)
        if (same_name(algorithm.name, name)) return &algorithm;
    return nullptr;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (std::string_view part : parts) text.append(part).append(":");
    text.pop_back();
    return text;
}

}  // namespace

std::optional<std::string> digest_response(const digest::Params& credentials, std::string_view method,
                                           std::string_view password) {
    return digest_response(credentials, method, {credentials.value("username"), password, {}, false});
}

std::optional<std::string> digest_response(const digest::Params& credentials, std::string_view method,
                                           const DigestSecret& given) {
    const Algorithm* algorithm = find_algorithm(credentials.value("algorithm"));
    const std::string_view qop = credentials.value("qop");
    const bool whole = same_name(qop, "auth-int");
    if (algorithm == nullptr || (!qop.empty() && !whole && !same_name(qop, "auth"))) return std::nullopt;
    if (whole && !given.body) return std::nullopt;
    const bool cut = given.truncated && std::string_view(algorithm->hash) == "SHA512-256";
    const auto digest = [&](const std::string& text) {
        return hex::encode(cut ? hash("SHA512", text).substr(0, 32) : hash(algorithm->hash, text));
    };
    const std::string_view nonce = credentials.value("nonce");
    const std::string_view cnonce = credentials.value("cnonce");
    std::string secret = digest(joined({given.user, credentials.value("realm"), given.password}));
    if (algorithm->session) secret = digest(joined({secret, nonce, cnonce}));
    std::string asked = joined({method, credentials.value("uri")});
    if (whole) asked.append(":").append(digest(std::string(*given.body)));  // RFC 7616 3.4.3
    const std::string request = digest(asked);
    if (qop.empty()) return digest(joined({secret, nonce, request}));  // RFC 2069
    return digest(joined({secret, nonce, credentials.value("nc"), cnonce, qop, request}));
}

std::optional<std::string> digest_userhash(std::string_view user, std::string_view realm,
                                           std::string_view algorithm, bool truncated) {
    const Algorithm* known = find_algorithm(algorithm);
    if (known == nullptr) return std::nullopt;
    const std::string text = joined({user, realm});
    if (truncated) return hex::encode(hash("SHA512", text).substr(0, 32));
    return hex::encode(hash(known->hash, text));
}

}  // namespace why401::proof
