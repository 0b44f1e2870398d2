#include "tokens/proof/password_fit.h"
#include "wire/utf8.h"

namespace why401::proof {

std::optional<Fit> fit_basic(const Account& account, const basic::Credentials& credentials) {
    const std::string_view bytes = credentials.bytes;
    const std::size_t colon = bytes.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const Wiped sent(std::string(bytes.substr(colon + 1)));
    const Wiped read_as_latin1(utf8::from_latin1(sent.view()));
    const std::string_view name = bytes.substr(0, colon);
    for (const Account::Form& form : account.forms()) {
        const bool plain = sent.view() == form.text.view();
        if (!plain && read_as_latin1.view() != form.text.view()) continue;
        if (!form.how.empty()) return Fit{form.how, {}};
        const AccountName named =
            AccountName::of(utf8::valid(name) ? std::string(name) : utf8::from_latin1(name));
        if (account.name().other_domain(named.domain.empty() ? named.realm : named.domain))
            return Fit{"for " + named.text() + ", which is another account than " + account.name().text(),
                       {}};
        return Fit{{}, plain ? "" : "in Latin-1, not in UTF-8"};
    }
    return std::nullopt;
}

}  // namespace why401::proof
