// A key of a provider is encoded and decoded again each time it is put into a certificate (X509_set_pubkey in
// OpenSSL 3.0: 230 us), one made by the functions of before 3.0 is not (5 us). Everything else is the same.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "certs/leaf_key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

namespace why401::certs {

OwnedKey new_leaf_key() {
    const Owned<EC_KEY, EC_KEY_free> pair(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
    OwnedKey key(EVP_PKEY_new());
    require(pair && key && EC_KEY_generate_key(pair.get()) == 1 &&
                EVP_PKEY_set1_EC_KEY(key.get(), pair.get()) == 1,
            "make a key");
    return key;
}

}  // namespace why401::certs
