#include <vector>

#include "tokens/proof/digest_proof.h"
#include "tokens/proof/password_fit.h"
#include "wire/ascii.h"
#include "wire/utf8.h"

namespace why401::proof {
namespace {

/// A name as it may have gone into the hash.
struct Name {
    std::string text, mistake, remark;
};

std::optional<unsigned char> hex_byte(std::string_view digits) {
    unsigned value = 0;
    for (const char c : digits) {
        if (c >= '0' && c <= '9')
            value = value * 16 + static_cast<unsigned>(c - '0');
        else if (lower(c) >= 'a' && lower(c) <= 'f')
            value = value * 16 + static_cast<unsigned>(lower(c) - 'a' + 10);
        else
            return std::nullopt;
    }
    return static_cast<unsigned char>(value);
}

/// username*=UTF-8''J%C3%A4s%C3%B8n (RFC 8187 3.2); empty when it is not of that form.
std::string extended(std::string_view value) {
    const std::size_t first = value.find('\'');
    const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (second == std::string_view::npos || !same_name(value.substr(0, first), "UTF-8")) return {};
    std::string out;
    for (std::size_t i = second + 1; i < value.size(); ++i) {
        const auto byte =
            value[i] == '%' && i + 2 < value.size() ? hex_byte(value.substr(i + 1, 2)) : std::nullopt;
        out += byte ? static_cast<char>(*byte) : value[i];
        if (byte) i += 2;
    }
    return out;
}

bool hashed(const digest::Params& credentials) { return same_name(credentials.value("userhash"), "true"); }

std::string shown_name(const digest::Params& credentials) {
    if (credentials.has("username*")) return extended(credentials.value("username*"));
    return std::string(credentials.value("username"));
}

/// Code points beyond Latin-1 have no such form: nothing.
std::optional<std::string> latin1(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const char32_t point = utf8::next(text);
        if (point > 0xFF) return std::nullopt;
        out += static_cast<char>(point);
    }
    return out;
}

std::vector<Name> names(const digest::Params& credentials, const AccountName& given) {
    if (hashed(credentials)) return {{given.text(), "", ""}, {given.user, "", ""}};
    const std::string shown = shown_name(credentials);
    std::vector<Name> all = {{shown, "", ""}};
    const AccountName parts = AccountName::of(shown);
    const auto add = [&](const std::string& text, const std::string& mistake) {
        if (!text.empty() && text != shown) all.push_back({text, mistake, ""});
    };
    add(parts.user, "with the domain left out of the user name");
    add(given.text(), "for the user name " + given.text());
    // RFC 9110 5.6.4: a backslash inside quotes is written twice; some clients write it once.
    if (const std::size_t slash = shown.find('\\'); slash != std::string::npos) {
        std::string doubled = shown;
        add(doubled.insert(slash, "\\"), "with the backslash of the user name written twice");
    }
    return all;
}

std::optional<std::string> computed(const digest::Params& credentials, const DigestRequest& request,
                                    std::string_view method, const DigestSecret& secret) {
    DigestSecret with = secret;
    with.body = request.body;
    return digest_response(credentials, method, with);
}

bool gives(const digest::Params& credentials, const DigestRequest& request, std::string_view method,
           std::string_view user, std::string_view password) {
    const std::string_view sent = credentials.value("response");
    for (const bool truncated : {false, true}) {
        const auto response = computed(credentials, request, method, {user, password, {}, truncated});
        if (response && same_name(*response, sent)) return true;
    }
    return false;
}

}  // namespace

bool names_account(const digest::Params& credentials, const AccountName& name) {
    if (!hashed(credentials)) return name.may_be(shown_name(credentials));
    for (const bool truncated : {false, true})
        for (const std::string& user : {name.text(), name.user}) {
            const auto hash =
                digest_userhash(user, credentials.value("realm"), credentials.value("algorithm"), truncated);
            if (hash && same_name(*hash, credentials.value("username"))) return true;
        }
    return false;
}

bool can_compute(const digest::Params& credentials, const DigestRequest& request) {
    return computed(credentials, request, request.method, {}).has_value();
}

std::optional<Fit> fit_digest(const Account& account, const digest::Params& credentials,
                              const DigestRequest& request) {
    const std::string_view password = account.password();
    for (const Name& name : names(credentials, account.name())) {
        if (gives(credentials, request, request.method, name.text, password)) return Fit{name.mistake, {}};
        const auto user = latin1(name.text), secret = latin1(password);
        if (user && secret && gives(credentials, request, request.method, *user, *secret))
            return Fit{name.mistake, "in Latin-1, not in UTF-8"};
    }
    const std::string shown = names(credentials, account.name()).front().text;
    for (const Account::Form& form : account.forms())
        if (gives(credentials, request, request.method, shown, form.text.view())) return Fit{form.how, {}};
    for (const std::string_view method : {"GET", "POST", "HEAD", "CONNECT"})
        if (gives(credentials, request, method, shown, password))
            return Fit{"for the method " + std::string(method), {}};
    return std::nullopt;
}

}  // namespace why401::proof
