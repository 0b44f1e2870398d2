#include "certs/channel_binding.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "certs/certificate_writing.h"
#include "certs/owned.h"
#include "wire/hex.h"

namespace why401::certs {
namespace {

using std::chrono::system_clock;

const OwnedKey& rsa_key() {
    static const OwnedKey kKey(EVP_RSA_gen(2048));
    return kKey;
}

/// A certificate that anybody could have sent, not yet signed.
OwnedX509 begun(EVP_PKEY* key) {
    OwnedX509 certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_set_pubkey(certificate.get(), key);
    set_random_serial(*certificate);
    set_validity(*certificate, system_clock::from_time_t(1'750'000'000), std::chrono::hours(24));
    return certificate;
}

OwnedX509 signed_with(EVP_PKEY* key, const EVP_MD* hash) {
    OwnedX509 certificate = begun(key);
    EXPECT_GT(X509_sign(certificate.get(), key, hash), 0);
    return certificate;
}

OwnedX509 signed_with_pss(const EVP_MD* hash, const EVP_MD* mask_hash) {
    OwnedX509 certificate = begun(rsa_key().get());
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* wish = nullptr;
    EXPECT_EQ(EVP_DigestSignInit(context.get(), &wish, hash, nullptr, rsa_key().get()), 1);
    EVP_PKEY_CTX_set_rsa_padding(wish, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_mgf1_md(wish, mask_hash);
    EXPECT_GT(X509_sign_ctx(certificate.get(), context.get()), 0);
    return certificate;
}

std::string hashed(const X509& certificate, const EVP_MD* hash) {
    const std::string der = der_of(certificate);
    std::string digest(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
    EVP_Digest(der.data(), der.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, hash,
               nullptr);
    return digest;
}

TEST(TlsServerEndPoint, IsTheCertificateHashedAsItsSignatureIs) {
    const OwnedKey ec = new_p256_key();
    for (const EVP_MD* hash : {EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512()})
        for (EVP_PKEY* key : {rsa_key().get(), ec.get()}) {
            const OwnedX509 certificate = signed_with(key, hash);
            EXPECT_EQ(tls_server_end_point(*certificate), hashed(*certificate, hash))
                << EVP_MD_get0_name(hash);
        }
}

TEST(TlsServerEndPoint, TakesSha256ForMd5AndSha1) {
    const OwnedKey ec = new_p256_key();
    for (const OwnedX509& certificate :
         {signed_with(rsa_key().get(), EVP_md5()), signed_with(rsa_key().get(), EVP_sha1()),
          signed_with(ec.get(), EVP_sha1()), signed_with_pss(EVP_sha1(), EVP_sha1())})
        EXPECT_EQ(tls_server_end_point(*certificate), hashed(*certificate, EVP_sha256()));
}

TEST(TlsServerEndPoint, OfRsassaPssIsByTheHashOfItsParameters) {
    for (const EVP_MD* hash : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        const OwnedX509 certificate = signed_with_pss(hash, hash);
        EXPECT_EQ(tls_server_end_point(*certificate), hashed(*certificate, hash)) << EVP_MD_get0_name(hash);
    }
    const OwnedX509 mixed = signed_with_pss(EVP_sha384(), EVP_sha256());  // not that of the mask generation
    EXPECT_EQ(tls_server_end_point(*mixed), hashed(*mixed, EVP_sha384()));
}

TEST(TlsServerEndPoint, IsNotDefinedForEdDsa) {
    for (const char* algorithm : {"ED25519", "ED448"}) {
        const OwnedKey key(EVP_PKEY_Q_keygen(nullptr, nullptr, algorithm));
        const OwnedX509 certificate = signed_with(key.get(), nullptr);
        EXPECT_EQ(tls_server_end_point(*certificate), "") << algorithm;
        EXPECT_EQ(facts_of(*certificate).end_point, "");
        EXPECT_EQ(facts_of(*certificate).ntlm_binding, "");
    }
}

TEST(TlsServerEndPoint, IsNotMadeUpForASignatureThatIsNotKnown) {
    const OwnedKey key = new_p256_key();
    const OwnedX509 certificate = begun(key.get());  // not signed at all
    EXPECT_EQ(tls_server_end_point(*certificate), "");
    EXPECT_EQ(ERR_peek_error(), 0U);
}

// The certificate's hash is of the example in Microsoft's "NTLM and Channel Binding Hash"; the binding is
// what the AUTHENTICATE message in Chromium's tests of NTLM holds for it.
TEST(NtlmChannelBinding, IsAsMicrosoftAndChromiumComputeIt) {
    const auto end_point = hex::decode("ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95");
    EXPECT_EQ(hex::encode(ntlm_channel_binding(*end_point)), "6586e99d81c2fc984e47172fd4dd0310");
}

TEST(NtlmChannelBinding, IsNoneWithoutAnEndPoint) { EXPECT_EQ(ntlm_channel_binding(""), ""); }

OwnedX509 named(const std::string& cn, int type, const std::vector<std::pair<int, std::string>>& names) {
    static const OwnedKey kKey = new_p256_key();
    OwnedX509 certificate = begun(kKey.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Ann, Bob"),
                               -1, -1, 0);
    X509_NAME_add_entry_by_txt(subject, "CN", type, reinterpret_cast<const unsigned char*>(cn.data()),
                               static_cast<int>(cn.size()), -1, 0);
    const GeneralNames list(sk_GENERAL_NAME_new_null());
    for (const auto& [kind, bytes] : names)
        sk_GENERAL_NAME_push(list.get(), general_name(kind, bytes).release());
    add_extension(*certificate, NID_subject_alt_name, list.get(), false);
    EXPECT_GT(X509_sign(certificate.get(), kKey.get(), EVP_sha256()), 0);
    return certificate;
}

TEST(CertificateFacts, TellWhatAPersonWouldLookFor) {
    const OwnedX509 certificate = named(
        "b\xc3\xbc"
        "cher.test",
        MBSTRING_UTF8,
        {{GEN_DNS, "a.test"}, {GEN_IPADD, std::string("\xc0\0\2\7", 4)}, {GEN_DNS, "*.b.test"}});
    const CertificateFacts facts = facts_of(*certificate);
    EXPECT_EQ(facts.subject,
              "CN=b\xc3\xbc"
              "cher.test,O=Ann\\, Bob");
    EXPECT_EQ(facts.issuer, "");
    EXPECT_EQ(facts.names, (std::vector<std::string>{"a.test", "192.0.2.7", "*.b.test"}));
    EXPECT_EQ(facts.names_left_out, 0U);
    EXPECT_EQ(facts.not_before, 1'750'000'000 - 3600);
    EXPECT_EQ(facts.not_after, 1'750'000'000 - 3600 + 24 * 3600);
    EXPECT_EQ(facts.sha256, hex::encode(hashed(*certificate, EVP_sha256())));
    EXPECT_EQ(facts.end_point, facts.sha256);
    EXPECT_EQ(facts.ntlm_binding, hex::encode(ntlm_channel_binding(tls_server_end_point(*certificate))));
}

TEST(CertificateFacts, ShowWhatHidesInNames) {
    using namespace std::string_literals;
    const CertificateFacts facts = facts_of(*named("a\x1b[2J\xe2\x80\xaeknab", MBSTRING_UTF8,
                                                   {{GEN_DNS, "good.test\0.evil.test"s},
                                                    {GEN_DNS,
                                                     "b\xfc"
                                                     "cher.test"},
                                                    {GEN_IPADD, "12345"}}));
    EXPECT_TRUE(facts.subject.starts_with("CN=a\\1B[2JU+202Eknab,")) << facts.subject;
    EXPECT_EQ(facts.names,
              (std::vector<std::string>{"good.test\\x00.evil.test", "b\\xFCcher.test", "12345"}));
}

TEST(CertificateFacts, HoldSixteenNamesAndCountTheOthers) {
    std::vector<std::pair<int, std::string>> names;
    for (int i = 0; i < 1000; ++i) names.emplace_back(GEN_DNS, "host" + std::to_string(i) + ".test");
    const CertificateFacts facts = facts_of(*named(std::string(64, 'x'), MBSTRING_ASC, names));
    EXPECT_EQ(facts.names.size(), 16U);
    EXPECT_EQ(facts.names.back(), "host15.test");
    EXPECT_EQ(facts.names_left_out, 984U);
}

TEST(CertificateFacts, AreTakenFromWhateverOpensslCanRead) {
    const OwnedX509 whole = named("a.test", MBSTRING_UTF8, {{GEN_DNS, "a.test"}, {GEN_IPADD, "1234"}});
    const std::string der = der_of(*whole);
    int readable = 0;
    for (std::size_t at = 0; at < der.size(); ++at)
        for (const char flip : {'\x01', '\x10', '\x80', '\xff'}) {
            std::string broken = der;
            broken[at] = static_cast<char>(broken[at] ^ flip);
            const auto* bytes = reinterpret_cast<const unsigned char*>(broken.data());
            const OwnedX509 certificate(d2i_X509(nullptr, &bytes, static_cast<long>(broken.size())));
            ERR_clear_error();
            if (!certificate) continue;
            ++readable;
            EXPECT_EQ(facts_of(*certificate).sha256.size(), 64U) << at;
            EXPECT_EQ(ERR_peek_error(), 0U) << "nobody else is blamed for byte " << at;
        }
    EXPECT_GT(readable, 100);
}

}  // namespace
}  // namespace why401::certs
