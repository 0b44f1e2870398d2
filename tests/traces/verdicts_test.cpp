// The same story told by a HAR file, a network log, Fiddler's archive and a packet capture gets the same
// verdicts as told by our own record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/trace.h"
#include "tests/support/told.h"
#include "tests/support/traces.h"

namespace why401::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Read = TraceNotes (*)(std::string_view, const TraceSink&);

struct Traced {
    std::vector<RecordItem> items;
    TraceNotes notes;
    Told told;
};

Traced traced(Read read, const std::string& bytes) {
    Traced result;
    result.notes = read(bytes, [&](RecordItem item) { result.items.push_back(std::move(item)); });
    result.told = tell(result.items);
    return result;
}

Story seen_elsewhere() { return story().recorded_by_another_proxy(); }

struct Format {
    std::string name;
    Read read;
    std::function<std::string(const Story&)> write;
};
const Format kFormats[] = {
    {"har", read_har, [](const Story& s) { return har_of(s); }},
    {"netlog", read_netlog, [](const Story& s) { return NetlogOf(s).text(); }},
    {"saz", read_saz, [](const Story& s) { return saz_of(s); }},
    {"pcap", read_pcap, [](const Story& s) { return PcapOf().add(s).text(); }},
};

/// Whether every format gives the readings and failures of the story itself.
void expect_same_verdicts(const Story& told_here) {
    const Told here = tell(told_here);
    for (const Format& format : kFormats) {
        const Traced there = traced(format.read, format.write(told_here));
        EXPECT_EQ(there.told.failures(), here.failures()) << format.name;
        EXPECT_EQ(there.told.readings(), here.readings()) << format.name;
        EXPECT_FALSE(there.notes.sanitized) << format.name;
        EXPECT_THAT(there.notes.remarks, IsEmpty()) << format.name;
        EXPECT_EQ(there.told.summary.exchanges, here.summary.exchanges) << format.name;
    }
}

TEST(Traces, ARefusedTunnelIsReadFromAHarWithTheTargetOfItsConnect) {
    for (const std::string url : {"mail.test:443", "http://mail.test:443", "https://mail.test"}) {
        const Traced traced_har =
            traced(read_har, R"({"log":{"version":"1.2","creator":{"name":"x"},"entries":[{"startedDateTime":
            "2026-03-02T08:00:00Z","time":5,"request":{"method":"CONNECT","url":")" +
                                 url + R"(","httpVersion":"HTTP/1.1","headers":[]},
            "response":{"status":407,"httpVersion":"HTTP/1.1","headers":[{"name":"Proxy-Authenticate","value":"NTLM"}]}}]}})");
        EXPECT_EQ(traced_har.told.summary.exchanges, 1U) << url;
        EXPECT_THAT(traced_har.told.failures(), HasSubstr("1:PROXY-")) << url;
    }
}

