#pragma once
// Certificates of a story: by name, with hashes that are as good as any.

#include <string>

#include "record/tls.h"
#include "wire/hex.h"

namespace why401::test {

/// What a login is bound to that saw this certificate: 16 bytes, as good as any hash here.
inline std::string binding_to(std::string certificate) {
    certificate.resize(16, '#');
    return certificate;
}
inline CertificateFacts certificate(const std::string& name) {
    CertificateFacts facts;
    facts.subject = "CN=" + name;
    facts.sha256 = hex::encode(binding_to(name) + binding_to(name));
    facts.ntlm_binding = hex::encode(binding_to(name));
    return facts;
}

}  // namespace why401::test
