#include "analysis/page.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

struct Expected {
    const char* name;
    const char* body;
    PageKind kind;
    const char* substatus;
};

class KnownPages : public testing::TestWithParam<Expected> {};

TEST_P(KnownPages, AreRecognised) {
    const Page page = read_page(GetParam().body, "");
    EXPECT_EQ(page.kind, GetParam().kind) << GetParam().name;
    EXPECT_EQ(page.substatus, GetParam().substatus) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    All, KnownPages,
    testing::Values(
        Expected{"link of any language",
                 "<a href=\"?LinkID=62293&amp;IIS70Error=401,2,0x80070005,14393\">x</a>",
                 PageKind::IisDetailed, "401.2"},
        Expected{"title and table",
                 "<title>IIS 8.5 Detailed Error - 401.1 - Unauthorized</title>"
                 "<h3>HTTP Error 401.1 - Unauthorized</h3><h4>You do not have permission to view this "
                 "directory or page "
                 "using the credentials that you supplied.</h4>",
                 PageKind::IisDetailed, "401.1"},
        Expected{
            "localised title",
            "<h3>Ошибка HTTP 401.2 — Unauthorized</h3><th>Модуль</th><td>&nbsp;&nbsp;&nbsp;IIS Web Core</td>",
            PageKind::IisDetailed, "401.2"},
        Expected{"access control list",
                 "<h4>You do not have permission to view this directory or page because of the access "
                 "control list (ACL) configuration or encryption settings for this resource on the Web "
                 "server.</h4>",
                 PageKind::IisDetailed, "401.3"},
        Expected{"invalid headers",
                 "You are not authorized to view this page due to invalid authentication headers.",
                 PageKind::IisDetailed, "401.2"},
        Expected{"for remote browsers",
                 "<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>",
                 PageKind::IisShort, ""},
        Expected{"one line", "You do not have permission to view this directory or page.\r\n",
                 PageKind::IisShort, ""},
        Expected{
            "IIS 6, .1",
            "<h2>HTTP Error 401.1 - Unauthorized: Access is denied due to invalid credentials.<br>Internet "
            "Information Services (IIS)</h2>",
            PageKind::Iis6, "401.1"},
        Expected{
            "IIS 6, .2",
            "<h2>HTTP Error 401.2 - Unauthorized: Access is denied due to server configuration.<br>Internet "
            "Information Services (IIS)</h2>",
            PageKind::Iis6, "401.2"},
        Expected{"IIS 6, .2 body",
                 "your Web browser is sending a WWW-Authenticate header field that the Web server is not "
                 "configured to accept.",
                 PageKind::Iis6, "401.2"},
        Expected{
            "IIS 6, .3",
            "HTTP Error 401.3 - Unauthorized: Access is denied due to an ACL set on the requested resource.",
            PageKind::Iis6, "401.3"},
        Expected{
            "IIS 6, .4",
            "HTTP Error 401.4 - Unauthorized: Authorization failed by filter installed on the Web server.",
            PageKind::Iis6, "401.4"},
        Expected{"IIS 6, .5",
                 "HTTP Error 401.5 - Unauthorized: Authorization failed by an ISAPI/CGI application.",
                 PageKind::Iis6, "401.5"},
        Expected{"IIS 5, .1", "<h2>HTTP 401.1 - Unauthorized: Logon Failed<br>", PageKind::Iis5, "401.1"},
        Expected{"IIS 5, .2", "HTTP 401.2 - Unauthorized: Logon failed due to server configuration<br>",
                 PageKind::Iis5, "401.2"},
        Expected{"IIS 5, .3", "HTTP 401.3 - Access denied by ACL on resource", PageKind::Iis5, "401.3"},
        Expected{"IIS 5 in any language",
                 "<a href=\"http://www.microsoft.com/ContentRedirect.asp?prd=iis&sbp=&ID=401.2&cat=web\">",
                 PageKind::Iis5, "401.2"},
        Expected{"http.sys",
                 "<BODY><h2>Not Authorized</h2>\n<hr><p>HTTP Error 401. The requested resource requires user "
                 "authentication.</p>",
                 PageKind::HttpSys, ""},
        Expected{"http.sys, too long", "<BODY><h2>Bad Request - Request Too Long</h2>", PageKind::HttpSys,
                 ""},
        Expected{"ASP.NET, .1", "Error message 401.1: Logon failed.", PageKind::AspNet, "401.1"},
        Expected{"ASP.NET, .2",
                 "Error message 401.2.: Unauthorized: Logon failed due to server configuration.",
                 PageKind::AspNet, "401.2"},
        Expected{"ASP.NET, .3",
                 "Error message 401.3: You do not have permission to view this directory or page using the "
                 "credentials you supplied (access denied due to Access Control Lists).",
                 PageKind::AspNet, "401.3"},
        Expected{"ASP.NET, no number", "<title>Server Error in '/' Application.</title>", PageKind::AspNet,
                 ""},
        Expected{"Web API", "{\"Message\":\"Authorization has been denied for this request.\"}",
                 PageKind::WebApi, ""},
        Expected{"SharePoint", "401 UNAUTHORIZED", PageKind::SharePoint, ""},
        Expected{
            "Sitecore, not IIS",
            "HTTP Error 401.1 - Unauthorized: Access is denied due to invalid credentials.<br>Sitecore CMS",
            PageKind::Sitecore, ""},
        Expected{"Apache", "<title>401 Unauthorized</title>", PageKind::Apache, ""},
        Expected{"nginx", "<title>401 Authorization Required</title><hr><center>nginx</center>",
                 PageKind::Nginx, ""},
        Expected{"Tomcat", "<title>HTTP Status 401 \xE2\x80\x93 Unauthorized</title>", PageKind::Tomcat, ""},
        Expected{"Squid", "<!-- ERR_CACHE_ACCESS_DENIED -->", PageKind::Squid, ""},
        Expected{"IIS 7, 403 in detail",
                 "<title>IIS 10.0 Detailed Error - 403.14 - Forbidden</title><h3>HTTP Error 403.14 - "
                 "Forbidden</h3>",
                 PageKind::IisDetailed, "403.14"},
        Expected{"403 in the link", "<a href=\"?IIS70Error=403,16,0x800b0109,17763\">", PageKind::IisDetailed,
                 "403.16"},
        Expected{"403 for remote browsers", "<title>403 - Forbidden: Access is denied.</title>",
                 PageKind::IisShort, ""},
        Expected{
            "IIS 6, 403.7",
            "<h2>HTTP Error 403.7 - Forbidden: SSL client certificate is required.<br>Internet Information "
            "Services (IIS)</h2>",
            PageKind::Iis6, "403.7"},
        Expected{"IIS 5, 403 in any language",
                 "<a href=\"http://www.microsoft.com/ContentRedirect.asp?prd=iis&sbp=&ID=403.13&cat=web\">",
                 PageKind::Iis5, "403.13"},
        Expected{"IIS 7, two digits", "<a href=\"?IIS70Error=401,503,0x80070005,17763\">",
                 PageKind::IisDetailed, "401.503"},
        Expected{"nothing", "", PageKind::Empty, ""},
        Expected{"somebody's page", "<html>please log in</html>", PageKind::Other, ""}));

