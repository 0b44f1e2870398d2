#include "app/api/routes.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "tests/support/recorded_story.h"

namespace why401::api {
namespace {

struct Routes : testing::Test {
    Journal journal;
    Recorder recorder{journal, {}};  // writes nothing, has heard nothing
    Settings settings;
    OpenedCaptures captures{{}, {}};
    Source source{&recorder,
                  {7, {"127.0.0.1:8401"}, "127.0.0.1:8402", "the-token", "", "affinity", ""},
                  [this] { return settings; },
                  [this](const Settings& changed) { settings = changed; },
                  [] {
                      return Proxy::Counts{1, 2, 3};
                  },
                  &captures,
                  {},
                  {},
                  {},
                  true,
                  [this](const std::string& host, const std::string& sha256) {
                      accepted = host + " " + sha256;
                      return sha256.size() == 64;
                  }};
    std::string accepted;

    Reply ask(const char* method, const char* path, const char* query = "", const char* body = "") {
        return answer({method, path, query, body}, source);
    }
};

TEST_F(Routes, AnswerFromAnEmptyRecord) {
    EXPECT_EQ(ask("GET", "/api/v1/exchanges").body, "{\"exchanges\":[],\"next\":null}\n");
    EXPECT_EQ(ask("GET", "/api/v1/findings").body, "{\"findings\":[]}\n");
    EXPECT_EQ(ask("GET", "/api/v1/connections").body, "{\"connections\":[]}\n");
    EXPECT_EQ(ask("GET", "/api/v1/exchanges/1").status, 404U);
    EXPECT_EQ(ask("GET", "/api/v1/switches").body, "{\"switches\":[]}\n");
    EXPECT_EQ(
        ask("GET", "/api/v1/list").body,
        "{\"ids\":[],\"conversation\":[],\"client\":[],\"upstream\":[],\"origin\":[],\"status\":[],"
        "\"substatus\":[],\"scheme\":[],\"leg\":[],\"client_identity\":[],\"identity\":[],\"finding\":[],"
        "\"outcome\":[],\"started\":[],\"duration\":[],\"words\":[\"\"],"
        "\"base\":0,\"base_time\":null,\"next\":null,\"forgotten\":0,\"scanned\":0}\n");
}

TEST_F(Routes, RefuseIdsThatAreNone) {
    for (const char* path : {"/api/v1/list", "/api/v1/exchanges", "/api/v1/conversations"}) {
        EXPECT_EQ(ask("GET", path, "ids=1,2,99").status, 200U) << path;
        for (const char* query : {"ids=0", "ids=1,,2", "ids=,", "ids=x", "ids=-1", "ids=1,2,"})
            EXPECT_EQ(ask("GET", path, query).status, 400U) << path << query;
    }
    EXPECT_EQ(ask("GET", "/api/v1/connections", "ids=C1,U99").status, 200U);
    for (const char* query : {"ids=1", "ids=C", "ids=C1,", "ids=X1", "ids=C1;U1"})
        EXPECT_EQ(ask("GET", "/api/v1/connections", query).status, 400U) << query;
    std::string many = "ids=1";
    for (int i = 2; i <= 301; ++i) many += "," + std::to_string(i);
    EXPECT_EQ(ask("GET", "/api/v1/exchanges", many.c_str()).status, 400U);
    EXPECT_EQ(ask("GET", "/api/v1/list", many.c_str()).status, 200U);
}

TEST_F(Routes, GiveTheNewestFindingsOrThoseOfAnExchange) {
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    const auto findings = [&](const char* query) {
        return boost::json::parse(ask("GET", "/api/v1/findings", query).body).at("findings").as_array();
    };
    EXPECT_EQ(findings("").size(), 2U);
    EXPECT_EQ(findings("limit=2"), findings(""));
    ASSERT_EQ(findings("limit=1").size(), 1U);
    EXPECT_EQ(findings("limit=1").front(), findings("").back());
    ASSERT_EQ(findings("exchange=4").size(), 1U);
    EXPECT_EQ(findings("exchange=4").front().at("rule"), "NTLM-POOL-001");
    EXPECT_TRUE(findings("exchange=99").empty());
    for (const char* query : {"limit=0", "limit=x", "exchange=0", "exchange=x", "exchange=-1"})
        EXPECT_EQ(ask("GET", "/api/v1/findings", query).status, 400U) << query;
}

TEST_F(Routes, NeverTellTheToken) {
    for (const char* path : {"/", "/api/v1/status", "/metrics", "/proxy.pac", "/page.js"})
        EXPECT_EQ(ask("GET", path).body.find("the-token"), std::string::npos) << path;
}

TEST_F(Routes, ChangeThePolicyOnlyToOneThatThereIs) {
    EXPECT_EQ(ask("PUT", "/api/v1/policy", "", "{\"policy\": \"per-request\"}").status, 200U);
    EXPECT_EQ(settings.policy.name, "per-request");
    EXPECT_EQ(ask("PUT", "/api/v1/policy", "", "{\"policy\": \"sticky\"}").status, 400U);
    EXPECT_EQ(settings.policy.name, "per-request");
}

TEST_F(Routes, LeaveTheFaultsAloneWhenOneOfTheListIsWrong) {
    EXPECT_EQ(ask("PUT", "/api/v1/faults", "", "{\"enabled\": [\"add-via\"]}").status, 200U);
    EXPECT_EQ(ask("PUT", "/api/v1/faults", "", "{\"enabled\": [\"drop-authorization\", \"bang\"]}").status,
              400U);
    EXPECT_EQ(settings.faults.names(), std::vector<std::string>{"add-via"});
}

TEST_F(Routes, PlayInTheLabOnlyWhereThereIsOne) {
    EXPECT_EQ(ask("GET", "/api/v1/lab/demo").body, "{\"playing\":false,\"available\":false}\n");
    EXPECT_EQ(ask("POST", "/api/v1/lab/demo", "", "{}").status, 404U);
    bool playing = false;
    source.lab_demo_plays = [&] { return playing; };
    source.play_lab_demo = [&] { return !std::exchange(playing, true); };
    EXPECT_EQ(ask("POST", "/api/v1/lab/demo", "", "[]").status, 400U);
    EXPECT_EQ(ask("POST", "/api/v1/lab/demo", "", "{}").body, "{\"playing\":true}\n");
    EXPECT_EQ(ask("POST", "/api/v1/lab/demo", "", "{}").status, 409U);
    EXPECT_EQ(ask("GET", "/api/v1/lab/demo").body, "{\"playing\":true,\"available\":true}\n");
}

TEST_F(Routes, CountInMetrics) {
    const std::string text = ask("GET", "/metrics").body;
    EXPECT_NE(text.find("why401_client_connections_total 1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("why401_upstream_connections_total 2\n"), std::string::npos);
    EXPECT_NE(text.find("why401_exchanges_total 3\n"), std::string::npos);
}

TEST(QueryValue, IsDecodedAsBrowsersEncodeIt) {
    EXPECT_EQ(query_value("a=1&filter=status%3A401+user%3aalice&b=2", "filter"), "status:401 user:alice");
    EXPECT_EQ(query_value("filter", "filter"), "");
    EXPECT_EQ(query_value("xfilter=1", "filter"), "");
    EXPECT_EQ(query_value("a=1&a=2", "a"), "1");
    EXPECT_EQ(query_value("a=%zz%4", "a"), "%zz%4");
    EXPECT_EQ(query_value("a=100%25", "a"), "100%");
    EXPECT_EQ(query_value("", "a"), "");
}

TEST(Numbers, AreSortedAndEachComesOnce) {
    EXPECT_EQ(numbers("7,3,9,3", 4), (std::vector<std::uint64_t>{3, 7, 9}));
    EXPECT_FALSE(numbers("7,3,9,3", 3));
    EXPECT_FALSE(numbers("", 3));
}

TEST(NumberOr, TakesDigitsOnly) {
    EXPECT_EQ(number_or("", 7), 7U);
    EXPECT_EQ(number_or("0", 7), 0U);
    EXPECT_EQ(number_or("18446744073709551615", 7), 18446744073709551615ULL);
    for (const char* text : {"-1", "+1", " 1", "1 ", "0x1", "1e3", "18446744073709551616"})
        EXPECT_FALSE(number_or(text, 7)) << text;
}

TEST_F(Routes, InterceptionIsSwitchedListByList) {
    settings.interception.tunnel = {"bank.test"};
    EXPECT_EQ(ask("PUT", "/api/v1/interception", "", R"({"intercept": ["*"]})").status, 200U);
    EXPECT_EQ(settings.interception, (Interception{{"*"}, {"bank.test"}}));
    EXPECT_EQ(ask("GET", "/api/v1/interception").body,
              "{\"intercept\":[\"*\"],\"tunnel\":[\"bank.test\"],\"possible\":true}\n");
    EXPECT_EQ(ask("PUT", "/api/v1/interception", "", R"({"intercept": [], "tunnel": ["a", "*.b"]})").status,
              200U);
    EXPECT_EQ(settings.interception, (Interception{{}, {"a", "*.b"}}));
}

TEST_F(Routes, InterceptionThatIsNoListOfHostsChangesNothing) {
    for (const char* body :
         {"", "[]", "{}", R"({"intercept": "all"})", R"({"intercept": ["*"], "tunnel": ["a:443"]})",
          R"({"tunnel": ["a,b"]})", R"({"tunnel": [7]})"}) {
        EXPECT_EQ(ask("PUT", "/api/v1/interception", "", body).status, 400U) << body;
        EXPECT_EQ(settings.interception, Interception{}) << body;
    }
    source.opens_tls = false;
    EXPECT_EQ(ask("PUT", "/api/v1/interception", "", R"({"intercept": ["*"]})").status, 409U);
}

TEST_F(Routes, OneCertificateOfOneHostIsExcepted) {
    const std::string digits(64, 'a'), body = R"({"host": "web01", "sha256": ")" + digits + "\"}";
    EXPECT_EQ(ask("POST", "/api/v1/exceptions", "", body.c_str()).status, 200U);
    EXPECT_EQ(accepted, "web01 " + digits);
    for (const char* wrong : {"{}", R"({"host": "web01"})", R"({"host": "web01", "sha256": "aa"})"})
        EXPECT_EQ(ask("POST", "/api/v1/exceptions", "", wrong).status, 400U) << wrong;
}

}  // namespace
}  // namespace why401::api
