// What else Negotiate can carry: NEGOEX, IAKERB, user-to-user, talk with the KDC, and the data of errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/der_walk.h"
#include "tokens/describe.h"
#include "tokens/krb_errors.h"
#include "tokens/token.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/hex.h"
#include "wire/reader.h"

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string field(int number, const std::string& value) { return der::encode(der::context(number), value); }
std::string sequence(const std::string& body) { return der::encode(der::kSequence, body); }
std::string octets(const std::string& body) { return der::encode(der::kOctetString, body); }
std::string general(const std::string& text) { return der::encode(der::kGeneralString, text); }

std::string principal(const std::string& service, const std::string& host) {
    return sequence(field(0, der::encode_integer(2)) + field(1, sequence(general(service) + general(host))));
}

/// The value of a described field; "-" when there is none of that name.
std::string shown(const Token& token, std::string_view name) {
    for (const DescribedField& one : describe(token))
        if (one.name == name) return one.value + "|" + one.meaning;
    return "-";
}

TEST(NegTokenInit, SpellsOutWhatTheClientWantsOfTheContext) {
    // RFC 4178 4.2.1: reqFlags [1] BIT STRING, here mutual, sequence and integrity.
    const std::string body = field(0, sequence(der::encode_oid(kerberos::kMech))) +
                             field(1, der::encode(der::kBitString, std::string("\x01\x52", 2)));
    const Token token = decode_bytes(field(0, sequence(body)));
    EXPECT_EQ(shown(token, "reqFlags"), "0x52000000|mutualFlag, sequenceFlag, integFlag");
}

// --- NEGOEX

std::string negoex_message(std::uint32_t type, std::uint32_t sequence_number, const std::string& rest,
                           std::uint32_t length) {
    std::string out = "NEGOEXTS";
    wire::put_u32_le(out, type);
    wire::put_u32_le(out, sequence_number);
    wire::put_u32_le(out, 40);
    wire::put_u32_le(out, length);
    for (int i = 0; i < 16; ++i) out.push_back(static_cast<char>(i));
    return out + rest;
}

std::string negoex_nego() {
    std::string rest(32 + 8, '\0');  // random, version
    wire::put_u32_le(rest, 96);
    wire::put_u16_le(rest, 1);
    wire::put_u16_le(rest, 0);
    rest.append(8, '\0');  // no extensions
    rest += hex::decode("5c33530deaf90d4db2ec4ae3786ec308").value();
    return negoex_message(0, 0, rest, 112);
}

TEST(Negoex, ListsItsMessagesAndTheSchemesOnOffer) {
    const Token token = decode_bytes(negoex_nego() + negoex_message(2, 1, "metadata", 48));
    const auto& messages = std::get<negoex::Messages>(token);
    ASSERT_EQ(messages.list.size(), 2U);
    EXPECT_EQ(messages.list[0].name(), "INITIATOR_NEGO");
    EXPECT_EQ(messages.list[0].conversation, "03020100-0504-0706-0809-0a0b0c0d0e0f");
    EXPECT_THAT(messages.list[0].auth_schemes, ElementsAre("0d53335c-f9ea-4d0d-b2ec-4ae3786ec308"));
    EXPECT_EQ(messages.list[1].name(), "INITIATOR_META_DATA");
    EXPECT_EQ(messages.list[1].offset, 112U);
    EXPECT_THAT(messages.anomalies, IsEmpty());
    EXPECT_EQ(message_name(token), "NEGOEX");
    EXPECT_THAT(shown(token, "AuthSchemes"), HasSubstr("0d53335c"));
}

TEST(Negoex, StandsInsideSpnego) {
    const Token token = decode_bytes(spnego::encode_init({std::string(spnego::kNegoExMech)}, negoex_nego()));
    EXPECT_EQ(message_name(inner_token(token)), "NEGOEX");
}

