#include "app/probe/judge.h"

#include <algorithm>
#include <cctype>

namespace why401::probe {

namespace {

std::string sentence(std::string clause) {
    if (!clause.empty()) clause[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(clause[0])));
    if (!clause.empty() && clause.back() != '.') clause += '.';
    return clause;
}

/// What weighs most when several things are wrong: where a cause shows more directly comes first.
int weight(Section section) {
    switch (section) {
        case Section::Pooling: return 0;
        case Section::Machines: return 1;
        case Section::Challenge: return 2;
        case Section::Login: return 3;
        case Section::Persistence: return 4;
        case Section::Binding: return 5;
        default: return 6;
    }
}

const Fact* first_of(const Report& report, Grade grade) {
    const Fact* first = nullptr;
    for (const Fact& fact : report.facts)
        if (fact.grade == grade && (!first || weight(fact.section) < weight(first->section))) first = &fact;
    return first;
}

/// What the rules say of the exchanges that this fact is about, unless the probe has seen more than they
/// could: they know nothing of a connection that was left without a login on purpose.
const Finding* explains(const Report& report, const Fact& fact) {
    if (fact.section == Section::Pooling || fact.section == Section::Machines) return nullptr;
    for (const Finding& finding : report.findings)
        if (finding.kind == FindingKind::Failure && finding.rule != "UNKNOWN-401" &&
            std::find(fact.from.begin(), fact.from.end(), finding.exchange) != fact.from.end())
            return &finding;
    return nullptr;
}

/// A refused login is put on the password alone by nobody who cannot see behind the next hop.
std::string what_is_wrong(const Report& report, const Fact& wrong, const Fact* between) {
    const Finding* finding = explains(report, wrong);
    std::string text = finding ? finding->because : sentence(wrong.what);
    if (wrong.section != Section::Login) return text;
    if (between)
        return text + " But " + between->what +
               ": that may have taken the login apart, whatever the password. Ask the server past it.";
    if (finding && finding->rule == "NTLM-FAIL-001")
        text +=
            " From here, somebody between who opens a new server connection for each request would look the "
            "same.";
    return text;
}

std::string all_is_well(const Asking& asking) {
    if (asking.logged_in_as.empty()) {
        std::string offered;
        for (const std::string& scheme : asking.door.schemes)
            offered += (offered.empty() ? "" : ", ") + scheme;
        if (!asking.door.asks())
            return asking.report.url + " answers " + std::to_string(asking.door.status) +
                   " to somebody who does not log in; there was nothing to find fault with.";
        return asking.report.url + " asks for a login (" + offered +
               "), and nothing is wrong as far as it can be seen without one; --user or --negotiate looks "
               "further.";
    }
    const bool lives_in_connection = asking.logged_in_by == "NTLM" || asking.logged_in_by == "Kerberos";
    return "Nothing is wrong here: " + asking.logged_in_as + " is let in by " + asking.logged_in_by +
           (lives_in_connection ? ", and the login is lent to no other connection." : ".");
}

}  // namespace

void judge(Asking& asking, const Explanation& explanation) {
    Report& report = asking.report;
    for (const auto& [id, finding] : explanation.findings()) {
        const bool of_login =
            std::find(asking.login.begin(), asking.login.end(), finding.exchange) != asking.login.end();
        const bool meant = asking.must_succeed.count(number(finding.exchange)) != 0;
        if (meant || (of_login && finding.kind == FindingKind::Posture)) report.findings.push_back(finding);
    }
    // Those who stand between have been tested, not only seen.
    const bool tested = asking.logged_in_by == "NTLM" || asking.logged_in_by == "Kerberos";
    const Fact* between = nullptr;
    for (Fact& fact : report.facts) {
        if (fact.section != Section::Between || fact.grade != Grade::Warn) continue;
        if (tested) fact.grade = Grade::Note;
        between = &fact;
    }
    const Fact* wrong = first_of(report, Grade::Wrong);
    const Fact* doubtful = first_of(report, Grade::Warn);
    report.wrong = wrong != nullptr;
    if (wrong) {
        report.verdict = what_is_wrong(report, *wrong, between);
    } else if (doubtful) {
        report.verdict =
            sentence((asking.logged_in_as.empty() ? "Nothing is broken, but " : "The login works, but ") +
                     doubtful->what);
    } else {
        report.verdict = all_is_well(asking);
    }
    if (report.stopped) report.verdict = "Stopped before everything was asked. " + report.verdict;
}

}  // namespace why401::probe
