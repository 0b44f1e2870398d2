#include <vector>

#include "tokens/ntlm.h"
#include "tokens/proof/ntlm_proof.h"
#include "tokens/proof/password_fit.h"
#include "tokens/proof/proof.h"
#include "tokens/proof/uppercase.h"
#include "wire/ascii.h"
#include "wire/utf16.h"

namespace why401::proof {
namespace {

/// A name and a domain that a client may have put into NTOWFv2 (MS-NLMP 3.3.2).
struct Identity {
    std::string user, domain, mistake;
    bool capitals = true;
};

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

/// The message's own first.
std::vector<Identity> identities(const ntlm::AuthenticateMessage& message, const AccountName& given) {
    const std::string &user = message.user.text, &domain = message.domain.text;
    std::vector<Identity> all = {{user, domain, ""}};
    const auto add = [&](Identity identity) {
        for (const Identity& known : all)
            if (known.user == identity.user && known.domain == identity.domain &&
                known.capitals == identity.capitals)
                return;
        all.push_back(std::move(identity));
    };
    add({user, "", "with an empty domain"});
    add({user, uppercase_utf8(domain), "with the domain in capitals"});
    add({user, lowered(domain), "with the domain in small letters"});
    if (!message.workstation.text.empty())
        add({user, message.workstation.text,
             "with the workstation's name " + message.workstation.text + " as the domain"});
    if (!given.domain.empty()) add({user, given.domain, "with the domain " + given.domain});
    if (const AccountName inside = AccountName::of(user); inside.user != user) {
        add({inside.user, inside.domain, "with the domain taken out of the user name"});
        add({inside.user, inside.realm, "with the part after @ as the domain"});
    }
    if (!given.realm.empty())
        add({given.text(), "", "with " + given.text() + " as the user name and no domain"});
    if (!domain.empty())
        add({user + "@" + domain, "", "with " + user + "@" + domain + " as the user name and no domain"});
    add({user, domain, "without putting the user name in capitals", false});
    return all;
}

std::string owf(std::string_view nt_hash, const Identity& identity) {
    if (identity.capitals) return ntowf_v2(nt_hash, identity.user, identity.domain);
    return hmac_md5(nt_hash, utf16::from_utf8(identity.user) + utf16::from_utf8(identity.domain));
}

bool proves_v2(std::string_view nt_hash, const Identity& identity, std::string_view server_challenge,
               std::string_view response) {
    return v2_proof(owf(nt_hash, identity), server_challenge, response.substr(16)) == response.substr(0, 16);
}

/// A response from the right password may still be another account's: the domain counts.
Fit as_sent(const ntlm::AuthenticateMessage& message, const AccountName& given) {
    if (!given.other_domain(message.domain.text)) return {};
    return {"for " + message.identity() + ", which is another account than " + given.text(), {}};
}

}  // namespace

std::optional<Fit> fit_ntlm(const Account& account, std::string_view challenge,
                            std::string_view authenticate) {
    const ntlm::AuthenticateMessage message = ntlm::decode_authenticate(authenticate);
    const ntlm::ChallengeMessage offered = ntlm::decode_challenge(challenge);
    if (offered.server_challenge.size() != 8) return std::nullopt;
    for (const Account::Form& form : account.forms()) {
        const Secret secret = Secret::password(form.text.view());
        if (verify_authenticate(secret, {}, challenge, authenticate).proof_matches)
            return form.how.empty() ? as_sent(message, account.name()) : Fit{form.how, {}};
    }
    if (message.kind != ntlm::ResponseKind::V2) return std::nullopt;
    const std::string hash = ntowf_v1(account.password());
    for (const Identity& identity : identities(message, account.name()))
        if (proves_v2(hash, identity, offered.server_challenge, message.nt_response.bytes))
            return Fit{identity.mistake, {}};
    return std::nullopt;
}

}  // namespace why401::proof
