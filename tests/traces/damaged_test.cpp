// Files that are cut off, empty, hostile or none at all: what can be read is read, the rest is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/trace.h"
#include "tests/support/told.h"
#include "tests/support/traces.h"

namespace why401::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Read = TraceNotes (*)(std::string_view, const TraceSink&);

std::string error_of(Read read, const std::string& bytes) {
    try {
        read(bytes, [](RecordItem) {});
        return "(it was read)";
    } catch (const TraceError& error) {
        return error.what();
    }
}

struct Got {
    std::vector<Exchange> exchanges;
    std::vector<Connection> connections;
    TraceNotes notes;
};
Got got(Read read, const std::string& bytes) {
    Got found;
    found.notes = read(bytes, [&](RecordItem item) {
        if (auto* exchange = std::get_if<Exchange>(&item)) found.exchanges.push_back(std::move(*exchange));
        if (auto* connection = std::get_if<Connection>(&item))
            found.connections.push_back(std::move(*connection));
    });
    return found;
}

Story three() {
    return story()
        .recorded_by_another_proxy()
        .on(1, 1)
        .get("/1")
        .answers(200)
        .get("/2")
        .answers(200)
        .get("/3")
        .answers(200);
}

const HarStyle kFirefox{"Firefox", true, "HTTP/1.1", {}};

TEST(DamagedHar, WhatIsNoHarSaysSo) {
    EXPECT_THAT(error_of(read_har, "{}"), HasSubstr("\"log\""));
    EXPECT_THAT(error_of(read_har, ""), HasSubstr("\"log\""));
    EXPECT_THAT(error_of(read_har, R"({"log":{}})"), HasSubstr("log.entries"));
    EXPECT_THAT(error_of(read_har, R"({"log":{"entries":7}})"), HasSubstr("log.entries"));
    EXPECT_THAT(error_of(read_har, R"({"log":{"entries":[{"request":)"),
                HasSubstr("log.entries[0], byte 18"));
    EXPECT_THAT(got(read_har, R"({"log":{"entries":[]}})").exchanges, IsEmpty());
}

TEST(DamagedHar, OneThatIsCutOffIsReadUpToTheCut) {
    const std::string whole = har_of(three(), kFirefox);
    const Got found = got(read_har, whole.substr(0, whole.size() - 300));
    EXPECT_THAT(found.exchanges, SizeIs(2));
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("log.entries[2], byte ")));
}

TEST(DamagedHar, AnEntryThatIsNoneIsCountedAndNamed) {
    int number = 0;
    HarStyle style = kFirefox;
    style.change = [&](json::object& entry) {
        ++number;
        if (number == 2) entry["request"].as_object().erase("url");
        if (number == 3) entry["request"] = 12;
    };
    const Got found = got(read_har, har_of(three(), style));
    EXPECT_THAT(found.exchanges, SizeIs(1));
    EXPECT_THAT(found.notes.remarks,
                ElementsAre(HasSubstr("2 entries could not be read; the first: log.entries[1].request.url")));
}

TEST(DamagedHar, FieldsCannotForgeAHead) {
    HarStyle style;
    style.change = [](json::object& entry) {
        entry["request"].as_object()["method"] = "GET / HTTP/1.1\r\nAuthorization: Basic x\r\n";
        entry["request"].as_object()["headers"].as_array().emplace_back(json::object{
            {"name", "A\r\nAuthorization: Basic x\r\nB"}, {"value", "1\r\n\r\nAuthorization: y"}});
        entry["request"].as_object()["headers"].as_array().emplace_back(
            json::object{{"name", 1}, {"value", nullptr}});
    };
    for (const Exchange& exchange : got(read_har, har_of(three(), style)).exchanges)
        EXPECT_TRUE(values(exchange.request, "Authorization").size() <= 1) << exchange.request.head;
}

TEST(DamagedHar, StrangeNumbersAndTimesAreNone) {
    HarStyle style;
    style.change = [](json::object& entry) {
        entry["startedDateTime"] = "yesterday";
        entry["time"] = -1e300;
        entry["connection"] = 12;
        entry["response"].as_object()["status"] = 1e99;
        entry["response"].as_object()["content"].as_object()["size"] = -5;
    };
    const Got found = got(read_har, har_of(three(), style));
    EXPECT_THAT(found.exchanges, SizeIs(3));
    for (const Exchange& exchange : found.exchanges) EXPECT_EQ(exchange.status, 0);
}

TEST(DamagedHar, DeepNestingIsRefusedForItsEntryAlone) {
    HarStyle style = kFirefox;
    int number = 0;
    style.change = [&](json::object& entry) { entry["_initiator"] = ++number == 2 ? "DEEP" : "x"; };
    std::string text = har_of(three(), style);
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    text.replace(text.find("\"DEEP\""), 6, deep);
    const Got found = got(read_har, text);
    EXPECT_THAT(found.exchanges, SizeIs(2));
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("log.entries[1]")));
}

