// Refused tickets without the server's word: what the ticket, the address and the record show by themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kerberos_tokens.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::krb_refusal;
using test::story;
using test::Story;
using test::tell;
using test::ticket;
using test::TicketParts;
using testing::Contains;
using testing::HasSubstr;

Story silent(const TicketParts& parts = {}) {
    return story()
        .server("Apache")
        .on(1, 1)
        .get("/")
        .credentials(ticket(parts))
        .offers("Negotiate")
        .answers(401);
}

// --- KRB-REFUSED-008

TEST(KrbRefused008, ASilentRefusalIsToldWithAllThatCanBeSeen) {
    const auto told = tell(silent());
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008");
    EXPECT_THAT(told.only().because, HasSubstr("HTTP/web01.test in the realm CONTOSO.TEST"));
    EXPECT_THAT(told.only().because, HasSubstr("AES256-CTS-HMAC-SHA1-96, key version 3"));
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(KrbRefused008, AnErrorWithoutARuleOfItsOwnIsNamed) {
    const auto told =
        tell(story().on(1, 1).get("/").credentials(ticket()).offers(krb_refusal(60)).answers(401));
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008");
    EXPECT_THAT(told.only().because, HasSubstr("KRB_ERR_GENERIC (60)"));
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(KrbRefused008, AServerThatProvedItselfKnowsTheUser) {
    const std::string done = "Negotiate " + base64::encode(spnego::encode_resp(
                                                spnego::NegState::AcceptCompleted, kerberos::kMech, ""));
    EXPECT_EQ(tell(story().server("Apache").on(1, 1).get("/").credentials(ticket()).offers(done).answers(401))
                  .failures(),
              "1:AUTHZ-401-001");
}

TEST(KrbRefused008, CannotTellWhatIsEncryptedAndSaysSo) {
    EXPECT_THAT(tell(silent()).only().not_visible,
                AllOf(Contains(HasSubstr("the user")), Contains(HasSubstr("log"))));
}

TEST(KrbRefused008, AProxysRefusalIsToldAsTheProxys) {
    EXPECT_EQ(tell(story()
                       .proxy_auth()
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket({.sname = {"HTTP", "proxy.test"}}))
                       .offers("Negotiate")
                       .answers(407))
                  .failures(),
              "1:PROXY-407-001");
}

// --- KRB-CNAME-001

TEST(KrbCname001, ATicketForAnotherHostThanTheAddressNames) {
    const auto told = tell(silent({.sname = {"HTTP", "farm7.contoso.test"}}));
    EXPECT_EQ(told.failures(), "1:KRB-CNAME-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().because, HasSubstr("farm7.contoso.test"));
}

TEST(KrbCname001, APortInTheServiceNameThatTheAddressDoesNotHave) {
    EXPECT_EQ(tell(silent({.sname = {"HTTP", "web01.test:8080"}})).failures(), "1:KRB-CNAME-001");
}

TEST(KrbCname001, TheShortFormOfTheSameNameIsTheSameHost) {
    EXPECT_EQ(tell(silent({.sname = {"HTTP", "WEB01"}})).failures(), "1:KRB-REFUSED-008");
    EXPECT_EQ(tell(silent({.sname = {"HTTP", "WEB01.TEST"}})).failures(), "1:KRB-REFUSED-008");
}

TEST(KrbCname001, AServerThatTakesTheOtherNameDoesNotMind) {
    const TicketParts other{.sname = {"HTTP", "farm7.contoso.test"}};
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket(other)).answers(200)).failures(), "");
    TicketParts again = other;
    again.filler = 'u';
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket(other))
                       .answers(200)
                       .get("/x")
                       .credentials(ticket(again))
                       .refuses())
                  .failures(),
              "2:KRB-REFUSED-008");
}

TEST(KrbCname001, CannotTellFromATicketWithoutAName) {
    EXPECT_EQ(tell(silent({.sname = {"HTTP"}})).failures(), "1:KRB-REFUSED-008");
}

// --- KRB-HOSTHDR-001

Story machine_told(const std::string& computer) {
    return story()
        .computer(computer)
        .on(1, 1)
        .get("/")
        .negotiate()
        .challenges()
        .get("/")
        .authenticate("A\\b")
        .answers(200);
}

