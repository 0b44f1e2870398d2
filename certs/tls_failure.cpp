#include "certs/tls_failure.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <map>

namespace why401::certs {
namespace {

TlsRefusal refusal(const char* check, std::string what, std::string hint = {}) {
    return {.check = check, .what = std::move(what), .certificate = {}, .hint = std::move(hint)};
}

std::string tunnel_hint(const TlsEnd& end) {
    return fmt::format("leave this host alone with --tunnel {}", end.host);
}

std::string peer(const TlsEnd& end) { return end.to_server ? "the server" : "the client"; }

bool looks_like_tls(std::string_view bytes) {
    return !bytes.empty() && bytes[0] >= 20 && bytes[0] <= 23 && (bytes.size() < 2 || bytes[1] == 3);
}

bool looks_like_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; });
}

std::string quoted(std::string_view bytes) {
    const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
    std::string out;
    for (const char c : line.substr(0, 40)) out += c == '\t' ? ' ' : c;
    return '"' + out + '"';
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes.substr(0, 8))
        out += fmt::format("{}{:02x}", out.empty() ? "" : " ", static_cast<unsigned char>(c));
    return out;
}

TlsRefusal not_tls(const TlsEnd& end) {
    if (looks_like_text(end.first_bytes))
        return refusal(
            check::kPlainText,
            fmt::format("{} answered in clear, not with TLS: {}", peer(end), quoted(end.first_bytes)),
            end.to_server ? "is this the port of https? try http" : "");
    return refusal(
        check::kNotTls,
        fmt::format("{} answered with bytes that are not TLS: {}", peer(end), hex(end.first_bytes)),
        end.to_server ? "is this the port of https?" : "");
}

// One line, as it goes to the terminal of whoever runs the proxy: no page of ours would reach that client.
TlsRefusal client_distrusts_ca(const TlsEnd& end, const char* check, std::string_view what_it_does) {
    return refusal(
        check,
        fmt::format("the client {} trust the CA of this proxy: trust it there (why401 ca trust), or {}",
                    what_it_does, tunnel_hint(end)));
}

TlsRefusal client_certificate_required(const TlsEnd& end, const std::string& alert) {
    return refusal(
        check::kClientCertificateRequired,
        fmt::format("the server asked for a client certificate, got none and ended it (alert {})", alert),
        fmt::format("this proxy cannot show the client's certificate; {}", tunnel_hint(end)));
}

// RFC 8446 6.2, RFC 5246 7.2.2, RFC 7301 3.2.
TlsRefusal alert_from_server(const TlsEnd& end) {
    const std::string name = alert_name(end.alert);
    const bool may_want_certificate =
        end.client_certificate_asked &&
        (end.alert == SSL_AD_HANDSHAKE_FAILURE || end.alert == SSL_AD_BAD_CERTIFICATE);
    if (end.alert == SSL_AD_CERTIFICATE_REQUIRED || may_want_certificate)
        return client_certificate_required(end, name);
    if (end.alert == SSL_AD_NO_APPLICATION_PROTOCOL)
        return refusal(check::kNoCommonProtocol,
                       "the server speaks none of the protocols offered (ALPN): HTTP/2 only, perhaps",
                       tunnel_hint(end));
    if (end.alert == SSL_AD_PROTOCOL_VERSION)
        return refusal(check::kOldProtocol,
                       "the server speaks neither TLS 1.2 nor TLS 1.3 (alert protocol_version)",
                       tunnel_hint(end));
    if (end.alert == SSL_AD_INSUFFICIENT_SECURITY ||
        (end.alert == SSL_AD_HANDSHAKE_FAILURE && !end.peer_chose))
        return refusal(check::kNoCommonCipher,
                       fmt::format("the server refused what this proxy offers (alert {}): they have no "
                                   "cipher suite, group or signature algorithm in common",
                                   name),
                       tunnel_hint(end));
    return refusal(check::kPeerAlert, fmt::format("the server ended it with the alert {}", name),
                   tunnel_hint(end));
}

TlsRefusal alert_from_client(const TlsEnd& end) {
    const std::string name = alert_name(end.alert);
    switch (end.alert) {
        case SSL_AD_UNKNOWN_CA:
            return client_distrusts_ca(end, check::kClientDistrustsCa,
                                       fmt::format("says (alert {}) that it does not", name));
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_CERTIFICATE_UNKNOWN:
            return client_distrusts_ca(
                end, check::kClientRefusesCertificate,
                fmt::format("does not take our certificate (alert {}); most often it does not", name));
        case SSL_AD_PROTOCOL_VERSION:
            return refusal(check::kOldProtocol,
                           "the client speaks neither TLS 1.2 nor TLS 1.3 (alert protocol_version)",
                           tunnel_hint(end));
        default:
            return refusal(check::kPeerAlert, fmt::format("the client ended it with the alert {}", name));
    }
}

