#include "certs/ca_certificate.h"

#include <algorithm>
#include <system_error>

#include "certs/authority.h"
#include "certs/certificate_writing.h"
#include "certs/name_constraints.h"
#include "certs/owned.h"
#include "certs/private_folder.h"

namespace why401::certs {

namespace fs = std::filesystem;

namespace {

/// Nothing when there is no such file.
std::optional<CaCertificate> read(const fs::path& file) {
    const auto text = read_private_file(file, Secret::No);
    if (!text) return std::nullopt;
    const OwnedX509 certificate = certificate_from_pem(*text);
    if (!certificate) throw CertsError(file.string() + " holds no whole certificate in PEM.");
    CaCertificate ca;
    ca.file = file;
    ca.pem = pem_of(*certificate);
    ca.der = der_of(*certificate);
    ca.name = common_name_of(*certificate);
    ca.sha256 = sha256_of(*certificate);
    ca.expires = time_of(*X509_get0_notAfter(certificate.get()));
    ca.only_hosts = permitted_hosts(*certificate);
    return ca;
}

}  // namespace

std::optional<CaCertificate> current_ca(const fs::path& folder) { return read(folder / "ca.pem"); }

std::vector<CaCertificate> former_cas(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("ca-") && name.ends_with(".pem")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<CaCertificate> found;
    for (const fs::path& file : files) try {
            if (auto ca = read(file)) found.push_back(std::move(*ca));
        } catch (const CertsError&) {  // not one that this program set aside
        }
    return found;
}

}  // namespace why401::certs
