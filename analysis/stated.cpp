#include "analysis/stated.h"

#include "analysis/log_trail.h"
#include "analysis/win32_codes.h"

namespace why401 {
std::optional<StatedCode> stated_code(const ExchangeFacts& facts) {
    if (facts.log && facts.log->win32.value_or(0) != 0) {
        const std::uint32_t code = *facts.log->win32;
        const bool trace = facts.log->source == LogLine::Source::Freb;
        return StatedCode{
            code, trace ? SubstatusBasis::Freb : SubstatusBasis::Log,
            log_proof(facts, std::to_string(code),
                      trace ? "the server's own trace" : "sc-win32-status in the server's own log")};
    }
    const auto code = parse_code(facts.page.code);
    if (!code || *code == 0) return std::nullopt;
    return StatedCode{*code, SubstatusBasis::Page,
                      Evidence{facts.id, "response.body", facts.page.bytes, "the server's own error code"}};
}

bool states_code(const ExchangeFacts& facts, std::uint32_t code) {
    const auto stated = stated_code(facts);
    return stated && (stated->code == code || plain_code(stated->code) == plain_code(code));
}

std::optional<Evidence> substatus_proof(const ExchangeFacts& facts,
                                        const std::optional<Substatus>& substatus) {
    if (!substatus || substatus->basis == SubstatusBasis::Inferred) return std::nullopt;
    const std::string& value = substatus->value;
    if (substatus->basis == SubstatusBasis::Page) {
        if (!facts.page.bytes) return std::nullopt;
        return Evidence{facts.id, "response.body", facts.page.bytes, "the page says " + value};
    }
    const std::string digits = value.substr(value.find('.') + 1);
    if (substatus->basis == SubstatusBasis::Freb)
        return log_proof(facts, "HttpSubStatus " + digits, "the server's trace says " + value);
    return log_proof(facts, std::to_string(facts.status) + " " + digits, "the server's log says " + value);
}

Evidence log_proof(const ExchangeFacts& facts, std::string_view word, std::string says) {
    Evidence evidence{facts.id, "log.line", std::nullopt, std::move(says)};
    if (!facts.log) return evidence;
    const std::string& line = facts.log->text;
    // Fields are parted by blanks: "5" is not to be found in the middle of a date.
    for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
        const bool begins = at == 0 || line[at - 1] == ' ';
        const bool ends = at + word.size() == line.size() || line[at + word.size()] == ' ';
        if (begins && ends) evidence.bytes = std::pair<std::uint64_t, std::uint64_t>(at, word.size());
    }
    if (!evidence.bytes) evidence.bytes = std::pair<std::uint64_t, std::uint64_t>(0, line.size());
    return evidence;
}

}  // namespace why401
