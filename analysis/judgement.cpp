#include "analysis/judgement.h"

#include "analysis/proven.h"
#include "analysis/withheld.h"

namespace why401 {
namespace {

/// The first rule that a check with a secret proves for certain.
Judgement ask_the_check(const Case& c) {
    if (!c.now.proof || gives_a_hint(c.now)) return {};
    for (const Rule* rule : rules_in_order())
        if (auto found = proven(c, rule->text.id); found && found->confidence == Confidence::Certain)
            return {rule, std::move(found), false};
    return {};
}

}  // namespace

Judgement ask(const Case& c) {
    std::vector<std::string> missing;
    for (const Rule* rule : rules_in_order()) {
        if (rule->text.kind == FindingKind::Posture) continue;
        if (c.now.credentials_withheld && c.now.refused() && !needs_no_credentials(rule->text.id)) continue;
        if (auto found = proven(c, rule->text.id)) return {rule, std::move(found), false};
        Verdict verdict = rule->check(c);
        if (std::holds_alternative<Waiting>(verdict)) return {rule, std::nullopt, true};
        if (auto* cannot = std::get_if<CannotTell>(&verdict))
            missing.push_back(std::string(rule->text.id) + " could not be decided without " +
                              cannot->missing);
        if (auto* found = std::get_if<Found>(&verdict)) {
            // What the server said itself stands against a check with a secret that it may not know.
            if (found->confidence < Confidence::Certain && disproved(c, rule->text.id)) continue;
            // What a rule infers gives way to what the check proves for another, wherever that one stands.
            if (found->confidence < Confidence::Certain && !rule->normal())
                if (Judgement proof = ask_the_check(c); proof.found) return proof;
            // What nobody could decide is worth telling only when nobody decided.
            if (rule->text.id == "UNKNOWN-401")
                found->not_visible.insert(found->not_visible.end(), missing.begin(), missing.end());
            return {rule, std::move(*found), false};
        }
    }
    return {};
}

}  // namespace why401
