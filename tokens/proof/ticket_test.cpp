#include "tokens/proof/ticket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <krb5/krb5.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/opened_ticket.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/hex.h"

namespace why401::proof {
namespace {

constexpr krb5_enctype kAes256 = 18, kAes128 = 17, kRc4 = 23;
constexpr const char* kWeb = "HTTP/web01.contoso.test@CONTOSO.TEST";

/// A keytab file and tickets made with its keys, by libkrb5.
class Tickets : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(krb5_init_context(&context_), 0);
        char name[] = "/tmp/why401-keytab-XXXXXX";
        const int descriptor = ::mkstemp(name);
        ASSERT_GE(descriptor, 0);
        ::close(descriptor);
        std::filesystem::remove(name);
        file_ = name;
    }
    void TearDown() override {
        std::filesystem::remove(file_);
        krb5_free_context(context_);
    }

    static std::string key(krb5_enctype etype, char fill) {
        return std::string(etype == kAes256 ? 32 : 16, fill);
    }

    void add(const char* name, krb5_kvno version, krb5_enctype etype, char fill) {
        krb5_keytab keytab = nullptr;
        ASSERT_EQ(krb5_kt_resolve(context_, ("WRFILE:" + file_).c_str(), &keytab), 0);
        std::string bytes = key(etype, fill);
        krb5_keytab_entry entry = {};
        ASSERT_EQ(krb5_parse_name(context_, name, &entry.principal), 0);
        entry.vno = version;
        entry.key.enctype = etype;
        entry.key.length = static_cast<unsigned>(bytes.size());
        entry.key.contents = reinterpret_cast<krb5_octet*>(bytes.data());
        EXPECT_EQ(krb5_kt_add_entry(context_, keytab, &entry), 0);
        krb5_free_principal(context_, entry.principal);
        krb5_kt_close(context_, keytab);
    }

    std::string seal(krb5_enctype etype, std::string bytes, int usage, const std::string& plain) {
        krb5_keyblock block = {};
        block.enctype = etype;
        block.length = static_cast<unsigned>(bytes.size());
        block.contents = reinterpret_cast<krb5_octet*>(bytes.data());
        std::size_t length = 0;
        EXPECT_EQ(krb5_c_encrypt_length(context_, etype, plain.size(), &length), 0);
        std::string cipher(length, '\0');
        krb5_data input = {};
        input.length = static_cast<unsigned>(plain.size());
        input.data = const_cast<char*>(plain.data());
        krb5_enc_data output = {};
        output.ciphertext.length = static_cast<unsigned>(length);
        output.ciphertext.data = cipher.data();
        EXPECT_EQ(krb5_c_encrypt(context_, &block, usage, nullptr, &input, &output), 0);
        cipher.resize(output.ciphertext.length);
        return cipher;
    }

    /// An AP-REQ for kWeb, sealed with such a key.
    std::string request(krb5_kvno version, krb5_enctype etype, char fill) {
        const std::string session = key(kAes256, 's');
        return test::ap_req(etype, version,
                            seal(etype, key(etype, fill), 2, test::ticket_inside(kAes256, session)),
                            seal(kAes256, session, 11, test::authenticator_inside()));
    }

    Ticket open(const std::string& token) { return open_ticket(Keytab(file_), token); }

    krb5_context context_ = nullptr;
    std::string file_;
};

TEST_F(Tickets, TheRightKeyShowsWhoseTicketItIs) {
    for (const krb5_enctype etype : {kAes256, kAes128, kRc4}) {
        add(kWeb, 3, etype, 'k');
        const Ticket ticket = open(request(3, etype, 'k'));
        ASSERT_EQ(ticket.key, KeyFit::Fits) << etype;
        EXPECT_EQ(ticket.service, kWeb);
        EXPECT_EQ(ticket.inside.client, "alice@CONTOSO.TEST");
        EXPECT_EQ(ticket.inside.starts, 1'764'371'100);
        EXPECT_EQ(ticket.inside.ends, 1'764'407'100);
        EXPECT_TRUE(ticket.inside.forwardable());
        EXPECT_EQ(ticket.inside.session_etype, kAes256);
        EXPECT_EQ(ticket.inside.session_key, "") << "the session key goes nowhere";
        EXPECT_TRUE(ticket.inside.has_pac);
        EXPECT_EQ(ticket.inside.pac_name, "alice");
        ASSERT_TRUE(ticket.authenticator);
        EXPECT_EQ(ticket.authenticator->client_time_us, 1'764'371'200'000'042);
        EXPECT_EQ(ticket.authenticator->channel_bindings,
                  "6262626262626262"
                  "6262626262626262");
        EXPECT_TRUE(ticket.authenticator->delegates);
    }
}

TEST_F(Tickets, EveryWayInWhichAKeyDoesNotFitHasItsName) {
    add(kWeb, 3, kAes256, 'k');
    EXPECT_EQ(open(request(3, kAes256, 'x')).key, KeyFit::DoesNotFit);
    EXPECT_EQ(open(request(4, kAes256, 'x')).key, KeyFit::OtherVersion);
    EXPECT_EQ(open(request(3, kAes128, 'k')).key, KeyFit::OtherType);
    std::filesystem::remove(file_);
    add("HTTP/other.contoso.test@CONTOSO.TEST", 3, kAes256, 'x');
    EXPECT_EQ(open(request(3, kAes256, 'k')).key, KeyFit::NoSuchName);
}

TEST_F(Tickets, TheVersionIsAHintAndANameIsNoKey) {
    add("HTTP/other.contoso.test@CONTOSO.TEST", 9, kAes256, 'k');
    const Ticket ticket = open(request(3, kAes256, 'k'));
    EXPECT_EQ(ticket.key, KeyFit::Fits);
    EXPECT_EQ(ticket.opened_by, 0U);
}

TEST_F(Tickets, CutOffOrForeignBytesAreUnreadable) {
    add(kWeb, 3, kAes256, 'k');
    const std::string whole = request(3, kAes256, 'k');
    for (std::size_t length = 0; length < whole.size(); length += 3)
        EXPECT_NE(open(whole.substr(0, length)).key, KeyFit::Fits) << length;
    EXPECT_EQ(open(hex::decode(vectors::kRawApRep).value()).key, KeyFit::Unreadable);
    EXPECT_EQ(open(hex::decode(vectors::kRawApReq).value()).key, KeyFit::NoSuchName);
}

TEST_F(Tickets, AFileThatIsNoKeytabIsRefusedInASentence) {
    EXPECT_THROW(Keytab("/nonexistent/keytab"), std::runtime_error);
    std::ofstream(file_) << "no keytab";
    try {
        Keytab keytab(file_);
        FAIL() << "it was taken";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("cannot be read"));
    }
}

}  // namespace
}  // namespace why401::proof
