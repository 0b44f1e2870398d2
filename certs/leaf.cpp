#include "certs/leaf.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <array>
#include <list>
#include <unordered_map>

#include "certs/certificate_writing.h"
#include "certs/channel_binding.h"
#include "certs/host_name.h"
#include "certs/leaf_key.h"
#include "wire/base64.h"

namespace why401::certs {

namespace {

constexpr std::chrono::hours kLife{7 * 24}, kWorthShowing{24};

/// RFC 5280 4.2.1.1: the CA's subjectKeyIdentifier as it stands in its certificate.
void add_authority_key(X509& leaf, X509* ca) {
    const ASN1_OCTET_STRING* ski = X509_get0_subject_key_id(ca);
    const Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> aki(AUTHORITY_KEYID_new());
    require(aki && ski != nullptr, "name the CA's key");
    aki->keyid = ASN1_OCTET_STRING_dup(ski);
    add_extension(leaf, NID_authority_key_identifier, aki.get(), false);
}

OwnedX509 begin_leaf(const Authority& authority, EVP_PKEY* key) {
    OwnedX509 leaf(X509_new());
    require(leaf && X509_set_version(leaf.get(), X509_VERSION_3) == 1 &&
                X509_set_pubkey(leaf.get(), key) == 1 &&
                X509_set_issuer_name(leaf.get(), X509_get_subject_name(authority.certificate())) == 1,
            "begin a certificate");
    return leaf;
}

/// Holds the extensions that all leaves of a run have in common.
OwnedX509 make_model(const Authority& authority, EVP_PKEY* key) {
    OwnedX509 leaf = begin_leaf(authority, key);
    add_extension(*leaf, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(*leaf, NID_key_usage, "critical,digitalSignature");
    add_extension(*leaf, NID_ext_key_usage, "serverAuth");
    add_extension(*leaf, NID_subject_key_identifier, "hash");
    add_authority_key(*leaf, authority.certificate());
    return leaf;
}

/// RFC 5280 4.2.1.6: the SAN is critical where the subject is empty. An address stays out of the CN, which
/// OpenSSL would check as a DNS name against name constraints.
void name_leaf(X509& leaf, const HostName& host) {
    constexpr std::size_t kLongestCommonName = 64;  // X.520
    const bool has_subject = !host.is_address && host.bytes.size() <= kLongestCommonName;
    if (has_subject)
        require(X509_NAME_add_entry_by_NID(X509_get_subject_name(&leaf), NID_commonName, MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(host.bytes.data()),
                                           static_cast<int>(host.bytes.size()), -1, 0) == 1,
                "name a certificate");
    const GeneralNames names(sk_GENERAL_NAME_new_null());
    auto name = general_name(host.is_address ? GEN_IPADD : GEN_DNS, host.bytes);
    require(names && sk_GENERAL_NAME_push(names.get(), name.get()) > 0, "name a certificate");
    static_cast<void>(name.release());
    add_extension(leaf, NID_subject_alt_name, names.get(), !has_subject);
}

}  // namespace

Leaf::~Leaf() { X509_free(certificate); }

struct LeafMint::Impl {
    using Entry = std::pair<std::string, std::shared_ptr<const Leaf>>;

    const Authority& authority;
    std::size_t limit;
    OwnedKey key;
    OwnedX509 model;
    std::list<Entry> leaves;  // the one last asked for first
    std::unordered_map<std::string, std::list<Entry>::iterator> by_host;

    std::shared_ptr<const Leaf> mint(const HostName& host, std::chrono::system_clock::time_point now) const {
        OwnedX509 certificate = begin_leaf(authority, key.get());
        for (int i = 0; i < X509_get_ext_count(model.get()); ++i)
            require(X509_add_ext(certificate.get(), X509_get_ext(model.get(), i), -1) == 1,
                    "extend a certificate");
        set_random_serial(*certificate);
        set_validity(*certificate, now, kLife);
        name_leaf(*certificate, host);
        require(X509_sign(certificate.get(), authority.key(), EVP_sha256()) > 0, "sign a certificate");
        auto leaf = std::make_shared<Leaf>();
        leaf->facts = facts_of(*certificate);
        leaf->certificate = certificate.release();
        return leaf;
    }

    void forget(std::list<Entry>::iterator entry) {
        by_host.erase(entry->first);
        leaves.erase(entry);
    }
};

LeafMint::LeafMint(const Authority& authority, std::size_t limit) {
    OwnedKey key = new_leaf_key();
    OwnedX509 model = make_model(authority, key.get());
    impl_ = std::make_unique<Impl>(Impl{authority, limit, std::move(key), std::move(model), {}, {}});
}
LeafMint::~LeafMint() = default;

std::shared_ptr<const Leaf> LeafMint::for_host(std::string_view host,
                                               std::chrono::system_clock::time_point now) {
    const HostName name = host_name(host);
    Impl& mint = *impl_;
    if (const auto known = mint.by_host.find(name.text); known != mint.by_host.end()) {
        const auto until = std::chrono::system_clock::from_time_t(known->second->second->facts.not_after);
        const auto from = std::chrono::system_clock::from_time_t(known->second->second->facts.not_before);
        if (until - now > kWorthShowing && from <= now) {
            mint.leaves.splice(mint.leaves.begin(), mint.leaves, known->second);
            return known->second->second;
        }
        mint.forget(known->second);
    }
    std::shared_ptr<const Leaf> leaf = mint.mint(name, now);
    if (mint.limit == 0) return leaf;
    if (mint.leaves.size() >= mint.limit) mint.forget(std::prev(mint.leaves.end()));
    mint.leaves.emplace_front(name.text, leaf);
    mint.by_host.emplace(name.text, mint.leaves.begin());
    return leaf;
}

std::string LeafMint::key_pin() const {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(impl_->key.get(), &der);
    require(length > 0, "write down a key");
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int hash_length = 0;
    const bool hashed = EVP_Digest(der, static_cast<std::size_t>(length), hash.data(), &hash_length,
                                   EVP_sha256(), nullptr) == 1;
    OPENSSL_free(der);
    require(hashed, "hash a key");
    return base64::encode({reinterpret_cast<const char*>(hash.data()), hash_length});
}

EVP_PKEY* LeafMint::key() const { return impl_->key.get(); }
std::size_t LeafMint::remembered() const { return impl_->leaves.size(); }

}  // namespace why401::certs