TEST(Negoex, LiesAboutLengthsAreReported) {
    const std::string whole = negoex_nego();
    for (std::size_t length = 8; length < whole.size(); ++length)
        EXPECT_FALSE(negoex::decode(whole.substr(0, length)).anomalies.empty()) << length;
    EXPECT_FALSE(negoex::decode(negoex_message(2, 0, "", 4'000'000'000U)).anomalies.empty());
    EXPECT_FALSE(negoex::decode(negoex_message(2, 0, "", 0)).anomalies.empty());
    std::string outside = whole;
    outside[80] = '\x7f';  // the list begins far behind the end
    EXPECT_FALSE(negoex::decode(outside).anomalies.empty());
    EXPECT_FALSE(negoex::decode(whole + "x").anomalies.empty());
    std::string many;
    for (int i = 0; i < 100; ++i) many += negoex_message(2, 0, "", 40);
    EXPECT_EQ(negoex::decode(many).list.size(), 16U);
}

// --- user-to-user, IAKERB, the KDC

TEST(KerberosSide, UserToUserAsksForTheServersTicket) {
    const std::string request =
        sequence(field(0, der::encode_integer(5)) + field(1, der::encode_integer(16)) +
                 field(2, principal("HTTP", "desk7")) + field(3, general("CONTOSO.TEST")));
    const Token asked =
        decode_bytes(encode_gss_frame(kerberos::kMechUserToUser, std::string("\x04\x00", 2) + request));
    EXPECT_EQ(message_name(asked), "TGT-REQ");
    EXPECT_EQ(std::get<kerberos::SideMessage>(asked).sname.text(), "HTTP/desk7");
    EXPECT_EQ(std::get<kerberos::SideMessage>(asked).realm, "CONTOSO.TEST");

    const std::string ticket = der::encode(
        der::application(1), sequence(field(0, der::encode_integer(5)) + field(1, general("CONTOSO.TEST")) +
                                      field(2, principal("krbtgt", "CONTOSO.TEST"))));
    const std::string reply =
        sequence(field(0, der::encode_integer(5)) + field(1, der::encode_integer(17)) + field(2, ticket));
    const Token given = decode_bytes(encode_gss_frame(kerberos::kMechUserToUser, "\x04\x01" + reply));
    EXPECT_EQ(message_name(given), "TGT-REP");
    EXPECT_EQ(std::get<kerberos::SideMessage>(given).sname.text(), "krbtgt/CONTOSO.TEST");
    EXPECT_THAT(anomalies(given), IsEmpty());
}

TEST(KerberosSide, IakerbCarriesTheTalkWithTheKdc) {
    const std::string header = sequence(field(1, der::encode(0x0C, "CONTOSO.TEST")));
    const std::string asks = der::encode(der::application(10), sequence(""));
    const Token asked = decode_bytes(encode_gss_frame(kerberos::kMechIakerb, "\x05\x01" + header + asks));
    EXPECT_EQ(message_name(asked), "IAKERB-PROXY");
    EXPECT_EQ(std::get<kerberos::SideMessage>(asked).carried, "AS-REQ");
    EXPECT_EQ(std::get<kerberos::SideMessage>(asked).realm, "CONTOSO.TEST");

    const std::string framed =
        kerberos::encode_krb_error(7, "20261122221836Z", "CONTOSO.TEST", {"HTTP", "x"});
    const std::string error = framed.substr(framed.find('\x7e'));
    const Token refused = decode_bytes(encode_gss_frame(kerberos::kMechIakerb, "\x05\x01" + header + error));
    EXPECT_EQ(std::get<kerberos::SideMessage>(refused).error->error_name(), "KDC_ERR_S_PRINCIPAL_UNKNOWN");
    EXPECT_THAT(shown(refused, "error"), HasSubstr("KDC_ERR_S_PRINCIPAL_UNKNOWN"));
}

TEST(KerberosSide, MessagesOfTheKdcAreNamed) {
    EXPECT_EQ(message_name(decode_bytes(der::encode(der::application(11), sequence("")))), "AS-REP");
    EXPECT_EQ(message_name(decode_bytes(der::encode(der::application(12), sequence("")))), "TGS-REQ");
    EXPECT_EQ(message_name(decode_bytes("m\xaa")), "unknown") << "begins like a TGS-REP and is none";
}

TEST(KerberosSide, CutAnywhereItKeepsItsKindOrIsUnknown) {
    const std::string header = sequence(field(1, der::encode(0x0C, "CONTOSO.TEST")));
    const std::string whole = encode_gss_frame(kerberos::kMechIakerb, "\x05\x01" + header);
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const std::string name = message_name(decode_bytes(whole.substr(0, length)));
        EXPECT_TRUE(name == "IAKERB-PROXY" || name == "unknown") << length << " " << name;
    }
}

TEST(Kerberos, ATokenIdThatDoesNotFitItsMessageIsReported) {
    std::string framed = kerberos::encode_krb_error(41, "20261122221836Z", "X", {"HTTP", "x"});
    const std::size_t id = framed.find('\x03');
    framed[id] = '\x01';
    const auto error = std::get<kerberos::KrbError>(decode_bytes(framed));
    EXPECT_EQ(error.error_code, 41);
    ASSERT_EQ(error.anomalies.size(), 1U);
    EXPECT_EQ(error.anomalies[0].offset, id);
}

TEST(Kerberos, TheHistoricalOidOfWindowsIsKerberosToo) {
    const std::string raw = hex::decode(vectors::kRawApReq).value();
    const auto frame = open_gss_frame(raw);
    const auto request =
        std::get<kerberos::ApReq>(decode_bytes(encode_gss_frame(kerberos::kMechMicrosoft, frame->inner)));
    EXPECT_EQ(request.mech, kerberos::kMechMicrosoft);
    EXPECT_EQ(request.spn(), "host/dc01");
    EXPECT_THAT(request.anomalies, IsEmpty());
}

// --- the data of errors

std::string ext_error(std::uint32_t status) {
    std::string out;
    wire::put_u32_le(out, status);
    wire::put_u32_le(out, 0);
    wire::put_u32_le(out, 1);
    return out;
}

TEST(ErrorData, OfAPublishedErrorListsWhatTheKdcAsksFor) {
    const auto error =
        std::get<kerberos::KrbError>(decode_bytes(hex::decode(vectors::kKrbErrorInner).value()));
    EXPECT_EQ(error.data.kind, kerberos::ErrorData::Kind::MethodData);
    EXPECT_EQ(describe(error.data),
              "METHOD-DATA: PA-ETYPE-INFO2, PA-ENC-TIMESTAMP, PA-PK-AS-REQ, PA-PK-AS-REP_OLD");
}

TEST(ErrorData, OfWindowsHoldsAnNtStatus) {
    const auto direct = kerberos::read_error_data(
        sequence(field(1, der::encode_integer(3)) + field(2, octets(ext_error(0xC000006DU)))));
    EXPECT_EQ(direct.kind, kerberos::ErrorData::Kind::Windows);
    EXPECT_EQ(direct.nt_status, 0xC000006DU);
    const auto listed = kerberos::read_error_data(
        sequence(sequence(field(1, der::encode_integer(3)) + field(2, octets(ext_error(0xC0000133U))))));
    EXPECT_EQ(listed.nt_status, 0xC0000133U);
    const auto skew =
        kerberos::read_error_data(sequence(field(1, der::encode_integer(2)) + field(2, octets(""))));
    EXPECT_TRUE(skew.skew_recovery);
}

TEST(ErrorData, ASaltOfTwelveLettersIsNoNtStatus) {
    const auto data = kerberos::read_error_data(
        sequence(sequence(field(1, der::encode_integer(3)) + field(2, octets("CONTOSOalice")))));
    EXPECT_FALSE(data.nt_status);
    EXPECT_EQ(describe(data), "METHOD-DATA: PA-PW-SALT");
}

TEST(ErrorData, TypedDataCountsFromZero) {
    const auto data = kerberos::read_error_data(
        sequence(sequence(field(0, der::encode_integer(104)) + field(1, octets("x")))));
    EXPECT_EQ(data.kind, kerberos::ErrorData::Kind::TypedData);
    EXPECT_EQ(describe(data), "TYPED-DATA: type 104");
}

TEST(ErrorData, AnythingElseStaysOpaque) {
    for (const std::string& bytes : {std::string(), std::string("text"), sequence(""), sequence(octets("x")),
                                     sequence(field(5, octets("x"))), std::string("\x30\x80", 2)})
        EXPECT_EQ(kerberos::read_error_data(bytes).kind, kerberos::ErrorData::Kind::Opaque);
    std::string many;
    for (int i = 0; i < 500; ++i) many += sequence(field(1, der::encode_integer(i)));
    EXPECT_EQ(kerberos::read_error_data(sequence(many)).entries.size(), 32U);
}

TEST(KrbErrors, AllSixtyEightHaveANameAndAText) {
    int known = 0;
    for (int code = 0; code < 200; ++code) {
        const auto* error = kerberos::find_error(code);
        if (error == nullptr) continue;
        ++known;
        EXPECT_EQ(error->code, code);
        EXPECT_GT(std::string_view(error->text).size(), 5U) << code;
    }
    EXPECT_EQ(known, 68);
}

}  // namespace
}  // namespace why401
