#include "analysis/report.h"

#include <algorithm>

#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kNoLimit = 4000;

std::string clean(std::string_view text) { return printable(text, kNoLimit); }

/// Breaks at spaces; every line after the first starts with `hang` spaces.
std::string wrapped(std::string_view text, std::size_t first, std::size_t hang) {
    std::string out;
    std::size_t column = first;
    while (!text.empty()) {
        const std::size_t space = text.find(' ');
        const std::string_view word = text.substr(0, space);
        text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
        if (!out.empty() && column + 1 + word.size() > kWidth) {
            out += "\n" + std::string(hang, ' ');
            column = hang;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

void line(std::string& out, std::string_view label, std::string_view text) {
    constexpr std::size_t kLabel = 15;
    std::string head = "  " + std::string(label);
    head.resize(std::max(head.size() + 1, kLabel + 2), ' ');
    out += head + wrapped(clean(text), head.size(), head.size()) + "\n";
}

void lines(std::string& out, std::string_view label, const std::vector<std::string>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) line(out, i == 0 ? label : "", items[i]);
}

std::string_view in_words(Confidence confidence) {
    switch (confidence) {
        case Confidence::Certain: return "certain: the recorded bytes prove it";
        case Confidence::Likely: return "likely: everything seen fits, but it is not proven";
        default: return "possible: it fits, and so may something else";
    }
}

std::string_view in_words(Culprit culprit) {
    switch (culprit) {
        case Culprit::ThisProxy: return "this proxy (why401 itself)";
        case Culprit::Intermediary: return "an intermediary on the way";
        case Culprit::Client: return "the client";
        case Culprit::Server: return "the server";
        case Culprit::Network: return "the network";
        default: return "unknown";
    }
}

std::string evidence_text(const Evidence& evidence) {
    return "#" + std::to_string(number(evidence.exchange)) + " " + evidence.at + ": " + evidence.says;
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

/// "12 healthy logins (NTLM 9, Negotiate 3), 21 of their 401s normal."
std::string healthy(const ReportInput& input) {
    std::vector<std::pair<std::string, std::uint64_t>> schemes;
    std::uint64_t logins = 0;
    for (const ConversationReading& conversation : input.conversations) {
        if (conversation.outcome != "authenticated") continue;
        if (!conversation.verdict.empty() && !conversation.verdict.starts_with("NORM-")) continue;
        ++logins;
        const auto at = std::find_if(schemes.begin(), schemes.end(),
                                     [&](const auto& entry) { return entry.first == conversation.scheme; });
        if (at == schemes.end())
            schemes.emplace_back(conversation.scheme, 1);
        else
            ++at->second;
    }
    if (logins == 0) return {};
    std::string out = plural(logins, "healthy login", "healthy logins") + " (";
    for (std::size_t i = 0; i < schemes.size(); ++i)
        out += (i > 0 ? ", " : "") + clean(schemes[i].first) + " " + std::to_string(schemes[i].second);
    out += ").";
    if (input.summary.normal_401 > 0)
        out += " The " + plural(input.summary.normal_401, "401 that belongs", "401s that belong") +
               " to logins " + (input.summary.normal_401 == 1 ? "is" : "are") + " normal.";
    return out;
}

std::string counts(const Summary& summary) {
    std::string out = plural(summary.exchanges, "exchange", "exchanges") + ", " +
                      plural(summary.conversations, "login attempt", "login attempts") + "; " +
                      plural(summary.status_401, "401", "401s");
    if (summary.status_401 == 0) return out + ".";
    return out + ": " + std::to_string(summary.normal_401) + " normal, " +
           std::to_string(summary.explained_401) + " explained, " + std::to_string(summary.unexplained_401) +
           " unexplained.";
}

}  // namespace

std::string finding_line(const Finding& finding) {
    return std::string(to_string(finding.severity)) + " " + std::string(finding.rule) + " exchange " +
           std::to_string(number(finding.exchange)) + ": " + clean(finding.because) + " (" +
           std::string(to_string(finding.confidence)) + ", " + std::string(to_string(finding.culprit)) + ")";
}

std::string finding_text(const Finding& finding, std::string_view heading) {
    std::string out = std::string(to_string(finding.severity)) + "  " + std::string(finding.rule) + "  " +
                      std::string(finding.title) + "\n";
    if (!heading.empty()) line(out, "at", heading);
    line(out, "why", finding.because);
    line(out, "guilty", in_words(finding.culprit));
    line(out, "how sure", in_words(finding.confidence));
    std::vector<std::string> evidence;
    for (const Evidence& item : finding.evidence) evidence.push_back(evidence_text(item));
    lines(out, "evidence", evidence);
    lines(out, "ruled out", finding.ruled_out);
    lines(out, "not visible", finding.not_visible);
    if (!finding.consequence.empty()) line(out, "consequence", finding.consequence);
    lines(out, "what to do", finding.fix);
    return out;
}

std::string report(const ReportInput& input) {
    std::vector<const Finding*> order;
    for (const Finding& finding : input.findings) order.push_back(&finding);
    std::stable_sort(order.begin(), order.end(), [](const Finding* a, const Finding* b) {
        if (a->kind != b->kind) return a->kind < b->kind;
        return a->severity > b->severity;
    });
    std::string out;
    for (const Finding* finding : order) {
        std::string heading = "exchange " + std::to_string(number(finding->exchange));
        if (input.describe) heading += ", " + input.describe(finding->exchange);
        out += finding_text(*finding, heading) + "\n";
    }
    const std::string calm = healthy(input);
    if (!calm.empty()) out += calm + "\n";
    if (order.empty()) out += "Nothing went wrong that can be seen here.\n";
    return out + counts(input.summary) + "\n";
}

}  // namespace why401
