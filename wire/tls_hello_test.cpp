#include "wire/tls_hello.h"

#include <gtest/gtest.h>

#include "wire/hex.h"

namespace why401::tls {
namespace {

std::string number(std::size_t value, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
}
std::string with_length(const std::string& text, int bytes) { return number(text.size(), bytes) + text; }
std::string extension(std::size_t type, const std::string& body) {
    return number(type, 2) + with_length(body, 2);
}
std::string sni(const std::string& name) {
    return extension(0, with_length(std::string(1, '\0') + with_length(name, 2), 2));
}
std::string alpn(const std::vector<std::string>& protocols) {
    std::string list;
    for (const std::string& protocol : protocols) list += with_length(protocol, 1);
    return extension(16, with_length(list, 2));
}
/// A handshake message of type ClientHello.
std::string message(const std::string& extensions) {
    return '\1' +
           with_length("\3\3" + std::string(32, 'r') + with_length("session", 1) +
                           with_length("\x13\x01", 2) + with_length(std::string(1, '\0'), 1) + extensions,
                       3);
}
std::string record(const std::string& part) { return "\x16\3\1" + with_length(part, 2); }
std::string hello(const std::string& extensions) { return record(message(with_length(extensions, 2))); }

HelloProgress progress(std::string_view bytes) {
    ClientHello ignored;
    return read_client_hello(bytes, ignored);
}
ClientHello read(std::string_view bytes) {
    ClientHello hello;
    EXPECT_EQ(read_client_hello(bytes, hello), HelloProgress::Complete);
    return hello;
}

/// What OpenSSL 3.0 sends for web01.contoso.test, with h2 and http/1.1; its padding is 201 zeros.
std::string of_openssl() {
    return *hex::decode(
               "1603010200010001fc0303b870a83190b4aaf945ff3532fa3d410eb864f0490fae4b9f96f7762eb59d770320df4e"
               "45cb85ecb1754968799fba2e887900e63c010170e477585bdcd723df33090024130213031301c02cc030c02bc02f"
               "cca9cca8c024c028c023c027009f009e006b006700ff0100018f00000017001500001277656230312e636f6e746f"
               "736f2e74657374000b000403000102000a00160014001d0017001e00190018010001010102010301040023000000"
               "10000e000c02683208687474702f312e310016000000170000000d002a0028040305030603080708080809080a08"
               "0b080408050806040105010601030303010302040205020602002b00050403040303002d00020101003300260024"
               "001d0020938a856070ca6e2e0b965ca6449f369943d85b2cfff0de2296e95ddefc38480f001500c9") +
           std::string(201, '\0');
}

TEST(ClientHello, ThatOfOpenSslIsRead) {
    const ClientHello got = read(of_openssl());
    EXPECT_EQ(got.server_name, "web01.contoso.test");
    EXPECT_EQ(got.alpn_offered, (std::vector<std::string>{"h2", "http/1.1"}));
}

TEST(ClientHello, EachPrefixAsksForMoreAndWhatFollowsIsNotLookedAt) {
    for (const std::string& whole : {of_openssl(), hello(sni("a.test") + alpn({"h2"}))}) {
        for (std::size_t length = 0; length < whole.size(); ++length)
            EXPECT_EQ(progress(std::string_view(whole).substr(0, length)), HelloProgress::NeedMore) << length;
        EXPECT_EQ(progress(whole + record("early data")), HelloProgress::Complete);
    }
}

TEST(ClientHello, MaySpreadOverRecords) {
    const std::string whole = message(with_length(sni("a.test") + alpn({"http/1.1"}), 2));
    std::string bytes;
    for (const char c : whole) bytes += record(std::string(1, c));
    EXPECT_EQ(read(bytes).server_name, "a.test");
    EXPECT_EQ(progress(std::string_view(bytes).substr(0, bytes.size() - 1)), HelloProgress::NeedMore);
}

TEST(ClientHello, MayLackBothExtensionsOrAll) {
    EXPECT_EQ(read(hello("")).server_name, "");
    EXPECT_TRUE(read(record(message(""))).alpn_offered.empty());
}

TEST(ClientHello, ExtensionsThatAreBrokenInsideAreReadAsFarAsTheyGo) {
    EXPECT_EQ(read(hello(extension(0, "\xff"))).server_name, "");
    EXPECT_EQ(read(hello(extension(16, with_length(with_length("h2", 1) + "\x09x", 2)))).alpn_offered,
              (std::vector<std::string>{"h2"}));
}

TEST(ClientHello, OtherThingsAreNotOne) {
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\r\n"), std::string("\x16\2\0\0\x05hello", 10), record("\2server hello"),
          std::string("\x16\3\1\0\0", 5), std::string("\x16\3\1\xff\xff", 5),
          std::string("\x15\3\1\0\2\1\0", 7), record('\1' + std::string(3, '\xff')),
          hello(std::string("\0\0\xff\xff", 4)), record('\1' + with_length("\3\3short", 3))})
        EXPECT_EQ(progress(bytes), HelloProgress::NotOne) << hex::encode(bytes);
}

TEST(ClientHello, OneThatNeverEndsIsGivenUp) {
    std::string bytes = record('\1' + number(kHelloLimit, 3));
    while (progress(bytes) == HelloProgress::NeedMore && bytes.size() < 2 * kHelloLimit)
        bytes += record(std::string(16000, 'x'));
    EXPECT_EQ(progress(bytes), HelloProgress::NotOne);
    EXPECT_LT(bytes.size(), 2 * kHelloLimit);
}

}  // namespace
}  // namespace why401::tls
