#pragma once
// `why401 rules [ID]`: the catalogue, or one rule whole. The words are the rules' own (analysis/rule.h).

#include <iosfwd>
#include <string>

namespace why401::cli {

struct RulesOptions {
    std::string id;  ///< empty: all of them
    bool json = false;
    bool markdown = false;  ///< the text of docs/rules.md
};

/// Returns 0, or 2 when there is no rule of that id.
int rules_command(const RulesOptions& options, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
