#include "certs/trusted_roots.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <cstdlib>
#include <system_error>

namespace why401::certs {
// With a partial chain, an intermediate in `more` is trusted like a root: its owner has said so.
OwnedStore trusted_roots(const Authority& authority, const std::filesystem::path& more) {
    OwnedStore store(X509_STORE_new());
    if (!store || X509_STORE_add_cert(store.get(), authority.certificate()) != 1)
        throw CertsError("OpenSSL cannot hold the trusted certificates");
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    if (!more.empty() && X509_STORE_load_file(store.get(), more.c_str()) != 1)
        throw CertsError("no certificate can be read from " + more.string() + " (it must be a PEM file)");
    ERR_clear_error();
    return store;
}

void add_system_roots(X509_STORE* store) {
    const char* folder = std::getenv(X509_get_default_cert_dir_env());
    std::error_code ignored;
    const bool has_folder =
        std::filesystem::is_directory(folder ? folder : X509_get_default_cert_dir(), ignored);
    X509_LOOKUP* by_folder = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    if (by_folder != nullptr) X509_LOOKUP_add_dir(by_folder, nullptr, X509_FILETYPE_DEFAULT);
    if (has_folder && std::getenv(X509_get_default_cert_file_env()) == nullptr) return;
    X509_LOOKUP* by_file = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (by_file != nullptr) X509_LOOKUP_load_file(by_file, nullptr, X509_FILETYPE_DEFAULT);
    ERR_clear_error();
}

}  // namespace why401::certs
