#pragma once
// The account that a check is about, and its password in the forms in which it is usually mistyped. It
// refuses to guess passwords: every form is the given one.

#include <string>
#include <string_view>
#include <vector>

#include "tokens/proof/wiped.h"

namespace why401::proof {

/// "CONTOSO\alice", "alice@contoso.test" or "alice", taken apart.
struct AccountName {
    std::string domain, user, realm;  ///< domain of the first form, realm of the second

    static AccountName of(std::string_view text);
    std::string text() const;
    /// The same person as far as names without their domain tell.
    bool may_be(std::string_view other) const;
    /// Both name a domain, and not the same one: CONTOSO and contoso.test count as one.
    bool other_domain(std::string_view domain_of_message) const;
};

class Account {
public:
    Account(std::string_view name, Wiped password);

    const AccountName& name() const { return name_; }
    std::string_view password() const { return forms_.front().text.view(); }

    struct Form {
        Wiped text;
        std::string how;  ///< empty for the password as given; else "with its letters in the other case ..."
    };
    /// The given one first.
    const std::vector<Form>& forms() const { return forms_; }

private:
    AccountName name_;
    std::vector<Form> forms_;
};

}  // namespace why401::proof
