#include "app/cli/explain_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "app/cli/check_command.h"
#include "app/cli/map_command.h"
#include "app/cli/rules_command.h"
#include "app/explain_files.h"
#include "tests/support/recorded_story.h"
#include "tests/support/traces.h"

namespace why401::cli {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Commands : public test::InFolder {
protected:
    std::filesystem::path pooled(const std::string& name = "pooled.why401") {
        test::write_capture(file(name), test::pooled_story().items());
        return file(name);
    }
    std::filesystem::path healthy() {
        if (std::filesystem::exists(file("healthy.why401"))) return file("healthy.why401");
        test::write_capture(
            file("healthy.why401"),
            test::story().on(1, 1).ntlm_login("CONTOSO\\alice").get("/a.css").answers(200).items());
        return file("healthy.why401");
    }
    int explain(const ExplainOptions& options) {
        clear();
        return explain_command(options, out_, err_);
    }
    int check(const CheckOptions& options) {
        clear();
        return check_command(options, out_, err_);
    }
    void clear() {
        out_.str("");
        err_.str("");
    }
    json::object parsed() const { return json::parse(out_.str()).as_object(); }

    std::ostringstream out_, err_;
};

TEST_F(Commands, ExplainTellsThePooledLoginAndItsProof) {
    EXPECT_EQ(explain({{pooled()}, false, "error", "0.1.0"}), 1);
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("NTLM-POOL-001"), HasSubstr("Guilty: this proxy"), HasSubstr("Evidence"),
                      HasSubstr("exchange 4: GET http://web01.test/logo.png -> 401.2, C1 -> U3")));
    EXPECT_LT(out_.str().find("NTLM-POOL-003"), out_.str().find("NTLM-POOL-001")) << "the gravest first";
    EXPECT_EQ(err_.str(), "");
}

TEST_F(Commands, WhatWasNoticedInTheSameAttemptStandsBeneathTheFailure) {
    test::write_capture(
        file("basic.why401"),
        test::story().on(1, 1).get("/").basic("alice", "x").offers("Basic realm=\"r\"").answers(401).items());
    EXPECT_EQ(explain({{file("basic.why401")}, false, "error", "0.1.0"}), 1);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("Noticed in the same attempt\n    BASIC-CLEAR-004: "),
                                  Not(HasSubstr("Noticed besides"))));
    EXPECT_EQ(explain({{file("basic.why401")}, true, "error", "0.1.0"}), 1);
    EXPECT_THAT(out_.str(), HasSubstr("\"noticed\":["));
}

