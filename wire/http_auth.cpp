#include "wire/http_auth.h"

#include <optional>
#include <utility>

#include "wire/ascii.h"

namespace why401::http_auth {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

/// RFC 9110 11.2, without the '=' at the end.
bool is_token68_char(char c) {
    const char l = lower(c);
    return (c >= '0' && c <= '9') || (l >= 'a' && l <= 'z') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
}

class Parser {
public:
    explicit Parser(std::string_view value) : value_(value) {}

    std::vector<Challenge> run() {
        for (skip_separators(); !at_end() && challenges_.size() <= kMaxChallenges; skip_separators())
            element();
        if (challenges_.size() > kMaxChallenges) {
            const std::size_t begin = challenges_.back().offset;
            challenges_.pop_back();
            note("more than 64 challenges: the rest is not read", begin, "RFC 9110 11.6.1");
        }
        for (Challenge& challenge : challenges_) close(challenge);
        return std::move(challenges_);
    }

private:
    bool at_end() const { return position_ >= value_.size(); }
    char here() const { return value_[position_]; }

    template <class Predicate>
    std::string_view run_of(Predicate accepts) {
        const std::size_t begin = position_;
        while (!at_end() && accepts(here())) ++position_;
        return value_.substr(begin, position_ - begin);
    }
    void skip_space() { run_of(is_space); }
    /// Empty list elements are legal (RFC 9110 5.6.1.2).
    void skip_separators() {
        run_of([](char c) { return is_space(c) || c == ','; });
    }

    /// A scheme with what follows it, or one more parameter of the current challenge.
    void element() {
        const std::size_t begin = position_;
        const std::string_view token = run_of(is_token_char);
        if (token.empty()) return leftover("neither a scheme nor a parameter");
        const std::size_t after = position_;
        skip_space();
        if (!at_end() && here() == '=') return param(token, begin);
        start(token, begin);
        if (at_end() || here() == ',') return;
        if (position_ == after) return leftover("a scheme is not followed by a space");
        if (!token68()) first_param();
    }

    void start(std::string_view scheme, std::size_t begin) {
        Challenge challenge;
        challenge.scheme = std::string(scheme);
        challenge.offset = begin;
        challenge.length = scheme.size();
        challenges_.push_back(std::move(challenge));
        too_many_ = false;
    }

    bool token68() {
        const std::size_t begin = position_;
        run_of(is_token68_char);
        if (position_ > begin) run_of([](char c) { return c == '='; });
        const std::size_t end = position_;
        skip_space();
        if (end == begin || !(at_end() || here() == ',')) {
            position_ = begin;
            return false;
        }
        Challenge& challenge = challenges_.back();
        challenge.token68 = std::string(value_.substr(begin, end - begin));
        challenge.token68_offset = begin;
        challenge.length = end - challenge.offset;
        return true;
    }

    void first_param() {
        const std::size_t begin = position_;
        const std::string_view name = run_of(is_token_char);
        skip_space();
        if (name.empty() || at_end() || here() != '=') {
            position_ = begin;
            return leftover("neither token68 nor parameters after the scheme");
        }
        param(name, begin);
    }

    /// The position is at the '='.
    void param(std::string_view name, std::size_t begin) {
        if (challenges_.empty()) start({}, begin);
        Challenge& challenge = challenges_.back();
        if (challenge.scheme.empty() && challenge.params.empty())
            note("a parameter before any scheme", begin, "RFC 9110 11.6.1");
        if (!challenge.token68.empty() && challenge.params.empty())
            note("parameters after a token68", begin, "RFC 9110 11.3");
        ++position_;
        skip_space();
        Param parsed;
        parsed.name = std::string(name);
        parsed.offset = begin;
        parsed.value_offset = position_;
        read_value(parsed);
        const std::size_t end = position_;
        parsed.value_length = end - parsed.value_offset;
        parsed.length = end - begin;
        challenge.length = end - challenge.offset;
        const bool quoted = parsed.quoted;
        keep(std::move(parsed));
        after_param(quoted);
    }

