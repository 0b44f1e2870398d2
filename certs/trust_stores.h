#pragma once
// Where on this machine a CA can be trusted, and the putting there and taking away. It looks, and does what
// it is told for one place at a time; who decides is a person. No place is touched that is not named.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "certs/ca_certificate.h"

namespace why401::certs {

/// What it is looked at from; tests have places of their own.
struct TrustPlaces {
    std::filesystem::path home;         ///< of the user
    std::filesystem::path data_home;    ///< XDG_DATA_HOME
    std::filesystem::path config_home;  ///< XDG_CONFIG_HOME
    std::filesystem::path root = "/";   ///< of the system
    std::string certutil = "certutil";  ///< NSS's, in Debian's libnss3-tools
    std::string update = "/usr/sbin/update-ca-certificates";
};

struct TrustStore {
    enum class Kind {
        Debian,   ///< the system's, by update-ca-certificates(8)
        Nss,      ///< of Chromium and what else uses NSS's shared database
        Firefox,  ///< one profile; an NSS database too
    };
    Kind kind = Kind::Debian;
    std::string name;              ///< "Firefox profile \"default-release\" (snap)"
    std::filesystem::path folder;  ///< where its files are
};

/// Those that are there, the system's first.
std::vector<TrustStore> find_trust_stores(const TrustPlaces& places);

/// Whether the servers that `ca` vouches for are believed there, by whomever it was put there; nothing when
/// that cannot be seen (certutil is missing).
std::optional<bool> is_trusted(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca);

struct TrustChange {
    bool done = false;                  ///< it is as wished now
    bool changed = false;               ///< and was not before
    std::string said;                   ///< a sentence: what was done, or why not
    std::vector<std::string> commands;  ///< where it was not done: what would do it
};
/// Throw CertsError when a program cannot be started for want of resources.
TrustChange trust(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca);
/// Takes away exactly this certificate.
TrustChange untrust(const TrustPlaces& places, const TrustStore& store, const CaCertificate& ca);

}  // namespace why401::certs