TlsRefusal closed(const TlsEnd& end) {
    if (!end.to_server && end.peer_saw_certificate)
        return client_distrusts_ca(end, check::kClientLeft,
                                   "closed the connection when it saw our certificate; perhaps it does not");
    if (end.client_certificate_asked)
        return refusal(check::kClosed,
                       "the server closed the connection during the TLS handshake, after it had asked for a "
                       "client certificate",
                       tunnel_hint(end));
    return refusal(check::kClosed,
                   fmt::format("{} closed the connection {} the TLS handshake", peer(end),
                               end.first_bytes.empty() ? "before" : "during"),
                   end.to_server ? tunnel_hint(end) : "");
}

std::string openssl_words(unsigned long error) {
    const char* words = ERR_reason_error_string(error);
    return words != nullptr ? words : fmt::format("error {:x}", error);
}

TlsRefusal by_our_side(const TlsEnd& end) {
    const std::string words = openssl_words(end.error);
    const int library = ERR_GET_LIB(end.error);
    if (library == ERR_LIB_ASN1 || library == ERR_LIB_X509)
        return refusal(check::kCertificateMalformed,
                       fmt::format("{} sent a certificate that cannot be read ({})", peer(end), words));
    switch (library == ERR_LIB_SSL ? ERR_GET_REASON(end.error) : 0) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
            return refusal(check::kOldProtocol,
                           fmt::format("{} speaks only a TLS that is too old to be safe: TLS 1.2 with RFC "
                                       "5746 is the least taken ({})",
                                       peer(end), words),
                           tunnel_hint(end));
        case SSL_R_NO_SHARED_CIPHER:
        case SSL_R_NO_SUITABLE_KEY_SHARE:
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
        case SSL_R_NO_SHARED_GROUPS:
        case SSL_R_WRONG_CIPHER_RETURNED:
        case SSL_R_WRONG_SIGNATURE_TYPE:
            return refusal(
                check::kNoCommonCipher,
                fmt::format(
                    "{} and this proxy have no cipher suite, group or signature algorithm in common ({})",
                    peer(end), words),
                tunnel_hint(end));
        case SSL_R_DH_KEY_TOO_SMALL:
        case SSL_R_BAD_DH_VALUE:
            return refusal(
                check::kWeakDh,
                fmt::format("{} wants a Diffie-Hellman group of less than 2048 bits, which is not safe",
                            peer(end)),
                tunnel_hint(end));
        case SSL_R_NO_APPLICATION_PROTOCOL:
            return refusal(check::kNoCommonProtocol,
                           fmt::format("{} offers no protocol (ALPN) that can be passed on", peer(end)),
                           tunnel_hint(end));
        default:
            return refusal(check::kProtocolError,
                           fmt::format("what {} sent breaks the TLS protocol ({})", peer(end), words));
    }
}

}  // namespace

// RFC 8446 6.2; of RFC 5246 7.2.2 the few that are no more.
std::string alert_name(int alert) {
    static const std::map<int, const char*> names = {{0, "close_notify"},
                                                     {10, "unexpected_message"},
                                                     {20, "bad_record_mac"},
                                                     {21, "decryption_failed"},
                                                     {22, "record_overflow"},
                                                     {30, "decompression_failure"},
                                                     {40, "handshake_failure"},
                                                     {41, "no_certificate"},
                                                     {42, "bad_certificate"},
                                                     {43, "unsupported_certificate"},
                                                     {44, "certificate_revoked"},
                                                     {45, "certificate_expired"},
                                                     {46, "certificate_unknown"},
                                                     {47, "illegal_parameter"},
                                                     {48, "unknown_ca"},
                                                     {49, "access_denied"},
                                                     {50, "decode_error"},
                                                     {51, "decrypt_error"},
                                                     {60, "export_restriction"},
                                                     {70, "protocol_version"},
                                                     {71, "insufficient_security"},
                                                     {80, "internal_error"},
                                                     {86, "inappropriate_fallback"},
                                                     {90, "user_canceled"},
                                                     {100, "no_renegotiation"},
                                                     {109, "missing_extension"},
                                                     {110, "unsupported_extension"},
                                                     {111, "certificate_unobtainable"},
                                                     {112, "unrecognized_name"},
                                                     {113, "bad_certificate_status_response"},
                                                     {114, "bad_certificate_hash_value"},
                                                     {115, "unknown_psk_identity"},
                                                     {116, "certificate_required"},
                                                     {120, "no_application_protocol"}};
    const auto found = names.find(alert);
    return found != names.end() ? found->second : fmt::format("alert {}", alert);
}

TlsRefusal explain(const TlsEnd& end) {
    if (!end.first_bytes.empty() && !looks_like_tls(end.first_bytes)) return not_tls(end);
    if (end.alert >= 0) return end.to_server ? alert_from_server(end) : alert_from_client(end);
    if (end.error != 0) return by_our_side(end);
    return closed(end);
}

}  // namespace why401::certs
