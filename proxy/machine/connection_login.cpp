#include "proxy/machine/connection_login.h"

#include <algorithm>

#include "tokens/credential_view.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

// Most requests carry no credentials and most that do are Basic or Bearer: those are told apart without
// decoding.
std::string_view scheme_of(std::string_view value) { return value.substr(0, value.find_first_of(" \t,")); }

LoginStep step_of(std::string_view value) {
    if (!is_connection_based(scheme_of(value))) return LoginStep::None;
    switch (view_credentials(value).step) {
        case Step::Negotiate: return LoginStep::Negotiate;
        case Step::Authenticate: return LoginStep::Authenticate;
        case Step::ApReq: return LoginStep::ApReq;
        default: return LoginStep::Other;
    }
}

}  // namespace

bool is_connection_based(std::string_view scheme) { return binds_to_connection(scheme); }

LoginStep login_step(const http1::Head& head, std::string_view bytes) {
    LoginStep step = LoginStep::None;
    for (const http1::FieldLine& field : head.fields) {
        const std::string_view name = field.name(bytes);
        if (!same_name(name, "Authorization") && !same_name(name, "Proxy-Authorization")) continue;
        const LoginStep found = step_of(field.value(bytes));
        if (found != LoginStep::None) step = found;
    }
    return step;
}

ChallengeOffer challenge_offer(const http1::Head& head, std::string_view bytes) {
    ChallengeOffer offer;
    for (const http1::FieldLine& field : head.fields) {
        const std::string_view name = field.name(bytes);
        const bool www = same_name(name, "WWW-Authenticate");
        if (!www && !same_name(name, "Proxy-Authenticate")) continue;
        const ChallengeView view = view_challenge(field.value(bytes));
        if (!view.connection_based()) continue;
        offer.connection_based = true;
        offer.www = offer.www || www;
        offer.challenge_token = offer.challenge_token || view.challenge() != nullptr;
    }
    return offer;
}

bool haproxy_sees_login(const http1::Head& head, std::string_view bytes) {
    if (head.status != 401 && head.status != 407) return false;
    const std::string_view wanted = head.status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    for (const http1::FieldLine& field : head.fields) {
        if (!same_name(field.name(bytes), wanted)) continue;
        std::string_view rest = field.value(bytes);
        while (true) {  // it splits a line at its commas, as any list
            rest.remove_prefix(std::min(rest.find_first_not_of(" \t,"), rest.size()));
            if (rest.size() < 4) break;
            const std::string_view begin = rest.substr(0, 4);
            if (same_name(begin, "NTLM") || same_name(begin, "Nego")) return true;
            rest.remove_prefix(std::min(rest.find(','), rest.size()));
        }
    }
    return false;
}

bool traefik_sees_login(const http1::Head& head, std::string_view bytes) {
    return std::any_of(head.fields.begin(), head.fields.end(), [&](const http1::FieldLine& field) {
        const std::string_view value = field.value(bytes);
        return same_name(field.name(bytes), "WWW-Authenticate") &&
               (value.starts_with("NTLM") || value.starts_with("Negotiate"));
    });
}

}  // namespace why401
