#include "analysis/advice.h"

#include <iterator>

#include "analysis/client_program.h"
#include "analysis/remedy.h"

namespace why401 {
namespace {

/// Only of a refusal that reached the client, and only where it has something to do about it.
std::string_view next_step(const Case& c, const Finding& finding) {
    if (finding.kind != FindingKind::Failure || !c.now.refused() || c.gave_up()) return {};
    const ClientProgram program = recognise_client(c.now.user_agent);
    if (c.now.own_credentials() != nullptr && c.now.step() != Step::Negotiate) return after_refusal(program);
    return c.standing.client ? after_lost_login(program) : std::string_view{};
}

}  // namespace

void add_advice(const Case& c, Finding& finding) {
    // What this case asks for comes first, except where somebody else's product is at fault.
    std::vector<std::string> lines = remedies(finding.rule, finding.culprit, c.now);
    const auto at = finding.culprit == Culprit::Intermediary ? finding.fix.begin() : finding.fix.end();
    finding.fix.insert(at, std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
    const std::string_view next = next_step(c, finding);
    if (next.empty()) return;
    if (!finding.consequence.empty()) finding.consequence += ' ';
    finding.consequence += next;
}

}  // namespace why401
