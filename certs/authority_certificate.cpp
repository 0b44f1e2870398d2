#include "certs/authority_certificate.h"

#include <fmt/chrono.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>

#include "certs/certificate_writing.h"
#include "certs/name_constraints.h"

namespace why401::certs {

namespace {

constexpr std::chrono::hours kLife{365 * 24};

/// Of this machine, for a person who finds the CA in a list; at most as long as a CN has room for.
std::string machine_name(std::size_t room) {
    std::array<char, 256> name{};
    std::string text = ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
    for (char& c : text)
        if (c <= ' ' || c > '~') c = '?';
    return text.empty() ? "localhost" : text.substr(0, room);
}

/// X.520's upper bound of a CN is 64 characters.
std::string common_name(std::chrono::system_clock::time_point now) {
    const std::string before = "why401 CA ", after = fmt::format(" {:%Y-%m-%d}", fmt::gmtime(now));
    return before + machine_name(64 - before.size() - after.size()) + after;
}

}  // namespace

OwnedX509 make_authority_certificate(EVP_PKEY* key, const AuthorityOptions& options) {
    OwnedX509 certificate(X509_new());
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                X509_set_pubkey(certificate.get(), key) == 1,
            "begin a certificate");
    X509& ca = *certificate;
    set_random_serial(ca);
    set_validity(ca, options.now, kLife);
    const std::string name = common_name(options.now);
    X509_NAME* subject = X509_get_subject_name(&ca);
    require(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.data()),
                                       static_cast<int>(name.size()), -1, 0) == 1 &&
                X509_set_issuer_name(&ca, subject) == 1,
            "name a certificate");
    add_extension(ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca, NID_subject_key_identifier, "hash");
    if (!options.only_hosts.empty()) constrain(ca, options.only_hosts);
    require(X509_sign(&ca, key, EVP_sha256()) > 0, "sign a certificate");
    return certificate;
}

}  // namespace why401::certs
