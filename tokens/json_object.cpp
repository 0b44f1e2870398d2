#include "tokens/json_object.h"

#include <boost/json/parse.hpp>
#include <cmath>

namespace why401::json_object {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 32;

/// Finds where the members of a text begin and end that is known to be an object.
class Walker {
public:
    explicit Walker(std::string_view text) : text_(text) {}

    /// Calls `member` with the spans of each name and value.
    template <class Member>
    void run(Member member) {
        skip_space();
        ++at_;  // the brace
        for (std::size_t count = 0; count < kMaxMembers; ++count) {
            skip_space();
            if (at_ >= text_.size() || text_[at_] == '}') return;
            const std::size_t name = at_;
            skip_value();
            const std::string_view named = text_.substr(name, at_ - name);
            skip_space();
            ++at_;  // the colon
            skip_space();
            const std::size_t value = at_;
            skip_value();
            member(named, value, at_ - value);
            skip_space();
            if (at_ < text_.size() && text_[at_] == ',') ++at_;
        }
    }

private:
    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }
    void skip_string() {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        if (at_ < text_.size()) ++at_;
        if (at_ > text_.size()) at_ = text_.size();
    }
    void skip_value() {
        for (int depth = 0; at_ < text_.size();) {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
            } else {
                if (c == '{' || c == '[') ++depth;
                const bool closes = c == '}' || c == ']';
                if (depth == 0 && (closes || std::string_view(",: \t\r\n").find(c) != std::string_view::npos))
                    return;
                if (closes) --depth;
                ++at_;
            }
            if (depth == 0 && (c == '"' || c == '}' || c == ']')) return;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<json::value> parse(std::string_view text) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = kMaxDepth;
    json::value value = json::parse(text, error, {}, options);
    if (error) return std::nullopt;
    return value;
}

std::optional<std::int64_t> whole(const json::value& value) {
    if (value.is_int64()) return value.as_int64();
    // Beyond 2^53 a double is no longer exact, and nobody counts seconds so far.
    if (value.is_double() && std::abs(value.as_double()) < 9e15)
        return static_cast<std::int64_t>(std::floor(value.as_double()));
    return std::nullopt;
}

void read_value(std::string_view text, Member& member) {
    member.text = std::string(text);
    const auto value = parse(text);
    if (!value) return;
    member.number = whole(*value);
    if (value->is_string()) {
        member.text = std::string(value->as_string());
        member.strings.push_back(member.text);
    }
    if (!value->is_array()) return;
    for (const json::value& item : value->as_array())
        if (item.is_string()) member.strings.emplace_back(item.as_string());
}

}  // namespace

std::optional<std::vector<Member>> read(std::string_view text) {
    const auto whole_text = parse(text);
    if (!whole_text || !whole_text->is_object()) return std::nullopt;
    std::vector<Member> members;
    Walker(text).run([&](std::string_view name, std::size_t offset, std::size_t length) {
        Member member;
        const auto unescaped = parse(name);
        member.name =
            unescaped && unescaped->is_string() ? std::string(unescaped->as_string()) : std::string(name);
        member.offset = offset;
        member.length = length;
        read_value(text.substr(offset, length), member);
        members.push_back(std::move(member));
    });
    return members;
}

const Member* find(const std::vector<Member>& members, std::string_view name) {
    for (auto member = members.rbegin(); member != members.rend(); ++member)
        if (member->name == name) return &*member;
    return nullptr;
}

}  // namespace why401::json_object