TEST(DamagedNetlog, ABrowserThatWasKilledLeavesItOpenAndItIsRead) {
    const NetlogOf log(three());
    const Got found = got(read_netlog, log.cut(log.events.size() - 2));
    ASSERT_THAT(found.exchanges, SizeIs(3));
    EXPECT_EQ(found.exchanges[0].status, 200);
    EXPECT_EQ(found.exchanges[2].status, 0) << "its answer stands behind the cut";
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("breaks off at byte")));
}

TEST(DamagedNetlog, WhatIsNoneSaysSo) {
    EXPECT_THAT(error_of(read_netlog, "{}"), HasSubstr("constants"));
    EXPECT_THAT(error_of(read_netlog, R"({"constants":{"logEventTypes":{)"), HasSubstr("constants"));
    EXPECT_THAT(error_of(read_netlog, R"({"constants":{"logEventTypes":{}},"events":[]})"),
                HasSubstr("requests"));
    EXPECT_THAT(error_of(read_netlog,
                         R"({"constants":{"logEventTypes":{"HTTP_TRANSACTION_READ_RESPONSE_HEADERS":1}}})"),
                HasSubstr("events"));
}

TEST(DamagedNetlog, WhatTheBrowserCouldNotUseIsSaid) {
    NetlogOf log(three());
    json::object constants = json::parse(log.text()).as_object()["constants"].as_object();
    constants["logEventTypes"].as_object()["AUTH_HANDLER_CREATE_RESULT"] = 77;
    json::array events = log.events;
    events.emplace_back(json::object{
        {"type", 77},
        {"phase", 0},
        {"time", "1"},
        {"source", json::object{{"id", 9}, {"type", 1}}},
        {"params",
         json::object{{"net_error", -339}, {"scheme", "negotiate"}, {"origin", "http://web01.test"}}}});
    const Got found =
        got(read_netlog, json::serialize(json::object{{"constants", constants}, {"events", events}}));
    EXPECT_THAT(found.notes.remarks,
                ElementsAre(HasSubstr(
                    "could not use negotiate at http://web01.test: ERR_UNSUPPORTED_AUTH_SCHEME (-339)")));
}

TEST(DamagedSaz, WhatIsNoneSaysSo) {
    EXPECT_THAT(error_of(read_saz, "PK\x03\x04 and nothing more"), HasSubstr("cannot be opened"));
    EXPECT_THAT(error_of(read_saz, zip_of({{"readme.txt", "hello"}})), HasSubstr("without sessions"));
    EXPECT_THAT(error_of(read_saz, zip_of(saz_files_of(three()), "secret")), HasSubstr("password"));
}

TEST(DamagedSaz, WrongNamesAndMissingPartsAreToldApart) {
    std::map<std::string, std::string> files = saz_files_of(three());
    files["raw/../../etc/passwd_c.txt"] = "GET / HTTP/1.1\r\n\r\n";
    files["raw/9_x.txt"] = "?";
    files["RAW\\7_C.TXT"] = "GET http://web01.test/7 HTTP/1.1\r\nHost: web01.test\r\n\r\n";
    files["raw/8_s.txt"] = "HTTP/1.1 200 OK\r\n\r\n";
    files["raw/01_m.xml"] = "<Session><broken";
    files["raw/02_c.txt"] = "";
    const Got found = got(read_saz, zip_of(files));
    EXPECT_THAT(found.exchanges, SizeIs(3)) << "1, 3 and 7";
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("2 sessions hold no request")));
}

TEST(DamagedSaz, ASmallArchiveCannotFillTheMemory) {
    std::map<std::string, std::string> files;
    files["raw/1_c.txt"] = "GET http://web01.test/ HTTP/1.1\r\nHost: web01.test\r\n\r\n";
    files["raw/1_s.txt"] = "HTTP/1.1 401 Unauthorized\r\n\r\n" + std::string(200u << 20, 'a');
    const Got found = got(read_saz, zip_of(files));
    ASSERT_THAT(found.exchanges, SizeIs(1));
    EXPECT_LE(found.exchanges[0].response.body.kept.size(), 64u * 1024);
}

TEST(DamagedSaz, EntitiesAndDocumentTypesAreNotFollowed) {
    std::map<std::string, std::string> files = saz_files_of(three());
    files["raw/01_m.xml"] =
        "<?xml version=\"1.0\"?><!DOCTYPE s [<!ENTITY a \"aaaaaaaa\"><!ENTITY b "
        "\"&a;&a;\">]><Session><SessionFlags>"
        "<SessionFlag N=\"x-clientport\" V=\"&b;\"/></SessionFlags></Session>";
    EXPECT_THAT(got(read_saz, zip_of(files)).exchanges, SizeIs(3));
}

// Packet captures.

Story login() { return story().recorded_by_another_proxy().on(1, 1).ntlm_login("CONTOSO\\alice"); }

