#include "certs/trust_stores.h"

#include <gtest/gtest.h>

#include "certs/authority.h"
#include "certs/run_program.h"
#include "tests/support/temporary_folder.h"

namespace why401::certs {
namespace {

namespace fs = std::filesystem;
using Kind = TrustStore::Kind;

struct TrustStores : testing::Test {
    TemporaryFolder temporary;
    TrustPlaces places = at(temporary.path);

    static TrustPlaces at(const fs::path& folder) {
        TrustPlaces places;
        places.home = folder / "home of ann";
        places.data_home = places.home / ".local/share";
        places.config_home = places.home / ".config";
        places.root = folder / "root";
        places.update = (folder / "update").string();
        fs::create_directories(places.home);
        return places;
    }

    /// A CA of its own; two of one day have one name.
    CaCertificate ca(const std::string& name = "ca") const {
        Authority::open_or_create(temporary.path / name);
        return *current_ca(temporary.path / name);
    }

    /// A system with Debian's way of trusting; its command ends with `code`.
    void debian(int code = 0) {
        fs::create_directories(places.root / "usr/sbin");
        fs::create_directories(places.root / "usr/local/share/ca-certificates");
        fs::create_directories(places.root / "etc/ssl/certs");
        write_text(places.root / "usr/sbin/update-ca-certificates", "");
        write_text(places.update,
                   "#!/bin/sh\ncd '" + places.root.string() +
                       "'\necho \"$@\" >> calls\ncat /dev/null usr/local/share/ca-certificates/*.crt "
                       "> etc/ssl/certs/ca-certificates.crt 2> /dev/null\necho it went so\nexit " +
                       std::to_string(code) + "\n");
        fs::permissions(places.update, fs::perms(0755));
    }
    fs::path debian_file(const CaCertificate& certificate) const {
        return places.root / "usr/local/share/ca-certificates" /
               ("why401-" + certificate.short_hash() + ".crt");
    }

