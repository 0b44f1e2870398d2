#include "store/httperr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFields =
    "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: 2018-01-01 08:09:10\r\n#Fields: date time "
    "c-ip "
    "c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\r\n";
constexpr const char* kRows =
    "2018-01-01 08:09:10 172.31.77.6 2094 172.31.77.6 80 HTTP/1.1 GET /qos/1kbfile.txt 503 - ConnLimit -\r\n"
    "2018-01-01 09:10:11 81.2.69.143 2780 127.0.0.1 443 HTTP/1.1 POST /a?b=c 400 1 RequestLength "
    "DefaultAppPool\r\n"
    "2018-01-01 11:12:13 81.2.69.143 64388 127.0.0.1 80 - - - - - Timer_ConnectionIdle -\r\n";

struct Read {
    std::vector<Exchange> exchanges;
    LogReading reading;
};

Read read(const std::string& text) {
    Read out;
    std::istringstream in(text);
    out.reading = read_httperr(in, "httperr1.log", {}, [&](RecordItem item) {
        if (auto* exchange = std::get_if<Exchange>(&item)) out.exchanges.push_back(std::move(*exchange));
    });
    return out;
}

TEST(HttpErr, RequestsKeepTheirReasonAndTheClientsPort) {
    for (const std::string& text : {std::string(kFields) + kRows, std::string(kRows)}) {
        const Read got = read(text);
        ASSERT_EQ(got.exchanges.size(), 2U) << text;
        const Exchange& e = got.exchanges[1];
        EXPECT_EQ(url(e), "https://127.0.0.1/a?b=c");
        EXPECT_EQ(e.request.method(), "POST");
        EXPECT_EQ(e.status, 400);
        EXPECT_EQ(e.log->reason, "RequestLength");
        EXPECT_EQ(e.log->client_port, std::optional<std::uint16_t>(2780));
        EXPECT_EQ(e.log->source, LogLine::Source::HttpErr);
    }
}

TEST(HttpErr, ConnectionsWithoutARequestAreCountedNotTold) {
    const Read got = read(std::string(kFields) + kRows);
    EXPECT_EQ(got.reading.requests, 2U);
    EXPECT_THAT(got.reading.notes,
                ElementsAre(HasSubstr("1 connection ended without a request: 1 Timer_ConnectionIdle")));
}

TEST(HttpErr, TheColumnsOfNewerWindowsAreFoundByName) {
    const Read got = read(
        "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid streamid_ex "
        "sc-status s-siteid "
        "s-reason s-queuename transport\n"
        "2023-01-01 08:09:10 10.0.0.9 2094 10.0.0.5 443 HTTP/2 GET / 1 0 503 1 QueueFull Pool TCP\n");
    ASSERT_EQ(got.exchanges.size(), 1U);
    EXPECT_EQ(got.exchanges[0].status, 503);
    EXPECT_EQ(got.exchanges[0].log->reason, "QueueFull");
    EXPECT_THAT(got.exchanges[0].request.head, HasSubstr(" HTTP/2\r\n"));
}

TEST(HttpErr, RubbishIsRefused) { EXPECT_THROW(read("a b c\n"), LogError); }

}  // namespace
}  // namespace why401