TEST(DamagedPcap, RepeatedAndReorderedSegmentsAreWhatTheyShouldHaveBeen) {
    PcapOf capture(100);
    capture.add(login());
    auto& packets = capture.packets;
    for (std::size_t i = 4; i + 1 < packets.size(); i += 5) {
        std::swap(packets[i].frame, packets[i + 1].frame);
        packets.insert(packets.begin() + static_cast<std::ptrdiff_t>(i), packets[i - 2]);
    }
    const Got found = got(read_pcap, capture.text());
    ASSERT_THAT(found.exchanges, SizeIs(3));
    EXPECT_EQ(found.exchanges[2].status, 200);
    EXPECT_THAT(found.notes.remarks, IsEmpty());
}

TEST(DamagedPcap, AHoleEndsTheReadingOfItsConnectionAndIsSaid) {
    PcapOf capture(200);
    capture.add(login());
    capture.packets.erase(capture.packets.end() - 3);  // within the AUTHENTICATE
    const Got found = got(read_pcap, capture.text());
    EXPECT_THAT(
        found.notes.remarks,
        ElementsAre(HasSubstr("bytes that the capture lacks (the first: 10.0.0.5:50001 to 10.0.0.9:80")));
    ASSERT_THAT(found.exchanges, SizeIs(2));
    EXPECT_EQ(found.exchanges[1].status, 401);
}

TEST(DamagedPcap, AnswersWhoseRequestsAreMissingAreSaid) {
    PcapOf capture(200);
    capture.add(login());
    capture.packets.erase(capture.packets.end() - 2);  // the end of the AUTHENTICATE: nothing comes behind it
    EXPECT_THAT(got(read_pcap, capture.text()).notes.remarks,
                ElementsAre(HasSubstr("answers whose requests")));
    PcapOf late;
    late.send(1, false, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 10);
    late.send(1, true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 20);
    late.send(1, false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 30);
    const Got found = got(read_pcap, late.text());
    ASSERT_THAT(found.exchanges, SizeIs(1));
    EXPECT_EQ(found.exchanges[0].status, 200);
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("answers whose requests")));
}

TEST(DamagedPcap, AFileThatIsCutOffIsReadUpToTheCut) {
    const std::string whole = PcapOf().add(login()).text();
    const Got found = got(read_pcap, whole.substr(0, whole.size() - 5));
    EXPECT_THAT(found.notes.remarks, testing::Contains(HasSubstr("breaks off at byte")));
    EXPECT_THAT(found.exchanges, SizeIs(3));
    EXPECT_THAT(error_of(read_pcap, "\xd4\xc3\xb2\xa1"), HasSubstr("before its first packet"));
    EXPECT_THAT(error_of(read_pcap, "nothing"), HasSubstr("no packet capture"));
}

TEST(DamagedPcap, TlsIsNamedAsWhatCannotBeSeen) {
    PcapOf capture;
    capture.open(1, 0);
    capture.send(1, true, std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10), 10);
    capture.open(2, 0);
    capture.send(2, true, "SSH-2.0-x\r\n", 10);
    capture.open(3, 0);
    capture.send(3, true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 10);
    const Got found = got(read_pcap, capture.text());
    EXPECT_THAT(found.exchanges, IsEmpty());
    EXPECT_THAT(found.notes.remarks, ElementsAre(HasSubstr("1 connection carried TLS"), HasSubstr("HTTP/2"),
                                                 HasSubstr("something else")));
}

TEST(DamagedPcap, WhoClosedAConnectionAndWhenIsKept) {
    PcapOf capture;
    capture.add(story().recorded_by_another_proxy().on(1, 1).get("/").refuses());
    capture.close(1, false, 1'000'900'000);
    const Got found = got(read_pcap, capture.text());
    ASSERT_THAT(found.connections, SizeIs(3)) << "both ends at first sight, then the server's at its close";
    EXPECT_EQ(found.connections[2].id, (ConnectionId{Leg::Upstream, 1}));
    ASSERT_TRUE(found.connections[2].closing);
    EXPECT_EQ(found.connections[2].closing->at.wall_us, kTraceBegin_us + 1'000'900'000);
    EXPECT_EQ(found.connections[1].peer, "10.0.0.9:80");
}

TEST(DamagedPcap, APipelinedConnectionKeepsItsOrder) {
    PcapOf capture;
    capture.open(1, 0);
    capture.send(1, true, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", 10);
    capture.send(1, false, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 20);
    capture.send(1, false, "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 30);
    const Got found = got(read_pcap, capture.text());
    ASSERT_THAT(found.exchanges, SizeIs(2));
    EXPECT_EQ(found.exchanges[0].request.target(), "/1");
    EXPECT_EQ(found.exchanges[1].status, 404);
    EXPECT_EQ(found.exchanges[1].response.body.kept, "abc");
}

}  // namespace
}  // namespace why401::test
