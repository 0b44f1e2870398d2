#include "app/doctor/there.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401::doctor {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::system_clock;
using testing::HasSubstr;

const system_clock::time_point kNow = system_clock::from_time_t(784111777);  // the date of RFC 9110 5.6.7
const Place kPlace{true, "web01.test", 443, "web01.test", "/"};

Visit answered(int status) {
    Visit visit;
    visit.address = "192.0.2.7:443";
    visit.status = status;
    visit.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    visit.answered = kNow;
    return visit;
}

TlsFacts verified(system_clock::time_point until) {
    TlsFacts facts;
    facts.version = "TLSv1.3";
    facts.cipher = "TLS_AES_128_GCM_SHA256";
    facts.certificate = CertificateFacts{};
    facts.certificate->subject = "CN=web01.test";
    facts.certificate->not_after = system_clock::to_time_t(until);
    return facts;
}

Check named(const std::vector<Check>& checks, const std::string& name) {
    for (const Check& check : checks)
        if (check.name == name) return check;
    return {};
}

TEST(DoctorServer, IsWellWhenItAnswers) {
    Visit visit = answered(401);
    visit.schemes = {"Negotiate", "NTLM"};
    visit.tls = verified(kNow + hours(24 * 90));
    const auto checks = server(kPlace, visit, kNow);
    EXPECT_TRUE(is_well(checks));
    EXPECT_EQ(named(checks, "tcp").what, "web01.test is reached at 192.0.2.7:443");
    EXPECT_THAT(named(checks, "tls").what, HasSubstr("CN=web01.test"));
    EXPECT_EQ(named(checks, "http").what, "it answers 401 and offers Negotiate, NTLM");
}

TEST(DoctorServer, ClocksMayBeAMinuteApartAndNeverSix) {
    for (const auto& [apart, grade] : {std::pair{0, Grade::Ok},
                                       {60, Grade::Ok},
                                       {-60, Grade::Ok},
                                       {61, Grade::Warn},
                                       {-300, Grade::Warn},
                                       {301, Grade::Fail},
                                       {-301, Grade::Fail}}) {
        Visit visit = answered(200);
        visit.answered = kNow + seconds(apart);
        EXPECT_EQ(named(server(kPlace, visit, kNow), "clock").grade, grade) << apart;
    }
    Visit ahead = answered(200);
    ahead.answered = kNow - seconds(400);
    EXPECT_EQ(named(server(kPlace, ahead, kNow), "clock").what, "its clock is 400 s ahead of ours");
}

TEST(DoctorServer, WithoutADateNothingIsSaidOfItsClock) {
    for (const char* date :
         {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1", "tomorrow"}) {
        Visit visit = answered(200);
        visit.date = date;
        EXPECT_EQ(named(server(kPlace, visit, kNow), "clock").name, "") << date;
    }
}

TEST(DoctorServer, ACertificateThatEndsSoonIsWarnedOf) {
    Visit visit = answered(200);
    visit.tls = verified(kNow + hours(24 * 13));
    EXPECT_EQ(named(server(kPlace, visit, kNow), "tls").grade, Grade::Warn);
}

TEST(DoctorServer, WhatFailsEndsTheLook) {
    Visit refused;
    refused.address = "192.0.2.7:443";
    refused.tls = TlsFacts{};
    refused.tls->refusal =
        TlsRefusal{"expired", "its certificate expired on 1994-01-02", "CN=web01.test", "renew it", true};
    const auto checks = server(kPlace, refused, kNow);
    ASSERT_EQ(checks.size(), 2u);
    EXPECT_EQ(checks[1].what, "its certificate expired on 1994-01-02 (CN=web01.test)");
    EXPECT_EQ(checks[1].to_do, "renew it");

    Visit unreachable;
    unreachable.unreachable =
        net::ConnectFailure{net::ConnectFailure::Stage::Connect, "connection refused", {"192.0.2.7:443: x"}};
    const auto only = server(kPlace, unreachable, kNow);
    ASSERT_EQ(only.size(), 1u);
    EXPECT_EQ(only[0].what, "web01.test: connection refused (192.0.2.7:443: x)");
}

TEST(DoctorPlace, IsThatOfAnHttpUrl) {
    const auto place = place_of("https://Web01.test/x?y#z");
    ASSERT_TRUE(place);
    EXPECT_TRUE(place->tls);
    EXPECT_EQ(place->port, 443);
    EXPECT_EQ(place->target, "/x?y");
    EXPECT_EQ(place_of("http://[::1]:81")->host, "::1");
    EXPECT_EQ(place_of("http://[::1]:81")->authority, "[::1]:81");
    for (const char* url : {"", "web01", "ftp://a/", "http://u:p@a/"}) EXPECT_FALSE(place_of(url)) << url;
}

TEST(DoctorChecks, AreALineEachAndHarmless) {
    const std::vector<Check> checks{{"tls", Grade::Fail, "CN=\x1b[31mevil\n", "go"},
                                    {"http", Grade::Ok, "fine", ""}};
    EXPECT_EQ(as_text(checks), "fail  CN=\\x1B[31mevil\\x0A - go\nok    fine\n");
    EXPECT_THAT(as_json(checks), HasSubstr(R"({"check":"http","grade":"ok","what":"fine","to_do":""})"));
    EXPECT_THAT(as_json(checks), HasSubstr(R"({"ok":false,)"));
}

}  // namespace
}  // namespace why401::doctor
