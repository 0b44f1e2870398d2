#pragma once
// The whole probe: asks the server itself, step by step, and judges what it saw by the same rules as a record
// of somebody else's traffic. It blocks; each wait is bounded.

#include <map>
#include <memory>
#include <string>

#include "app/probe/asking.h"
#include "certs/authority.h"

namespace why401::probe {

struct Probed {
    Report report;
    std::unique_ptr<Explanation> explanation;  ///< of `record`
    std::vector<RecordItem> record;
};

/// `trip` has its place and where to connect; SIGINT and SIGTERM on its loop stop it. `authority` is a CA
/// that vouches for nobody (TLS wants one), `upstream_ca` a PEM file that is trusted too, or empty. Throws
/// certs::CertsError for that file.
Probed probe(Trip& trip, const std::string& url, const Wishes& wishes, const certs::Authority& authority,
             const std::filesystem::path& upstream_ca);

}  // namespace why401::probe
