// What the probe says on top when several things are true at once.

#include "app/probe/judge.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

namespace why401::probe {
namespace {

struct Case {
    Trip trip;
    Wishes wishes;
    Report report;
    Explanation explanation;
    Asking asking{trip, wishes, report, {}, {}, {}, {}, {}, {}, false};

    Case() {
        report.url = "http://web01/";
        report.reached = true;
        asking.door.status = 401;
        asking.door.schemes = {"Negotiate", "NTLM"};
        explanation.finish();
    }
    const std::string& verdict() {
        judge(asking, explanation);
        return report.verdict;
    }
};

TEST(ProbeJudge, WithoutALoginItSaysHowFarItSaw) {
    Case c;
    EXPECT_EQ(
        c.verdict(),
        "http://web01/ asks for a login (Negotiate, NTLM), and nothing is wrong as far as it can be seen "
        "without one; --user or --negotiate looks further.");
    EXPECT_FALSE(c.report.wrong);
}

TEST(ProbeJudge, AServerThatAsksForNothingIsNotBlamed) {
    Case c;
    c.asking.door.status = 200;
    EXPECT_NE(c.verdict().find("there was nothing to find fault with"), std::string::npos);
    EXPECT_FALSE(c.report.wrong);
}

TEST(ProbeJudge, LendingWeighsMoreThanALoginThatDidNotLast) {
    Case c;
    c.asking.say(Section::Persistence, Grade::Wrong, "it did not last");
    c.asking.say(Section::Pooling, Grade::Wrong, "somebody lends connections");
    EXPECT_EQ(c.verdict(), "Somebody lends connections.");
    EXPECT_TRUE(c.report.wrong);
}

TEST(ProbeJudge, ADoubtIsNoFault) {
    Case c;
    c.asking.logged_in_as = "CONTOSO\\alice";
    c.asking.say(Section::Reach, Grade::Warn, "its clock is 90 s behind ours");
    EXPECT_EQ(c.verdict(), "The login works, but its clock is 90 s behind ours.");
    EXPECT_FALSE(c.report.wrong);
}

TEST(ProbeJudge, ARefusedLoginBehindSomebodyWhoLendsConnectionsIsNotThePasswordsFaultAlone) {
    Case c;
    c.asking.say(Section::Between, Grade::Warn, "its answers bear the mark of somebody between: nginx");
    c.asking.say(Section::Login, Grade::Wrong, "the login of alice by NTLM was answered 401");
    EXPECT_EQ(c.verdict(),
              "The login of alice by NTLM was answered 401. But its answers bear the mark of somebody "
              "between: nginx: "
              "that may have taken the login apart, whatever the password. Ask the server past it.");
}

TEST(ProbeJudge, SomebodyBetweenWhoWasTestedAndLendsNothingIsWorthANote) {
    Case c;
    c.asking.logged_in_as = "CONTOSO\\alice";
    c.asking.logged_in_by = "NTLM";
    c.asking.say(Section::Between, Grade::Warn, "its answers bear the mark of somebody between: nginx");
    EXPECT_TRUE(c.verdict().starts_with("Nothing is wrong here"));
    EXPECT_EQ(c.report.facts[0].grade, Grade::Note);
}

TEST(ProbeJudge, OneThatWasStoppedSaysSoFirst) {
    Case c;
    c.report.stopped = true;
    EXPECT_TRUE(c.verdict().starts_with("Stopped before everything was asked. "));
}

TEST(ProbeReport, JsonHasEachSectionOnceAndSurvivesAnyBytes) {
    Case c;
    c.asking.say(Section::Schemes, Grade::Fine, "a \xff\n b", {ExchangeId{3}});
    c.asking.say(Section::Reach, Grade::Note, "first");
    c.asking.say(Section::Schemes, Grade::Warn, "second");
    judge(c.asking, c.explanation);
    const auto json = boost::json::parse(as_json(c.report, c.explanation, "0.1.0")).as_object();
    const auto& sections = json.at("sections").as_array();
    ASSERT_EQ(sections.size(), 2u);
    EXPECT_EQ(sections[0].at("name"), "reach");
    EXPECT_EQ(sections[1].at("facts").as_array().size(), 2u);
    EXPECT_EQ(sections[1].at("facts").at(0).at("exchanges").at(0), 3);
    EXPECT_EQ(json.at("wrong"), false);
}

TEST(ProbeReport, TextFromTheNetworkCannotMoveTheTerminal) {
    Case c;
    c.asking.say(Section::Between, Grade::Fine, "it calls itself \x1b[2J evil");
    judge(c.asking, c.explanation);
    std::ostringstream out;
    write_text(out, c.report, c.explanation);
    EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
    EXPECT_NE(out.str().find("\\x1B[2J evil"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace why401::probe
