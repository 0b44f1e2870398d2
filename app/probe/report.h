#pragma once
// What a probe found: facts by section, the verdict above them, and how both are written down. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "app/explanation.h"

namespace why401::probe {

enum class Grade : unsigned char {
    Fine,
    Note,   ///< worth knowing
    Warn,   ///< works, and will not for everybody
    Wrong,  ///< does not work, or is not safe
};

/// In the order they are told in.
enum class Section : unsigned char {
    Reach,
    Schemes,
    Challenge,
    Machines,
    Between,
    Login,
    Persistence,
    Pooling,
    Binding,
};
std::string_view name_of(Section section);  ///< for scripts: "reach", "schemes" ...

struct Fact {
    Section section = Section::Reach;
    Grade grade = Grade::Fine;
    std::string what;  ///< a clause without a full stop; may hold text from the network
    std::vector<ExchangeId> from;
};

struct Report {
    std::string url;
    bool reached = false;  ///< a connection stood
    bool stopped = false;  ///< by whoever runs it, before everything was asked
    std::string verdict;   ///< one sentence
    bool wrong = false;
    std::vector<Fact> facts;
    unsigned refused_logins = 0;
    /// Failures among the exchanges that were to succeed, and what else the rules noticed.
    std::vector<Finding> findings;

    void say(Section section, Grade grade, std::string what, std::vector<ExchangeId> from = {});
    const Fact* gravest() const;  ///< the first of the highest grade; null: there is none above Note
};

/// The verdict first, then each section with its facts. `explanation` holds the exchanges that they came
/// from.
void write_text(std::ostream& out, const Report& report, const Explanation& explanation);
/// {"why401", "url", "verdict", "wrong", "reached", "stopped", "refused_logins", "sections": [{"name",
/// "facts":
/// [{"grade", "what", "exchanges"}]}], "findings", "exchanges"}
std::string as_json(const Report& report, const Explanation& explanation, const std::string& version);

}  // namespace why401::probe
