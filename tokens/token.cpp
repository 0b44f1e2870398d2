#include "tokens/token.h"

#include <type_traits>
#include <utility>

#include "wire/ascii.h"
#include "wire/base64.h"
#include "wire/http_auth.h"

namespace why401 {

namespace {

/// The alternative as a Token; `widen` for the variants that are subsets of it.
template <class Variant>
Token widen(Variant&& variant) {
    return std::visit(
        [](auto&& value) -> Token {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
                return EmptyToken{};
            } else {
                return Token(std::forward<decltype(value)>(value));
            }
        },
        std::forward<Variant>(variant));
}

/// Neither parameters nor schemes with a meaning of their own: base64 of something.
Token decode_base64(std::string_view text) {
    base64::Decoded decoded = base64::decode(text);
    Token token = decode_bytes(decoded.bytes);
    if (decoded.bytes.empty() || (std::holds_alternative<UnknownToken>(token) && !decoded.complete))
        token = UnknownToken{std::string(text), {{"neither base64 nor parameters", 0, "RFC 9110 11.2"}}};
    std::visit(
        [&decoded](auto& value) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, EmptyToken>)
                for (const Anomaly& anomaly : decoded.anomalies)
                    value.anomalies.push_back({"base64: " + anomaly.what, anomaly.offset, anomaly.clause});
        },
        token);
    return token;
}

template <class Message>
const Message* find_in(const Token& token) {
    if (const auto* bare = std::get_if<Message>(&token)) return bare;
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&token))
        return std::get_if<Message>(&init->inner);
    if (const auto* resp = std::get_if<spnego::NegTokenResp>(&token))
        return std::get_if<Message>(&resp->inner);
    return nullptr;
}

struct MessageName {
    std::string operator()(const EmptyToken&) const { return "challenge"; }
    std::string operator()(const UnknownToken&) const { return "unknown"; }
    std::string operator()(const ntlm::NegotiateMessage&) const { return "NEGOTIATE"; }
    std::string operator()(const ntlm::ChallengeMessage&) const { return "CHALLENGE"; }
    std::string operator()(const ntlm::AuthenticateMessage&) const { return "AUTHENTICATE"; }
    std::string operator()(const spnego::NegTokenInit&) const { return "NegTokenInit"; }
    std::string operator()(const spnego::NegTokenResp&) const { return "NegTokenResp"; }
    std::string operator()(const kerberos::ApReq&) const { return "AP-REQ"; }
    std::string operator()(const kerberos::ApRep&) const { return "AP-REP"; }
    std::string operator()(const kerberos::KrbError&) const { return "KRB-ERROR"; }
    std::string operator()(const kerberos::SideMessage& message) const { return message.kind; }
    std::string operator()(const negoex::Messages&) const { return "NEGOEX"; }
    std::string operator()(const basic::Credentials&) const { return "credentials"; }
    std::string operator()(const digest::Params& params) const {
        if (params.is_info()) return "Authentication-Info";
        return params.is_credentials() ? "credentials" : "challenge";
    }
    std::string operator()(const bearer::Token&) const { return "credentials"; }
};

}  // namespace

Token decode_bytes(std::string_view bytes) {
    if (bytes.empty()) return EmptyToken{};
    spnego::Message message = spnego::decode(bytes);
    if (!std::holds_alternative<std::monostate>(message)) return widen(std::move(message));
    return widen(decode_mech_token(bytes));
}

Token decode_token(std::string_view scheme, std::string_view token68_or_rest) {
    const std::string_view text = trimmed(token68_or_rest);
    if (text.empty()) return EmptyToken{};
    if (same_name(scheme, "Digest")) {
        digest::Params params = digest::decode(scheme, text);
        for (Anomaly& fault : digest::faults(params)) params.anomalies.push_back(std::move(fault));
        return params;
    }
    const http_auth::Credentials grammar = http_auth::parse_credentials(std::string("x ").append(text));
    if (grammar.token68.empty() && !grammar.params.empty()) return digest::decode(scheme, text);
    if (same_name(scheme, "Basic")) return basic::decode(text);
    if (same_name(scheme, "Bearer")) return bearer::decode(text);
    return decode_base64(text);
}

const std::vector<Anomaly>& anomalies(const Token& token) {
    static const std::vector<Anomaly> kNone;
    return std::visit(
        [](const auto& value) -> const std::vector<Anomaly>& {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, EmptyToken>) {
                return kNone;
            } else {
                return value.anomalies;
            }
        },
        token);
}

std::string message_name(const Token& token) { return std::visit(MessageName{}, token); }

Token inner_token(const Token& token) {
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&token)) return widen(MechToken(init->inner));
    if (const auto* resp = std::get_if<spnego::NegTokenResp>(&token)) return widen(MechToken(resp->inner));
    return EmptyToken{};
}

const ntlm::NegotiateMessage* find_negotiate(const Token& t) { return find_in<ntlm::NegotiateMessage>(t); }
const ntlm::ChallengeMessage* find_challenge(const Token& t) { return find_in<ntlm::ChallengeMessage>(t); }
const ntlm::AuthenticateMessage* find_authenticate(const Token& t) {
    return find_in<ntlm::AuthenticateMessage>(t);
}
const kerberos::ApReq* find_ap_req(const Token& t) { return find_in<kerberos::ApReq>(t); }
const kerberos::ApRep* find_ap_rep(const Token& t) { return find_in<kerberos::ApRep>(t); }
const kerberos::KrbError* find_krb_error(const Token& t) { return find_in<kerberos::KrbError>(t); }

}  // namespace why401
