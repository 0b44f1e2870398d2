// Refused tickets where the server says why: in a KRB-ERROR, or by a code on its page.

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

Story refused_with(int code, const TicketParts& parts = {}) {
    return story().on(1, 1).get("/").credentials(ticket(parts)).offers(krb_refusal(code)).answers(401);
}

std::string page_with(const std::string& code) {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401,1," + code +
           ",17763\">x</a>";
}

Story refused_by_page(const std::string& code) {
    return story().on(1, 1).get("/").credentials(ticket()).page(page_with(code)).refuses();
}

Story silent(const TicketParts& parts = {}) {
    return story()
        .server("Apache")
        .on(1, 1)
        .get("/")
        .credentials(ticket(parts))
        .offers("Negotiate")
        .answers(401);
}

/// The exact bytes of the evidence, decoded from base64 in whole groups.
std::string shown_bytes(const Story& tale, const Evidence& evidence) {
    const auto& exchange = std::get<Exchange>(tale.items().at(number(evidence.exchange) - 1));
    const bool response = evidence.at.starts_with("response");
    const std::string& head = response ? exchange.response.head : exchange.request.head;
    return head.substr(evidence.bytes->first, evidence.bytes->second);
}

// --- KRB-SKEW-005

TEST(KrbSkew005, Error37SaysThatTheClocksDiffer) {
    const auto told = tell(refused_with(37));
    EXPECT_EQ(told.failures(), "1:KRB-SKEW-005");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client) << "the record's clock agrees with the server's";
    EXPECT_THAT(told.only().because, HasSubstr("KRB_AP_ERR_SKEW (37)"));
}

TEST(KrbSkew005, TheServersTimeInTheErrorIsComparedWithTheRecords) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .offers(krb_refusal(37, "19700101003640Z"))
                               .answers(401));
    EXPECT_THAT(told.only().because, HasSubstr("20 min 0 s ahead of"));
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(KrbSkew005, TheCodeOnThePageSaysItToo) {
    EXPECT_EQ(tell(refused_by_page("0x80090324")).failures(), "1:KRB-SKEW-005");
}

TEST(KrbSkew005, AServerThatAllowsForTheClockIsLessSevere) {
    // MS-KILE 2.2.1: e-data of KERB_AP_ERR_TYPE_SKEW_RECOVERY.
    const std::string data =
        der::encode(der::kSequence, test::der_field(1, der::encode_integer(2)) +
                                        test::der_field(2, der::encode(der::kOctetString, "")));
    const std::string error = der::encode(
        der::application(30),
        der::encode(der::kSequence, test::der_field(1, der::encode_integer(30)) +
                                        test::der_field(6, der::encode_integer(37)) +
                                        test::der_field(12, der::encode(der::kOctetString, data))));
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .offers("Negotiate " + base64::encode(error))
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:KRB-SKEW-005");
    EXPECT_EQ(told.only().severity, Severity::Warning);
}

TEST(KrbSkew005, ADateThatIsFarOffIsASuspicion) {
    const auto told = tell(silent()
                               .get("/a")
                               .credentials(ticket({.filler = 'u'}))
                               .says("Date: Thu, 01 Jan 1970 00:36:40 GMT")
                               .offers("Negotiate")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008 2:KRB-SKEW-005");
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Possible);
}

TEST(KrbSkew005, ADateThatFitsIsNone) {
    EXPECT_EQ(tell(story()
                       .server("Apache")
                       .on(1, 1)
                       .get("/")
                       .credentials(ticket())
                       .says("Date: Thu, 01 Jan 1970 00:16:45 GMT")
                       .offers("Negotiate")
                       .answers(401))
                  .failures(),
              "1:KRB-REFUSED-008");
}

TEST(KrbSkew005, CannotTellWithoutADate) { EXPECT_EQ(tell(silent()).failures(), "1:KRB-REFUSED-008"); }

// --- KRB-TKT-006

TEST(KrbTkt006, SaysWhatIsWrongWithATicketThatCouldBeOpened) {
    for (const auto& [code, words] :
         {std::pair(32, "expired"), std::pair(33, "not valid yet"), std::pair(34, "seen this very request"),
          std::pair(38, "network address")}) {
        const auto told = tell(refused_with(code));
        EXPECT_EQ(told.failures(), "1:KRB-TKT-006") << code;
        EXPECT_THAT(told.only().because, HasSubstr(words));
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
    }
}

TEST(KrbTkt006, AnErrorOfAnotherKindIsNotAboutTheTicketsTimes) {
    EXPECT_EQ(tell(refused_with(60)).failures(), "1:KRB-REFUSED-008");
}

TEST(KrbTkt006, AnAcceptedTicketIsHealthyWhateverItsAge) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket()).answers(200)).failures(), "");
}

TEST(KrbTkt006, CannotTellFromASilentRefusal) {
    const auto told = tell(silent());
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008");
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("times")));
}

// --- KRB-ETYPE-004

TEST(KrbEtype004, Error14IsAboutTheEncryption) {
    const auto told = tell(refused_with(14, {.etype = 23}));
    EXPECT_EQ(told.failures(), "1:KRB-ETYPE-004");
    EXPECT_THAT(told.only().because, HasSubstr("RC4-HMAC"));
}

TEST(KrbEtype004, Rc4IsSuspectWhereAesWasAccepted) {
    const auto told = tell(story()
                               .server("Apache")
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .answers(200)
                               .get("/")
                               .credentials(ticket({.etype = 23, .filler = 'u'}))
                               .offers("Negotiate")
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:KRB-ETYPE-004");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(KrbEtype004, Rc4AloneIsNoReason) {
    EXPECT_EQ(tell(silent({.etype = 23})).failures(), "1:KRB-REFUSED-008");
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket({.etype = 23})).answers(200)).failures(), "");
}

