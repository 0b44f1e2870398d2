#include "analysis/scheme_facts.h"

#include "tokens/digest.h"
#include "wire/ascii.h"
#include "wire/printable.h"
#include "wire/utc.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptLines = 8;
constexpr std::size_t kSaid = 200;

Place value_place(const Message& message, std::size_t index, bool request) {
    const http1::FieldLine& line = message.parsed.fields[index];
    return {(request ? "request.header[" : "response.header[") + std::to_string(index) + "]",
            line.value_begin, line.value_length};
}

/// Calls `take` with the value and the place of each field line of that name.
template <class Take>
void each_line(const Message& message, std::string_view name, bool request, Take take) {
    for (std::size_t i = 0; i < message.parsed.fields.size(); ++i) {
        const http1::FieldLine& line = message.parsed.fields[i];
        if (same_name(line.name(message.head), name))
            take(line.value(message.head), value_place(message, i, request));
    }
}

Place part_of(const Place& whole, std::size_t offset, std::size_t length) {
    return {whole.at, whole.offset + offset, length};
}

void read_request(const Message& request, std::string_view field, std::string_view challenge_field,
                  SchemeFacts& facts) {
    facts.target = std::string(request.target());
    std::string_view first;
    each_line(request, field, true, [&](std::string_view value, const Place& place) {
        if (facts.credential_lines.empty()) first = value;
        facts.lines_differ = facts.lines_differ || value != first;
        if (facts.credential_lines.size() < kKeptLines) facts.credential_lines.push_back(place);
    });
    if (first.find(',') != std::string_view::npos) {
        const auto sets = http_auth::parse_challenges(first);
        if (sets.size() > 1 && !sets[1].scheme.empty())
            facts.after_comma = part_of(facts.credential_lines.front(), sets[1].offset, sets[1].length);
    }
    each_line(request, challenge_field, true,
              [&](std::string_view, const Place& place) { facts.challenge_in_request = place; });
}

void read_challenges(const Message& response, std::string_view field, SchemeFacts& facts) {
    each_line(response, field, false, [&](std::string_view value, const Place& place) {
        for (http_auth::Challenge& challenge : http_auth::parse_challenges(value)) {
            if (facts.offered.size() >= http_auth::kMaxChallenges) return;
            const Place own = part_of(place, challenge.offset, challenge.length);
            facts.offered.push_back({std::move(challenge), own, place});
        }
    });
}

/// The words themselves, and what stands around them in the same line.
std::string excerpt(std::string_view text, const TokenWords& words) {
    const std::size_t before = words.offset > 60 ? words.offset - 60 : 0;
    return printable(text.substr(before, words.length + 120), kSaid);
}

/// Its own words stand in the challenge, or in a short answer.
void read_token_words(const Message& response, SchemeFacts& facts) {
    for (const OfferedChallenge& offered : facts.offered)
        for (const char* name : {"error_description", "error"}) {
            const http_auth::Param* param = offered.challenge.param(name);
            if (param == nullptr) continue;
            facts.token_words = why401::read_token_words(param->value);
            if (same_name(name, "error") && same_name(param->value, "insufficient_scope"))
                facts.token_words = TokenWords{TokenFault::Scope, 0, param->value.size()};
            if (!facts.token_words) continue;
            facts.said = printable(param->value, kSaid);
            facts.said_at = offered.of(*param);
            facts.said_in_challenge = true;
            return;
        }
    if (!value(response, "Content-Encoding").empty()) return;
    facts.token_words = why401::read_token_words(response.body.kept);
    if (!facts.token_words) return;
    facts.said = excerpt(response.body.kept, *facts.token_words);
    facts.said_at = {"response.body", facts.token_words->offset, facts.token_words->length};
}

void read_response(const Exchange& exchange, Space space, std::string_view challenge_field,
                   std::string_view field, SchemeFacts& facts) {
    const Message& response = exchange.response;
    read_challenges(response, challenge_field, facts);
    each_line(response, field, false,
              [&](std::string_view, const Place& place) { facts.credentials_in_response = place; });
    facts.server_time = parse_http_date(value(response, "Date"));
    const std::string_view info =
        value(response, space == Space::Proxy ? "Proxy-Authentication-Info" : "Authentication-Info");
    if (!info.empty()) facts.next_nonce = std::string(digest::decode("Digest", info).value("nextnonce"));
    if (exchange.status >= 400 && exchange.status < 500 && !facts.credential_lines.empty())
        read_token_words(response, facts);
}

}  // namespace

Place OfferedChallenge::of(const http_auth::Param& param) const {
    return part_of(field, param.value_offset, param.value_length);
}

const OfferedChallenge* SchemeFacts::of(std::string_view scheme) const {
    for (const OfferedChallenge& one : offered)
        if (one.challenge.is(scheme)) return &one;
    return nullptr;
}

std::shared_ptr<const SchemeFacts> read_schemes(const Exchange& exchange, Space space) {
    auto facts = std::make_shared<SchemeFacts>();
    const bool proxy = space == Space::Proxy;
    const std::string_view credentials = proxy ? "Proxy-Authorization" : "Authorization";
    const std::string_view challenge = proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
    read_request(exchange.request, credentials, challenge, *facts);
    if (exchange.response.exists() && !exchange.answered_by_us)
        read_response(exchange, space, challenge, credentials, *facts);
    return facts;
}

}  // namespace why401
