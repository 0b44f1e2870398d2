#pragma once
// What both sides' OpenSSL contexts have in common: TLS 1.2 and 1.3, security level 2, nothing compressed,
// nothing renegotiated, no buffer held while idle. The system's openssl.cnf does not loosen it.

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

#include "certs/owned.h"

namespace why401::certs {

using OwnedContext = Owned<SSL_CTX, SSL_CTX_free>;

/// Throws CertsError where OpenSSL refuses.
OwnedContext new_context(const SSL_METHOD* method);

/// ProtocolNameList of RFC 7301 3.1 without its outer length; names that do not fit are left out.
std::string to_alpn_list(const std::vector<std::string>& names);
std::vector<std::string> from_alpn_list(std::string_view list);

}  // namespace why401::certs
