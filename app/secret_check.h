#pragma once
// `explain --check-password` and `--keytab`: recomputes the credentials of a record from a password or opens
// its tickets with a service's keys, exchange by exchange, and notes what came out. It keeps the secrets for
// as long as it lives and overwrites them then; the outcome holds none.

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "record/exchange.h"
#include "tokens/proof/account.h"
#include "tokens/proof/keytab.h"

namespace why401 {

class SecretCheck {
public:
    /// `user` as DOMAIN\user, user@realm or user: requests that carry this user name are checked.
    void use_password(std::string_view user, proof::Wiped password);
    /// Throws std::runtime_error with a sentence.
    void use_keytab(const std::filesystem::path& file);

    bool any() const { return account_ || keytab_; }

    /// Exchanges come in the order of the record. Sets `proof` of those that could be checked.
    void examine(Exchange& exchange);

private:
    /// A CHALLENGE that a server handed out, and the NEGOTIATE that asked for it.
    struct Issued {
        ExchangeId exchange{};
        std::optional<ConnectionId> client;
        std::string origin, negotiate, challenge;
    };

    std::optional<PasswordOutcome> check_password(const Exchange& exchange, std::string_view value) const;
    PasswordOutcome check_ntlm(const Exchange& exchange, const std::string& message) const;
    std::optional<TicketOutcome> check_ticket(std::string_view value) const;
    void remember_challenge(const Exchange& exchange);

    std::optional<proof::Account> account_;
    std::optional<proof::Keytab> keytab_;
    std::deque<Issued> issued_;  ///< newest last, bounded
};

}  // namespace why401
