#include "app/cli/explain_command.h"

#include <algorithm>
#include <ostream>

#include "app/cli/fail_on.h"
#include "app/explain_files.h"
#include "app/explain_text.h"

namespace why401::cli {
namespace {

constexpr int kFine = 0, kFindings = 1, kUsage = 2, kUnreadable = 3;

int explain(const ExplainOptions& options, const FailOn& fail_on, std::ostream& out) {
    const ExplainedFiles files = explain_files(options.files);
    if (options.json) {
        out << explanation_json(*files.explanation, files.sources, options.version);
    } else {
        write_report(out, *files.explanation, files.sources);
    }
    const auto& findings = files.explanation->findings();
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& one) { return fail_on.holds(one.second); })
               ? kFindings
               : kFine;
}

}  // namespace

int explain_command(const ExplainOptions& options, std::ostream& out, std::ostream& err) {
    if (options.files.empty()) {
        err << "why401 explain: which file?\n";
        return kUsage;
    }
    try {
        return explain(options, FailOn(options.fail_on), out);
    } catch (const std::invalid_argument& error) {
        err << "why401 explain: " << error.what() << "\n";
        return kUsage;
    } catch (const UnreadableInput& error) {
        err << "why401 explain: " << error.what() << "\n";
        return kUnreadable;
    }
}

}  // namespace why401::cli
