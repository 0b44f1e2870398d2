#pragma once
// `why401 policy`, `fault`, `intercept` and `accept`: show or switch what the running proxy does, through its
// local API.

#include <ostream>
#include <string>
#include <vector>

#include "app/runtime_file.h"

namespace why401::cli {

/// `ui`: the address of the instance; empty: the only one there is. `name` empty: only show.
/// Returns 0; 2 for an unknown name, or when it is not clear which instance is meant; 4 when none can be
/// reached.
int policy_command(const std::string& ui, const std::string& name, bool json, std::ostream& out,
                   std::ostream& err);
/// `state`: "on" or "off"; both empty: only show.
int fault_command(const std::string& ui, const std::string& name, const std::string& state, bool json,
                  std::ostream& out, std::ostream& err);

/// `hosts` and `tunnel` as the options --intercept and --tunnel take them; empty: as they are. The hosts of
/// `tunnel` are added to those that are known; "none" forgets them all.
int intercept_command(const std::string& ui, const std::string& hosts, const std::string& tunnel, bool json,
                      std::ostream& out, std::ostream& err);
/// Lets the certificate with this SHA-256 pass for `host`, for the run of the instance.
int accept_command(const std::string& ui, const std::string& host, const std::string& sha256,
                   std::ostream& out, std::ostream& err);

/// The instance that is meant; empty (and a sentence in `complaint`) when none is, or several could be.
std::optional<Instance> choose_instance(const std::vector<Instance>& instances, const std::string& ui,
                                        std::string& complaint);

}  // namespace why401::cli
