#pragma once
// A certificate's parts as a person reads them. Text of a certificate is of its maker's choice: control
// characters come out escaped, and long names cut.

#include <openssl/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace why401::certs {

std::string name_in_words(const X509_NAME* name);  ///< RFC 2253: "CN=good.test,O=Contoso"
std::string short_name(const X509_NAME* name);     ///< its CN, else the whole of it, else "(no name)"
std::vector<std::string> names_of(const X509& certificate);   ///< subjectAltName: dNSName and iPAddress
std::string in_words(const std::vector<std::string>& names);  ///< "a.test, b.test and 998 more"
std::string key_in_words(const X509& certificate);            ///< "RSA key of 1024 bits"
std::string signature_in_words(const X509& certificate);      ///< "sha1WithRSAEncryption"
std::string purposes_in_words(const X509& certificate);       ///< "TLS Web Client Authentication"; empty: any
std::string unknown_critical_extension(const X509& certificate);  ///< its OID or name; empty: none

/// Seconds since 1970; 0 for a time that cannot be read.
std::int64_t seconds_of(const ASN1_TIME* time);
std::string date_in_words(std::int64_t seconds);  ///< "2026-01-02"
/// "11 days", "3 hours", "less than a minute"
std::string span_in_words(std::int64_t seconds);

}  // namespace why401::certs
