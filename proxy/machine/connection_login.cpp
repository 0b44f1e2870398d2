#include "proxy/machine/connection_login.h"

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

}  // namespace why401
