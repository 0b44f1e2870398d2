#include "analysis/scheme_case.h"

#include "wire/utc.h"

namespace why401 {

const CredentialFacts* turned_away(const Case& c, std::string_view scheme) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (own == nullptr || !now.refused() || now.answered_by_us || !now.schemes || c.recognised())
        return nullptr;
    if (!now.credentials_reached_server[now.space] || !own->view.is(scheme)) return nullptr;
    // A scheme that is off is not looked at, unless its own words show that it was.
    const bool off = now.challenges().any() && !now.challenges().offers(scheme);
    return off && !now.schemes->token_words ? nullptr : own;
}

std::string keeper(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? "the next proxy" : "the server";
}

Place place_of(const CredentialFacts& own, std::string_view parameter) {
    const http_auth::Param* param = own.view.parsed.param(parameter);
    if (param == nullptr) return own.place;
    return {own.place.at, own.place.offset + param->value_offset, param->value_length};
}

Evidence challenge_proof(const ExchangeFacts& facts, std::string_view scheme, std::string says) {
    const OfferedChallenge* offered = facts.schemes ? facts.schemes->of(scheme) : nullptr;
    if (offered == nullptr) return answer_proof(facts, std::move(says));
    return proof(facts.id, offered->place, std::move(says));
}

bool Clocks::disagree() const {
    return record && server && (*record - *server > 60 || *server - *record > 60);
}

Clocks clocks_of(const ExchangeFacts& facts) {
    Clocks clocks;
    if (facts.timing.started.wall_us > 0) clocks.record = facts.timing.started.wall_us / 1'000'000;
    if (facts.schemes) clocks.server = facts.schemes->server_time;
    return clocks;
}

std::string tell_clocks(const Clocks& clocks) {
    if (!clocks.server)
        return clocks.record ? "by the clock of this record (" + utc_second(*clocks.record) + ")"
                             : std::string();
    std::string told = "by the server's own clock (Date: " + utc_second(*clocks.server) + ")";
    if (clocks.disagree()) {
        const std::int64_t apart = *clocks.record - *clocks.server;
        told += ", which is " + span(apart < 0 ? -apart : apart) + (apart < 0 ? " ahead of" : " behind") +
                " the clock of this record";
    }
    return told;
}

std::string span(std::int64_t seconds) {
    if (seconds < 120) return std::to_string(seconds) + " s";
    const std::int64_t minutes = seconds / 60;
    if (minutes < 120) return std::to_string(minutes) + " min";
    const std::int64_t hours = minutes / 60;
    if (hours < 48)
        return std::to_string(hours) + " h" +
               (minutes % 60 != 0 ? " " + std::to_string(minutes % 60) + " min" : std::string());
    return std::to_string(hours / 24) + " days";
}

Evidence said_proof(const ExchangeFacts& facts) {
    return proof(facts.id, facts.schemes->said_at, "the server's own words: " + facts.schemes->said);
}

}  // namespace why401
