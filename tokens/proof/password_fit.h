#pragma once
// Whether credentials were computed from a given password, exactly as they say or by a usual mistake: an
// empty domain, the workstation as the domain, another character set. It refuses to judge what a server made
// of it.

#include <optional>
#include <string>
#include <string_view>

#include "tokens/basic.h"
#include "tokens/digest.h"
#include "tokens/proof/account.h"

namespace why401::proof {

/// The credentials come from the given password.
struct Fit {
    /// Empty: exactly as the message says. Else by which mistake; completes "it fits ".
    std::string mistake;
    /// Of credentials that are as they should be: "in Latin-1".
    std::string remark;
};

/// The raw messages. Nothing when no form of the password fits.
std::optional<Fit> fit_ntlm(const Account& account, std::string_view challenge,
                            std::string_view authenticate);

struct DigestRequest {
    std::string_view method;
    std::optional<std::string_view> body;  ///< whole, for qop=auth-int
};
std::optional<Fit> fit_digest(const Account& account, const digest::Params& credentials,
                              const DigestRequest& request);
/// Whether these credentials name the account: by username, username* or userhash (RFC 7616 3.4.4).
bool names_account(const digest::Params& credentials, const AccountName& name);
/// Whether fit_digest can compute what they name.
bool can_compute(const digest::Params& credentials, const DigestRequest& request);

std::optional<Fit> fit_basic(const Account& account, const basic::Credentials& credentials);

}  // namespace why401::proof