    static ProgramEnd certutil(const std::vector<std::string>& words, const fs::path& folder) {
        std::vector<std::string> all = {"certutil"};
        all.insert(all.end(), words.begin(), words.end());
        all.insert(all.end(), {"-d", "sql:" + folder.string()});
        return run_program(all);
    }
    static void make_database(const fs::path& folder) {
        fs::create_directories(folder);
        const ProgramEnd end = certutil({"-N", "--empty-password"}, folder);
        EXPECT_TRUE(end.well()) << end.output << " (package libnss3-tools)";
    }
    TrustStore nss() const {
        make_database(places.home / ".pki/nssdb");
        return find_trust_stores(places).back();
    }
};

TEST_F(TrustStores, AreNoneWhereNothingIs) {
    EXPECT_TRUE(find_trust_stores(places).empty());
    fs::create_directories(places.home / ".pki/nssdb");  // empty: no database
    write_text(places.home / ".mozilla", "a file");
    EXPECT_TRUE(find_trust_stores(places).empty());
}

TEST_F(TrustStores, OfAllKindsAreFoundInTheirPlaces) {
    debian();
    const fs::path chromium = places.home / ".pki/nssdb", newer = places.data_home / "pki/nssdb",
                   usual = places.home / ".mozilla/firefox",
                   snap = places.home / "snap/firefox/common/.mozilla/firefox",
                   flatpak = places.home / ".var/app/org.mozilla.firefox/.mozilla/firefox",
                   absolute = temporary.path / "elsewhere";
    for (const fs::path& folder : {chromium, newer, usual / "ab12.default", usual / "Profiles/work",
                                   snap / "s", flatpak / "f", absolute})
        make_database(folder);
    fs::create_directories(usual / "never-started");
    write_text(usual / "profiles.ini",
               "[Install4F96D1932A9F858E]\nDefault=ab12.default\nPath=ab12.default\n\n"
               "[Profile0]\r\nName=default\r\nIsRelative=1\r\nPath=ab12.default\r\n"
               "[Profile1]\nName=new\nIsRelative=1\nPath=never-started\n"
               "[Profile2]\nPath=Profiles/work\n"
               "[Profile3]\nName=far\nIsRelative=0\nPath=" +
                   absolute.string() +
                   "\n"
                   "[General]\nPath=x\n");
    write_text(snap / "profiles.ini", "[Profile0]\nName=s\nIsRelative=1\nPath=s\n");
    write_text(flatpak / "profiles.ini", "[Profile0]\nName=f\nIsRelative=1\nPath=f\n");

    std::vector<std::pair<std::string, fs::path>> found;
    for (const TrustStore& store : find_trust_stores(places)) found.emplace_back(store.name, store.folder);
    const std::vector<std::pair<std::string, fs::path>> expected = {
        {"Debian's system store", places.root / "usr/local/share/ca-certificates"},
        {"NSS (Chromium, Chrome and others)", chromium},
        {"NSS (newer Chromium and Chrome)", newer},
        {"Firefox profile \"default\"", usual / "ab12.default"},
        {"Firefox profile \"Profiles/work\"", usual / "Profiles/work"},
        {"Firefox profile \"far\"", absolute},
        {"Firefox profile \"s\" (snap)", snap / "s"},
        {"Firefox profile \"f\" (flatpak)", flatpak / "f"},
    };
    EXPECT_EQ(found, expected);
}

TEST_F(TrustStores, OfDebianTakeTheCertificateAndGiveItBack) {
    debian();
    const TrustStore store = find_trust_stores(places).front();
    const CaCertificate ours = ca(), other = ca("other");
    EXPECT_EQ(is_trusted(places, store, ours), false);

    const TrustChange put = trust(places, store, ours);
    EXPECT_TRUE(put.done && put.changed) << put.said;
    EXPECT_EQ(is_trusted(places, store, ours), true);
    EXPECT_EQ(text_of(debian_file(ours)), ours.pem);
    EXPECT_EQ(mode_of(debian_file(ours)), 0644U);
    EXPECT_TRUE(trust(places, store, other).done);

    const TrustChange again = trust(places, store, ours);
    EXPECT_TRUE(again.done && !again.changed) << again.said;

    const TrustChange away = untrust(places, store, ours);
    EXPECT_TRUE(away.done && away.changed) << away.said;
    EXPECT_FALSE(fs::exists(debian_file(ours)));
    EXPECT_EQ(is_trusted(places, store, ours), false);
    EXPECT_EQ(is_trusted(places, store, other), true) << "exactly ours is taken away";
    EXPECT_EQ(text_of(places.root / "calls"), "\n\n--fresh\n");
    EXPECT_FALSE(untrust(places, store, ours).changed);
}

TEST_F(TrustStores, OfDebianAreLeftAsTheyWereWhenTheCommandFails) {
    debian(1);
    const TrustStore store = find_trust_stores(places).front();
    const CaCertificate ours = ca();
    const TrustChange put = trust(places, store, ours);
    EXPECT_FALSE(put.done);
    EXPECT_NE(put.said.find("it went so"), std::string::npos) << put.said;
    EXPECT_FALSE(fs::exists(debian_file(ours)));
    EXPECT_EQ(is_trusted(places, store, ours), false);

    fs::remove(places.update);
    EXPECT_NE(trust(places, store, ours).said.find("package is ca-certificates"), std::string::npos);
}

TEST_F(TrustStores, OfDebianTellOthersThanRootWhatRootWouldRun) {
    debian();
    const TrustStore store = find_trust_stores(places).front();
    const CaCertificate ours = ca();
    // Root may write everywhere: a folder that is not there stands for one that may not be written.
    fs::remove(store.folder);
    const TrustChange put = trust(places, store, ours);
    EXPECT_FALSE(put.done);
    EXPECT_EQ(put.commands, (std::vector<std::string>{"sudo install -D -m 0644 " + ours.file.string() + " " +
                                                          debian_file(ours).string(),
                                                      "sudo update-ca-certificates"}));
    EXPECT_FALSE(fs::exists(places.root / "calls"));
}

TEST_F(TrustStores, OfDebianKeepWhatSomebodyElsePutThere) {
    debian();
    const TrustStore store = find_trust_stores(places).front();
    const CaCertificate ours = ca();
    write_text(store.folder / "by-hand.crt", ours.pem);
    ASSERT_TRUE(run_program({places.update}).well());
    EXPECT_EQ(is_trusted(places, store, ours), true);
    const TrustChange away = untrust(places, store, ours);
    EXPECT_FALSE(away.done);
    EXPECT_NE(away.said.find("not by a file of this program"), std::string::npos) << away.said;
    EXPECT_TRUE(fs::exists(store.folder / "by-hand.crt"));
}

TEST_F(TrustStores, OfNssTakeTheCertificateForServersOnlyAndGiveItBack) {
    const TrustStore store = nss();
    const CaCertificate ours = ca(), other = ca("other");
    ASSERT_EQ(ours.name, other.name) << "made on one day";
    EXPECT_EQ(is_trusted(places, store, ours), false);

    EXPECT_TRUE(trust(places, store, ours).changed);
    EXPECT_EQ(is_trusted(places, store, ours), true);
    EXPECT_EQ(is_trusted(places, store, other), false);
    EXPECT_NE(certutil({"-L"}, store.folder).output.find(" C,, "), std::string::npos);
    EXPECT_TRUE(trust(places, store, other).changed);
    EXPECT_FALSE(trust(places, store, ours).changed);

    EXPECT_TRUE(untrust(places, store, ours).changed);
    EXPECT_EQ(is_trusted(places, store, ours), false);
    EXPECT_EQ(is_trusted(places, store, other), true) << "exactly ours is taken away";
    const TrustChange again = untrust(places, store, ours);
    EXPECT_TRUE(again.done && !again.changed) << again.said;
}

TEST_F(TrustStores, OfNssKnowTheCertificateUnderAnotherNameToo) {
    const TrustStore store = nss();
    const CaCertificate ours = ca();
    ASSERT_TRUE(
        certutil({"-A", "-n", "by hand", "-t", "CT,C,C", "-a", "-i", ours.file.string()}, store.folder)
            .well());
    EXPECT_EQ(is_trusted(places, store, ours), true);
    EXPECT_EQ(is_trusted(places, store, ca("other")), false);
    EXPECT_TRUE(untrust(places, store, ours).changed);
    EXPECT_EQ(is_trusted(places, store, ours), false);
}

TEST_F(TrustStores, OfNssHoldTheCertificateWithoutTrustingItIfSomebodySaidSo) {
    const TrustStore store = nss();
    const CaCertificate ours = ca();
    const std::string nickname = ours.name + " (" + ours.short_hash() + ")";
    ASSERT_TRUE(
        certutil({"-A", "-n", nickname, "-t", ",,", "-a", "-i", ours.file.string()}, store.folder).well());
    EXPECT_EQ(is_trusted(places, store, ours), false);
    EXPECT_TRUE(trust(places, store, ours).changed);
    EXPECT_EQ(is_trusted(places, store, ours), true);
}

TEST_F(TrustStores, OfNssWithAPasswordAreLeftAsTheyWereAndTheCommandIsTold) {
    const fs::path folder = places.home / ".pki/nssdb";
    fs::create_directories(folder);
    write_text(temporary.path / "password", "secret\n");
    ASSERT_TRUE(certutil({"-N", "-f", (temporary.path / "password").string()}, folder).well());
    const TrustStore store = find_trust_stores(places).back();
    const CaCertificate ours = ca();
    const TrustChange put = trust(places, store, ours);
    EXPECT_FALSE(put.done);
    EXPECT_NE(put.said.find("password"), std::string::npos) << put.said;
    ASSERT_EQ(put.commands.size(), 1U);
    EXPECT_EQ(put.commands[0], "certutil -A -t C,, -a -i " + ours.file.string() + " -d 'sql:" +
                                   folder.string() + "' -n '" + ours.name + " (" + ours.short_hash() + ")'");
    EXPECT_EQ(certutil({"-L"}, folder).output.find("why401"), std::string::npos) << "nothing half done";
}

TEST_F(TrustStores, OfNssNameThePackageThatIsMissing) {
    const TrustStore store = nss();
    places.certutil = "certutil-that-is-not-there";
    const CaCertificate ours = ca();
    EXPECT_EQ(is_trusted(places, store, ours), std::nullopt);
    for (const TrustChange& change : {trust(places, store, ours), untrust(places, store, ours)}) {
        EXPECT_FALSE(change.done);
        EXPECT_NE(change.said.find("libnss3-tools"), std::string::npos) << change.said;
    }
}

TEST_F(TrustStores, AreNotAccusedOfABrokenDatabaseBySilence) {
    const TrustStore store = nss();
    write_text(store.folder / "cert9.db", "no database");
    const TrustChange put = trust(places, store, ca());
    EXPECT_FALSE(put.done);
    EXPECT_NE(put.said.find("certutil refused"), std::string::npos) << put.said;
}

struct CaCertificates : TrustStores {};

TEST_F(CaCertificates, CanBeLookedAtWithoutTheKey) {
    EXPECT_FALSE(current_ca(temporary.path / "ca").has_value());
    AuthorityOptions options;
    options.only_hosts = {"corp.example"};
    const Authority made = Authority::open_or_create(temporary.path / "ca", options);
    fs::remove(temporary.path / "ca" / "ca.key");
    const auto seen = current_ca(temporary.path / "ca");
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->name, made.name());
    EXPECT_EQ(seen->sha256, made.sha256());
    EXPECT_EQ(seen->pem, made.pem());
    EXPECT_EQ(seen->file, made.certificate_file());
    EXPECT_EQ(seen->expires, made.expires());
    EXPECT_EQ(seen->only_hosts, std::vector<std::string>{"corp.example"});
}

TEST_F(CaCertificates, ThatWereSetAsideAreRemembered) {
    AuthorityOptions options;
    options.now = std::chrono::system_clock::from_time_t(1'750'000'000);
    const std::string first = Authority::open_or_create(temporary.path / "ca", options).sha256();
    ca();
    write_text(temporary.path / "ca" / "ca-notes.pem", "no certificate");
    const auto former = former_cas(temporary.path / "ca");
    ASSERT_EQ(former.size(), 1U);
    EXPECT_EQ(former[0].sha256, first);
    EXPECT_TRUE(former_cas(temporary.path / "nowhere").empty());
}

}  // namespace
}  // namespace why401::certs
