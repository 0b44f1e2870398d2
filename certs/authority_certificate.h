#pragma once
// The certificate by which the local CA is trusted. Where it is kept: authority.h.

#include "certs/authority.h"
#include "certs/owned.h"

namespace why401::certs {

/// Self-signed with `key`, as Authority::open_or_create() promises.
OwnedX509 make_authority_certificate(EVP_PKEY* key, const AuthorityOptions& options);

}  // namespace why401::certs
