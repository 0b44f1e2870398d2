#include "store/iis_w3c.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kIis10 =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-03-01 "
    "08:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken\r\n";

struct Read {
    std::vector<Exchange> exchanges;
    std::vector<NotRecorded> holes;
    LogReading reading;

    std::vector<std::string> urls() const {
        std::vector<std::string> out;
        for (const Exchange& exchange : exchanges) out.push_back(url(exchange));
        return out;
    }
};

Read read(const std::string& text, const LogWishes& wishes = {}) {
    Read out;
    std::istringstream in(text);
    out.reading = read_iis_w3c(in, "u_ex.log", wishes, [&](RecordItem item) {
        if (auto* exchange = std::get_if<Exchange>(&item)) out.exchanges.push_back(std::move(*exchange));
        if (auto* hole = std::get_if<NotRecorded>(&item)) out.holes.push_back(*hole);
    });
    return out;
}

TEST(IisW3c, ARowBecomesAnExchangeThatOnlyTheLogKnows) {
    const Read got = read(std::string(kIis10) +
                          "2026-03-01 08:00:07 10.0.0.5 GET /a/b.aspx x=1 8080 CONTOSO\\alice 10.0.0.9 "
                          "Mozilla/5.0+(Windows+NT+10.0) - 401 1 2148074252 250\r\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    const Exchange& e = got.exchanges.front();
    EXPECT_EQ(url(e), "http://10.0.0.5:8080/a/b.aspx?x=1");
    EXPECT_EQ(e.request.method(), "GET");
    EXPECT_EQ(e.status, 401);
    EXPECT_FALSE(e.client_connection || e.upstream_connection || e.response.exists());
    EXPECT_EQ(e.timing.ended.wall_us, 1'772'352'007'000'000);
    EXPECT_EQ(e.timing.started.wall_us, 1'772'352'006'750'000);
    ASSERT_TRUE(e.log);
    EXPECT_TRUE(e.log->alone);
    EXPECT_EQ(e.log->line, 5U);
    EXPECT_EQ(e.log->substatus, std::optional<std::uint16_t>(1));
    EXPECT_EQ(e.log->win32, std::optional<std::uint32_t>(0x8009030C));
    EXPECT_EQ(e.log->user, "CONTOSO\\alice");
    EXPECT_EQ(e.log->user_agent, "Mozilla/5.0 (Windows NT 10.0)");
    EXPECT_EQ(e.log->client_ip, "10.0.0.9");
    EXPECT_TRUE(e.request.parsed.fields.empty());
}

TEST(IisW3c, ColumnsChangeWhereFieldsSaysSo) {
    const Read got = read(
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
        "2018-01-01 08:09:10 127.0.0.1 GET / q=100 80 - 81.2.69.143 Firefox/57.0 - 200 0 0 123\n"
        "#Date: 2018-01-01 09:10:11\n"
        "#Fields: date time s-sitename cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
        "cs(User-Agent) "
        "cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken\n"
        "2018-01-01 09:10:11 W3SVC1 GET / - 80 - 127.0.0.1 Firefox/57.0 - - example.com 200 0 0 123 456 789\n"
        // Left over from the first set, as IIS does after a change of configuration.
        "2018-12-31 12:52:33 10.44.0.136 GET /x ${a} 443 - 10.50.6.188 Mozilla/4.0 - 401 0 0 0\n");
    EXPECT_THAT(got.urls(),
                ElementsAre("http://127.0.0.1/?q=100", "http://example.com/", "https://10.44.0.136/x?${a}"));
    EXPECT_TRUE(got.exchanges[2].log->repaired);
    EXPECT_EQ(got.exchanges[2].status, 401);
    EXPECT_EQ(got.reading.repaired, 1U);
    EXPECT_TRUE(got.holes.empty());
}

TEST(IisW3c, ARowThatLostItsAddressesIsReadByItsShape) {
    const Read got = read(
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "sc-status "
        "sc-substatus sc-win32-status \n"
        "2005-05-21 05:39:27 GET /VirtualServer/VSWebApp.exe view=1 1024 WEBBROWSER\\User "
        "Mozilla/4.0+(User-Agent) "
        "200 0 0\n"
        "2005-05-21 05:39:27 GET /VirtualServer/scripts/VSScripts.js - 1024 - Mozilla/4.0+(User-Agent) 401 2 "
        "5\n");
    ASSERT_EQ(got.exchanges.size(), 2U);
    EXPECT_EQ(url(got.exchanges[0]), "http://server:1024/VirtualServer/VSWebApp.exe?view=1");
    EXPECT_EQ(got.exchanges[0].log->user, "WEBBROWSER\\User");
    EXPECT_EQ(got.exchanges[1].log->user, "");
    EXPECT_EQ(got.exchanges[1].log->user_agent, "Mozilla/4.0 (User-Agent)");
    EXPECT_EQ(got.exchanges[1].log->win32, std::optional<std::uint32_t>(5));
    EXPECT_THAT(got.reading.notes, ElementsAre(HasSubstr("2 rows do not fit")));
}

TEST(IisW3c, AUserAgentWithBlanksIsPutTogether) {
    const Read got =
        read(std::string(kIis10) +
             "2026-03-01 08:00:07 10.0.0.5 GET /a - 80 - 10.0.0.9 Mozilla/5.0 (X11; Linux) - 401 2 5 3\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(got.exchanges[0].log->user_agent, "Mozilla/5.0 (X11; Linux)");
    EXPECT_EQ(got.exchanges[0].log->client_ip, "10.0.0.9");
}

TEST(IisW3c, RowsThatCannotBeReadAreCountedAndTheFirstIsNamed) {
    const Read got = read(std::string(kIis10) +
                          "2026-03-01 08:00:07 10.0.0.5 GET / - 80 - 10.0.0.9 curl - 200 0 0 1\n"
                          "this is no row\n2026-03-01 08:00\n");
    EXPECT_EQ(got.exchanges.size(), 1U);
    ASSERT_EQ(got.holes.size(), 1U);
    EXPECT_EQ(got.holes[0].exchanges, 2U);
    EXPECT_EQ(got.holes[0].because, "line 6 has 4 values where #Fields names 15");
}

TEST(IisW3c, AFileWithoutAnyReadableRowIsRefusedWithItsName) {
    try {
        read("#Fields: date time sc-status\nrubbish\n");
        FAIL();
    } catch (const LogError& error) {
        EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("u_ex.log"), HasSubstr("line 2")));
    }
}

TEST(IisW3c, AFileWithNothingButDirectivesHoldsNoRequests) { EXPECT_EQ(read(kIis10).reading.requests, 0U); }

TEST(IisW3c, NamesCompareWithoutCaseAndHyphens) {
    const Read got = read(
        "\xef\xbb\xbf#Fields: Date Time CS-Method cs-uri-stem sc-status sc-Sub-status sc-win32-status\n"
        "2026-03-01 08:00:07 GET / 401 1 -1073741715\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(got.exchanges[0].log->substatus, std::optional<std::uint16_t>(1));
    EXPECT_EQ(got.exchanges[0].log->win32, std::optional<std::uint32_t>(0xC000006D));
}

TEST(IisW3c, TheDateDirectiveServesRowsWithoutADate) {
    const Read got = read(
        "#Date: 2026-03-01 08:00:00\n#Fields: time cs-method cs-uri-stem sc-status\n"
        "08:00:07 GET / 200\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(got.exchanges[0].timing.ended.wall_us, 1'772'352'007'000'000);
    EXPECT_FALSE(got.exchanges[0].log->substatus);
}

TEST(IisW3c, RowsWithoutAnyFieldsLineAreReadByTheirShape) {
    const Read got = read("2026-03-01 08:00:07 10.0.0.5 GET /a - 443 - fe80::1%8 Mozilla/5.0 401 2 5 15\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(url(got.exchanges[0]), "https://10.0.0.5/a");
    EXPECT_EQ(got.exchanges[0].log->substatus, std::optional<std::uint16_t>(2));
    EXPECT_EQ(got.exchanges[0].log->taken_ms, std::optional<std::uint32_t>(15));
    EXPECT_EQ(got.exchanges[0].log->client_ip, "fe80::1%8");
}

TEST(IisW3c, ABalancersClientsAreToldApartWhereAColumnNamesThem) {
    const Read got = read(
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status X-Forwarded-For\n"
        "2026-03-01 08:00:07 10.0.0.1 GET / 200 192.0.2.7,+10.0.0.2\n2026-03-01 08:00:08 10.0.0.1 GET / 200 "
        "-\n");
    EXPECT_EQ(got.exchanges.at(0).log->client_ip, "192.0.2.7");
    EXPECT_EQ(got.exchanges.at(1).log->client_ip, "10.0.0.1");
}

TEST(IisW3c, Ipv6HostsAreBracketedAndZonesLeftOut) {
    const Read got =
        read(std::string(kIis10) + "2026-03-01 08:00:07 fe80::2%4 GET / - 8172 - ::1 curl - 200 0 0 1\n");
    EXPECT_EQ(url(got.exchanges.at(0)), "https://[fe80::2]:8172/");
}

TEST(IisW3c, OddBytesDoNoHarm) {
    const std::string nul(40, '\0');
    const Read got = read(
        std::string(kIis10) + nul +
        "2026-03-01 08:00:07 10.0.0.5 GET /caf\xe9 a=<empty>;{b} 80 M\xfcller 10.0.0.9 - - 200 0 0 1\r\n" +
        nul);
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(url(got.exchanges[0]), "http://10.0.0.5/caf\xe9?a=<empty>;{b}");
    EXPECT_EQ(got.exchanges[0].log->user, "M\xfcller");
}

TEST(IisW3c, ALineBeyondAllMeasureIsSetAsideAndTheNextOneRead) {
    const Read got =
        read(std::string(kIis10) + "2026-03-01 08:00:07 10.0.0.5 GET /" + std::string(200'000, 'x') +
             " - 80 - 10.0.0.9 curl - 200 0 0 1\n"
             "2026-03-01 08:00:08 10.0.0.5 GET /next - 80 - 10.0.0.9 curl - 200 0 0 1");
    EXPECT_THAT(got.urls(), ElementsAre("http://10.0.0.5/next"));
    EXPECT_EQ(got.exchanges[0].log->line, 6U);
    EXPECT_EQ(got.holes.at(0).exchanges, 1U);
}

std::string row(int second, const std::string& client, const std::string& user, const std::string& end) {
    return "2026-03-01 08:" + std::string(second / 60 < 10 ? "0" : "") + std::to_string(second / 60) + ":" +
           (second % 60 < 10 ? "0" : "") + std::to_string(second % 60) + " 10.0.0.5 GET /p" +
           std::to_string(second) + " - 80 " + user + " " + client + " curl - " + end + "\n";
}

TEST(IisW3c, OfALongLogOnlyLoginsBecomeExchangesAndAllAreCounted) {
    const std::string text = std::string(kIis10) + row(1, "10.0.0.9", "-", "200 0 0 1") +
                             row(2, "10.0.0.9", "A\\b", "200 0 0 1") + row(3, "10.0.0.8", "-", "200 0 0 1") +
                             row(10, "10.0.0.9", "-", "401 2 5 1") +
                             row(11, "10.0.0.9", "A\\b", "200 0 0 1") +
                             row(12, "10.0.0.8", "-", "200 0 0 1") + row(90, "10.0.0.9", "A\\b", "200 0 0 1");
    LogWishes wishes;
    wishes.login_rows_only = true;
    const Read got = read(text, wishes);
    EXPECT_EQ(got.reading.requests, 7U);
    EXPECT_EQ(got.reading.exchanges, 3U);
    EXPECT_THAT(got.urls(), ElementsAre("http://10.0.0.5/p2", "http://10.0.0.5/p10", "http://10.0.0.5/p11"));
    EXPECT_EQ(number(got.exchanges[1].id), 4U) << "the number of its row";

    wishes.all_between = {{1'772'352'000'000'000, 1'772'352'005'000'000}};
    EXPECT_EQ(read(text, wishes).reading.exchanges, 5U);
}

}  // namespace
}  // namespace why401
