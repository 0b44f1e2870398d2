#include "certs/authority.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/wait.h>

#include <set>
#include <thread>

#include "certs/certificate_writing.h"
#include "certs/owned.h"
#include "tests/support/temporary_folder.h"

namespace why401::certs {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::system_clock;

struct LocalCa : testing::Test {
    TemporaryFolder temporary;
    fs::path folder = temporary.path / "data" / "ca";

    /// What is said where opening or making the CA is refused.
    std::string refusal() const {
        try {
            Authority::open_or_create(folder);
        } catch (const CertsError& error) {
            return error.what();
        }
        return "not refused";
    }
    std::string refusal_naming(const char* file) const {
        std::string said = refusal();
        EXPECT_NE(said.find((folder / file).string()), std::string::npos) << said;
        return said;
    }
};

TEST_F(LocalCa, IsMadeOnceAndFoundAgain) {
    EXPECT_FALSE(Authority::exists(folder));
    const Authority made = Authority::open_or_create(folder);
    const Authority found = Authority::open_or_create(folder);
    EXPECT_TRUE(made.was_created());
    EXPECT_FALSE(found.was_created());
    EXPECT_TRUE(Authority::exists(folder));
    EXPECT_EQ(made.sha256(), found.sha256());
    EXPECT_EQ(made.sha256(), Authority::open(folder).sha256());
    EXPECT_EQ(EVP_PKEY_eq(made.key(), found.key()), 1);
}

TEST_F(LocalCa, IsNotMadeByThoseWhoOnlyLook) {
    EXPECT_THROW(Authority::open(folder), CertsError);
    EXPECT_FALSE(fs::exists(folder));
}

TEST_F(LocalCa, IsForItsOwnerAloneWhateverTheUmask) {
    for (const mode_t umask : {0U, 0777U}) {
        const mode_t before = ::umask(umask);
        Authority::open_or_create(folder);
        ::umask(before);
        EXPECT_EQ(mode_of(folder.parent_path()), 0700U);
        EXPECT_EQ(mode_of(folder), 0700U);
        EXPECT_EQ(mode_of(folder / "ca.key"), 0600U);
        EXPECT_EQ(mode_of(folder / "ca.pem"), 0600U);
        fs::remove_all(folder.parent_path());
    }
}

TEST_F(LocalCa, LeavesNothingUnfinishedBesideIt) {
    Authority::open_or_create(folder);
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
    EXPECT_EQ(names, (std::set<std::string>{"ca.key", "ca.pem", "ca.lock"}));
}

TEST_F(LocalCa, HasAnotherKeyInEveryInstallation) {
    const Authority here = Authority::open_or_create(folder);
    const Authority there = Authority::open_or_create(temporary.path / "other");
    EXPECT_NE(EVP_PKEY_eq(here.key(), there.key()), 1);
    EXPECT_NE(here.sha256(), there.sha256());
}

TEST_F(LocalCa, SaysWhereAndWhenItWasMade) {
    AuthorityOptions options;
    options.now = system_clock::from_time_t(1'750'000'000);  // 2025-06-15
    const std::string name = Authority::open_or_create(folder, options).name();
    char host[256] = {};
    ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
    EXPECT_EQ(name, "why401 CA " + std::string(host).substr(0, 43) + " 2025-06-15");
}

TEST_F(LocalCa, MayVouchForLeavesAndDoNothingElse) {
    const Authority ca = Authority::open_or_create(folder);
    X509* certificate = ca.certificate();
    int critical = 0;
    const Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> basic(static_cast<BASIC_CONSTRAINTS*>(
        X509_get_ext_d2i(certificate, NID_basic_constraints, &critical, nullptr)));
    ASSERT_TRUE(basic);
    EXPECT_EQ(critical, 1);
    EXPECT_NE(basic->ca, 0);
    ASSERT_NE(basic->pathlen, nullptr);
    EXPECT_EQ(ASN1_INTEGER_get(basic->pathlen), 0);
    EXPECT_EQ(X509_get_key_usage(certificate), static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
    EXPECT_EQ(X509_EXTENSION_get_critical(
                  X509_get_ext(certificate, X509_get_ext_by_NID(certificate, NID_key_usage, -1))),
              1);
    EXPECT_EQ(X509_get_ext_by_NID(certificate, NID_name_constraints, -1), -1);
}

TEST_F(LocalCa, IsAP256CertificateWithItsKeysIdentifierAndARandomSerial) {
    const Authority ca = Authority::open_or_create(folder);
    char group[32] = {};
    ASSERT_EQ(EVP_PKEY_get_group_name(ca.key(), group, sizeof group, nullptr), 1);
    EXPECT_STREQ(group, "prime256v1");
    EXPECT_EQ(X509_verify(ca.certificate(), ca.key()), 1);
    EXPECT_EQ(X509_get_version(ca.certificate()), X509_VERSION_3);
    const ASN1_OCTET_STRING* ski = X509_get0_subject_key_id(ca.certificate());
    ASSERT_NE(ski, nullptr);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    ASSERT_EQ(X509_pubkey_digest(ca.certificate(), EVP_sha1(), hash, &length), 1);  // RFC 5280 4.2.1.2 (1)
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(ski)),
                          static_cast<std::size_t>(ASN1_STRING_length(ski))),
              std::string(reinterpret_cast<const char*>(hash), length));
    const ASN1_INTEGER* serial = X509_get0_serialNumber(ca.certificate());
    EXPECT_EQ(ASN1_STRING_type(serial), V_ASN1_INTEGER);  // V_ASN1_NEG_INTEGER otherwise
    EXPECT_GT(ASN1_STRING_length(serial), 8);
}