TEST_F(Commands, ExplainOfAHealthyLoginFindsNothing) {
    EXPECT_EQ(explain({{healthy()}, false, "error", "0.1.0"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr("Nothing wrong here"));
}

TEST_F(Commands, ExplainTellsOfExchangesThatBrokeOffAndWhoseFaultItWas) {
    auto items = test::story()
                     .on(1, 1)
                     .get("/")
                     .answers(200)
                     .get("/")
                     .answers(200)
                     .on(2, 2)
                     .get("/")
                     .answers(502)
                     .items();
    int seen = 0;
    for (RecordItem& item : items)
        if (auto* exchange = std::get_if<Exchange>(&item)) {
            const bool cut = ++seen < 3;
            exchange->outcome = cut ? Outcome::Broken : Outcome::Refused;
            exchange->answered_by_us = !cut;
            exchange->fault = Fault{};
            exchange->fault->whose = cut ? Fault::Whose::Upstream : Fault::Whose::Network;
            exchange->fault->what = cut ? "the server reset the connection after " + std::to_string(seen) +
                                              " of 40 bytes of the response body"
                                        : "no connection to web01.test:80: refused";
        }
    test::write_capture(file("broken.why401"), items);
    EXPECT_EQ(explain({{file("broken.why401")}, false, "error", "0.1.0"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr("2 exchanges broke off. Guilty: the server.\n"
                                      "  The first is exchange 1: the server reset the connection after 1 of "
                                      "40 bytes of the response body\n"));
    EXPECT_THAT(out_.str(), HasSubstr("1 exchange had to be answered by the proxy. Guilty: the network.\n"
                                      "  Exchange 3: no connection to web01.test:80: refused\n"));
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("Nothing else wrong here"), Not(HasSubstr("Nothing wrong here"))));
}

TEST_F(Commands, ExplainJsonHasTheShapeOfTheContract) {
    EXPECT_EQ(explain({{pooled()}, true, "error", "0.1.0"}), 1);
    const json::object report = parsed();
    std::vector<std::string> keys;
    for (const auto& member : report) keys.emplace_back(member.key());
    EXPECT_EQ(keys, (std::vector<std::string>{"why401", "sources", "summary", "exchanges", "conversations",
                                              "findings"}));
    EXPECT_EQ(report.at("sources").as_array().at(0).at("exchanges").as_int64(), 5);
    EXPECT_EQ(report.at("exchanges").as_array().size(), 5u);
    EXPECT_EQ(report.at("exchanges").as_array().at(3).at("finding").as_string(), "NTLM-POOL-001");
    const std::string first = out_.str();
    explain({{file("pooled.why401")}, true, "error", "0.1.0"});
    EXPECT_EQ(out_.str(), first) << "the same input always gives the same bytes";
}

TEST_F(Commands, TheCacheInACaptureIsNeverBelieved) {
    pooled();
    sqlite3* database = nullptr;
    sqlite3_open(file("pooled.why401").c_str(), &database);
    sqlite3_exec(database, "INSERT INTO finding VALUES(77, '{\"rule\":\"MADE-UP\"}')", nullptr, nullptr,
                 nullptr);
    sqlite3_close(database);
    explain({{file("pooled.why401")}, true, "error", "0.1.0"});
    EXPECT_THAT(out_.str(), Not(HasSubstr("MADE-UP")));
}

TEST_F(Commands, TwoCapturesMergeAndKeepTheirLetters) {
    const auto first = pooled("a.why401"), second = pooled("b.why401");
    EXPECT_EQ(explain({{first, second}, true, "error", "0.1.0"}), 1);
    const json::object report = parsed();
    EXPECT_EQ(report.at("exchanges").as_array().size(), 10u);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr(R"("client_connection":"A:C1")"),
                                  HasSubstr(R"("upstream_connection":"B:U3")"),
                                  HasSubstr(R"("source":"B","source_id":4)")));
    std::size_t findings = 0;
    for (const auto& finding : report.at("findings").as_array())
        findings += finding.at("rule") == "NTLM-POOL-001";
    EXPECT_EQ(findings, 2u);
    EXPECT_THAT(out_.str(), HasSubstr("had logged in on B:U1"));
}

TEST_F(Commands, ExplainReadsWhatOthersWroteAndSaysWhatItLacks) {
    const auto write = [&](const std::string& name, const std::string& bytes) {
        std::ofstream(file(name), std::ios::binary) << bytes;
        return file(name);
    };
    const auto told =
        test::story().agent("Chrome/140.0").recorded_by_another_proxy().on(1, 1).get("/constants").refuses();
    const auto har = write("t.har", test::har_of(told));
    EXPECT_EQ(explain({{har}, true, "error", "0.1.0"}), 0)
        << "nobody is accused: the credentials may be missing";
    const json::value source = parsed().at("sources").as_array().at(0);
    EXPECT_EQ(source.at("kind").as_string(), "har");
    EXPECT_TRUE(source.at("sanitized").as_bool());
    EXPECT_EQ(explain({{har}, false, "error", "0.1.0"}), 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("without credentials"), HasSubstr("UNKNOWN-401")));

    const auto pcap =
        write("t.pcap", test::PcapOf().add(test::story().on(1, 1).ntlm_login("CONTOSO\\alice")).text());
    const auto saz = write("t.saz", test::saz_of(told)), log = write("log.json", test::NetlogOf(told).text());
    explain({{pcap, saz, log, pooled()}, true, "error", "0.1.0"});
    const json::object report = parsed();
    std::string kinds;
    for (const json::value& one : report.at("sources").as_array())
        kinds += std::string(one.at("kind").as_string()) + " ";
    EXPECT_EQ(kinds, "pcap saz netlog capture ");
    EXPECT_THAT(out_.str(), AllOf(HasSubstr(R"("upstream_connection":"A:U1")"),
                                  HasSubstr(R"("upstream_connection":"D:U3")")));
    EXPECT_EQ(report.at("exchanges").as_array().size(), 3u + 1 + 1 + 5);
}

