#pragma once
// `why401 ca show` and `why401 ca export`: the local CA looked at and handed out. Its key never is.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "certs/trust_stores.h"

namespace why401::cli {

/// Where the CA is kept and where it may be trusted; tests have places of their own.
struct CaPlaces {
    std::filesystem::path folder;
    certs::TrustPlaces trust;
};
/// Of this process.
CaPlaces ca_places();

/// Exit codes of all `why401 ca` commands: 0; 1 when something was not done and is said; 2 usage; 3 a CA, or
/// a file, that cannot be used.
int ca_show_command(const CaPlaces& places, bool json, std::ostream& out, std::ostream& err);

struct CaExportOptions {
    std::string file;                     ///< empty: `out`
    std::string format = "pem";           ///< or "der"
    bool force = false;                   ///< overwrite `file`
    std::vector<std::string> only_hosts;  ///< name constraints of a CA that is made now
};
int ca_export_command(const CaPlaces& places, const CaExportOptions& options, std::ostream& out,
                      std::ostream& err);

/// The CA's certificate; the CA is made, and that said, when there is none. Throws certs::CertsError.
certs::CaCertificate present_ca(const CaPlaces& places, const std::vector<std::string>& only_hosts,
                                std::ostream& err);

}  // namespace why401::cli
