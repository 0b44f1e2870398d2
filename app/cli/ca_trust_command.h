#pragma once
// `why401 ca trust` and `why401 ca untrust`: the CA put where programs of this machine look for roots, and
// taken away. It says what it would do and does nothing that was not agreed to; where it can do nothing, it
// prints the steps.

#include <iosfwd>
#include <string>
#include <vector>

#include "app/cli/ca_command.h"

namespace why401::cli {

/// What --for takes: "debian", "firefox", "nss", "all-found" (the default), and the systems there are steps
/// for.
std::vector<std::string> trust_targets();

struct CaTrustOptions {
    std::string target = "all-found";
    bool yes = false;  ///< agreed to beforehand
};
/// `answers` is the terminal at which somebody can agree; null: nobody is there, and without `yes` nothing is
/// done (exit code 2).
int ca_trust_command(const CaPlaces& places, const CaTrustOptions& options, std::istream* answers,
                     std::ostream& out, std::ostream& err);
/// Takes away the CA and those before it that have expired.
int ca_untrust_command(const CaPlaces& places, const std::string& target, std::ostream& out,
                       std::ostream& err);

}  // namespace why401::cli
