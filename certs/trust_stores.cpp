#include "certs/trust_stores.h"

#include <system_error>

#include "certs/debian_store.h"
#include "certs/firefox_profiles.h"
#include "certs/nss_store.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

bool is_nss_database(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / "cert9.db", error);
}

/// NSS's shared database; Chromium and Chrome read it, those in a sandbox one of their own.
void add_nss(std::vector<TrustStore>& stores, const TrustPlaces& places) {
    const struct {
        const char* name;
        fs::path folder;
    } kCandidates[] = {
        {"NSS (Chromium, Chrome and others)", places.home / ".pki/nssdb"},
        {"NSS (newer Chromium and Chrome)", places.data_home / "pki/nssdb"},
        {"NSS of Chromium (snap)", places.home / "snap/chromium/current/.pki/nssdb"},
        {"NSS of Chromium (flatpak)", places.home / ".var/app/org.chromium.Chromium/.pki/nssdb"},
        {"NSS of Chromium (flatpak)", places.home / ".var/app/org.chromium.Chromium/data/pki/nssdb"},
        {"NSS of Chrome (flatpak)", places.home / ".var/app/com.google.Chrome/.pki/nssdb"},
        {"NSS of Chrome (flatpak)", places.home / ".var/app/com.google.Chrome/data/pki/nssdb"},
    };
    for (const auto& [name, folder] : kCandidates)
        if (is_nss_database(folder)) stores.push_back({TrustStore::Kind::Nss, name, folder});
}

// Since Firefox 143 profiles may be in XDG_CONFIG_HOME (bug 259356).
void add_firefox(std::vector<TrustStore>& stores, const TrustPlaces& places) {
    const struct {
        const char* remark;
        fs::path folder;
    } kCandidates[] = {
        {"", places.home / ".mozilla/firefox"},
        {"", places.config_home / "mozilla/firefox"},
        {" (snap)", places.home / "snap/firefox/common/.mozilla/firefox"},
        {" (snap)", places.home / "snap/firefox/common/.config/mozilla/firefox"},
        {" (flatpak)", places.home / ".var/app/org.mozilla.firefox/.mozilla/firefox"},
        {" (flatpak)", places.home / ".var/app/org.mozilla.firefox/.config/mozilla/firefox"},
        {" (flatpak)", places.home / ".var/app/org.mozilla.firefox/config/mozilla/firefox"},
    };
    for (const auto& [remark, folder] : kCandidates)
        for (const FirefoxProfile& profile : firefox_profiles(folder))
            if (is_nss_database(profile.folder))
                stores.push_back({TrustStore::Kind::Firefox,
                                  "Firefox profile \"" + profile.name + "\"" + remark, profile.folder});
}

}  // namespace

std::vector<TrustStore> find_trust_stores(const TrustPlaces& places) {
    std::vector<TrustStore> stores;
    if (has_debian_store(places))
        stores.push_back({TrustStore::Kind::Debian, "Debian's system store", debian_folder(places)});
    add_nss(stores, places);
    add_firefox(stores, places);
    return stores;
}

std::optional<bool> is_trusted(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca) {
    if (store.kind == TrustStore::Kind::Debian) return debian_trusts(places, ca);
    return nss_trusts(places.certutil, store.folder, ca);
}

TrustChange trust(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca) {
    if (store.kind == TrustStore::Kind::Debian) return debian_trust(places, ca);
    return nss_trust(places.certutil, store.folder, ca);
}

TrustChange untrust(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca) {
    if (store.kind == TrustStore::Kind::Debian) return debian_untrust(places, ca);
    return nss_untrust(places.certutil, store.folder, ca);
}

}  // namespace why401::certs