TEST_F(LocalCa, LivesForAYearAtMost) {
    AuthorityOptions options;
    options.now = system_clock::from_time_t(1'750'000'000);
    const Authority ca = Authority::open_or_create(folder, options);
    const auto from = time_of(*X509_get0_notBefore(ca.certificate()));
    EXPECT_EQ(from, options.now - hours(1));
    EXPECT_EQ(ca.expires() - from, hours(365 * 24));
}

TEST_F(LocalCa, ThatHasExpiredIsSetAsideAndReplaced) {
    AuthorityOptions options;
    options.now = system_clock::from_time_t(1'750'000'000);
    const std::string first = Authority::open_or_create(folder, options).sha256();
    options.now += hours(364 * 24);
    EXPECT_EQ(Authority::open_or_create(folder, options).sha256(), first);
    options.now += hours(24);
    const Authority second = Authority::open_or_create(folder, options);
    EXPECT_TRUE(second.was_created());
    EXPECT_NE(second.sha256(), first);
    const OwnedX509 old = certificate_from_pem(text_of(folder / "ca-2026-06-15.pem"));
    const OwnedKey old_key = key_from_pem(text_of(folder / "ca-2026-06-15.key"));
    ASSERT_TRUE(old && old_key);
    EXPECT_EQ(sha256_of(*old), first);
    EXPECT_EQ(X509_check_private_key(old.get(), old_key.get()), 1);
    EXPECT_EQ(mode_of(folder / "ca-2026-06-15.key"), 0600U);
}

TEST_F(LocalCa, IsOneForThreadsThatStartAtOnce) {
    std::vector<std::string> seen(16);
    std::vector<std::thread> threads;
    for (std::string& hash : seen)
        threads.emplace_back([&] { hash = Authority::open_or_create(folder).sha256(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1U);
}

TEST_F(LocalCa, IsOneForProcessesThatStartAtOnce) {
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            const Authority ca = Authority::open_or_create(folder);
            write_text(temporary.path / ("seen-" + std::to_string(i)),
                       ca.sha256() + (ca.was_created() ? " made" : ""));
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    const std::string hash = Authority::open(folder).sha256();
    int made = 0;
    for (int i = 0; i < 8; ++i) {
        const std::string seen = text_of(temporary.path / ("seen-" + std::to_string(i)));
        EXPECT_EQ(seen.substr(0, 64), hash);
        made += seen.ends_with(" made") ? 1 : 0;
    }
    EXPECT_EQ(made, 1);
}

TEST_F(LocalCa, OfAProcessThatDiedHalfwayIsMadeAnew) {
    AuthorityOptions options;
    options.now = system_clock::from_time_t(1'750'000'000);
    Authority::open_or_create(folder, options);
    const std::string key = text_of(folder / "ca.key");
    fs::remove(folder / "ca.pem");
    write_text(folder / "ca.pem.new", "-----BEGIN CERT");
    EXPECT_TRUE(Authority::open_or_create(folder, options).was_created());
    EXPECT_NE(text_of(folder / "ca.key"), key);
    EXPECT_EQ(text_of(folder / "ca-2025-06-15.key"), key) << "a key that may be needed is not thrown away";
    EXPECT_FALSE(fs::exists(folder / "ca.pem.new"));
}

TEST_F(LocalCa, IsRefusedWhenOthersCanUseItsKey) {
    Authority::open_or_create(folder);
    for (const unsigned mode : {0640U, 0604U, 0620U, 0644U}) {
        fs::permissions(folder / "ca.key", fs::perms(mode));
        const std::string said = refusal_naming("ca.key");
        EXPECT_NE(said.find("chmod 600 " + (folder / "ca.key").string()), std::string::npos) << said;
        EXPECT_THROW(Authority::open(folder), CertsError);
        EXPECT_EQ(mode_of(folder / "ca.key"), mode) << "nothing is mended in silence";
    }
    fs::permissions(folder / "ca.key", fs::perms(0600));
    EXPECT_EQ(refusal(), "not refused");
}

TEST_F(LocalCa, IsRefusedWhenOthersCanPutFilesBesideIt) {
    Authority::open_or_create(folder);
    fs::permissions(folder, fs::perms(0720));
    const std::string said = refusal();
    EXPECT_NE(said.find("chmod 700 " + folder.string()), std::string::npos) << said;
}

TEST_F(LocalCa, IsNotReachedThroughSymbolicLinks) {
    Authority::open_or_create(temporary.path / "real");
    fs::create_directories(folder.parent_path());
    fs::create_directory_symlink(temporary.path / "real", folder);
    EXPECT_NE(refusal().find(folder.string() + " is a symbolic link"), std::string::npos) << refusal();
    fs::remove(folder);

    Authority::open_or_create(folder);
    for (const char* file : {"ca.key", "ca.pem"}) {
        fs::rename(folder / file, temporary.path / file);
        fs::create_symlink(temporary.path / file, folder / file);
        EXPECT_NE(refusal_naming(file).find("symbolic link"), std::string::npos);
        fs::remove(folder / file);
        fs::rename(temporary.path / file, folder / file);
    }
    EXPECT_EQ(refusal(), "not refused");
}

TEST_F(LocalCa, IsNotWrittenThroughADanglingLink) {
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms(0700));
    fs::create_symlink(temporary.path / "elsewhere", folder / "ca.key");
    refusal_naming("ca.key");
    EXPECT_FALSE(fs::exists(temporary.path / "elsewhere"));
}

TEST_F(LocalCa, WhoseFilesAreNotWholeIsRefusedByTheirNameAndLeftAsItIs) {
    Authority::open_or_create(folder);
    for (const char* file : {"ca.key", "ca.pem"}) {
        const std::string whole = text_of(folder / file);
        for (const std::string& broken : {whole.substr(0, whole.size() / 2), std::string(),
                                          std::string("nonsense\n"), std::string(9, '\0')}) {
            write_text(folder / file, broken);
            refusal_naming(file);
            EXPECT_EQ(text_of(folder / file), broken);
        }
        write_text(folder / file, whole);
    }
    EXPECT_EQ(refusal(), "not refused");
}

TEST_F(LocalCa, IsRefusedWithTheKeyOfAnother) {
    Authority::open_or_create(folder);
    Authority::open_or_create(temporary.path / "other");
    fs::copy_file(temporary.path / "other" / "ca.key", folder / "ca.key",
                  fs::copy_options::overwrite_existing);
    EXPECT_NE(refusal_naming("ca.key").find("not the key"), std::string::npos);
}

TEST_F(LocalCa, IsRefusedWithoutItsKey) {
    Authority::open_or_create(folder);
    fs::remove(folder / "ca.key");
    EXPECT_NE(refusal_naming("ca.key").find("missing"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "ca.key"));
}

TEST_F(LocalCa, AsksNobodyForThePasswordOfAKey) {
    const Authority ca = Authority::open_or_create(folder);
    const OwnedBio bio(BIO_new_file((folder / "ca.key").c_str(), "w"));
    unsigned char password[] = "secret";
    ASSERT_EQ(PEM_write_bio_PrivateKey(bio.get(), ca.key(), EVP_aes_128_cbc(), password, 6, nullptr, nullptr),
              1);
    ASSERT_EQ(BIO_flush(bio.get()), 1);
    EXPECT_NE(refusal_naming("ca.key").find("without a password"), std::string::npos);
}

TEST_F(LocalCa, IsRefusedWithACertificateThatVouchesForNobody) {
    const Authority ca = Authority::open_or_create(folder);
    const OwnedX509 certificate(X509_dup(ca.certificate()));
    X509_EXTENSION_free(X509_delete_ext(certificate.get(),
                                        X509_get_ext_by_NID(certificate.get(), NID_basic_constraints, -1)));
    X509_EXTENSION_free(
        X509_delete_ext(certificate.get(), X509_get_ext_by_NID(certificate.get(), NID_key_usage, -1)));
    add_extension(*certificate, NID_basic_constraints, "critical,CA:FALSE");
    ASSERT_GT(X509_sign(certificate.get(), ca.key(), EVP_sha256()), 0);
    write_text(folder / "ca.pem", pem_of(*certificate));
    EXPECT_NE(refusal_naming("ca.pem").find("none of a CA"), std::string::npos);
}

TEST_F(LocalCa, KeepsItsKeyOutOfWhatItGives) {
    const Authority ca = Authority::open_or_create(folder);
    EXPECT_EQ(ca.pem().find("PRIVATE"), std::string::npos);
    EXPECT_EQ(text_of(ca.certificate_file()), ca.pem());
    EXPECT_TRUE(ca.pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

TEST_F(LocalCa, IsNotMadeWithConstraintsThatNameNoHost) {
    for (const char* host : {"", "*", "*.", "a b", "http://a.test", "*.*.test"}) {
        AuthorityOptions options;
        options.only_hosts = {host};
        EXPECT_THROW(Authority::open_or_create(folder, options), CertsError) << host;
        EXPECT_FALSE(fs::exists(folder / "ca.key")) << host;
    }
}

}  // namespace
}  // namespace why401::certs
