#include "app/cli/check_command.h"

#include <boost/json/serialize.hpp>
#include <map>
#include <ostream>

#include "analysis/rule.h"
#include "analysis/words.h"
#include "app/cli/fail_on.h"
#include "app/explain_files.h"
#include "app/explain_text.h"

namespace why401::cli {
namespace {

namespace json = boost::json;

constexpr int kFine = 0, kFindings = 1, kUsage = 2, kUnreadable = 3;

json::string text(std::string_view bytes) {
    const std::string clean = utf8_clean(bytes);
    return json::string(clean.data(), clean.size());
}

std::string_view sarif_level(Severity severity) {
    if (severity >= Severity::Error) return "error";
    return severity == Severity::Warning ? "warning" : "note";
}

/// SARIF wants a URI; a relative path with what a URI reserves escaped is one (RFC 3986 4.2).
std::string uri_of(std::string_view path) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string uri = path.substr(0, 1) == "/" ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= 'a' && byte <= 'z') ||
                           std::string_view("/-._~").find(c) != std::string_view::npos;
        if (plain) {
            uri += c;
        } else {
            uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return uri;
}

json::object sarif_rule(std::string_view id) {
    json::object object{{"id", text(id)}};
    const RuleText* rule = find_rule(id);
    if (!rule) return object;
    object["shortDescription"] = json::object{{"text", text(rule->title)}};
    object["fullDescription"] = json::object{{"text", text(rule->explanation)}};
    object["defaultConfiguration"] = json::object{{"level", text(sarif_level(rule->severity))}};
    std::string help;
    for (const std::string_view line : rule->fix) help.append(line).append("\n");
    if (!help.empty()) object["help"] = json::object{{"text", text(help)}};
    return object;
}

json::object sarif_location(const std::string& file, std::uint64_t exchange, std::string_view at) {
    const std::string name =
        "exchange " + std::to_string(exchange) + (at.empty() ? "" : " " + std::string(at));
    return {
        {"physicalLocation", json::object{{"artifactLocation", json::object{{"uri", text(uri_of(file))}}}}},
        {"logicalLocations",
         json::array{json::object{{"fullyQualifiedName", text(name)}, {"kind", "element"}}}}};
}

const std::string& file_of(const Finding& finding, const ExplainedFiles& files) {
    const auto found = files.explanation->exchanges().find(number(finding.exchange));
    const std::string source = found == files.explanation->exchanges().end() ? "" : found->second.row.source;
    return files.sources[source.empty() ? 0 : static_cast<std::size_t>(source[0] - 'A')].path;
}

json::object sarif_result(const Finding& finding, const ExplainedFiles& files, std::size_t rule_index) {
    const std::string& file = file_of(finding, files);
    json::array related;
    for (const Evidence& evidence : finding.evidence) {
        json::object location = sarif_location(file, number(evidence.exchange), evidence.at);
        location["message"] = json::object{{"text", text(evidence.says)}};
        related.emplace_back(std::move(location));
    }
    json::object result{{"ruleId", text(finding.rule)},
                        {"ruleIndex", rule_index},
                        {"level", text(sarif_level(finding.severity))},
                        {"message", json::object{{"text", text(finding.because)}}},
                        {"locations", json::array{sarif_location(file, number(finding.exchange), "")}}};
    if (!related.empty()) result["relatedLocations"] = std::move(related);
    result["properties"] = json::object{{"confidence", text(to_string(finding.confidence))},
                                        {"culprit", text(to_string(finding.culprit))},
                                        {"kind", text(to_string(finding.kind))}};
    return result;
}

std::string sarif(const std::vector<const Finding*>& failing, const ExplainedFiles& files,
                  const std::string& version) {
    std::map<std::string_view, std::size_t> index;
    json::array rules, results;
    for (const Finding* finding : failing) {
        const auto [place, is_new] = index.try_emplace(finding->rule, rules.size());
        if (is_new) rules.emplace_back(sarif_rule(finding->rule));
        results.emplace_back(sarif_result(*finding, files, place->second));
    }
    json::object driver{{"name", "why401"}, {"version", text(version)}, {"rules", std::move(rules)}};
    json::object run{{"tool", json::object{{"driver", std::move(driver)}}}, {"results", std::move(results)}};
    return json::serialize(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                        {"version", "2.1.0"},
                                        {"runs", json::array{std::move(run)}}}) +
           "\n";
}

void write_lines(std::ostream& out, const std::vector<const Finding*>& failing, const ExplainedFiles& files) {
    for (const Finding* finding : failing)
        out << printable(file_of(*finding, files)) << ": exchange " << number(finding->exchange) << ": "
            << to_string(finding->severity) << " " << finding->rule << " (" << to_string(finding->confidence)
            << "): " << finding->because << "\n";
}

int check(const CheckOptions& options, const FailOn& fail_on, std::ostream& out) {
    const ExplainedFiles files = explain_files(options.files);
    std::vector<const Finding*> failing;
    for (const auto& [id, finding] : files.explanation->findings())
        if (fail_on.holds(finding)) failing.push_back(&finding);
    if (options.sarif) {
        out << sarif(failing, files, options.version);
    } else if (options.json) {
        out << explanation_json(*files.explanation, files.sources, options.version);
    } else {
        write_lines(out, failing, files);
    }
    return failing.empty() ? kFine : kFindings;
}

}  // namespace

int check_command(const CheckOptions& options, std::ostream& out, std::ostream& err) {
    if (options.files.empty() || (options.json && options.sarif)) {
        err << "why401 check: "
            << (options.files.empty() ? "which capture?" : "either --json or --sarif, not both") << "\n";
        return kUsage;
    }
    try {
        return check(options, FailOn(options.fail_on), out);
    } catch (const std::invalid_argument& error) {
        err << "why401 check: " << error.what() << "\n";
        return kUsage;
    } catch (const UnreadableInput& error) {
        err << "why401 check: " << error.what() << "\n";
        return kUnreadable;
    }
}

}  // namespace why401::cli
