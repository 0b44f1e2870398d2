#include "lab/accounts.h"

#include <array>

#include "wire/ascii.h"

namespace why401::lab {
namespace {

constexpr std::array<Account, 2> kAccounts{{{"alice", "Wonderland1"}, {"bob", "Builder1"}}};

bool ours(std::string_view domain, std::string_view machine) {
    return domain.empty() || same_name(domain, kDomain) || same_name(domain, kDnsDomain) ||
           same_name(domain, machine);
}

}  // namespace

std::string Account::name() const { return std::string(kDomain) + '\\' + std::string(user); }

const Account* find_account(std::string_view domain, std::string_view user, std::string_view machine) {
    if (const std::size_t at = user.find('@'); at != std::string_view::npos && domain.empty()) {
        domain = user.substr(at + 1);
        user = user.substr(0, at);
        if (domain.empty()) return nullptr;
    }
    if (!ours(domain, machine)) return nullptr;
    for (const Account& account : kAccounts)
        if (same_name(account.user, user)) return &account;
    return nullptr;
}

const Account* find_account(std::string_view user_id, std::string_view machine) {
    const std::size_t backslash = user_id.find('\\');
    if (backslash == std::string_view::npos) return find_account({}, user_id, machine);
    return find_account(user_id.substr(0, backslash), user_id.substr(backslash + 1), machine);
}

}  // namespace why401::lab