TEST(Page, OfDetailTellsModuleCodeAndUser) {
    const Page page = read_page(
        "<th>Module</th><td>&nbsp;&nbsp;&nbsp;IIS Web "
        "Core</td><th>b</th><td>1</td><th>c</th><td>2</td><th>d</th>"
        "<td>0x80070005</td><th>e</th><td>5</td><th>f</th><td>6</td><th>g</th><td>7</td><th>h</"
        "th><td>CONTOSO\\alice</td>"
        "<a href=\"x?IIS70Error=401,3,0x80070005,17763\">",
        "");
    EXPECT_EQ(page.substatus, "401.3");
    EXPECT_EQ(page.code, "0x80070005");
    EXPECT_EQ(page.module, "IIS Web Core");
    EXPECT_EQ(page.logon_user, "CONTOSO\\alice");
    ASSERT_TRUE(page.bytes);
    EXPECT_EQ(page.bytes->second, std::string("IIS70Error=401,3,0x80070005").size());
}

TEST(Page, WithoutWordsIsKnownByItsFields) {
    const auto kind_of = [](const std::string& field, std::string_view body) {
        Page page = read_page(body, "");
        name_by_fields(page, message_from_head("HTTP/1.1 401 Unauthorized\r\n" + field + "\r\n\r\n",
                                               http1::HeadParser::Kind::Response));
        return page.kind;
    };
    EXPECT_EQ(kind_of("X-FEServer: EX01", ""), PageKind::Exchange);
    EXPECT_EQ(kind_of("X-CalculatedBETarget: ex02.contoso.test", "x"), PageKind::Exchange);
    EXPECT_EQ(kind_of("SPRequestGuid: 5b2c", ""), PageKind::SharePoint);
    EXPECT_EQ(kind_of("MicrosoftSharePointTeamServices: 16.0", "x"), PageKind::SharePoint);
    EXPECT_EQ(kind_of("X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0", "<html>"), PageKind::Squid);
    EXPECT_EQ(kind_of("X-FEServer: EX01", "IIS70Error=401,2,0x80070005,1"), PageKind::IisDetailed);
    EXPECT_EQ(kind_of("Server: x", ""), PageKind::Empty);
}

TEST(Page, ThatComplainsOfLengthIsRecognisedInManyTongues) {
    for (const char* body :
         {"<h2>Bad Request - Request Too Long</h2>", "<title>400 Request Header Or Cookie Too Large</title>",
          "<p>Size of a request header field exceeds server limit.</p>", "Request header is too large",
          "Request Header Fields Too Large"})
        EXPECT_TRUE(read_page(body, "").long_fields) << body;
    EXPECT_FALSE(read_page("<h2>Bad Request - Invalid Hostname</h2>", "").long_fields);
}

TEST(Page, ThatIsCompressedIsNotRead) {
    EXPECT_EQ(read_page("IIS70Error=401,2,0x80070005,14393", "gzip").kind, PageKind::Compressed);
    EXPECT_EQ(read_page("IIS70Error=401,2,0x80070005,14393", "identity").kind, PageKind::IisDetailed);
}

TEST(Page, LinksThatAreCutOffOrMalformedSayNothing) {
    for (const char* body : {"IIS70Error=401", "IIS70Error=401,2", "IIS70Error=401,2,0x8007",
                             "IIS70Error=,,0x80070005", "IIS70Error=4011,2,0x80070005,1", "IIS70Error="})
        EXPECT_EQ(read_page(body, "").substatus, "") << body;
}

TEST(Page, OfManyNearMissesIsReadOnce) {
    std::string body;
    while (body.size() < 200'000) body += "HTTP 401. HTTP 40 IIS70Error=401,2,0x";
    EXPECT_EQ(read_page(body, "").substatus, "");
    body = std::string(70'000, ' ') + "IIS70Error=401,2,0x80070005,1";  // beyond what is looked at
    EXPECT_EQ(read_page(body, "").kind, PageKind::Other);
}

}  // namespace
}  // namespace why401
