#pragma once
// The codes of what can fail in a handshake (TlsRefusal::check: scripts lean on them), and how a failure that
// is no check of a certificate is told to a person. What certificates fail is told by server_check.h.

#include <string>
#include <string_view>

#include "record/tls.h"

namespace why401::certs {

namespace check {

// Of the server's certificates: an exception for its own one lets them pass.
inline constexpr char kExpired[] = "expired";
inline constexpr char kNotYetValid[] = "not-yet-valid";
inline constexpr char kSelfSigned[] = "self-signed";
inline constexpr char kUntrustedRoot[] = "untrusted-root";
inline constexpr char kIncompleteChain[] = "incomplete-chain";
inline constexpr char kWrongHost[] = "wrong-host";
inline constexpr char kNoSubjectNames[] = "no-subject-names";  ///< a CN and no subjectAltName (RFC 9525 2)
inline constexpr char kWeakKey[] = "weak-key";
inline constexpr char kWeakSignature[] = "weak-signature";
inline constexpr char kWrongPurpose[] = "wrong-purpose";
inline constexpr char kIssuerNotCa[] = "issuer-not-ca";
inline constexpr char kNameConstraint[] = "name-constraint";
inline constexpr char kPathTooLong[] = "path-too-long";
inline constexpr char kUnknownCriticalExtension[] = "unknown-critical-extension";
inline constexpr char kRevoked[] = "revoked";
inline constexpr char kBadSignature[] = "bad-signature";
inline constexpr char kCertificateMalformed[] = "certificate-malformed";

// Of the handshake.
inline constexpr char kOldProtocol[] = "old-protocol";         ///< nothing from TLS 1.2 on in common
inline constexpr char kNoCommonCipher[] = "no-common-cipher";  ///< cipher suite, group or signature algorithm
inline constexpr char kWeakDh[] = "weak-dh";                   ///< a Diffie-Hellman group under 2048 bits
inline constexpr char kNoCommonProtocol[] = "no-common-protocol";  ///< ALPN: it speaks HTTP/2 only
inline constexpr char kPlainText[] = "plain-text";                 ///< answered in clear
inline constexpr char kNotTls[] = "not-tls";                       ///< answered with bytes that are neither
inline constexpr char kProtocolError[] = "protocol-error";         ///< TLS, but broken
inline constexpr char kClosed[] = "closed";                        ///< ended before the handshake did
inline constexpr char kPeerAlert[] = "peer-alert";                 ///< any alert without a code of its own
inline constexpr char kClientCertificateRequired[] = "client-certificate-required";
// Of the client leg: it says unknown_ca; it says only that it does not want this certificate (a program that
// pins its server's says the same); it left without a word when it had seen it.
inline constexpr char kClientDistrustsCa[] = "client-distrusts-ca";
inline constexpr char kClientRefusesCertificate[] = "client-refuses-certificate";
inline constexpr char kClientLeft[] = "client-left";

}  // namespace check

/// How a handshake, or an open connection, came to its end.
struct TlsEnd {
    bool to_server = true;  ///< the upstream leg; else the peer is a client
    std::string_view host;
    unsigned long error = 0;       ///< OpenSSL's, of our side; 0: none
    int alert = -1;                ///< a fatal one received from the peer (RFC 8446 6.2); -1: none
    std::string_view first_bytes;  ///< the first that the peer sent
    bool peer_ended = false;       ///< its TCP connection has ended
    bool client_certificate_asked = false;
    bool peer_saw_certificate = false;  ///< client leg: ours has been sent
    bool peer_chose = false;            ///< upstream leg: its ServerHello has come
};

TlsRefusal explain(const TlsEnd& end);

/// "handshake_failure", or "alert 200" for one without a name.
std::string alert_name(int alert);

}  // namespace why401::certs