TEST(Traces, AHealthyNtlmLoginIsHealthyInEveryFormat) {
    const Story login = seen_elsewhere().on(1, 1).ntlm_login("CONTOSO\\alice").get("/logo.png").answers(200);
    expect_same_verdicts(login);
    EXPECT_EQ(tell(login).readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003 -");
}

TEST(Traces, AWrongPasswordIsTheClientsInEveryFormat) {
    const Story wrong = seen_elsewhere()
                            .on(1, 1)
                            .get("/")
                            .refuses()
                            .get("/")
                            .negotiate()
                            .challenges()
                            .get("/")
                            .authenticate("CONTOSO\\alice")
                            .refuses();
    expect_same_verdicts(wrong);
    EXPECT_EQ(tell(wrong).failures(), "3:NTLM-FAIL-001");
}

TEST(Traces, RefusedBasicCredentialsAreToldInEveryFormat) {
    const Story basic = seen_elsewhere()
                            .on(1, 1)
                            .get("/")
                            .offers("Basic realm=\"a, b\"")
                            .answers(401)
                            .get("/")
                            .basic("alice", "wrong")
                            .offers("Basic realm=\"a, b\"")
                            .answers(401);
    expect_same_verdicts(basic);
    EXPECT_EQ(tell(basic).failures(), "2:BASIC-BAD-001");
}

TEST(Traces, APageThatSays4013IsReadInEveryFormat) {
    const Story acl = seen_elsewhere()
                          .on(1, 1)
                          .ntlm_login("CONTOSO\\alice")
                          .get("/secret")
                          .page(
                              "<h3>HTTP Error 401.3 - Unauthorized</h3>You do not have permission <th>Error "
                              "Code</th><td>&nbsp;&nbsp;&nbsp;0x80070005</td>")
                          .refuses();
    expect_same_verdicts(acl);
    EXPECT_EQ(tell(acl).failures(), "4:IIS-4013-ACL");
}

TEST(Traces, TheSeedsMovedLoginIsSeenWhereTheTraceKnowsBothConnections) {
    const Story moved =
        seen_elsewhere().on(1, 1).ntlm_login("CONTOSO\\alice").on(1, 3).get("/logo.png").refuses();
    ASSERT_EQ(tell(moved).failures(), "4:NTLM-POOL-001");
    const Traced saz = traced(read_saz, saz_of(moved));
    EXPECT_EQ(saz.told.failures(), "4:NTLM-POOL-001");
    EXPECT_EQ(saz.told.findings.begin()->second.culprit, Culprit::Intermediary);
    HarStyle fiddler{"Fiddler", false, "HTTP/1.1", {}};
    int number = 0;
    fiddler.change = [&](json::object& entry) {
        entry["connection"] =
            ++number < 4 ? "ClientPort:50001;EgressPort:50011" : "ClientPort:50001;EgressPort:50013";
    };
    EXPECT_EQ(traced(read_har, har_of(moved, fiddler)).told.failures(), "4:NTLM-POOL-001");
}

TEST(Traces, ACaptureOnTheProxysMachineShowsBothConnections) {
    const Story moved =
        seen_elsewhere().on(1, 1).ntlm_login("CONTOSO\\alice").on(1, 3).get("/logo.png").refuses();
    const Traced both = traced(read_pcap, PcapOf().add_both_sides(moved).text());
    EXPECT_EQ(both.told.summary.exchanges, 4u);
    EXPECT_EQ(both.told.failures(), "4:NTLM-POOL-001");
    EXPECT_THAT(both.notes.remarks, testing::ElementsAre(HasSubstr("4 exchanges passed a proxy")));
    const Traced healthy = traced(
        read_pcap,
        PcapOf()
            .add_both_sides(seen_elsewhere().on(1, 1).ntlm_login("CONTOSO\\alice").get("/a").answers(200))
            .text());
    EXPECT_EQ(healthy.told.failures(), "");
}

TEST(Traces, EvidenceOfAHarPointsIntoTheRebuiltHead) {
    const Traced har = traced(read_har, har_of(seen_elsewhere()
                                                   .on(1, 1)
                                                   .get("/")
                                                   .offers("Basic realm=x")
                                                   .answers(401)
                                                   .get("/")
                                                   .basic("alice", "wrong")
                                                   .offers("Basic realm=x")
                                                   .answers(401)));
    ASSERT_EQ(har.told.findings.size(), 2u);  // Basic in clear text is noticed besides
    const Finding& finding = har.told.findings.begin()->second;
    std::string pointed;
    for (const RecordItem& item : har.items)
        if (const auto* exchange = std::get_if<Exchange>(&item); exchange && number(exchange->id) == 2)
            pointed = exchange->request.head.substr(finding.evidence[0].bytes->first,
                                                    finding.evidence[0].bytes->second);
    EXPECT_THAT(pointed, HasSubstr("Basic "));
}

// What was taken out of a file must not become an accusation.

Story login_and_a_refusal() {
    return seen_elsewhere()
        .agent("Mozilla/5.0 Chrome/131.0.0.0 Safari/537.36")
        .on(1, 1)
        .ntlm_login("CONTOSO\\alice")
        .get("/secret")
        .refuses();
}

HarStyle sanitised() {
    HarStyle style;
    style.change = [](json::object& entry) { drop_request_field(entry, "Authorization"); };
    return style;
}

TEST(TracesWithoutCredentials, AHarOfChromesDefaultAccusesNobody) {
    const Traced har = traced(read_har, har_of(login_and_a_refusal(), sanitised()));
    EXPECT_TRUE(har.notes.sanitized);
    EXPECT_EQ(har.told.readings(), "NORM-ANON-001 NORM-NTLM-002 - UNKNOWN-401");
    ASSERT_EQ(har.told.findings.size(), 1u);
    const Finding& finding = har.told.only();
    EXPECT_EQ(finding.culprit, Culprit::Unknown);
    EXPECT_EQ(finding.severity, Severity::Info);
    EXPECT_THAT(finding.because, HasSubstr("does not show"));
    EXPECT_THAT(har.told.exchanges.at(4).leg, "none");
}

TEST(TracesWithoutCredentials, AHarWithoutALoginFromABrowserThatShowsThemIsBelieved) {
    const Story quiet = seen_elsewhere().on(1, 1).get("/").refuses();
    const Traced firefox = traced(read_har, har_of(quiet, {"Firefox", true, "HTTP/1.1", {}}));
    EXPECT_FALSE(firefox.notes.sanitized);
    EXPECT_EQ(firefox.told.failures(), "1:CLIENT-NOAUTH-001");
}

// Measured with Chromium 156 and Playwright: a wrong password of the browser's own login is one entry, whose
// request has no Authorization and whose answer is the last 401.
TEST(TracesWithoutCredentials, CannotTellWhetherChromiumSentCredentialsThatItFoldedAway) {
    for (const std::string writer : {"WebInspector", "Playwright chromium"}) {
        const Story folded = seen_elsewhere().on(1, 1).get("/").asks("Cookie: a=b").refuses();
        const Traced har = traced(read_har, har_of(folded, {writer, true, "HTTP/1.1", {}}));
        EXPECT_FALSE(har.notes.sanitized);
        EXPECT_THAT(har.notes.remarks, testing::ElementsAre(HasSubstr("folds")));
        EXPECT_EQ(har.told.failures(), "1:UNKNOWN-401");
        EXPECT_EQ(har.told.only().culprit, Culprit::Unknown);
    }
}

TEST(TracesWithoutCredentials, CannotTellFromBlackenedValues) {
    for (const std::string mark :
         {"[REDACTED]", "***", "NTLM <redacted>", "Bearer xxxxx", "NTLM [49 bytes were stripped]"}) {
        HarStyle style;
        style.change = [&](json::object& entry) {
            for (json::value& field : entry["request"].as_object()["headers"].as_array())
                if (field.as_object()["name"].as_string() == "Authorization")
                    field.as_object()["value"] = js(mark);
        };
        const Traced har =
            traced(read_har,
                   har_of(seen_elsewhere().on(1, 1).get("/").refuses().get("/").basic("alice", "x").refuses(),
                          style));
        EXPECT_TRUE(har.notes.sanitized) << mark;
        for (const auto& [id, finding] : har.told.findings)
            EXPECT_EQ(finding.culprit, Culprit::Unknown) << mark << " " << finding.rule;
    }
}

TEST(TracesWithoutCredentials, ANetworkLogOfTheDefaultModeAccusesNobody) {
    const Traced log = traced(read_netlog, NetlogOf(login_and_a_refusal(), true).text());
    EXPECT_TRUE(log.notes.sanitized);
    EXPECT_EQ(log.told.exchanges.at(1).finding, "NORM-ANON-001");
    EXPECT_EQ(log.told.exchanges.at(2).finding, "NORM-NTLM-002");
    for (const auto& [id, finding] : log.told.findings)
        EXPECT_NE(finding.culprit, Culprit::Client) << finding.rule;
}

// Habits of those who write HAR files.

/// One event of a network log.
json::object netlog_event(int type, std::int64_t source, json::object params) {
    return {{"type", type},
            {"phase", 1},
            {"time", "7"},
            {"source", json::object{{"id", source}, {"type", 1}}},
            {"params", std::move(params)}};
}
json::object depends_on(std::int64_t source) { return {{"source_dependency", json::object{{"id", source}}}}; }

TEST(TracesOfBrowsers, RequestsOfOneHttp2SessionShareItsConnection) {
    const json::object names{{"URL_REQUEST_START_JOB", 1},
                             {"HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS", 2},
                             {"HTTP_TRANSACTION_READ_RESPONSE_HEADERS", 3},
                             {"HTTP_STREAM_REQUEST_BOUND_TO_JOB", 4},
                             {"HTTP2_SESSION_INITIALIZED", 5},
                             {"HTTP2_SESSION_POOL_FOUND_EXISTING_SESSION", 6}};
    json::array events{netlog_event(5, 70, depends_on(7))};
    for (const std::int64_t request : {100, 101}) {
        events.push_back(netlog_event(1, request, {{"url", "https://web01.test/a?b"}}));
        events.push_back(netlog_event(6, request + 10, depends_on(70)));
        events.push_back(netlog_event(4, request, depends_on(request + 10)));
        events.push_back(netlog_event(2, request,
                                      {{"headers", json::array{":method: POST", ":authority: web01.test",
                                                               ":scheme: https", ":path: /a?b", "a: 1"}}}));
        events.push_back(
            netlog_event(3, request, {{"headers", json::array{"HTTP/1.1 401", "www-authenticate: NTLM"}}}));
    }
    const Traced log =
        traced(read_netlog, json::serialize(json::object{
                                {"constants", json::object{{"logEventTypes", names}}}, {"events", events}}));
    ASSERT_EQ(log.told.summary.exchanges, 2u);
    for (const RecordItem& item : log.items) {
        const auto* exchange = std::get_if<Exchange>(&item);
        if (!exchange) continue;
        EXPECT_EQ(exchange->http_major, 2);
        EXPECT_EQ(exchange->upstream_connection, (ConnectionId{Leg::Upstream, 1}));
        EXPECT_EQ(url(*exchange), "https://web01.test/a?b");
        EXPECT_EQ(exchange->request.head, "POST /a?b HTTP/2\r\na: 1\r\n\r\n");
        EXPECT_EQ(exchange->response.head.substr(0, 10), "HTTP/2 401");
        EXPECT_EQ(exchange->status, 401);
    }
}

TEST(TracesOfBrowsers, FirefoxPutsTheServersPortWhereOthersNameTheConnection) {
    const Traced har = traced(read_har, har_of(seen_elsewhere().on(1, 80).ntlm_login("CONTOSO\\alice"),
                                               {"Firefox", true, "HTTP/1.1", {}}));
    EXPECT_FALSE(std::get<Exchange>(har.items.front()).upstream_connection);
    EXPECT_EQ(har.told.failures(), "");
}

TEST(TracesOfBrowsers, CannotTellTheConnectionsOfAProxysFileButABrowsersLoginSharesOne) {
    const Story wrong = seen_elsewhere()
                            .on(1, 1)
                            .get("/")
                            .refuses()
                            .get("/")
                            .negotiate()
                            .challenges()
                            .get("/")
                            .authenticate("CONTOSO\\alice")
                            .refuses();
    const Traced firefox = traced(read_har, har_of(wrong, {"Firefox", true, "HTTP/1.1", {}}));
    EXPECT_EQ(firefox.told.failures(), "3:NTLM-FAIL-001");
    EXPECT_THAT(firefox.notes.remarks, testing::ElementsAre(HasSubstr("names no connections")));
    const Traced proxy = traced(read_har, har_of(wrong, {"mitmproxy", false, "HTTP/1.1", {}}));
    EXPECT_EQ(proxy.told.failures(), "3:UNKNOWN-401");
    EXPECT_THAT(proxy.notes.remarks, IsEmpty());
}

TEST(TracesOfBrowsers, PseudoFieldsOfHttp2AreNoFieldsAndTheVersionIsKept) {
    for (const std::string version : {"h2", "http/2.0", "HTTP/2", "HTTP/2.0"}) {
        HarStyle style{"Firefox", true, version, [](json::object& entry) {
                           entry["request"].as_object()["headers"].as_array().emplace_back(
                               json::object{{"name", ":authority"}, {"value", "web01.test"}});
                       }};
        const Traced har = traced(read_har, har_of(seen_elsewhere().on(1, 1).get("/").answers(200), style));
        const auto* exchange = std::get_if<Exchange>(&har.items.back());
        ASSERT_TRUE(exchange);
        EXPECT_EQ(exchange->http_major, 2) << version;
        EXPECT_THAT(exchange->request.head, HasSubstr("GET / HTTP/2\r\n"));
        EXPECT_EQ(exchange->response.head.substr(0, 11), "HTTP/2 200 ");
        EXPECT_FALSE(has_field(exchange->request, ":authority"));
        EXPECT_EQ(value(exchange->request, "Host"), "web01.test");
    }
}

TEST(TracesOfBrowsers, FieldsThatWereJoinedByLineFeedsAreFieldsAgain) {
    HarStyle style;
    style.change = [](json::object& entry) {
        auto& fields = entry["response"].as_object()["headers"].as_array();
        fields.clear();
        fields.emplace_back(json::object{{"name", "www-authenticate"}, {"value", "Negotiate\nNTLM"}});
    };
    const Traced har = traced(read_har, har_of(seen_elsewhere().on(1, 1).get("/").refuses(), style));
    const auto* exchange = std::get_if<Exchange>(&har.items.back());
    ASSERT_TRUE(exchange);
    EXPECT_EQ(values(exchange->response, "WWW-Authenticate").size(), 2u);
}

TEST(TracesOfBrowsers, WhatCameFromTheCacheOrNeverWentOutIsLeftOutAndSaid) {
    HarStyle style{"Firefox", true, "HTTP/1.1", {}};
    int number = 0;
    style.change = [&](json::object& entry) {
        if (++number == 1) entry["_fromCache"] = "disk";
        if (number == 2) entry["request"].as_object()["url"] = "data:text/plain,x";
        if (number == 3) {
            entry["response"].as_object()["status"] = 0;
            entry["response"].as_object()["_error"] = "net::ERR_ABORTED";
        }
    };
    const Traced har = traced(
        read_har,
        har_of(seen_elsewhere().on(1, 1).get("/a").answers(200).get("/b").answers(200).get("/c").answers(200),
               style));
    EXPECT_EQ(har.told.summary.exchanges, 1u);
    EXPECT_EQ(har.told.failures(), "");
    EXPECT_THAT(har.notes.remarks, testing::ElementsAre(HasSubstr("cache"), HasSubstr("neither http"),
                                                        HasSubstr("ERR_ABORTED")));
}

TEST(TracesOfBrowsers, ABodyInAHarIsUnpackedWhateverItsHeadSays) {
    HarStyle style;
    style.change = [](json::object& entry) {
        auto& response = entry["response"].as_object();
        response["headers"].as_array().emplace_back(
            json::object{{"name", "Content-Encoding"}, {"value", "gzip"}});
        auto& content = response["content"].as_object();
        content["text"] = js(base64::encode(std::string(content["text"].as_string())));
        content["encoding"] = "base64";
    };
    const Traced har = traced(read_har, har_of(seen_elsewhere()
                                                   .on(1, 1)
                                                   .ntlm_login("CONTOSO\\alice")
                                                   .get("/secret")
                                                   .page("<h3>HTTP Error 401.3 - Unauthorized</h3>")
                                                   .refuses(),
                                               style));
    EXPECT_EQ(har.told.failures(), "4:IIS-4013-ACL");
}

}  // namespace
}  // namespace why401::test
