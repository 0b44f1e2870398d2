#include "lab/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace why401::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

ErrorFacts facts(int substatus, std::uint32_t win32) {
    return {substatus, win32, "http://web01.lab.why401.test:80/acl/x.html", "/acl/x.html", "", ""};
}

bool matches(const std::string& text, const char* pattern) {
    return std::regex_search(text, std::regex(pattern, std::regex::icase));
}

TEST(LabPages, TheShortPageSaysInvalidCredentialsWhateverTheSubstatus) {
    const std::string page = short_401_page();
    EXPECT_THAT(page,
                HasSubstr("<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>"));
    EXPECT_THAT(page, HasSubstr("<h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2>"));
    EXPECT_THAT(
        page, HasSubstr("<h3>You do not have permission to view this directory or page using the credentials "
                        "that you supplied.</h3>"));
    EXPECT_THAT(page, Not(HasSubstr("IIS70Error")));
    EXPECT_FALSE(matches(page, "401\\.\\d"));
}

struct Detailed {
    int substatus;
    std::uint32_t win32;
    const char* link;
    const char* headline;
    const char* module;
};

class LabDetailedPage : public testing::TestWithParam<Detailed> {};

TEST_P(LabDetailedPage, CarriesEveryFingerprintOfIis) {
    const Detailed& expected = GetParam();
    const std::string page = detailed_401_page(facts(expected.substatus, expected.win32));
    const std::string code = "401." + std::to_string(expected.substatus);
    EXPECT_THAT(page, HasSubstr("<title>IIS 10.0 Detailed Error - " + code + " - Unauthorized</title>"));
    EXPECT_THAT(page, HasSubstr("<h3>HTTP Error " + code + " - Unauthorized</h3>"));
    EXPECT_THAT(page, HasSubstr(std::string("?LinkID=62293&amp;") + expected.link + ",17763\""));
    EXPECT_THAT(page, HasSubstr(std::string("<h4>") + expected.headline));
    EXPECT_THAT(page,
                HasSubstr(std::string("<th>Module</th><td>&nbsp;&nbsp;&nbsp;") + expected.module + "</td>"));
    EXPECT_TRUE(matches(page, "HTTP[^<]{0,12}\\s401\\.\\d\\s*-"));
}

INSTANTIATE_TEST_SUITE_P(
    All, LabDetailedPage,
    testing::Values(
        Detailed{1, 2148074252U, "IIS70Error=401,1,0x8009030c",
                 "You do not have permission to view this directory or page using the credentials that "
                 "you supplied.",
                 "WindowsAuthenticationModule"},
        Detailed{1, 1326, "IIS70Error=401,1,0x8007052e", "You do not have permission",
                 "WindowsAuthenticationModule"},
        Detailed{2, 5, "IIS70Error=401,2,0x80070005",
                 "You are not authorized to view this page due to invalid authentication headers.",
                 "IIS Web Core"},
        Detailed{3, 5, "IIS70Error=401,3,0x80070005",
                 "You do not have permission to view this directory or page because of the access control "
                 "list (ACL) configuration or encryption settings for this resource on the Web server.",
                 "StaticFileModule"},
        Detailed{4, 5, "IIS70Error=401,4,0x80070005", "Authorization failed by a filter",
                 "IsapiFilterModule"},
        Detailed{5, 5, "IIS70Error=401,5,0x80070005", "Authorization failed by an ISAPI/CGI application.",
                 "IsapiModule"}));

TEST(LabPages, RowsOfTheDetailedPageStandInTheOrderOfIis) {
    const std::string page = detailed_401_page(facts(2, 5));
    std::vector<std::string> names;
    const std::regex row("<th>([^<]*)</th><td>(?:&nbsp;)*([^<]+)</td>");
    for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it)
        names.push_back((*it)[1]);
    EXPECT_THAT(names, testing::ElementsAre("Module", "Notification", "Handler", "Error Code",
                                            "Requested URL", "Physical Path", "Logon Method", "Logon User"));
    EXPECT_THAT(page, HasSubstr("C:\\inetpub\\wwwroot\\acl\\x.html"));
}

TEST(LabPages, LogonFieldsSayNotYetDeterminedUntilSomeoneIsLoggedIn) {
    EXPECT_THAT(detailed_401_page(facts(2, 5)),
                HasSubstr("<th>Logon User</th><td>&nbsp;&nbsp;&nbsp;Not yet determined"));
    ErrorFacts known = facts(3, 5);
    known.logon_user = "CONTOSO\\alice";
    known.logon_method = "NTLM";
    EXPECT_THAT(detailed_401_page(known),
                HasSubstr("<th>Logon User</th><td>&nbsp;&nbsp;&nbsp;CONTOSO\\alice"));
}

TEST(LabPages, WhatTheRequestSaysIsEscaped) {
    ErrorFacts hostile = facts(2, 5);
    hostile.url = "http://x/<script>\"&'";
    hostile.path = "/<script>";
    EXPECT_THAT(detailed_401_page(hostile), Not(HasSubstr("<script>")));
    EXPECT_THAT(welcome_page(machine(0), "<b>", "GET", 0), Not(HasSubstr("<b>")));
}

TEST(LabPages, HttpSysPagesHaveTheSizesSeenInTheWild) {
    EXPECT_EQ(http_sys_401_page().size(), 341u);
    EXPECT_THAT(http_sys_401_page(),
                HasSubstr("<h2>Not Authorized</h2>\r\n<hr><p>HTTP Error 401. The requested resource "
                          "requires user authentication.</p>"));
    const std::string too_long =
        http_sys_400_page("Request Too Long", "The size of the request headers is too long.");
    EXPECT_EQ(too_long.size(), 346u);
    EXPECT_THAT(too_long, HasSubstr("<h2>Bad Request - Request Too Long</h2>"));
}

TEST(LabPages, TheWelcomePageNamesTheUserOnALineOfItsOwn) {
    const std::string page = welcome_page(machine(1), "CONTOSO\\alice", "POST", 7);
    EXPECT_THAT(page, HasSubstr("\r\nuser=CONTOSO\\alice\r\n"));
    EXPECT_THAT(page, HasSubstr("\r\nmachine=WEB02\r\n"));
    EXPECT_THAT(page, HasSubstr("\r\nreceived=7\r\n"));
    EXPECT_THAT(welcome_page(machine(0), "", "GET", 0), HasSubstr("\r\nuser=-\r\n"));
}

TEST(LabPages, Win32CodesBecomeHresults) {
    EXPECT_EQ(as_hresult(5), 0x80070005u);
    EXPECT_EQ(as_hresult(1326), 0x8007052eu);
    EXPECT_EQ(as_hresult(2148074254u), 0x8009030eu);
    EXPECT_EQ(as_hresult(0), 0u);
}

}  // namespace
}  // namespace why401::lab
