#include "certs/authority.h"

#include <fmt/chrono.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <system_error>

#include "certs/authority_certificate.h"
#include "certs/certificate_writing.h"
#include "certs/private_folder.h"

namespace why401::certs {

namespace fs = std::filesystem;

struct Authority::Impl {
    OwnedX509 certificate;
    OwnedKey key;
    fs::path file;
    std::string pem, name, sha256;
    std::chrono::system_clock::time_point expires;
    bool created = false;
};

namespace {

fs::path key_file(const fs::path& folder) { return folder / "ca.key"; }
fs::path pem_file(const fs::path& folder) { return folder / "ca.pem"; }

OwnedX509 read_certificate(const fs::path& file) {
    const auto pem = read_private_file(file, Secret::No);
    if (!pem) throw CertsError("There is no CA: " + file.string() + " does not exist.");
    OwnedX509 certificate = certificate_from_pem(*pem);
    if (!certificate)
        throw CertsError(file.string() +
                         " holds no whole certificate in PEM; restore it, or move it and "
                         "ca.key away to have a new CA made.");
    if (X509_check_ca(certificate.get()) != 1)
        throw CertsError("The certificate in " + file.string() + " is none of a CA.");
    return certificate;
}

/// Null when there is no such file.
OwnedKey read_key(const fs::path& file) {
    auto pem = read_private_file(file, Secret::Yes);
    if (!pem) return nullptr;
    OwnedKey key = key_from_pem(*pem);
    OPENSSL_cleanse(pem->data(), pem->size());
    if (!key)
        throw CertsError(file.string() +
                         " holds no whole private key in PEM without a password; restore it, "
                         "or move it and ca.pem away to have a new CA made.");
    return key;
}

void write_key(const fs::path& file, EVP_PKEY* key) {
    const OwnedBio bio(BIO_new(BIO_s_secmem()));
    require(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "write a key");
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    create_private_file(file, {text, static_cast<std::size_t>(size)});
}

/// A name beside `file` that is not taken: ca.pem -> ca-2026-11-28.pem.
fs::path aside(const fs::path& file, const std::string& date) {
    for (int n = 1;; ++n) {
        const std::string number = n == 1 ? "" : "-" + std::to_string(n);
        fs::path free =
            file.parent_path() / (file.stem().string() + "-" + date + number + file.extension().string());
        if (!fs::exists(fs::symlink_status(free))) return free;
    }
}

/// Nothing is thrown away: a clock that was wrong for a day must not cost anybody his CA.
void set_aside(const fs::path& file, std::chrono::system_clock::time_point date) {
    std::error_code error;
    fs::rename(file, aside(file, fmt::format("{:%Y-%m-%d}", fmt::gmtime(date))), error);
    if (error) throw CertsError("Cannot set " + file.string() + " aside: " + error.message() + ".");
}

}  // namespace

Authority Authority::open(const fs::path& folder) {
    if (!exists(folder)) throw CertsError("There is no CA in " + folder.string() + " yet.");
    check_private_folder(folder);
    auto impl = std::make_unique<Impl>();
    impl->file = pem_file(folder);
    impl->certificate = read_certificate(impl->file);
    impl->key = read_key(key_file(folder));
    if (!impl->key)
        throw CertsError("The CA's key is missing: " + key_file(folder).string() +
                         ". Restore it, or move ca.pem away to have a new CA made.");
    const X509& certificate = *impl->certificate;
    if (X509_check_private_key(&certificate, impl->key.get()) != 1) {
        ERR_clear_error();
        throw CertsError(key_file(folder).string() +
                         " is not the key of the certificate in ca.pem beside it; "
                         "restore the right one, or move both away to have a new CA made.");
    }
    impl->pem = pem_of(certificate);
    impl->name = common_name_of(certificate);
    impl->sha256 = sha256_of(certificate);
    impl->expires = time_of(*X509_get0_notAfter(&certificate));
    return Authority(std::move(impl));
}

Authority Authority::open_or_create(const fs::path& folder, const AuthorityOptions& options) {
    make_private_folder(folder);
    check_private_folder(folder);
    const FolderLock lock(folder / "ca.lock");
    auto orphaned = options.now;
    if (exists(folder)) {
        Authority found = open(folder);
        if (found.expires() > options.now) return found;
        set_aside(pem_file(folder), orphaned = found.expires());
    }
    const OwnedKey key = new_p256_key();
    // Before anything is written: a wish that cannot be met leaves nothing behind.
    const OwnedX509 certificate = make_authority_certificate(key.get(), options);
    // The key of the expired one, or of one whose maker died before it had a certificate.
    if (read_key(key_file(folder))) set_aside(key_file(folder), orphaned);
    write_key(key_file(folder), key.get());
    create_private_file(pem_file(folder), pem_of(*certificate));
    Authority made = open(folder);
    made.impl_->created = true;
    return made;
}

bool Authority::exists(const fs::path& folder) {
    std::error_code error;
    return fs::exists(fs::symlink_status(pem_file(folder), error));
}

Authority::Authority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authority::Authority(Authority&&) noexcept = default;
Authority::~Authority() = default;

const fs::path& Authority::certificate_file() const { return impl_->file; }
const std::string& Authority::pem() const { return impl_->pem; }
const std::string& Authority::name() const { return impl_->name; }
const std::string& Authority::sha256() const { return impl_->sha256; }
std::chrono::system_clock::time_point Authority::expires() const { return impl_->expires; }
bool Authority::was_created() const { return impl_->created; }
X509* Authority::certificate() const { return impl_->certificate.get(); }
EVP_PKEY* Authority::key() const { return impl_->key.get(); }

}  // namespace why401::certs
