#include "certs/server_check.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <exception>

#include "certs/certificate_words.h"
#include "certs/tls_failure.h"

namespace why401::certs {
namespace {

constexpr char kIssuerHint[] =
    "if that CA is to be trusted for servers: --upstream-ca FILE with its certificate";

/// One fault that OpenSSL found, while it is found.
struct Fault {
    int error;
    int depth;                ///< 0: the server's own
    const X509* certificate;  ///< the one at that depth; may be null
    const HostName& host;
    std::int64_t now;

    std::string whose() const {
        if (depth == 0) return "its certificate";
        return fmt::format("the certificate of its issuer '{}'", subject());
    }
    std::string subject() const { return certificate ? short_name(X509_get_subject_name(certificate)) : "?"; }
    std::string issuer() const { return certificate ? short_name(X509_get_issuer_name(certificate)) : "?"; }
    std::string which() const {
        if (certificate == nullptr) return {};
        const std::string name = name_in_words(X509_get_subject_name(certificate));
        const std::string place = depth == 0   ? "the server's own"
                                  : depth == 1 ? "its issuer"
                                               : fmt::format("{} steps above the server's own", depth);
        return fmt::format("{} ({})", name.empty() ? "without a subject" : name, place);
    }
    TlsRefusal told(const char* check, std::string what, std::string hint = {}) const {
        return {.check = check,
                .what = std::move(what),
                .certificate = which(),
                .hint = std::move(hint),
                .may_be_excepted = true};
    }
};

TlsRefusal expired(const Fault& fault) {
    const std::int64_t end = seconds_of(X509_get0_notAfter(fault.certificate));
    return fault.told(check::kExpired, fmt::format("{} expired on {} ({} before now)", fault.whose(),
                                                   date_in_words(end), span_in_words(fault.now - end)));
}

TlsRefusal not_yet_valid(const Fault& fault) {
    const std::int64_t start = seconds_of(X509_get0_notBefore(fault.certificate));
    return fault.told(check::kNotYetValid,
                      fmt::format("{} is valid only from {} on ({} after now)", fault.whose(),
                                  date_in_words(start), span_in_words(start - fault.now)),
                      "is the clock of this machine right?");
}

// "*.test" for good.test; none is taken that stands for all of a top-level domain.
bool is_too_wide(const std::vector<std::string>& names, const std::string& host) {
    const std::size_t dot = host.find('.');
    if (dot == std::string::npos || host.find('.', dot + 1) != std::string::npos) return false;
    return std::find(names.begin(), names.end(), "*" + host.substr(dot)) != names.end();
}

TlsRefusal wrong_host(const Fault& fault) {
    const std::vector<std::string> names = names_of(*fault.certificate);
    const std::string common_name = short_name(X509_get_subject_name(fault.certificate));
    if (names.empty())
        return fault.told(
            check::kNoSubjectNames,
            fmt::format("its certificate names no host (no subjectAltName); its subject '{}' does not count",
                        common_name));
    std::string what = fmt::format("its certificate is for {}, not for {}", in_words(names), fault.host.text);
    if (is_too_wide(names, fault.host.text))
        what += " (a wildcard directly under a top-level domain is not taken)";
    return fault.told(check::kWrongHost, std::move(what));
}

TlsRefusal issuer_missing(const Fault& fault) {
    if (fault.depth > 0)
        return fault.told(check::kUntrustedRoot,
                          fmt::format("its certificate leads to '{}', which is no root that is trusted here",
                                      fault.issuer()),
                          kIssuerHint);
    return fault.told(check::kIncompleteChain,
                      fmt::format("the server did not send the certificate of its issuer '{}', and no such "
                                  "root is trusted here: an incomplete chain, or a CA of its own",
                                  fault.issuer()),
                      fmt::format("let the server send the whole chain; {}", kIssuerHint));
}

TlsRefusal of_the_key_or_signature(const Fault& fault) {
    if (fault.error == X509_V_ERR_CA_MD_TOO_WEAK)
        return fault.told(check::kWeakSignature,
                          fmt::format("{} is signed with {}, which can be forged", fault.whose(),
                                      signature_in_words(*fault.certificate)));
    return fault.told(check::kWeakKey, fmt::format("{} has an {}, too short to be safe", fault.whose(),
                                                   key_in_words(*fault.certificate)));
}

TlsRefusal issuer_no_ca(const Fault& fault) {
    return fault.told(check::kIssuerNotCa,
                      fmt::format("its issuer '{}' may not sign certificates: it is no CA", fault.subject()));
}

// Of an issuer, OpenSSL also says so of one whose KeyUsage lacks keyCertSign.
TlsRefusal wrong_purpose(const Fault& fault) {
    const std::string purposes = purposes_in_words(*fault.certificate);
    if (fault.depth > 0 && purposes.empty()) return issuer_no_ca(fault);
    return fault.told(check::kWrongPurpose,
                      fmt::format("{} is not for TLS servers{}", fault.whose(),
                                  purposes.empty() ? "" : fmt::format(" (it is for: {})", purposes)));
}

TlsRefusal of_the_chain(const Fault& fault) {
    switch (fault.error) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return fault.told(
                check::kSelfSigned, "its certificate is self-signed: nobody vouches for it",
                "if it is to be trusted: --upstream-ca FILE with this certificate, or an exception for it");
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
        case X509_V_ERR_CERT_REJECTED:
            return fault.told(
                check::kUntrustedRoot,
                fmt::format("its certificate leads to '{}', which is no root that is trusted here",
                            fault.subject()),
                kIssuerHint);
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN: return issuer_no_ca(fault);
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
            return fault.told(
                check::kPathTooLong,
                fmt::format("more CAs stand below '{}' than it allows (pathLenConstraint)", fault.subject()));
        default: return issuer_missing(fault);
    }
}

TlsRefusal of_the_constraints(const Fault& fault) {
    if (fault.error == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION)
        return fault.told(check::kUnknownCriticalExtension,
                          fmt::format("{} has a critical extension that is not understood here ({})",
                                      fault.whose(), unknown_critical_extension(*fault.certificate)));
    return fault.told(
        check::kNameConstraint,
        fmt::format(
            "{} is for a name that a CA above it may not vouch for (name constraints; issued by '{}')",
            fault.whose(), fault.issuer()));
}

TlsRefusal malformed(const Fault& fault) {
    return fault.told(check::kCertificateMalformed, fmt::format("{} cannot be used ({})", fault.whose(),
                                                                X509_verify_cert_error_string(fault.error)));
}

TlsRefusal tell(const Fault& fault) {
    if (fault.certificate == nullptr) return malformed(fault);
    switch (fault.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return expired(fault);
        case X509_V_ERR_CERT_NOT_YET_VALID: return not_yet_valid(fault);
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return wrong_host(fault);
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK: return of_the_key_or_signature(fault);
        case X509_V_ERR_INVALID_PURPOSE: return wrong_purpose(fault);
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
        case X509_V_ERR_CERT_REJECTED:
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return of_the_chain(fault);
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
        case X509_V_ERR_SUBTREE_MINMAX:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
        case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: return of_the_constraints(fault);
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
        case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
            return fault.told(check::kBadSignature,
                              fmt::format("{} is not signed by '{}', whom it names as its issuer",
                                          fault.whose(), fault.issuer()));
        default: return malformed(fault);
    }
}

/// What the callback of one verification works on. It answers "go on", so that every fault is found.
struct Check {
    const HostName& host;
    std::int64_t now;
    ServerVerdict verdict;

