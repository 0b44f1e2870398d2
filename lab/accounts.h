#pragma once
// Who may log in to the lab. The names and passwords are public and stand in the manual; it refuses to hold
// anybody else.

#include <string>
#include <string_view>

namespace why401::lab {

inline constexpr std::string_view kDomain = "CONTOSO";
inline constexpr std::string_view kDnsDomain = "contoso.test";

struct Account {
    std::string_view user;  ///< "alice"
    std::string_view password;

    std::string name() const;  ///< "CONTOSO\alice", as IIS logs it
};

/// The account that Windows would find for these words, as a client wrote them: names compare without case;
/// the domain may be missing, CONTOSO, contoso.test or the machine's own name; without a domain `user` may be
/// alice@contoso.test. nullptr for anybody else.
const Account* find_account(std::string_view domain, std::string_view user, std::string_view machine);

/// A Basic user-id: "alice", "CONTOSO\alice" or "alice@contoso.test".
const Account* find_account(std::string_view user_id, std::string_view machine);

}  // namespace why401::lab