TEST_F(Commands, FailOnDecidesTheExitCode) {
    const auto capture = pooled();
    const auto code = [&](const std::string& fail_on) {
        return explain({{capture}, true, fail_on, "0.1.0"});
    };
    EXPECT_EQ(code("none"), 0);
    EXPECT_EQ(code("critical"), 1);
    EXPECT_EQ(code("NTLM-POOL-*"), 1);
    EXPECT_EQ(code("ntlm-pool-003"), 1);
    EXPECT_EQ(code("NTLM-STRIP-001"), 0);
    EXPECT_EQ(code("NTLM-STRIP-001,error"), 1);
    EXPECT_EQ(code("posture:info"), 0);
    EXPECT_EQ(code("NO-SUCH-RULE"), 2);
    EXPECT_THAT(err_.str(), HasSubstr("NO-SUCH-RULE"));
}

TEST_F(Commands, WhatCannotBeReadIsNamedWithWhatItLooksLike) {
    const auto refusal = [&](const std::string& name, const std::string& bytes) {
        std::ofstream(file(name), std::ios::binary) << bytes;
        EXPECT_EQ(explain({{file(name)}, false, "error", "0.1.0"}), 3) << name;
        EXPECT_EQ(out_.str(), "") << name;
        EXPECT_THAT(err_.str(), HasSubstr(name));
        return err_.str();
    };
    EXPECT_THAT(refusal("t.har", R"({"log":{"entries":)"), HasSubstr("t.har: log.entries is missing"));
    EXPECT_THAT(refusal("t.saz", "PK\x03\x04zip"),
                HasSubstr("t.saz: it is a ZIP archive that cannot be opened"));
    EXPECT_THAT(refusal("t.pcap", "\xd4\xc3\xb2\xa1 pcap"), HasSubstr("t.pcap: the capture breaks off"));
    EXPECT_THAT(refusal("net.json", R"({"constants":{"logEventTypes":{}}})"),
                HasSubstr("net.json: its \"constants\""));
    EXPECT_THAT(refusal("x.bin", "something else"), HasSubstr("not a why401 capture"));
    EXPECT_THAT(refusal("empty", ""), HasSubstr("empty"));
    EXPECT_EQ(explain({{file("none")}, false, "error", "0.1.0"}), 3);
    EXPECT_EQ(explain({}), 2);
}

TEST_F(Commands, CheckPrintsALineForEachFindingThatFails) {
    EXPECT_EQ(check({{pooled()}, "NTLM-POOL-001", false, false, "0.1.0"}), 1);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("exchange 4: error NTLM-POOL-001 (certain)"),
                                  Not(HasSubstr("NTLM-POOL-003"))));
    EXPECT_EQ(check({{healthy()}, "error", false, false, "0.1.0"}), 0);
    EXPECT_EQ(out_.str(), "");
    EXPECT_EQ(check({{healthy()}, "bogus", false, false, "0.1.0"}), 2);
    EXPECT_EQ(check({{healthy()}, "error", true, true, "0.1.0"}), 2);
    EXPECT_EQ(check({{file("none")}, "error", false, false, "0.1.0"}), 3);
}

TEST_F(Commands, CheckWritesSarifWithARuleForEveryResult) {
    EXPECT_EQ(check({{pooled("a b.why401")}, "error", false, true, "0.1.0"}), 1);
    const json::object sarif = parsed();
    EXPECT_EQ(sarif.at("version").as_string(), "2.1.0");
    const json::object& run = sarif.at("runs").as_array().at(0).as_object();
    const json::array& rules = run.at("tool").at("driver").at("rules").as_array();
    const json::array& results = run.at("results").as_array();
    ASSERT_EQ(results.size(), 2u);
    for (const json::value& result : results) {
        const auto index = static_cast<std::size_t>(result.at("ruleIndex").as_int64());
        ASSERT_LT(index, rules.size());
        EXPECT_EQ(rules[index].at("id"), result.at("ruleId"));
        EXPECT_EQ(result.at("level").as_string(), "error");
        EXPECT_FALSE(result.at("message").at("text").as_string().empty());
        const json::value& place = result.at("locations").as_array().at(0).at("physicalLocation");
        EXPECT_THAT(std::string(place.at("artifactLocation").at("uri").as_string()),
                    HasSubstr("a%20b.why401"));
    }
}

