#include "analysis/substatus.h"

#include "analysis/forbidden.h"

namespace why401 {
namespace {

bool is_known_stranger(const ExchangeFacts& facts) {
    switch (facts.page.kind) {
        case PageKind::Apache:
        case PageKind::Nginx:
        case PageKind::Tomcat:
        case PageKind::Squid:
        case PageKind::Sitecore: return true;
        default: break;
    }
    return facts.server == ServerKind::Apache || facts.server == ServerKind::Nginx;
}

/// What each situation on the wire is consistent with (IIS's order of modules: authentication before the
/// ACL).
std::optional<std::string> infer(const ExchangeFacts& facts, const Standing& standing) {
    switch (facts.step()) {
        case Step::None:
            if (standing.server && standing.server->served > 0 && !standing.server->per_request)
                return "401.3";
            if (!facts.challenges().any())
                return std::nullopt;  // nothing enabled, a filter, an application ...
            return "401.2";
        case Step::Negotiate:
        case Step::Authenticate:
        case Step::ApReq: return "401.1";
        case Step::Single:
            return facts.own_credentials()->view.basic() != nullptr ? std::optional("401.1") : std::nullopt;
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<Substatus> read_substatus(const ExchangeFacts& facts, const Standing& standing) {
    if (const auto forbidden = stated_forbidden(facts))
        return Substatus{forbidden->value(), forbidden->basis, Confidence::Certain};
    if (facts.status != 401 || facts.answered_by_us) return std::nullopt;
    if (facts.log && facts.log->substatus) {
        const bool trace = facts.log->source == LogLine::Source::Freb;
        return Substatus{"401." + std::to_string(*facts.log->substatus),
                         trace ? SubstatusBasis::Freb : SubstatusBasis::Log, Confidence::Certain};
    }
    const bool is_iis = facts.server == ServerKind::Iis || facts.server == ServerKind::HttpSys;
    if (facts.page.substatus.starts_with("401.") && (is_iis || facts.page.kind != PageKind::Other))
        return Substatus{facts.page.substatus, SubstatusBasis::Page, Confidence::Certain};
    if (is_known_stranger(facts) || !facts.request_seen || facts.credentials_withheld) return std::nullopt;

    const std::optional<std::string> value = infer(facts, standing);
    if (!value) return std::nullopt;
    // Without credentials, and for the CHALLENGE leg, IIS knows one substatus only; a refusal after
    // credentials may as well be the ACL's.
    const bool plain = (facts.step() == Step::None && *value == "401.2" && facts.challenges().any()) ||
                       (facts.step() == Step::Negotiate && facts.challenges().ntlm);
    return Substatus{*value, SubstatusBasis::Inferred,
                     is_iis && plain ? Confidence::Likely : Confidence::Possible};
}

}  // namespace why401
