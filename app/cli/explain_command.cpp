#include "app/cli/explain_command.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include "app/cli/fail_on.h"
#include "app/cli/password_input.h"
#include "app/explain_files.h"
#include "app/explain_text.h"
#include "app/secret_check.h"

namespace why401::cli {
namespace {

constexpr int kFine = 0, kFindings = 1, kUsage = 2, kUnreadable = 3;

/// Holds the secrets while the files are explained.
std::function<void(Exchange&)> check_of(const ExplainOptions& options, std::ostream& err) {
    const auto check = std::make_shared<SecretCheck>();
    if (!options.check_user.empty())
        check->use_password(options.check_user, options.password_file.empty()
                                                    ? ask_password(options.check_user, err)
                                                    : read_password(options.password_file));
    try {
        if (!options.keytab.empty()) check->use_keytab(options.keytab);
    } catch (const std::runtime_error& error) {
        throw UnreadableInput(error.what());
    }
    if (!check->any()) return {};
    return [check](Exchange& exchange) { check->examine(exchange); };
}

int explain(const ExplainOptions& options, const FailOn& fail_on, std::ostream& out, std::ostream& err) {
    const ExplainedFiles files = explain_files(options.files, check_of(options, err));
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
        return explain(options, FailOn(options.fail_on), out, err);
    } catch (const std::invalid_argument& error) {
        err << "why401 explain: " << error.what() << "\n";
        return kUsage;
    } catch (const NoSecret& error) {
        err << "why401 explain: " << error.what() << "\n";
        return kUsage;
    } catch (const UnreadableInput& error) {
        err << "why401 explain: " << error.what() << "\n";
        return kUnreadable;
    }
}

}  // namespace why401::cli
