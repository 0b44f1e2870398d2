#include "certs/certificate_words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <vector>

#include "certs/host_name.h"
#include "certs/owned.h"
#include "wire/printable.h"

namespace why401::certs {
namespace {

constexpr std::size_t kNamesShown = 4, kLongestName = 200;

std::string text_of(const OwnedBio& bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return {data, length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string_view bytes_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void free_text(unsigned char* text) { OPENSSL_free(text); }

std::string object_in_words(const ASN1_OBJECT* object) {
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 0);
    return text.data();
}

}  // namespace

std::string name_in_words(const X509_NAME* name) {
    constexpr unsigned long kLegibleUtf8 =
        XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    require(bio != nullptr, "read a name");
    X509_NAME_print_ex(bio.get(), name, 0, kLegibleUtf8);
    ERR_clear_error();
    return printable(text_of(bio), kLongestName);
}

std::string short_name(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) {
        const std::string whole = name_in_words(name);
        return whole.empty() ? "(no name)" : whole;
    }
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    const Owned<unsigned char, free_text> owner(utf8);
    if (length < 0) return "(no name that can be read)";
    return printable({reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length)}, kLongestName);
}

std::vector<std::string> names_of(const X509& certificate) {
    const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> all;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
        const std::string_view bytes = bytes_of(name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress);
        const std::string address = name->type == GEN_IPADD ? address_text(bytes) : "";
        all.push_back(!address.empty() ? address : printable(bytes, kLongestName));
    }
    ERR_clear_error();
    return all;
}

std::string in_words(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i)
        out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    if (names.size() > kNamesShown) out += fmt::format(" and {} more", names.size() - kNamesShown);
    return out;
}

std::string key_in_words(const X509& certificate) {
    const EVP_PKEY* key = X509_get0_pubkey(&certificate);
    if (key == nullptr) return "key that cannot be read";
    const char* type = OBJ_nid2sn(EVP_PKEY_get_base_id(key));
    const std::string name = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? "RSA" : type;
    return fmt::format("{} key of {} bits", name, EVP_PKEY_get_bits(key));
}

std::string signature_in_words(const X509& certificate) {
    const int nid = X509_get_signature_nid(&certificate);
    return nid == NID_undef ? "an unknown algorithm" : OBJ_nid2ln(nid);
}

std::string purposes_in_words(const X509& certificate) {
    const Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> purposes(static_cast<EXTENDED_KEY_USAGE*>(
        X509_get_ext_d2i(&certificate, NID_ext_key_usage, nullptr, nullptr)));
    std::string out;
    for (int i = 0; i < sk_ASN1_OBJECT_num(purposes.get()); ++i)
        out += (i > 0 ? ", " : "") + object_in_words(sk_ASN1_OBJECT_value(purposes.get(), i));
    return out;
}

std::string unknown_critical_extension(const X509& certificate) {
    for (int i = 0; i < X509_get_ext_count(&certificate); ++i) {
        X509_EXTENSION* extension = X509_get_ext(&certificate, i);
        if (X509_EXTENSION_get_critical(extension) == 1 && X509_supported_extension(extension) == 0)
            return object_in_words(X509_EXTENSION_get_object(extension));
    }
    return {};
}

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    const bool is_time = time != nullptr && ASN1_TIME_to_tm(time, &parts) == 1;
    ERR_clear_error();
    return is_time ? ::timegm(&parts) : 0;
}

std::string date_in_words(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string span_in_words(std::int64_t seconds) {
    const auto some = [](std::int64_t count, const char* unit) {
        return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
    };
    if (seconds >= 86400) return some(seconds / 86400, "day");
    if (seconds >= 3600) return some(seconds / 3600, "hour");
    if (seconds >= 60) return some(seconds / 60, "minute");
    return "less than a minute";
}

}  // namespace why401::certs
