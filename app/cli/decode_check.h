#pragma once
// `why401 decode --password-file`: whether the decoded credentials were made with a password. It refuses to
// guess what a value alone does not say: the CHALLENGE that NTLM answers, the method that Digest covers.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

namespace why401::cli {

struct DecodeSecrets {
    std::filesystem::path password_file;
    std::string challenge;       ///< WWW-Authenticate value or base64 that an AUTHENTICATE answers
    std::string method = "GET";  ///< of the request, for Digest
};

/// Tells what a check of `value`, as `decode` takes it, showed; as JSON a line of its own. Returns the exit
/// code: 2 when there is no password, or no credentials that name a user and are made with one.
int tell_check(std::string_view value, bool json, const DecodeSecrets& secrets, std::ostream& out,
               std::ostream& err);

}  // namespace why401::cli
