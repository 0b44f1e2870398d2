#pragma once
// What a record says of TLS on one connection: plain values, made by certs and by the relay, read by rules,
// the store and the page. No key and no secret is ever in here.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace why401 {

/// One certificate, as far as a person or a rule needs it.
struct CertificateFacts {
    std::string subject, issuer;     ///< one line each (RFC 2253); may hold text from the network
    std::vector<std::string> names;  ///< subjectAltName: dNSName and iPAddress, in order, 16 at most
    std::uint32_t names_left_out = 0;
    std::int64_t not_before = 0, not_after = 0;  ///< seconds since 1970, UTC
    std::string sha256;                          ///< of the DER, 64 lower-case hex digits
    /// RFC 5929 4.1 tls-server-end-point, lower-case hex; empty where the signature defines no hash for it.
    std::string end_point;
    /// What an NTLM client that saw this certificate puts into MsvAvChannelBindings (MS-NLMP 2.2.2.1: the MD5
    /// of a gss_channel_bindings_struct over "tls-server-end-point:" and the above), lower-case hex; empty as
    /// above.
    std::string ntlm_binding;
};

/// Why a server's certificate or its TLS was not accepted, in words for a person and a code for scripts.
struct TlsRefusal {
    std::string check;        ///< "expired", "wrong-host", "self-signed", "plain-text" ...; see certs
    std::string what;         ///< a clause without a full stop: "its certificate expired on 2026-01-02"
    std::string certificate;  ///< which one of the chain: "CN=good.test (the server's own)"; may be empty
    std::string hint;         ///< what to do; may be empty
    /// An exception for this one certificate would let it pass (a check of the certificate failed, not TLS).
    bool may_be_excepted = false;
};

struct TlsFacts {
    // From the ClientHello. Client leg: the client's own; upstream leg: ours.
    std::string server_name;                ///< SNI; empty: none
    std::vector<std::string> alpn_offered;  ///< in order

    // Of a connection that this proxy opened; all empty where it passed unread.
    std::string version;  ///< "TLSv1.3"; empty: the bytes passed unread, or the handshake was not finished
    std::string cipher;   ///< "TLS_AES_128_GCM_SHA256"
    std::string alpn;     ///< the protocol chosen; empty: none
    std::vector<std::string> alpn_declined;  ///< offered by the client, and not passed on by this proxy
    bool resumed = false;
    std::optional<CertificateFacts> certificate;  ///< client leg: ours for this host; upstream: the server's
    bool client_certificate_asked = false;        ///< upstream leg: the server asked for one
    std::vector<std::string> client_certificate_issuers;  ///< whom it would accept, 16 at most
    std::string excepted;  ///< upstream leg: the check that failed and was excepted for this run; empty: none
    std::optional<TlsRefusal> refusal;  ///< upstream leg: not accepted, so nothing was sent
    std::vector<std::string> remarks;   ///< "revocation was not checked" ...: clauses for a person
};

/// Shared as ConnectionFacts are.
using TlsFactsPtr = std::shared_ptr<const TlsFacts>;

}  // namespace why401
