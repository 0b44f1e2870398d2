#include "tokens/proof/account.h"

#include "wire/ascii.h"

namespace why401::proof {
namespace {

constexpr char other_case(char c) {
    if (c >= 'A' && c <= 'Z') return lower(c);
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string_view first_label(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

AccountName AccountName::of(std::string_view text) {
    if (const std::size_t slash = text.find('\\'); slash != std::string_view::npos)
        return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1)), {}};
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return {{}, std::string(text), {}};
    return {{}, std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

std::string AccountName::text() const {
    if (!domain.empty()) return domain + "\\" + user;
    return realm.empty() ? user : user + "@" + realm;
}

bool AccountName::may_be(std::string_view other) const { return same_name(user, of(other).user); }

bool AccountName::other_domain(std::string_view domain_of_message) const {
    const std::string& own = domain.empty() ? realm : domain;
    if (own.empty() || domain_of_message.empty()) return false;
    return !same_name(first_label(own), first_label(domain_of_message));
}

Account::Account(std::string_view name, Wiped password) : name_(AccountName::of(name)) {
    const std::string_view given = password.view();
    std::vector<Form> others;
    const auto add = [&](std::string text, std::string how) {
        if (text != given && !text.empty()) others.push_back({Wiped(std::move(text)), std::move(how)});
    };
    std::string swapped(given);
    for (char& c : swapped) c = other_case(c);
    add(std::move(swapped), "with capital and small letters exchanged (Caps Lock)");
    add(std::string(trimmed(given)), "without the blanks around it");
    add(std::string(given) + " ", "with a blank at its end");
    add(std::string(given) + "\n", "with a line break at its end");
    add(std::string(given) + "\r\n", "with a line break (CR LF) at its end");
    forms_.reserve(others.size() + 1);
    forms_.push_back({std::move(password), {}});
    for (Form& form : others) forms_.push_back(std::move(form));
}

}  // namespace why401::proof
