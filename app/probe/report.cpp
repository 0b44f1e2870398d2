#include "app/probe/report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <ostream>

#include "app/explain_text.h"
#include "app/json_text.h"
#include "app/report_json.h"
#include "wire/printable.h"

namespace why401::probe {

namespace {

namespace json = boost::json;

struct Named {
    std::string_view name, title;
};

Named named(Section section) {
    switch (section) {
        case Section::Reach: return {"reach", "The way there"};
        case Section::Schemes: return {"schemes", "What it asks for"};
        case Section::Challenge: return {"challenge", "What its CHALLENGE tells"};
        case Section::Machines: return {"machines", "Machines behind the name"};
        case Section::Between: return {"between", "Marks of somebody between"};
        case Section::Login: return {"login", "The login"};
        case Section::Persistence: return {"persistence", "Does the login last"};
        case Section::Pooling: return {"pooling", "Is it lent to others"};
        case Section::Binding: return {"binding", "Channel binding"};
    }
    return {"", ""};
}

std::string_view word(Grade grade) {
    switch (grade) {
        case Grade::Fine: return "ok";
        case Grade::Note: return "note";
        case Grade::Warn: return "warn";
        case Grade::Wrong: return "wrong";
    }
    return "";
}

std::string sources(const std::vector<ExchangeId>& from) {
    if (from.empty()) return "";
    std::string text = from.size() == 1 ? "  [exchange " : "  [exchanges ";
    for (std::size_t i = 0; i < from.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(number(from[i]));
    return text + "]";
}

/// Each section once, in the order of the enumeration.
template <class Visit>
void by_section(const Report& report, Visit visit) {
    for (int at = 0; at <= static_cast<int>(Section::Binding); ++at) {
        const auto section = static_cast<Section>(at);
        std::vector<const Fact*> facts;
        for (const Fact& fact : report.facts)
            if (fact.section == section) facts.push_back(&fact);
        if (!facts.empty()) visit(section, facts);
    }
}

}  // namespace

std::string_view name_of(Section section) { return named(section).name; }

void Report::say(Section section, Grade grade, std::string what, std::vector<ExchangeId> from) {
    facts.push_back({section, grade, std::move(what), std::move(from)});
}

const Fact* Report::gravest() const {
    const auto worst = std::max_element(facts.begin(), facts.end(),
                                        [](const Fact& a, const Fact& b) { return a.grade < b.grade; });
    return worst == facts.end() || worst->grade < Grade::Warn ? nullptr : &*worst;
}

void write_text(std::ostream& out, const Report& report, const Explanation& explanation) {
    out << printable(report.verdict, 1000) << "\n";
    by_section(report, [&](Section section, const std::vector<const Fact*>& facts) {
        out << "\n" << named(section).title << "\n";
        for (const Fact* fact : facts) {
            std::string mark(word(fact->grade));
            mark.resize(6, ' ');
            out << "  " << mark << printable(fact->what, 2000) << sources(fact->from) << "\n";
        }
    });
    if (report.refused_logins > 0)
        out << "\n"
            << report.refused_logins
            << (report.refused_logins == 1 ? " login was refused" : " logins were refused")
            << "; three are the most that are ever sent.\n";
    for (const Finding& finding : report.findings) {
        out << "\n" << finding.rule << "  " << finding.title << "\n  " << finding.because << "\n";
        for (std::size_t i = 0; i < finding.fix.size(); ++i)
            out << "    " << i + 1 << ". " << finding.fix[i] << "\n";
    }
    if (explanation.exchanges().empty()) return;
    out << "\nWhat was asked and answered\n";
    for (const auto& [id, exchange] : explanation.exchanges()) {
        out << "  " << line_of(exchange);
        if (exchange.reading.leg != "none") out << ", " << exchange.reading.leg;
        out << "\n";
    }
}

std::string as_json(const Report& report, const Explanation& explanation, const std::string& version) {
    json::array sections, findings, exchanges;
    by_section(report, [&](Section section, const std::vector<const Fact*>& facts) {
        json::array all;
        for (const Fact* fact : facts) {
            json::array from;
            for (const ExchangeId id : fact->from) from.push_back(number(id));
            all.push_back({{"grade", json_out::text(word(fact->grade))},
                           {"what", json_out::text(fact->what)},
                           {"exchanges", std::move(from)}});
        }
        sections.push_back({{"name", json_out::text(name_of(section))}, {"facts", std::move(all)}});
    });
    for (const Finding& finding : report.findings) findings.push_back(finding_json(finding));
    for (const auto& [id, exchange] : explanation.exchanges())
        exchanges.push_back(exchange_json(exchange.row, exchange.reading));
    return json::serialize(json::object{{"why401", json_out::text(version)},
                                        {"url", json_out::text(report.url)},
                                        {"verdict", json_out::text(report.verdict)},
                                        {"wrong", report.wrong},
                                        {"reached", report.reached},
                                        {"stopped", report.stopped},
                                        {"refused_logins", report.refused_logins},
                                        {"sections", std::move(sections)},
                                        {"findings", std::move(findings)},
                                        {"exchanges", std::move(exchanges)}}) +
           "\n";
}

}  // namespace why401::probe
