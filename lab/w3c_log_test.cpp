#include "lab/w3c_log.h"

#include <gtest/gtest.h>

namespace why401::lab {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point kSomeTime{seconds(1116653967)};  // 2005-05-21 05:39:27 UTC

LogEntry entry() {
    LogEntry e;
    e.time = kSomeTime;
    e.server_address = "10.0.0.5";
    e.server_port = 80;
    e.method = "GET";
    e.path = "/acl/";
    e.client_address = "10.0.0.9";
    e.user_agent = "Mozilla/4.0 (User Agent)";
    e.status = 401;
    e.substatus = 1;
    e.win32 = 2148074254U;
    e.taken = std::chrono::milliseconds(105);
    return e;
}

TEST(LabLog, TheHeaderNamesTheDefaultFieldsOfIis10) {
    EXPECT_EQ(
        log_header(kSomeTime),
        "#Software: Microsoft Internet Information Services 10.0\r\n"
        "#Version: 1.0\r\n"
        "#Date: 2005-05-21 05:39:27\r\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n");
}

TEST(LabLog, EmptyValuesAreDashesAndSpacesArePluses) {
    EXPECT_EQ(log_row(entry()),
              "2005-05-21 05:39:27 10.0.0.5 GET /acl/ - 80 - 10.0.0.9 Mozilla/4.0+(User+Agent) - 401 1 "
              "2148074254 105\r\n");
}

TEST(LabLog, TheUserAndTheQueryAreLoggedAsTheyAre) {
    LogEntry e = entry();
    e.user = "CONTOSO\\alice";
    e.query = "detailed=1";
    e.referer = "http://web01/";
    e.status = 200;
    e.substatus = 0;
    e.win32 = 0;
    EXPECT_EQ(log_row(e),
              "2005-05-21 05:39:27 10.0.0.5 GET /acl/ detailed=1 80 CONTOSO\\alice 10.0.0.9 "
              "Mozilla/4.0+(User+Agent) "
              "http://web01/ 200 0 0 105\r\n");
}

TEST(LabLog, NoValueCanStartARowOfItsOwn) {
    LogEntry e = entry();
    e.user = "x\r\n2005-05-21 forged";
    const std::string row = log_row(e);
    EXPECT_EQ(row.find('\n'), row.size() - 1);
    EXPECT_NE(row.find("x++2005-05-21+forged"), std::string::npos);
}

}  // namespace
}  // namespace why401::lab
