#pragma once
// A token as a list of fields for a person: name, value, what it means, where it is written, which bytes it
// stands in. It refuses to hide secrets: it shows what was given.

#include <string>
#include <vector>

#include "tokens/token.h"

namespace why401 {

struct DescribedField {
    std::string name;
    std::string value;
    std::string meaning;     ///< may be empty
    std::string clause;      ///< may be empty
    std::size_t offset = 0;  ///< into the decoded token (into the text, for Digest, Bearer)
    std::size_t length = 0;
};

/// The fields of the outer token; describe(inner_token(token)) gives those inside SPNEGO.
std::vector<DescribedField> describe(const Token& token);

// One overload for each thing a Token can be.
std::vector<DescribedField> describe(const UnknownToken& token);
std::vector<DescribedField> describe(const ntlm::NegotiateMessage& message);
std::vector<DescribedField> describe(const ntlm::ChallengeMessage& message);
std::vector<DescribedField> describe(const ntlm::AuthenticateMessage& message);
std::vector<DescribedField> describe(const spnego::NegTokenInit& token);
std::vector<DescribedField> describe(const spnego::NegTokenResp& token);
std::vector<DescribedField> describe(const kerberos::ApReq& message);
std::vector<DescribedField> describe(const kerberos::ApRep& message);
std::vector<DescribedField> describe(const kerberos::KrbError& message);
std::vector<DescribedField> describe(const kerberos::SideMessage& message);
std::vector<DescribedField> describe(const negoex::Messages& messages);
std::vector<DescribedField> describe(const basic::Credentials& credentials);
std::vector<DescribedField> describe(const digest::Params& params);
std::vector<DescribedField> describe(const bearer::Token& token);

}  // namespace why401
