#include "tokens/proof/keytab.h"

#include <krb5/krb5.h>

#include <stdexcept>

#include "tokens/kerberos.h"
#include "tokens/proof/wiped.h"

namespace why401::proof {
namespace {

constexpr std::size_t kMostEntries = 4'096;

}  // namespace

struct Keytab::Library {
    Library() {
        // The machine's own krb5.conf does not matter for reading keys; one that is broken must not either.
        if (krb5_init_context(&context) != 0)
            throw std::runtime_error("libkrb5 cannot start: is krb5.conf of this machine broken?");
    }
    ~Library() {
        for (krb5_keyblock& key : keys) krb5_free_keyblock_contents(context, &key);
        krb5_free_context(context);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    std::string reason(krb5_error_code code) const {
        const char* text = krb5_get_error_message(context, code);
        std::string out = text == nullptr ? "unknown error" : text;
        krb5_free_error_message(context, text);
        return out;
    }

    std::optional<std::string> decrypt(const krb5_keyblock& key, int usage, std::string_view cipher) const {
        krb5_enc_data input = {};
        input.enctype = key.enctype;
        input.ciphertext.length = static_cast<unsigned>(cipher.size());
        input.ciphertext.data = const_cast<char*>(cipher.data());  // read only
        std::string plain(cipher.size(), '\0');
        krb5_data output = {};
        output.length = static_cast<unsigned>(plain.size());
        output.data = plain.data();
        if (krb5_c_decrypt(context, &key, usage, nullptr, &input, &output) != 0) return std::nullopt;
        plain.resize(output.length);
        return plain;
    }

    krb5_context context = nullptr;
    std::vector<krb5_keyblock> keys;  ///< one for each entry
};

std::string Keytab::Entry::text() const {
    const std::string type = kerberos::etype_name(etype);
    return principal + ", version " + std::to_string(version) + ", " +
           (type.empty() ? "encryption type " + std::to_string(etype) : type);
}

Keytab::Keytab(const std::filesystem::path& file) : library_(std::make_unique<Library>()) {
    const krb5_context context = library_->context;
    const auto refuse = [&](krb5_error_code code) {
        throw std::runtime_error("the keytab " + file.string() +
                                 " cannot be read: " + library_->reason(code));
    };
    krb5_keytab keytab = nullptr;
    if (const auto code = krb5_kt_resolve(context, ("FILE:" + file.string()).c_str(), &keytab)) refuse(code);
    krb5_kt_cursor cursor = nullptr;
    if (const auto code = krb5_kt_start_seq_get(context, keytab, &cursor)) {
        const std::string why = library_->reason(code);
        krb5_kt_close(context, keytab);
        throw std::runtime_error("the keytab " + file.string() + " cannot be read: " + why);
    }
    krb5_keytab_entry entry = {};
    while (entries_.size() < kMostEntries && krb5_kt_next_entry(context, keytab, &entry, &cursor) == 0) {
        char* name = nullptr;
        krb5_keyblock key = {};
        if (krb5_unparse_name(context, entry.principal, &name) == 0 &&
            krb5_copy_keyblock_contents(context, &entry.key, &key) == 0) {
            library_->keys.push_back(key);
            entries_.push_back({name, entry.vno, entry.key.enctype});
        }
        krb5_free_unparsed_name(context, name);
        krb5_free_keytab_entry_contents(context, &entry);
    }
    krb5_kt_end_seq_get(context, keytab, &cursor);
    krb5_kt_close(context, keytab);
}

Keytab::~Keytab() = default;
Keytab::Keytab(Keytab&&) noexcept = default;
Keytab& Keytab::operator=(Keytab&&) noexcept = default;

std::optional<std::string> Keytab::open(std::size_t index, int usage, std::string_view cipher) const {
    return library_->decrypt(library_->keys.at(index), usage, cipher);
}

std::optional<std::string> Keytab::open_with(std::int64_t etype, std::string_view key, int usage,
                                             std::string_view cipher) const {
    Wiped copy{std::string(key)};
    krb5_keyblock block = {};
    block.enctype = static_cast<krb5_enctype>(etype);
    block.length = static_cast<unsigned>(key.size());
    block.contents = reinterpret_cast<krb5_octet*>(const_cast<char*>(copy.view().data()));
    return library_->decrypt(block, usage, cipher);
}

}  // namespace why401::proof
