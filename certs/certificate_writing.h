#pragma once
// The parts that the certificates of the CA and of its leaves have in common, written and read. It signs
// nothing.

#include <openssl/types.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <string>
#include <string_view>

#include "certs/owned.h"

namespace why401::certs {

using GeneralNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

/// Clients whose clocks are a little behind take a certificate that was made just now.
constexpr std::chrono::hours kBackdated{1};

OwnedKey new_p256_key();

/// Positive, of 128 random bits (RFC 5280 4.1.2.2 allows 20 octets).
void set_random_serial(X509& certificate);
/// From an hour before `now`, for `life`.
void set_validity(X509& certificate, std::chrono::system_clock::time_point now, std::chrono::seconds life);
std::chrono::system_clock::time_point time_of(const ASN1_TIME& time);
std::string common_name_of(const X509& certificate);  ///< the CN of its subject; empty: none

/// One extension in the notation of x509v3_config(5), such as "critical,CA:TRUE".
void add_extension(X509& certificate, int nid, const std::string& value);
/// One extension that is already a value of its own type.
void add_extension(X509& certificate, int nid, void* value, bool critical);

/// A dNSName of these bytes, or an iPAddress of 4 or 16 bytes (with a mask in name constraints: twice that).
Owned<GENERAL_NAME, GENERAL_NAME_free> general_name(int type, std::string_view bytes);

}  // namespace why401::certs
