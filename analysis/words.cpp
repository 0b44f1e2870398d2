#include "analysis/words.h"

#include "wire/utf8.h"

namespace why401 {
namespace {

std::string hex(std::uint32_t value, int digits) {
    std::string out;
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += "0123456789ABCDEF"[(value >> static_cast<unsigned>(shift)) & 15U];
    return out;
}

/// Characters that reorder or hide the text around them (Unicode UAX #9 and general category Cf).
bool deceives(char32_t c) {
    return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

std::string name(const std::optional<ConnectionId>& id) {
    return id ? to_string(*id) : "an unknown connection";
}
std::string name(ExchangeId id) { return "exchange " + std::to_string(number(id)); }
std::string who(std::string_view user) { return user.empty() ? "an anonymous user" : std::string(user); }

std::string duration(std::int64_t microseconds) {
    const std::int64_t ms = microseconds / 1000;
    if (ms < 1000) return std::to_string(ms) + " ms";
    if (ms < 60'000) return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
    return std::to_string(ms / 60'000) + " min " + std::to_string(ms / 1000 % 60) + " s";
}

std::string list(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
        out += items[i];
    }
    return out;
}

std::string offered(const ChallengeFacts& challenges) {
    return challenges.any() ? list(challenges.schemes) : "nothing";
}

std::string under_policy(const ExchangeFacts& facts) {
    return facts.policy.empty() || facts.policy == "affinity" ? std::string()
                                                              : " (policy " + facts.policy + ")";
}

std::string answer(const Case& c) {
    if (c.now.status == 0) return "no answer came";
    if (c.now.answered_by_us) return "this proxy had to answer " + std::to_string(c.now.status) + " itself";
    const bool known = c.substatus && c.substatus->confidence >= Confidence::Likely;
    return "the server answered " + (known ? c.substatus->value : std::to_string(c.now.status));
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty()) {
        if (out.size() >= limit) return out + "...";
        const char first = text.front();
        if (static_cast<unsigned char>(first) < 0x20 || first == 0x7F) {
            out += "\\x" + hex(static_cast<unsigned char>(first), 2);
            text.remove_prefix(1);
            continue;
        }
        const std::string_view before = text;
        const char32_t c = utf8::next(text);
        const std::string_view bytes = before.substr(0, before.size() - text.size());
        if (!utf8::valid(bytes)) {
            for (const char byte : bytes) out += "\\x" + hex(static_cast<unsigned char>(byte), 2);
        } else if (deceives(c)) {
            out += "U+" + hex(static_cast<std::uint32_t>(c), c > 0xFFFF ? 5 : 4);
        } else {
            out += bytes;
        }
    }
    return out;
}

Evidence proof(ExchangeId exchange, const Place& place, std::string says) {
    Evidence evidence{exchange, place.at, std::nullopt, std::move(says)};
    if (place.length > 0) evidence.bytes = std::pair(place.offset, place.length);
    return evidence;
}

Evidence request_proof(const ExchangeFacts& facts, std::string says) {
    const CredentialFacts* credentials = facts.own_credentials();
    return proof(facts.id, credentials != nullptr ? credentials->place : facts.request_line, std::move(says));
}

Evidence answer_proof(const ExchangeFacts& facts, std::string says) {
    return proof(facts.id, facts.challenges().any() ? facts.challenges().place : facts.status_line,
                 std::move(says));
}

Evidence decision_proof(const ExchangeFacts& facts) {
    std::string says = "this proxy chose " + name(facts.upstream) + under_policy(facts);
    if (!facts.because.empty()) says += ": " + facts.because;
    return {facts.id, "decision", std::nullopt, std::move(says)};
}

}  // namespace why401