TEST_F(Commands, TheMapShowsWhereTheTwoEndsDiffer) {
    EXPECT_EQ(map_command({pooled(), true}, out_, err_), 0);
    const std::string map = out_.str();
    EXPECT_THAT(map, AllOf(HasSubstr("http://web01.test"), HasSubstr("C1"), HasSubstr("U3"),
                           HasSubstr("A CONTOSO\\alice")));
    std::istringstream lines(map);
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(" #", 0) == 0) rows.push_back(line);
    ASSERT_EQ(rows.size(), 5u);
    EXPECT_THAT(rows[0], AllOf(HasSubstr("GET /"), HasSubstr("401"), HasSubstr(". normal")));
    EXPECT_THAT(rows[1], AllOf(HasSubstr("type 1"), HasSubstr("#---")));
    EXPECT_THAT(rows[2], AllOf(HasSubstr("type 3"), HasSubstr("A---"), HasSubstr(">A")));
    EXPECT_THAT(rows[3], AllOf(HasSubstr("A==="), HasSubstr("/logo.png"), HasSubstr(">."),
                               HasSubstr("x NTLM-POOL-001")));
    EXPECT_THAT(rows[4], AllOf(HasSubstr(".==="), HasSubstr(">A"), HasSubstr("NTLM-POOL-003"),
                               HasSubstr("served as CONTOSO\\alice")));
    for (const char c : map) EXPECT_GE(c, 0) << "only ASCII was asked for";
}

TEST_F(Commands, TheMapOfNothingSaysSo) {
    test::write_capture(file("nothing.why401"), {});
    EXPECT_EQ(map_command({file("nothing.why401"), false}, out_, err_), 0);
    EXPECT_THAT(out_.str(), HasSubstr("no exchanges"));
    EXPECT_EQ(map_command({file("none"), false}, out_, err_), 3);
    EXPECT_EQ(map_command({}, out_, err_), 2);
}

TEST_F(Commands, AMapWithManyConnectionsStaysNarrow) {
    auto story = test::story().policy("per-request");
    for (std::uint64_t i = 1; i <= 40; ++i) story.on(i, i).get("/" + std::to_string(i)).answers(200);
    test::write_capture(file("many.why401"), story.items());
    EXPECT_EQ(map_command({file("many.why401"), true}, out_, err_), 0);
    EXPECT_THAT(out_.str(), HasSubstr("C40->U40"));
    std::istringstream lines(out_.str());
    for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 320u);
}

TEST_F(Commands, RulesListsEachRuleAndTellsOneWhole) {
    EXPECT_EQ(rules_command({}, out_, err_), 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("NTLM-POOL-001"), HasSubstr("UNKNOWN-401")));
    clear();
    EXPECT_EQ(rules_command({"ntlm-pool-001", false, false}, out_, err_), 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("Do next"), HasSubstr("Sources")));
    clear();
    EXPECT_EQ(rules_command({"", true, false}, out_, err_), 0);
    EXPECT_GT(json::parse(out_.str()).as_array().size(), 20u);
    EXPECT_EQ(rules_command({"NO-SUCH", false, false}, out_, err_), 2);
    EXPECT_THAT(err_.str(), HasSubstr("NO-SUCH"));
}

TEST_F(Commands, TheRulesPageIsCurrent) {
    EXPECT_EQ(rules_command({"", false, true}, out_, err_), 0);
    std::ifstream page(std::filesystem::path(WHY401_SOURCE_DIR) / "docs/rules.md");
    const std::string written(std::istreambuf_iterator<char>(page), {});
    EXPECT_TRUE(written == out_.str())
        << "docs/rules.md is stale: run  why401 rules --markdown > docs/rules.md";
}

}  // namespace
}  // namespace why401::cli