    void keep(Param parsed) {
        std::vector<Param>& params = challenges_.back().params;
        if (params.size() < kMaxParams) {
            params.push_back(std::move(parsed));
        } else if (!too_many_) {
            too_many_ = true;
            note("more than 64 parameters: the rest is not kept", parsed.offset, "RFC 9110 11.2");
        }
    }

    void read_value(Param& parsed) {
        if (!at_end() && here() == '"') return quoted_string(parsed);
        const std::size_t begin = position_;
        const std::string_view text = run_of([](char c) { return !is_space(c) && c != ',' && c != '"'; });
        parsed.value = std::string(text);
        if (text.empty()) return note("a parameter without a value", begin, "RFC 9110 11.2");
        if (text.front() == '\'') return note("single quotes are not quotes", begin, "RFC 9110 5.6.4");
        if (!is_token(text)) note("the value needs quotes: it is not a token", begin, "RFC 9110 11.2");
    }

    void quoted_string(Param& parsed) {
        parsed.quoted = true;
        const std::size_t begin = position_++;
        while (!at_end()) {
            char c = value_[position_++];
            if (c == '"') return;
            if (c == '\\' && !at_end()) c = value_[position_++];
            parsed.value.push_back(c);
        }
        note("a quoted string is not closed", begin, "RFC 9110 5.6.4");
    }

    /// After a parameter only a comma may follow. A forgotten comma is recognised where the reading is safe.
    void after_param(bool quoted) {
        skip_space();
        if (at_end() || here() == ',') return;
        const std::size_t begin = position_;
        const std::string_view token = run_of(is_token_char);
        skip_space();
        const bool next_param = !token.empty() && !at_end() && here() == '=';
        position_ = begin;
        if (next_param || (quoted && !token.empty()))
            return note("a comma is missing", begin, "RFC 9110 11.3");
        leftover("text after a value, as if its quotes were missing");
    }

    /// Skips to the next comma and says so.
    void leftover(const char* what) {
        if (challenges_.empty()) start({}, position_);
        note(what, position_, "RFC 9110 11.3");
        run_of([](char c) { return c != ','; });
        Challenge& challenge = challenges_.back();
        std::size_t end = position_;
        while (end > challenge.offset && is_space(value_[end - 1])) --end;
        challenge.length = end - challenge.offset;
    }

    void note(const char* what, std::size_t offset, const char* clause) {
        std::vector<Anomaly>& anomalies = challenges_.back().anomalies;
        if (anomalies.size() < kMaxParams) anomalies.push_back({what, offset, clause});
    }

    void close(Challenge& challenge) {
        const std::size_t end = challenge.offset + challenge.length;
        std::size_t begin = challenge.offset + challenge.scheme.size();
        while (begin < end && is_space(value_[begin])) ++begin;
        challenge.rest_offset = begin;
        challenge.rest_length = end - begin;
    }

    std::string_view value_;
    std::size_t position_ = 0;
    std::vector<Challenge> challenges_;
    bool too_many_ = false;
};

}  // namespace

bool Challenge::is(std::string_view name) const { return same_name(scheme, name); }

const Param* Challenge::param(std::string_view name) const {
    for (const Param& candidate : params)
        if (same_name(candidate.name, name)) return &candidate;
    return nullptr;
}

std::string_view Challenge::value(std::string_view name) const {
    const Param* found = param(name);
    return found != nullptr ? std::string_view(found->value) : std::string_view{};
}

std::vector<Challenge> parse_challenges(std::string_view value) { return Parser(value).run(); }

Credentials parse_credentials(std::string_view value) {
    std::vector<Challenge> parsed = parse_challenges(value);
    if (parsed.empty()) return {};
    Credentials credentials = std::move(parsed.front());
    if (parsed.size() > 1)
        credentials.anomalies.push_back(
            {"a second set of credentials after a comma", parsed[1].offset, "RFC 9110 11.6.2"});
    return credentials;
}

}  // namespace why401::http_auth
