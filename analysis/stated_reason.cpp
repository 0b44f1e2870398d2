#include "analysis/stated_reason.h"

#include "analysis/words.h"

namespace why401 {

std::optional<StatedReason> stated_reason(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm || c.recognised())
        return std::nullopt;
    const bool carried = now.step() != Step::None && now.step() != Step::Negotiate;
    if (!carried && !now.from_log_alone()) return std::nullopt;
    std::optional<StatedCode> stated = stated_code(now);
    if (!stated) return std::nullopt;
    const Win32Code* known = find_code(stated->code);
    if (known == nullptr) return std::nullopt;
    return StatedReason{std::move(*stated), known};
}

std::string login_name(const ExchangeFacts& facts) {
    if (!facts.user().empty()) return printable(facts.user(), 120);
    if (facts.log && !facts.log->user.empty()) return printable(facts.log->user, 120);
    if (!facts.page.logon_user.empty()) return printable(facts.page.logon_user, 120);
    return "the user";
}

Found found_by_code(const Case& c, const StatedReason& reason) {
    Found found;
    found.confidence = Confidence::Certain;
    found.because = login_name(c.now) + " was refused in " + name(c.now.id) +
                    ", and the server itself says why: " + code_text(reason.stated.code) + ", " +
                    std::string(reason.known->meaning) + ".";
    if (c.now.own_credentials() != nullptr)
        found.evidence.push_back(request_proof(c.now, "the login of " + login_name(c.now)));
    found.evidence.push_back(reason.stated.where);
    if (c.now.from_log_alone() && c.now.log->user.empty())
        found.not_visible.push_back("who it was: the log does not name a user whose login failed");
    return found;
}

}  // namespace why401