    static int go_on(int good, X509_STORE_CTX* context) {
        if (good == 1) return 1;
        auto& self = *static_cast<Check*>(X509_STORE_CTX_get_app_data(context));
        self.note({.error = X509_STORE_CTX_get_error(context),
                   .depth = X509_STORE_CTX_get_error_depth(context),
                   .certificate = X509_STORE_CTX_get_current_cert(context),
                   .host = self.host,
                   .now = self.now});
        return 1;
    }
    // One fault is told once: that the leaf's signature cannot be verified follows from the missing issuer.
    void note(const Fault& fault) {
        TlsRefusal told = tell(fault);
        for (const TlsRefusal& known : verdict.faults)
            if (known.check == told.check) return;
        if (verdict.faults.empty()) verdict.alert_for = fault.error;
        verdict.faults.push_back(std::move(told));
    }
};

}  // namespace

TlsRefusal ServerVerdict::refusal() const {
    TlsRefusal all = faults.front();
    for (std::size_t i = 1; i < faults.size(); ++i) all.what += "; also, " + faults[i].what;
    return all;
}

std::string ServerVerdict::codes() const {
    std::string out;
    for (const TlsRefusal& fault : faults) out += (out.empty() ? "" : ", ") + fault.check;
    return out;
}

ServerVerdict check_server(X509_STORE_CTX* context, const HostName& host,
                           std::chrono::system_clock::time_point now) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    Check check{.host = host, .now = seconds, .verdict = {}};
    X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const bool asked = host.is_address
                           ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.text.c_str()) == 1
                           : X509_VERIFY_PARAM_set1_host(wanted, host.text.data(), host.text.size()) == 1;
    X509_STORE_CTX_set_time(context, 0, seconds);
    X509_STORE_CTX_set_verify_cb(context, Check::go_on);
    X509_STORE_CTX_set_app_data(context, &check);
    const X509* leaf = X509_STORE_CTX_get0_cert(context);
    const bool went = asked && X509_verify_cert(context) == 1;
    if (!went && check.verdict.faults.empty())
        check.note({.error = X509_V_ERR_UNSPECIFIED,
                    .depth = 0,
                    .certificate = nullptr,
                    .host = host,
                    .now = seconds});
    if (X509_check_ca(const_cast<X509*>(leaf)) > 0)
        check.verdict.remarks.push_back("its certificate is that of a CA");
    return std::move(check.verdict);
}

}  // namespace why401::certs
