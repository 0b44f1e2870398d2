#include "tokens/credential_view.h"

#include "wire/ascii.h"

namespace why401 {

namespace {

template <class Alternative>
bool is_a(const Token& token) {
    return std::holds_alternative<Alternative>(token);
}

/// Which message it is, wherever it is wrapped; Unknown when it is none that NTLM or Kerberos know.
Step connection_step(const Token& token) {
    if (find_negotiate(token) != nullptr) return Step::Negotiate;
    if (find_challenge(token) != nullptr) return Step::Challenge;
    if (find_authenticate(token) != nullptr) return Step::Authenticate;
    if (find_ap_req(token) != nullptr) return Step::ApReq;
    if (find_ap_rep(token) != nullptr) return Step::ApRep;
    return Step::Unknown;
}

Step step_of(const CredentialView& view) {
    const Token& token = view.token;
    if (is_a<EmptyToken>(token)) return Step::Empty;
    const Step step = connection_step(token);
    if (step != Step::Unknown || view.connection_based()) return step;
    return find_krb_error(token) != nullptr ? Step::Unknown : Step::Single;
}

std::string user_of(const CredentialView& view) {
    if (const auto* message = view.authenticate())
        return message->kind == ntlm::ResponseKind::Anonymous ? std::string{} : message->identity();
    if (const auto* basic = view.basic()) return basic->user;
    if (const auto* digest = view.digest()) return digest::user(*digest);
    if (const auto* bearer = view.bearer()) return bearer->said.user;
    return {};
}

bool is_ntlm(const Token& token) {
    return is_a<ntlm::NegotiateMessage>(token) || is_a<ntlm::ChallengeMessage>(token) ||
           is_a<ntlm::AuthenticateMessage>(token);
}

bool is_spnego(const Token& token) {
    return is_a<spnego::NegTokenInit>(token) || is_a<spnego::NegTokenResp>(token);
}

/// NTLM carries NTLM only. Negotiate carries SPNEGO, and by custom raw NTLM and raw Kerberos (RFC 4559 4.1
/// notes).
bool mismatch(std::string_view scheme, const Token& token) {
    if (is_a<EmptyToken>(token) || is_a<UnknownToken>(token)) return false;
    if (same_name(scheme, "NTLM")) return !is_ntlm(token);
    if (same_name(scheme, "Kerberos")) return is_ntlm(token);
    return false;
}

/// A word of its own that names no scheme is a key or a token without the word Bearer in front: it stands
/// where a scheme belongs, and must not be shown as one.
bool is_token_without_scheme(const http_auth::Credentials& parsed) {
    if (parsed.rest_length != 0 || binds_to_connection(parsed.scheme)) return false;
    for (const std::string_view known : {"Basic", "Digest", "Bearer", "DPoP", "OAuth", "HOBA", "Mutual",
                                         "GNAP", "vapid", "AWS4-HMAC-SHA256", "SCRAM-SHA-1", "SCRAM-SHA-256"})
        if (same_name(parsed.scheme, known)) return false;
    return true;
}

std::string_view rest_of(const http_auth::Challenge& challenge, std::string_view value) {
    return value.substr(challenge.rest_offset, challenge.rest_length);
}

}  // namespace

const char* name_of(Step step) {
    switch (step) {
        case Step::None: return "none";
        case Step::Negotiate: return "negotiate";
        case Step::Challenge: return "challenge";
        case Step::Authenticate: return "authenticate";
        case Step::ApReq: return "ap-req";
        case Step::ApRep: return "ap-rep";
        case Step::Single: return "single";
        case Step::Empty: return "empty";
        case Step::Unknown: return "unknown";
    }
    return "";
}

bool binds_to_connection(std::string_view scheme) {
    return same_name(scheme, "NTLM") || same_name(scheme, "Kerberos") ||
           same_name(scheme.substr(0, 4), "Nego");
}

bool CredentialView::connection_based() const { return binds_to_connection(scheme); }

CredentialView view_credentials(std::string_view field_value) {
    CredentialView view;
    if (trimmed(field_value).empty()) return view;
    view.parsed = http_auth::parse_credentials(field_value);
    view.scheme = view.parsed.scheme;
    if (is_token_without_scheme(view.parsed)) {
        view.scheme.clear();
        view.token = bearer::decode(view.parsed.scheme);
        view.parsed.anomalies.push_back({"a token without a scheme in front", 0, "RFC 6750 2.1"});
    } else {
        view.token = decode_token(view.scheme, rest_of(view.parsed, field_value));
    }
    view.step = step_of(view);
    view.user = user_of(view);
    view.in_spnego = is_spnego(view.token) && connection_step(view.token) != Step::Unknown;
    view.scheme_mismatch = mismatch(view.scheme, view.token);
    view.anomalies = view.parsed.anomalies;
    if (view.scheme_mismatch)
        view.anomalies.push_back(
            {message_name(view.token) + " does not belong into the scheme " + view.scheme,
             view.parsed.rest_offset, "RFC 4559 4.1"});
    return view;
}

ChallengeView view_challenge(std::string_view field_value) {
    ChallengeView view;
    view.challenges = http_auth::parse_challenges(field_value);
    for (const http_auth::Challenge& challenge : view.challenges) {
        view.tokens.push_back(decode_token(challenge.scheme, rest_of(challenge, field_value)));
        const Token& token = view.tokens.back();
        const bool bare = is_a<EmptyToken>(token) || is_a<digest::Params>(token);
        const bool ours = !is_a<UnknownToken>(token) || binds_to_connection(challenge.scheme);
        if (view.step == Step::None && !bare && ours) view.step = connection_step(token);
    }
    return view;
}

std::vector<std::string> ChallengeView::schemes() const {
    std::vector<std::string> names;
    for (const http_auth::Challenge& challenge : challenges)
        if (!challenge.scheme.empty()) names.push_back(challenge.scheme);
    return names;
}

const http_auth::Challenge* ChallengeView::of(std::string_view scheme) const {
    for (const http_auth::Challenge& challenge : challenges)
        if (challenge.is(scheme)) return &challenge;
    return nullptr;
}

bool ChallengeView::offers(std::string_view scheme) const { return of(scheme) != nullptr; }

bool ChallengeView::connection_based() const {
    for (const http_auth::Challenge& challenge : challenges)
        if (binds_to_connection(challenge.scheme)) return true;
    return false;
}

bool ChallengeView::bare_connection_offer() const {
    for (std::size_t i = 0; i < challenges.size(); ++i)
        if (binds_to_connection(challenges[i].scheme) && is_a<EmptyToken>(tokens[i])) return true;
    return false;
}

const ntlm::ChallengeMessage* ChallengeView::challenge() const {
    for (const Token& token : tokens)
        if (const auto* found = find_challenge(token)) return found;
    return nullptr;
}

const kerberos::ApRep* ChallengeView::ap_rep() const {
    for (const Token& token : tokens)
        if (const auto* found = find_ap_rep(token)) return found;
    return nullptr;
}

const kerberos::KrbError* ChallengeView::krb_error() const {
    for (const Token& token : tokens)
        if (const auto* found = find_krb_error(token)) return found;
    return nullptr;
}

const spnego::NegTokenResp* ChallengeView::spnego_resp() const {
    for (const Token& token : tokens)
        if (const auto* found = std::get_if<spnego::NegTokenResp>(&token)) return found;
    return nullptr;
}

std::optional<spnego::NegState> ChallengeView::neg_state() const {
    const auto* resp = spnego_resp();
    return resp != nullptr ? resp->neg_state : std::nullopt;
}

}  // namespace why401
