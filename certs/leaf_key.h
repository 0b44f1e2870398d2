#pragma once
// The key that the leaves of a run share.

#include "certs/owned.h"

namespace why401::certs {

/// ECDSA P-256. Throws CertsError.
OwnedKey new_leaf_key();

}  // namespace why401::certs
