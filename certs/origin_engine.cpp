#include "certs/origin_engine.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "certs/certificate_words.h"
#include "certs/channel_binding.h"
#include "certs/server_check.h"
#include "certs/stapled_ocsp.h"
#include "certs/tls_failure.h"

namespace why401::certs {
namespace {

constexpr int kIssuersKept = 16;
constexpr char kNotChecked[] = "revocation was not checked";

ToOrigin& engine_of(const SSL* ssl) { return static_cast<ToOrigin&>(TlsEngine::Impl::of(ssl)); }

// Nothing may be thrown through OpenSSL; and what a check leaves in its queue of errors would be taken for
// one of the handshake.
template <class Check>
int answer(ToOrigin& engine, Check passes) try {
    const bool accepted = passes();
    ERR_clear_error();
    return accepted ? 1 : 0;
} catch (const std::exception& error) {
    engine.refused = TlsRefusal{.check = check::kCertificateMalformed,
                                .what = std::string("its certificate cannot be checked: ") + error.what(),
                                .certificate = {},
                                .hint = {}};
    return 0;
}

int on_certificates(X509_STORE_CTX* chain, void*) {
    const auto* ssl =
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    ToOrigin& engine = engine_of(ssl);
    return answer(engine, [&] { return engine.accept_certificates(chain); });
}

int on_staple(SSL* ssl, void*) {
    ToOrigin& engine = engine_of(ssl);
    return answer(engine, [&] { return engine.accept_staple(); });
}

int on_certificate_request(SSL* ssl, X509**, EVP_PKEY**) {
    engine_of(ssl).note_certificate_request();
    return 0;  // none
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
    engine_of(ssl).new_session.reset(session);
    return 1;  // taken
}

}  // namespace

void ToOrigin::attach_to(SSL_CTX* context) {
    SSL_CTX_set_cert_verify_callback(context, on_certificates, nullptr);
    SSL_CTX_set_client_cert_cb(context, on_certificate_request);
    SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
    SSL_CTX_set_tlsext_status_cb(context, on_staple);
    SSL_CTX_sess_set_new_cb(context, on_new_session);
}

bool ToOrigin::accept_certificates(X509_STORE_CTX* chain) {
    const X509* leaf = X509_STORE_CTX_get0_cert(chain);
    facts.certificate = facts_of(*leaf);
    const ServerVerdict verdict = check_server(chain, checked_name, side.now());
    facts.remarks.insert(facts.remarks.end(), verdict.remarks.begin(), verdict.remarks.end());
    const bool good = verdict.faults.empty() || accept(verdict.refusal(), verdict.codes());
    X509_STORE_CTX_set_error(chain, good ? X509_V_OK : verdict.alert_for);
    return good;
}

// Whether a fault does not count here; if it does, it is why the handshake ends.
bool ToOrigin::accept(const TlsRefusal& fault, const std::string& codes) {
    if (side.is_excepted(host, facts.certificate->sha256)) {
        facts.excepted += (facts.excepted.empty() ? "" : ", ") + codes;
        return true;
    }
    refused = fault;
    return false;
}

// Asked once the server's flight is complete, and before ours goes out.
bool ToOrigin::accept_staple() {
    if (SSL_session_reused(ssl.get()) == 1) return true;
    const unsigned char* der = nullptr;
    const long length = SSL_get_tlsext_status_ocsp_resp(ssl.get(), &der);
    const std::string_view response(reinterpret_cast<const char*>(der),
                                    length > 0 ? static_cast<std::size_t>(length) : 0);
    switch (read_staple(response, SSL_get0_verified_chain(ssl.get()), side.trusted(), side.now())) {
        case Staple::Good: facts.remarks.emplace_back("stapled OCSP says good"); return true;
        case Staple::Revoked: {
            const X509* leaf = SSL_get0_peer_certificate(ssl.get());
            return accept({.check = check::kRevoked,
                           .what = "its certificate was revoked, as its issuer says (stapled OCSP)",
                           .certificate = name_in_words(X509_get_subject_name(leaf)) + " (the server's own)",
                           .hint = {},
                           .may_be_excepted = true},
                          check::kRevoked);
        }
        case Staple::Unusable:
            facts.remarks.push_back(std::string(kNotChecked) + ": the stapled OCSP answer cannot be used");
            return true;
        case Staple::None: break;
    }
    facts.remarks.emplace_back(kNotChecked);
    return true;
}

void ToOrigin::note_certificate_request() {
    facts.client_certificate_asked = true;
    facts.client_certificate_issuers.clear();
    const STACK_OF(X509_NAME)* issuers = SSL_get0_peer_CA_list(ssl.get());
    for (int i = 0; i < std::min(sk_X509_NAME_num(issuers), kIssuersKept); ++i)
        facts.client_certificate_issuers.push_back(name_in_words(sk_X509_NAME_value(issuers, i)));
}

// What the server chose; of a resumed session also what the full handshake showed.
void ToOrigin::opened() {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(ssl.get(), &name, &length);
    facts.alpn.assign(reinterpret_cast<const char*>(name), length);
    if (facts.resumed && of_full_handshake) {
        facts.certificate = of_full_handshake->certificate;
        facts.client_certificate_asked = of_full_handshake->client_certificate_asked;
        facts.client_certificate_issuers = of_full_handshake->client_certificate_issuers;
        facts.excepted = of_full_handshake->excepted;
        facts.remarks = of_full_handshake->remarks;
    } else {
        of_full_handshake = std::make_shared<const TlsFacts>(facts);
    }
    keep_session();
}

void ToOrigin::keep_session() {
    if (phase != TlsEngine::Phase::Open || !new_session) return;
    side.sessions().put(server, {std::move(new_session), of_full_handshake});
}

// RFC 5246 7.4.1.1: the answer to a HelloRequest that is not followed.
void ToOrigin::alert_sent(int alert) {
    if (alert != SSL_AD_NO_RENEGOTIATION) return;
    if (++renegotiations == 1)  // one remark, however often it asks
        facts.remarks.emplace_back(
            "the server asked for another handshake on the same connection (TLS renegotiation), as IIS does "
            "to get a "
            "client certificate for a part of a site; this proxy does not take part in it");
}

}  // namespace why401::certs
