#include "app/report_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/exchange_tokens.h"
#include "tests/support/record_equality.h"
#include "wire/utf8.h"

namespace why401 {
namespace {

namespace json = boost::json;

/// Serialised, checked to be valid JSON in valid UTF-8.
std::string valid(const json::value& value) {
    const std::string text = json::serialize(value);
    EXPECT_TRUE(utf8::valid(text)) << text;
    boost::system::error_code error;
    json::parse(text, error);
    EXPECT_FALSE(error) << text;
    return text;
}

/// Every byte, and sequences that are nearly UTF-8.
std::string hostile() {
    std::string bytes = "\xc0\x80 \xed\xa0\x80 \xf8\x88 \xe2\x82";
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes + "</script>\"\\\x1b[31m";
}

ExchangeReading alices_reading() {
    ExchangeReading reading;
    reading.exchange = static_cast<ExchangeId>(8);
    reading.substatus = Substatus{"401.2", SubstatusBasis::Page, Confidence::Certain};
    reading.scheme = "NTLM";
    reading.leg = "none";
    reading.client_identity = "CONTOSO\\alice";
    reading.finding = "NTLM-POOL-001";
    reading.conversation = 3;
    return reading;
}

TEST(ReportJson, AnExchangeHasTheKeysOfTheContractInTheirOrder) {
    const ExchangeRow row{static_cast<ExchangeId>(8),
                          ConnectionId{Leg::Client, 1},
                          ConnectionId{Leg::Upstream, 3},
                          "GET",
                          "http://web01/logo.png",
                          401,
                          "",
                          0};
    EXPECT_EQ(
        valid(exchange_json(row, alices_reading())),
        R"({"id":8,"client_connection":"C1","upstream_connection":"U3","method":"GET",)"
        R"("url":"http://web01/logo.png","status":401,)"
        R"("substatus":{"value":"401.2","basis":"page","confidence":"certain"},"scheme":"NTLM","leg":"none",)"
        R"("client_identity":"CONTOSO\\alice","identity":null,"finding":"NTLM-POOL-001"})");
}

TEST(ReportJson, AFindingHasTheKeysOfTheContractInTheirOrder) {
    Finding finding;
    finding.id = 1;
    finding.rule = "NTLM-POOL-001";
    finding.title = "t";
    finding.because = "b";
    finding.exchange = static_cast<ExchangeId>(8);
    finding.evidence = {{static_cast<ExchangeId>(3), "request.header[3]",
                         std::pair<std::uint64_t, std::uint64_t>{112, 348}, "s"}};
    finding.fix = {"f"};
    EXPECT_EQ(valid(finding_json(finding)),
              R"({"id":1,"rule":"NTLM-POOL-001","kind":"failure","severity":"error","confidence":"possible",)"
              R"("title":"t","because":"b","culprit":"unknown","exchange":8,"conversation":null,)"
              R"("evidence":[{"exchange":3,"at":"request.header[3]","bytes":[112,348],"says":"s"}],)"
              R"("ruled_out":[],"not_visible":[],"consequence":"","fix":["f"],"sources":[]})");
}

TEST(ReportJson, IsValidForHostileBytesWhereverTheyStand) {
    Exchange exchange = testing_record::rich_exchange(1);
    exchange.request =
        message_from_head("GET /" + hostile() + " HTTP/1.1\r\n\r\n", http1::HeadParser::Kind::Request);
    exchange.authority = hostile();
    exchange.request.body.kept = hostile();
    exchange.response.head = hostile();
    exchange.decision->because = hostile();
    exchange.fault->what = hostile();
    exchange.injected = {hostile()};
    exchange.interim = {hostile()};
    ExchangeReading reading;
    reading.scheme = reading.finding = reading.leg = hostile();
    reading.client_identity = reading.identity = hostile();
    valid(exchange_detail_json(exchange, reading));
    valid(reading_json(reading));
    Connection connection;
    connection.origin = connection.peer = connection.local = hostile();
    connection.closing = Closing{ClosedBy::Us, CloseKind::Reset, {}, hostile()};
    valid(connection_json(connection));
    ConversationReading conversation;
    conversation.origin = conversation.identity = conversation.outcome = hostile();
    valid(conversation_json(conversation));
}

TEST(ReportJson, AHeadHasOneCharacterForEachByteSoThatOffsetsHold) {
    Exchange exchange = testing_record::plain_exchange(1);
    exchange.request = message_from_head("GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\xa9\xff!\r\n\r\n",
                                         http1::HeadParser::Kind::Request);
    const json::object detail = exchange_detail_json(exchange, {});
    const json::object& request = detail.at("request").as_object();
    std::string_view head(request.at("head").as_string().data(), request.at("head").as_string().size());
    std::size_t characters = 0;
    while (!head.empty()) {
        utf8::next(head);
        ++characters;
    }
    EXPECT_EQ(characters, exchange.request.head.size());
    const json::value& x_field = request.at("fields").as_array().at(1);
    EXPECT_EQ(x_field.at("value_bytes").as_array().at(1).to_number<int>(), 4);
}

TEST(ReportJson, TokensAreDecodedWhereTheyStandAndTheirNumberIsBounded) {
    Exchange exchange;
    std::string offers = "WWW-Authenticate: NTLM";
    for (std::size_t i = 0; i < kMostDecoded; ++i) offers += ", X" + std::to_string(i);
    exchange.request =
        message_from_head("GET / HTTP/1.1\r\nHost: web01\r\nAuthorization: Basic \xff\xff\r\n\r\n",
                          http1::HeadParser::Kind::Request);
    exchange.response =
        message_from_head("HTTP/1.1 401 Unauthorized\r\n" + offers + "\r\n" + offers + "\r\n\r\n",
                          http1::HeadParser::Kind::Response);
    const json::array tokens = json::parse(json::serialize(tokens_json(exchange))).as_array();
    ASSERT_EQ(tokens.size(), 3u);
    EXPECT_EQ(tokens[0].at("at"), "request.header[1]");
    EXPECT_EQ(tokens[0].at("decoded").as_array()[0].at("scheme"), "Basic");
    const auto place = tokens[1].at("bytes").as_array();
    EXPECT_EQ(exchange.response.head.substr(place[0].to_number<std::size_t>(), 5), "NTLM,");
    std::size_t decoded = 0;
    for (const json::value& token : tokens) decoded += token.at("decoded").as_array().size();
    EXPECT_EQ(decoded, kMostDecoded);
}

TEST(ReportJson, AReadingComesBackFromItsJson) {
    const ExchangeReading reading = reading_from_json(json::serialize(reading_json(alices_reading())));
    EXPECT_EQ(reading.exchange, static_cast<ExchangeId>(8));
    ASSERT_TRUE(reading.substatus);
    EXPECT_EQ(reading.substatus->value, "401.2");
    EXPECT_EQ(reading.substatus->basis, SubstatusBasis::Page);
    EXPECT_EQ(reading.substatus->confidence, Confidence::Certain);
    EXPECT_EQ(reading.scheme, "NTLM");
    EXPECT_EQ(reading.client_identity, "CONTOSO\\alice");
    EXPECT_FALSE(reading.identity);
    EXPECT_EQ(reading.finding, "NTLM-POOL-001");
    EXPECT_EQ(reading.conversation, 3u);
    for (const char* odd : {"", "[]", "{", R"({"scheme":4,"substatus":[]})", "null"})
        EXPECT_EQ(reading_from_json(odd).scheme, "") << odd;
}

TEST(UtcText, IsUtcWithMicrosecondsAndZ) {
    EXPECT_EQ(utc_text(1'795'000'000'003'000), "2026-11-18T11:06:40.003000Z");
    EXPECT_EQ(utc_text(0), "");
}

TEST(Utf8Clean, KeepsWhatIsValidAndReplacesTheRest) {
    EXPECT_EQ(utf8_clean("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(utf8_clean("a\xff"
                         "b"),
              "a\xef\xbf\xbd"
              "b");
}

}  // namespace
}  // namespace why401
