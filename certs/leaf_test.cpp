#include "certs/leaf.h"

#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <array>
#include <set>

#include "certs/certificate_writing.h"
#include "certs/name_constraints.h"
#include "certs/owned.h"
#include "tests/support/temporary_folder.h"
#include "wire/base64.h"

namespace why401::certs {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

struct Leaves : testing::Test {
    TemporaryFolder temporary;
    system_clock::time_point now = system_clock::from_time_t(1'750'000'000);

    Authority authority(const std::vector<std::string>& only_hosts = {}) const {
        AuthorityOptions options;
        options.now = now;
        options.only_hosts = only_hosts;
        return Authority::open_or_create(temporary.path / "ca", options);
    }

    /// What OpenSSL says of the leaf as a server's of that name: X509_V_OK, or why not.
    static int verdict(const Authority& ca, const Leaf& leaf, const std::string& host,
                       system_clock::time_point at) {
        const Owned<X509_STORE, X509_STORE_free> roots(X509_STORE_new());
        X509_STORE_add_cert(roots.get(), ca.certificate());
        const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
        X509_STORE_CTX_init(context.get(), roots.get(), leaf.certificate, nullptr);
        X509_VERIFY_PARAM* wish = X509_STORE_CTX_get0_param(context.get());
        X509_VERIFY_PARAM_set_purpose(wish, X509_PURPOSE_SSL_SERVER);
        X509_VERIFY_PARAM_set_flags(wish, X509_V_FLAG_X509_STRICT);
        X509_VERIFY_PARAM_set_time(wish, system_clock::to_time_t(at));
        if (X509_VERIFY_PARAM_set1_ip_asc(wish, host.c_str()) != 1)
            X509_VERIFY_PARAM_set1_host(wish, host.c_str(), 0);
        X509_verify_cert(context.get());
        return X509_STORE_CTX_get_error(context.get());
    }

    static bool is_critical(const X509* certificate, int nid) {
        const int at = X509_get_ext_by_NID(certificate, nid, -1);
        return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
    }
};

TEST_F(Leaves, AreTakenByAStrictVerifierForTheirHostAndNoOther) {
    const Authority ca = authority();
    LeafMint mint(ca);
    for (const char* host : {"web01.corp.example", "localhost", "xn--bcher-kva.example", "web_01.corp",
                             "192.0.2.7", "2001:db8::7"}) {
        const auto leaf = mint.for_host(host, now);
        EXPECT_EQ(verdict(ca, *leaf, host, now), X509_V_OK) << host;
        EXPECT_NE(verdict(ca, *leaf, "other.example", now), X509_V_OK) << host;
        EXPECT_NE(verdict(ca, *leaf, "192.0.2.8", now), X509_V_OK) << host;
        EXPECT_EQ(leaf->facts.names, std::vector<std::string>{host});
        EXPECT_EQ(X509_check_host(leaf->certificate, ("a." + std::string(host)).c_str(), 0, 0, nullptr), 0);
    }
}

TEST_F(Leaves, LiveSevenDaysFromAnHourAgo) {
    const Authority ca = authority();
    LeafMint mint(ca);
    const auto leaf = mint.for_host("a.test", now);
    const auto seconds = system_clock::to_time_t(now);
    EXPECT_EQ(leaf->facts.not_before, seconds - 3600);
    EXPECT_EQ(leaf->facts.not_after, seconds - 3600 + 7 * 24 * 3600);
    EXPECT_EQ(verdict(ca, *leaf, "a.test", now + hours(6 * 24)), X509_V_OK);
    EXPECT_EQ(verdict(ca, *leaf, "a.test", now + hours(7 * 24)), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(Leaves, ServeServersOnly) {
    const Authority ca = authority();
    LeafMint mint(ca);
    X509* leaf = mint.for_host("a.test", now)->certificate;
    EXPECT_EQ(X509_get_extended_key_usage(leaf), static_cast<unsigned>(XKU_SSL_SERVER));
    EXPECT_EQ(X509_get_key_usage(leaf), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
    EXPECT_EQ(X509_check_ca(leaf), 0);
    EXPECT_TRUE(is_critical(leaf, NID_basic_constraints));
}

TEST_F(Leaves, NameTheKeyOfTheCa) {
    const Authority ca = authority();
    LeafMint mint(ca);
    X509* leaf = mint.for_host("a.test", now)->certificate;
    const ASN1_OCTET_STRING* named = X509_get0_authority_key_id(leaf);
    ASSERT_NE(named, nullptr);
    EXPECT_EQ(ASN1_OCTET_STRING_cmp(named, X509_get0_subject_key_id(ca.certificate())), 0);
}

TEST_F(Leaves, HaveOneKeyPerRunThatIsNotTheCas) {
    const Authority ca = authority();
    LeafMint mint(ca), another_run(ca);
    EXPECT_NE(EVP_PKEY_eq(mint.key(), ca.key()), 1);
    EXPECT_NE(EVP_PKEY_eq(mint.key(), another_run.key()), 1);
    for (const char* host : {"a.test", "b.test"})
        EXPECT_EQ(X509_check_private_key(mint.for_host(host, now)->certificate, mint.key()), 1);
}

TEST_F(Leaves, HavePositiveRandomSerialsOf128Bits) {
    const Authority ca = authority();
    LeafMint mint(ca);
    std::set<std::string> serials;
    int longest = 0;
    for (int i = 0; i < 100; ++i) {
        const auto leaf = mint.for_host("host" + std::to_string(i) + ".test", now);
        const Owned<BIGNUM, BN_free> serial(
            ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf->certificate), nullptr));
        EXPECT_EQ(BN_is_negative(serial.get()), 0);
        longest = std::max(longest, BN_num_bits(serial.get()));
        char* digits = BN_bn2hex(serial.get());
        serials.insert(digits);
        OPENSSL_free(digits);
    }
    EXPECT_EQ(serials.size(), 100U);
    EXPECT_EQ(longest, 128);  // fails by chance once in 2^100
}

TEST_F(Leaves, OfLongNamesHaveNoSubjectButACriticalName) {
    const Authority ca = authority();
    LeafMint mint(ca);
    const std::string longest_cn = std::string(59, 'a') + ".test", longer = "b" + longest_cn;
    const auto with_cn = mint.for_host(longest_cn, now), without = mint.for_host(longer, now);
    EXPECT_EQ(with_cn->facts.subject, "CN=" + longest_cn);
    EXPECT_FALSE(is_critical(with_cn->certificate, NID_subject_alt_name));
    EXPECT_EQ(without->facts.subject, "");
    EXPECT_TRUE(is_critical(without->certificate, NID_subject_alt_name));
    EXPECT_EQ(verdict(ca, *without, longer, now), X509_V_OK);
}

TEST_F(Leaves, AreRefusedForWhatIsNoHost) {
    const Authority ca = authority();
    LeafMint mint(ca);
    using namespace std::string_literals;
    for (const std::string& host : {""s, "."s, "*.test"s, "*"s, "a..test"s, "-a.test"s, "a b.test"s,
                                    "a.test:443"s, "[::1]"s, "fe80::1%eth0"s,
                                    "b\xc3\xbc"s
                                    "cher.test"s,
                                    "a.test\0.evil.test"s, "127.0.0.1\0"s, "a,DNS:b.test"s,
                                    std::string(64, 'a'), "\n"s, std::string(300, 'a')})
        EXPECT_THROW(mint.for_host(host, now), CertsError) << host;
    EXPECT_EQ(mint.remembered(), 0U);
}

TEST_F(Leaves, OfOneHostAreOneHoweverItIsSpelt) {
    const Authority ca = authority();
    LeafMint mint(ca);
    const auto leaf = mint.for_host("web01.corp.example", now);
    EXPECT_EQ(mint.for_host("WEB01.Corp.Example", now), leaf);
    EXPECT_EQ(mint.for_host("web01.corp.example.", now), leaf);
    EXPECT_EQ(mint.for_host("2001:DB8:0::7", now), mint.for_host("2001:db8::7", now));
    EXPECT_EQ(mint.remembered(), 2U);
}

TEST_F(Leaves, AreMadeAnewBeforeTheyExpire) {
    const Authority ca = authority();
    LeafMint mint(ca);
    const auto first = mint.for_host("a.test", now);
    EXPECT_EQ(mint.for_host("a.test", now + hours(5 * 24)), first);
    const auto second = mint.for_host("a.test", now + hours(6 * 24));
    EXPECT_NE(second, first);
    EXPECT_EQ(mint.remembered(), 1U);
    EXPECT_NE(mint.for_host("a.test", now), second) << "the clock was set back: the second is not valid yet";
}

TEST_F(Leaves, AreForgottenWhenNotAskedForLongest) {
    const Authority ca = authority();
    LeafMint mint(ca, 2);
    const auto a = mint.for_host("a.test", now);
    const auto b = mint.for_host("b.test", now);
    EXPECT_EQ(mint.for_host("a.test", now), a);
    mint.for_host("c.test", now);
    EXPECT_EQ(mint.remembered(), 2U);
    EXPECT_EQ(mint.for_host("a.test", now), a);
    EXPECT_NE(mint.for_host("b.test", now), b);
    EXPECT_EQ(verdict(ca, *b, "b.test", now), X509_V_OK) << "whoever holds it has it still";
}

TEST_F(Leaves, OfOneRunShareAKeyWhosePinIsKnown) {
    const Authority ca = authority();
    const LeafMint another(ca);
    // RFC 7469 2.4: of the SubjectPublicKeyInfo as it stands in the certificate.
    LeafMint mint(ca);
    const auto leaf = mint.for_host("a.test", now);
    unsigned char* der = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf->certificate), &der);
    std::array<unsigned char, 32> hash{};
    EVP_Digest(der, static_cast<std::size_t>(length), hash.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    EXPECT_EQ(base64::decode_strict(mint.key_pin()),
              std::string(reinterpret_cast<const char*>(hash.data()), hash.size()));
    EXPECT_NE(mint.key_pin(), another.key_pin());
}

TEST_F(Leaves, OfAConstrainedCaAreTakenForItsHostsOnly) {
    const Authority ca = authority({"*.corp.example", "lab.test", "192.0.2.7"});
    EXPECT_EQ(permitted_hosts(*ca.certificate()),
              (std::vector<std::string>{"corp.example", "lab.test", "192.0.2.7"}));
    EXPECT_TRUE(is_critical(ca.certificate(), NID_name_constraints));
    LeafMint mint(ca);
    for (const char* host :
         {"web01.corp.example", "a.b.corp.example", "corp.example", "lab.test", "192.0.2.7"})
        EXPECT_EQ(verdict(ca, *mint.for_host(host, now), host, now), X509_V_OK) << host;
    for (const char* host : {"bank.example", "notcorp.example", "example", "192.0.2.8", "2001:db8::7"})
        EXPECT_EQ(verdict(ca, *mint.for_host(host, now), host, now), X509_V_ERR_PERMITTED_VIOLATION) << host;
}

TEST_F(Leaves, OfACaConstrainedToNamesAreNotTakenForAddresses) {
    const Authority ca = authority({"corp.example"});
    LeafMint mint(ca);
    for (const char* host : {"192.0.2.7", "2001:db8::7"})
        EXPECT_EQ(verdict(ca, *mint.for_host(host, now), host, now), X509_V_ERR_EXCLUDED_VIOLATION) << host;
}

TEST_F(Leaves, OfACaConstrainedToAddressesAreNotTakenForNames) {
    const Authority ca = authority({"2001:db8::7"});
    LeafMint mint(ca);
    EXPECT_EQ(verdict(ca, *mint.for_host("2001:db8::7", now), "2001:db8::7", now), X509_V_OK);
    EXPECT_EQ(verdict(ca, *mint.for_host("a.test", now), "a.test", now), X509_V_ERR_EXCLUDED_VIOLATION);
}

}  // namespace
}  // namespace why401::certs
