#include "tokens/proof/client_login.h"

#include <algorithm>

#include "tokens/basic.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/digest_proof.h"
#include "tokens/proof/ntlm_proof.h"
#include "wire/ascii.h"
#include "wire/hex.h"

namespace why401::proof {

namespace {

constexpr std::uint32_t kFlags = ntlm::kUnicode | ntlm::kRequestTarget | ntlm::kNtlm | ntlm::kAlwaysSign |
                                 ntlm::kExtendedSessionSecurity | ntlm::kVersion;
// GSS-NTLMSSP takes no NEGOTIATE without a version. This one is what libraries send that are no Windows.
constexpr ntlm::Version kVersion{6, 1, 7600, 15, 0};
constexpr std::string_view kWorkstation = "WHY401";

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

/// "auth" where the challenge offers it; empty where it offers nothing (RFC 2069).
std::optional<std::string> chosen_qop(std::string_view offered) {
    if (offered.empty()) return "";
    while (!offered.empty()) {
        const std::size_t comma = std::min(offered.find(','), offered.size());
        std::string_view one = offered.substr(0, comma);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (same_name(one, "auth")) return "auth";
        offered.remove_prefix(std::min(comma + 1, offered.size()));
    }
    return std::nullopt;
}

}  // namespace

std::string OwnAccount::name() const { return domain.empty() ? user : domain + "\\" + user; }

std::optional<OwnAccount> parse_account(std::string_view text) {
    OwnAccount account;
    const std::size_t at = text.find('\\');
    if (at != std::string_view::npos) account.domain = text.substr(0, at);
    account.user = at == std::string_view::npos ? text : text.substr(at + 1);
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (account.user.empty() || std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
    return account;
}

std::string ntlm_negotiate() {
    ntlm::NegotiateParts parts;
    parts.flags = kFlags;
    parts.version = kVersion;
    return ntlm::encode(parts);
}

std::string ntlm_authenticate(std::string_view negotiate, std::string_view challenge,
                              const OwnAccount& account, const Chance& chance,
                              const std::optional<std::string>& binding, const std::string& spn) {
    Login login;
    login.domain = account.domain;
    login.user = account.user;
    login.password = account.password;
    login.workstation = kWorkstation;
    login.spn = spn;
    login.channel_bindings = binding.value_or("");
    login.leaves_out_bindings = !binding;
    login.client_challenge = chance.random.substr(0, 8);
    login.filetime = chance.filetime;
    return build_authenticate(negotiate, challenge, login);
}

std::optional<std::string> digest_authorization(const digest::Params& challenge, const OwnAccount& account,
                                                std::string_view method, std::string_view target,
                                                const Chance& chance) {
    const auto qop = chosen_qop(challenge.value("qop"));
    if (!qop) return std::nullopt;
    digest::Params said;
    said.scheme = "Digest";
    std::string text = "Digest ";
    const auto say = [&](std::string_view name, std::string_view value, bool in_quotes) {
        if (!said.params.empty()) text += ", ";
        text.append(name).append("=").append(in_quotes ? quoted(value) : std::string(value));
        http_auth::Param param;
        param.name = name;
        param.value = value;
        said.params.push_back(std::move(param));
    };
    say("username", account.name(), true);
    say("realm", challenge.value("realm"), true);
    say("nonce", challenge.value("nonce"), true);
    say("uri", target, true);
    if (challenge.has("algorithm")) say("algorithm", challenge.value("algorithm"), false);
    if (challenge.has("opaque")) say("opaque", challenge.value("opaque"), true);
    if (!qop->empty()) {
        say("qop", *qop, false);
        say("nc", "00000001", false);
    }
    const bool session = challenge.value("algorithm").ends_with("-sess");
    if (!qop->empty() || session) say("cnonce", hex::encode(chance.random), true);
    const auto response = digest_response(said, method, account.password);
    if (!response) return std::nullopt;
    say("response", *response, true);
    return text;
}

std::string basic_authorization(const OwnAccount& account) {
    return "Basic " + basic::encode(account.name(), account.password);
}

}  // namespace why401::proof
