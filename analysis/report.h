#pragma once
// Findings as text for a person at a terminal: the verdict first, then how sure, who, the proofs, and what to
// do. Everything that came from the traffic is made harmless first; it refuses colours and clocks.

#include <functional>
#include <span>
#include <string>

#include "analysis/finding.h"

namespace why401 {

/// Results of one diagnosis, in the order in which they should be told.
struct ReportInput {
    std::span<const Finding> findings;
    std::span<const ExchangeReading> exchanges;
    std::span<const ConversationReading> conversations;
    Summary summary;
    /// "GET http://web01/logo.png -> 401", for a heading. May be empty.
    std::function<std::string(ExchangeId)> describe;
};

/// The whole report: failures by severity, then postures, then healthy logins in one line, then the counts.
std::string report(const ReportInput& input);

/// One finding whole, as the report shows it.
std::string finding_text(const Finding& finding, std::string_view heading = {});
/// One finding in one line: "critical NTLM-POOL-003 exchange 5: ... (certain, this proxy)".
std::string finding_line(const Finding& finding);

}  // namespace why401