TEST(KrbHosthdr001, ASiteWithANameOfItsOwnOnAMachineWithAnother) {
    const auto told = tell(machine_told("SRV042").on(2, 2).get("/").credentials(ticket()).refuses());
    EXPECT_EQ(told.failures(), "3:KRB-HOSTHDR-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("SRV042"));
}

TEST(KrbHosthdr001, TheMachinesOwnNameIsNoOtherName) {
    EXPECT_EQ(tell(machine_told("WEB01").on(2, 2).get("/").credentials(ticket()).refuses()).failures(),
              "3:KRB-REFUSED-008");
}

TEST(KrbHosthdr001, CannotTellWithoutTheMachinesName) {
    EXPECT_EQ(tell(silent()).failures(), "1:KRB-REFUSED-008");
}

// --- KRB-TOKENSIZE-002

TEST(KrbTokensize002, ATicketBeyondWhatWindowsTakes) {
    EXPECT_EQ(tell(silent({.size = 49'000})).failures(), "1:KRB-TOKENSIZE-002");
    EXPECT_EQ(tell(story()
                       .server("Microsoft-IIS/7.5")
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket({.size = 13'000}))
                       .refuses())
                  .failures(),
              "1:KRB-TOKENSIZE-002");
}

TEST(KrbTokensize002, ALargeTicketThatFitsIsInnocent) {
    EXPECT_EQ(tell(silent({.size = 13'000})).failures(), "1:KRB-REFUSED-008");
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket({.size = 49'000})).answers(200)).failures(),
              "");
}

TEST(KrbTokensize002, CannotTellWithoutTheServersName) {
    EXPECT_EQ(
        tell(story().server("").on(1, 1).get("/").credentials(ticket({.size = 13'000})).refuses()).failures(),
        "1:KRB-REFUSED-008");
}

// --- KRB-REPLAY-007

TEST(KrbReplay007, TheSameBytesTwiceAfterTheyWereAccepted) {
    const auto told = tell(story()
                               .server("Apache")
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .answers(200)
                               .on(1, 2)
                               .get("/")
                               .credentials(ticket())
                               .offers("Negotiate")
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:KRB-REPLAY-007");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(KrbReplay007, TheServersWordMakesItCertain) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .answers(200)
                               .get("/")
                               .credentials(ticket())
                               .offers(krb_refusal(34))
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:KRB-REPLAY-007");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(KrbReplay007, AServerThatAcceptsBothDoesNotMind) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket())
                       .answers(200)
                       .get("/")
                       .credentials(ticket())
                       .answers(200))
                  .failures(),
              "");
}

TEST(KrbReplay007, ATicketThatWasRefusedBothTimesHasAnotherFault) {
    EXPECT_EQ(tell(silent().get("/").credentials(ticket()).offers("Negotiate").answers(401)).failures(),
              "1:KRB-REFUSED-008 2:KRB-REFUSED-008");
}

TEST(KrbReplay007, CannotTellWithoutTheFirstRequest) {
    EXPECT_EQ(
        tell(story().on(1, 1).get("/").credentials(ticket()).offers(krb_refusal(34)).answers(401)).failures(),
        "1:KRB-TKT-006");
}

// --- KRB-BIG-001

constexpr const char* kTooLong =
    "<HTML><BODY><h2>Bad Request - Request Too Long</h2><hr><p>HTTP Error 400. The size of the request "
    "headers is too "
    "long.</p></BODY></HTML>";

TEST(KrbBig001, HttpSysSaysThatTheHeadIsTooLong) {
    const auto told = tell(story()
                               .server("Microsoft-HTTPAPI/2.0")
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket({.size = 20'000}))
                               .page(kTooLong)
                               .answers(400));
    EXPECT_EQ(told.failures(), "1:KRB-BIG-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().because, HasSubstr("kB"));
}

TEST(KrbBig001, NginxAndApacheSayItInTheirWords) {
    for (const char* page :
         {"<center><h1>400 Bad Request</h1></center><center>Request Header Or Cookie Too Large</center>",
          "<p>Your browser sent a request that this server could not understand.<br />Size of a "
          "request header field exceeds server limit.</p>"})
        EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket({.size = 9'000})).page(page).answers(400))
                      .failures(),
                  "1:KRB-BIG-001");
}

TEST(KrbBig001, A431IsAboutTheHead) {
    const auto told = tell(story().on(1, 1).get("/").credentials(ticket({.size = 9'000})).answers(431));
    EXPECT_EQ(told.failures(), "1:KRB-BIG-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(KrbBig001, LargerCookiesAreTheBetterSuspect) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .asks("Cookie: a=" + std::string(30'000, 'c'))
                       .credentials(ticket({.size = 9'000}))
                       .page(kTooLong)
                       .answers(400))
                  .failures(),
              "1:COOKIE-BIG-001");
}

TEST(KrbBig001, AnApplicationsOwn400IsNotAboutTheHead) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket()).page("{\"error\":\"name\"}").answers(400))
                  .failures(),
              "");
}

TEST(KrbBig001, CannotTellA413WithoutAPage) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket({.size = 9'000})).answers(413)).failures(),
              "");
}

}  // namespace
}  // namespace why401
