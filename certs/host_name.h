#pragma once
// What a certificate can say of a host. It resolves nothing and knows no wildcard.

#include <string>
#include <string_view>

namespace why401::certs {

struct HostName {
    bool is_address = false;
    std::string bytes;  ///< the name in lower case without a final dot, or the address in network order
    std::string text;   ///< for a person; one spelling for one host
};

/// An IP literal without brackets, or a DNS name of letters, digits, '-' and '_' (Windows networks have it).
/// Throws CertsError for anything else.
HostName host_name(std::string_view host);

/// "192.0.2.1" or "2001:db8::1" of 4 or 16 bytes in network order; empty for any other number of them.
std::string address_text(std::string_view bytes);

}  // namespace why401::certs
