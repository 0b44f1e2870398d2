#include "app/cli/run_log.h"

#include <algorithm>
#include <boost/json.hpp>

#include "app/cli/terminal.h"
#include "app/report_json.h"
#include "wire/printable.h"

namespace why401::cli {

namespace json = boost::json;

RunLog::RunLog(std::ostream& out, bool as_json)
    : out_(out), json_(as_json), colour_(!as_json && colour_on_stderr()) {}

void RunLog::say(const std::string& line) {
    if (json_) return write(json::serialize(json::object{{"event", "message"}, {"message", line}}));
    write(line);
}

void RunLog::trouble(const std::string& sentence) {
    if (json_)
        return write(json::serialize(json::object{{"event", "trouble"}, {"message", utf8_clean(sentence)}}));
    write("trouble  " + printable(sentence));
}

void RunLog::finding(const Finding& finding) {
    {
        const std::lock_guard lock(mutex_);
        Said& said = said_[finding.id];
        if (said.rule == finding.rule) return;
        said = {finding.rule, finding.exchange};
    }
    if (json_) {
        json::object line{{"event", "finding"}};
        for (const auto& member : finding_json(finding)) line[member.key()] = member.value();
        return write(json::serialize(line));
    }
    std::string severity(to_string(finding.severity));
    severity.resize(std::max<std::size_t>(severity.size(), 8), ' ');
    if (colour_)
        severity = (finding.severity >= Severity::Error ? "\033[31m" : "\033[33m") + severity + "\033[0m";
    write(severity + " #" + std::to_string(number(finding.exchange)) + "  " + std::string(finding.rule) +
          "  " + printable(finding.because) + " (" + std::string(to_string(finding.confidence)) + ")");
}

void RunLog::withdrawn(std::uint64_t id) {
    Said said;
    {
        const std::lock_guard lock(mutex_);
        const auto found = said_.find(id);
        if (found == said_.end()) return;
        said = found->second;
        said_.erase(found);
    }
    if (json_) return write(json::serialize(json::object{{"event", "withdrawn"}, {"id", id}}));
    write("withdrawn #" + std::to_string(number(said.exchange)) + " " + std::string(said.rule) +
          "  what came later explains it otherwise");
}

void RunLog::write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    out_ << line << std::endl;
}

}  // namespace why401::cli
