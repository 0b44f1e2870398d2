#pragma once
// For the tests of this folder: tokens as a client would write them. No product code includes it.

#include <string>
#include <string_view>

#include "lab/ntlm_login.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/ntlm_proof.h"
#include "wire/base64.h"

namespace why401::lab::test {

inline const Chance kChance{"\x01\x23\x45\x67\x89\xab\xcd\xef", 134'000'000'000'000'000ULL};

inline std::string negotiate() {
    ntlm::NegotiateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kOem | ntlm::kRequestTarget | ntlm::kNtlm | ntlm::kAlwaysSign |
                  ntlm::kExtendedSessionSecurity | ntlm::kVersion | ntlm::k128 | ntlm::k56;
    parts.version = ntlm::Version{10, 0, 19041, 15, 0};
    return ntlm::encode(parts);
}

/// The AUTHENTICATE of `user` that answers the CHALLENGE `challenge`.
inline std::string authenticate(std::string_view challenge, std::string_view user, std::string_view password,
                                std::string_view domain = "CONTOSO", std::string_view first = {}) {
    proof::Login login;
    login.domain = domain;
    login.user = user;
    login.password = password;
    login.workstation = "CLIENT7";
    login.spn = "HTTP/web01.lab.why401.test";
    login.client_challenge = "\xaa\xbb\xcc\xdd\xee\xff\x11\x22";
    return proof::build_authenticate(first.empty() ? negotiate() : std::string(first), challenge, login);
}

/// The AUTHENTICATE of alice, bound to the certificate that `binding` stands for.
inline std::string bound_login(std::string_view challenge, const std::string& binding,
                               std::string_view password) {
    proof::Login login;
    login.domain = "CONTOSO";
    login.user = "alice";
    login.password = password;
    login.channel_bindings = binding;
    login.client_challenge = "clientch";
    return proof::build_authenticate(negotiate(), challenge, login);
}

inline std::string credentials(std::string_view scheme, std::string_view token) {
    return std::string(scheme) + ' ' + base64::encode(token);
}

}  // namespace why401::lab::test
