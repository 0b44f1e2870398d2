#pragma once
// A CA in Debian's system store: a file of ours in /usr/local/share/ca-certificates, taken up by
// update-ca-certificates(8). Only root may; others are told the commands.

#include "certs/trust_stores.h"

namespace why401::certs {

bool has_debian_store(const TrustPlaces& places);
std::filesystem::path debian_folder(const TrustPlaces& places);
/// As in trust_stores.h.
bool debian_trusts(const TrustPlaces& places, const CaCertificate& ca);
TrustChange debian_trust(const TrustPlaces& places, const CaCertificate& ca);
TrustChange debian_untrust(const TrustPlaces& places, const CaCertificate& ca);

}  // namespace why401::certs