TEST(KrbEtype004, CannotTellFromATicketThatIsCutOffBeforeIt) {
    const std::string whole = test::raw_ticket({});
    const std::string cut = "Negotiate " + base64::encode(whole.substr(0, 70));
    EXPECT_EQ(
        tell(story().server("Apache").on(1, 1).get("/").credentials(cut).offers("Negotiate").answers(401))
            .failures(),
        "1:KRB-REFUSED-008");
}

// --- KRB-KVNO-003

TEST(KrbKvno003, Error44NamesTheKeyVersion) {
    const auto tale = refused_with(44);
    const auto told = tell(tale);
    EXPECT_EQ(told.failures(), "1:KRB-KVNO-003");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().because, HasSubstr("key version 3"));
    EXPECT_LE(shown_bytes(tale, told.only().evidence.front()).size(), 8U) << "the error code alone";
}

TEST(KrbKvno003, AnOlderKeyThanTheOneThatWorksIsAnOldTicket) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket({.kvno = 4}))
                               .answers(200)
                               .on(2, 2)
                               .get("/")
                               .credentials(ticket({.kvno = 3, .filler = 'u'}))
                               .offers(krb_refusal(41))
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:KRB-KVNO-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(KrbKvno003, TheSameKeyVersionIsNotOld) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .credentials(ticket())
                               .answers(200)
                               .get("/")
                               .credentials(ticket({.filler = 'u'}))
                               .offers(krb_refusal(41))
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:KRB-SPN-002");
}

TEST(KrbKvno003, CannotTellWithoutAKeyVersionInTheTicket) {
    EXPECT_EQ(tell(refused_with(41, {.kvno = {}})).failures(), "1:KRB-SPN-002");
}

// --- KRB-SPN-002

TEST(KrbSpn002, TheErrorsOfAKeyThatDoesNotFit) {
    for (const int code : {41, 31, 35}) {
        const auto told = tell(refused_with(code));
        EXPECT_EQ(told.failures(), "1:KRB-SPN-002") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
        EXPECT_EQ(told.only().culprit, Culprit::Server);
        EXPECT_THAT(told.only().because, HasSubstr("HTTP/web01.test in the realm CONTOSO.TEST"));
    }
}

TEST(KrbSpn002, TheErrorMayStandBareInItsGssFrame) {
    const std::string bare = "Negotiate " + base64::encode(kerberos::encode_krb_error(
                                                41, "19700101001640Z", "CONTOSO.TEST", {"HTTP", "x"}));
    EXPECT_EQ(tell(story().on(1, 1).get("/").credentials(ticket()).offers(bare).answers(401)).failures(),
              "1:KRB-SPN-002");
}

TEST(KrbSpn002, TheCodesOfIisSayItToo) {
    for (const char* code : {"0x80090322", "0x80070574"}) {
        const auto told = tell(refused_by_page(code));
        EXPECT_EQ(told.failures(), "1:KRB-SPN-002") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
    }
}

TEST(KrbSpn002, TheLogOfIisSaysItToo) {
    auto items = story().on(1, 1).get("/").answers(401).items();
    auto line = std::make_shared<LogLine>();
    line->text = "2026-11-22 22:18:36 10.0.0.5 GET / - 80 - 10.0.0.9 - 401 1 2148074274 15";
    line->substatus = 1;
    line->win32 = 2148074274U;
    auto& exchange = std::get<Exchange>(items.front());
    exchange.log = line;
    exchange.request = {};
    exchange.response = {};
    const auto told = tell(items);
    EXPECT_EQ(told.failures(), "1:KRB-SPN-002");
    EXPECT_EQ(told.only().evidence.front().at, "log.line");
}

TEST(KrbSpn002, ThreeSilentRefusalsAreAPatternAndOneIsNot) {
    auto tale = silent();
    for (const char filler : {'u', 'v'})
        tale.get("/").credentials(ticket({.filler = filler})).offers("Negotiate").answers(401);
    const auto told = tell(tale);
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008 2:KRB-REFUSED-008 3:KRB-SPN-002");
    EXPECT_EQ(told.findings.at(3).confidence, Confidence::Possible);
    EXPECT_EQ(told.findings.at(3).culprit, Culprit::Unknown);
}

TEST(KrbSpn002, AServerThatAcceptsSuchTicketsHasTheKey) {
    auto tale = story().on(1, 1).get("/").credentials(ticket({.filler = 's'})).answers(200);
    for (const char filler : {'u', 'v', 'w'})
        tale.get("/x").credentials(ticket({.filler = filler})).refuses();
    EXPECT_EQ(tell(tale).failures(), "2:KRB-REFUSED-008 3:KRB-REFUSED-008 4:KRB-REFUSED-008");
}

TEST(KrbSpn002, AnAclThatRefusesAKnownUserIsNotAboutTheTicket) {
    EXPECT_EQ(
        tell(story()
                 .on(1, 1)
                 .get("/")
                 .credentials(ticket())
                 .page(
                     "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401,3,0x80070005,"
                     "17763\">x</a>")
                 .refuses())
            .failures(),
        "1:IIS-4013-ACL");
}

TEST(KrbSpn002, CannotTellFromASingleSilentRefusal) {
    const auto told = tell(silent());
    EXPECT_EQ(told.failures(), "1:KRB-REFUSED-008");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

}  // namespace
}  // namespace why401
