// What the parameters of Digest must and must not be (RFC 7616 3.3, 3.4, 3.5), checked without a password.
#include <algorithm>
#include <array>

#include "tokens/digest.h"
#include "wire/ascii.h"
#include "wire/hex.h"
#include "wire/utf8.h"

namespace why401::digest {
namespace {

struct Algorithm {
    std::string_view name;
    std::size_t digits;
};
constexpr std::array<Algorithm, 6> kAlgorithms = {{{"MD5", 32},
                                                   {"MD5-sess", 32},
                                                   {"SHA-256", 64},
                                                   {"SHA-256-sess", 64},
                                                   {"SHA-512-256", 64},
                                                   {"SHA-512-256-sess", 64}}};

// RFC 7616 3.4: these must be quoted in credentials, and those must not be.
constexpr std::array<std::string_view, 7> kQuoted = {"username", "realm",  "nonce", "uri",
                                                     "response", "cnonce", "opaque"};
constexpr std::array<std::string_view, 4> kBare = {"algorithm", "qop", "nc", "userhash"};
// RFC 7616 3.3, of challenges.
constexpr std::array<std::string_view, 5> kQuotedInChallenge = {"realm", "domain", "nonce", "opaque", "qop"};
constexpr std::array<std::string_view, 3> kBareInChallenge = {"stale", "algorithm", "userhash"};

constexpr const char* kCredentials = "RFC 7616 3.4";
constexpr const char* kChallenge = "RFC 7616 3.3";

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return same_name(n, name); });
}

bool is_hex(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

class Check {
public:
    explicit Check(const Params& params) : params_(params) {}

    std::vector<Anomaly> credentials() {
        quoting(kQuoted, kBare, kCredentials);
        twice(kCredentials);
        if (const std::string_view part = missing_part(params_); !part.empty())
            note(std::string(part) + " is missing", 0, kCredentials);
        numbers();
        if (params_.has("username") && params_.has("username*"))
            blame("username and username* together", "username*", kCredentials);
        if (params_.has("username*") && same_name(params_.value("userhash"), "true"))
            blame("username* together with userhash=true", "username*", "RFC 7616 3.4");
        return std::move(faults_);
    }

    std::vector<Anomaly> challenge() {
        quoting(kQuotedInChallenge, kBareInChallenge, kChallenge);
        twice(kChallenge);
        for (const char* name : {"realm", "nonce"})
            if (!params_.has(name)) note(std::string(name) + " is missing", 0, kChallenge);
        if (!params_.has("qop")) note("no qop: the old form of RFC 2069, open to replay", 0, kChallenge);
        const std::string_view stale = params_.value("stale");
        if (!stale.empty() && !same_name(stale, "true") && !same_name(stale, "false"))
            blame("stale is neither true nor false", "stale", kChallenge);
        algorithm(kChallenge);
        return std::move(faults_);
    }

private:
    template <std::size_t N, std::size_t M>
    void quoting(const std::array<std::string_view, N>& quoted, const std::array<std::string_view, M>& bare,
                 const char* clause) {
        for (const http_auth::Param& param : params_.params) {
            if (!param.quoted && among(quoted, param.name))
                note(param.name + " must be quoted", param.value_offset, clause);
            if (param.quoted && among(bare, param.name))
                note(param.name + " must not be quoted", param.value_offset, clause);
        }
    }
    void twice(const char* clause) {
        for (const http_auth::Param& param : params_.params)
            if (params_.find(param.name) != &param)
                note(param.name + " stands here twice", param.offset, clause);
    }
    void algorithm(const char* clause) {
        if (!response_length(params_.value("algorithm")))
            blame("an algorithm that is not registered", "algorithm", clause);
    }
    void numbers() {
        algorithm(kCredentials);
        const std::string_view nc = params_.value("nc");
        if (params_.has("nc") && (nc.size() != 8 || !is_hex(nc)))
            blame("nc is not eight hex digits", "nc", kCredentials);
        const std::string_view response = params_.value("response");
        const auto digits = response_length(params_.value("algorithm"));
        if (!is_hex(response))
            blame("response is not hex", "response", kCredentials);
        else if (digits && response.size() != *digits)
            blame("response has " + std::to_string(response.size()) +
                      " hex digits, and this algorithm makes " + std::to_string(*digits),
                  "response", kCredentials);
    }
    void note(std::string what, std::size_t offset, const char* clause) {
        faults_.push_back({std::move(what), offset, clause});
    }
    void blame(std::string what, const char* name, const char* clause) {
        const http_auth::Param* param = params_.find(name);
        note(std::move(what), param != nullptr ? param->value_offset : 0, clause);
    }

    const Params& params_;
    std::vector<Anomaly> faults_;
};

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' && i + 2 < text.size() ? hex::decode(text.substr(i + 1, 2))
                                                                : std::optional<std::string>();
        out += byte ? *byte : std::string(1, text[i]);
        if (byte) i += 2;
    }
    return out;
}

}  // namespace

std::vector<Anomaly> faults(const Params& params) {
    if (params.is_info()) return {};
    return params.is_credentials() ? Check(params).credentials() : Check(params).challenge();
}

std::string_view missing_part(const Params& credentials) {
    if (!credentials.has("username") && !credentials.has("username*")) return "username";
    for (const std::string_view name : {"realm", "nonce", "uri", "response"})
        if (!credentials.has(name)) return name;
    const std::string_view algorithm = credentials.value("algorithm");
    const bool session = algorithm.size() > 5 && same_name(algorithm.substr(algorithm.size() - 5), "-sess");
    if (!credentials.has("qop")) return session && !credentials.has("cnonce") ? "cnonce" : "";
    for (const std::string_view name : {"cnonce", "nc"})
        if (!credentials.has(name)) return name;
    return {};
}

std::optional<std::size_t> response_length(std::string_view algorithm) {
    if (algorithm.empty()) return kAlgorithms.front().digits;
    for (const Algorithm& known : kAlgorithms)
        if (same_name(known.name, algorithm)) return known.digits;
    return std::nullopt;
}

std::string user(const Params& credentials) {
    if (const std::string_view plain = credentials.value("username"); !plain.empty())
        return std::string(plain);
    const std::string_view extended = credentials.value("username*");  // UTF-8''J%C3%A4s%C3%B8n%20Doe
    const std::size_t charset = extended.find('\'');
    const std::size_t language =
        charset == std::string_view::npos ? charset : extended.find('\'', charset + 1);
    if (language == std::string_view::npos || !same_name(extended.substr(0, charset), "UTF-8"))
        return std::string(extended);
    return utf8::repaired(percent_decoded(extended.substr(language + 1)));
}

}  // namespace why401::digest
