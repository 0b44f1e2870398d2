#include "lab/message.h"

#include <gtest/gtest.h>

namespace why401::lab {
namespace {

using std::chrono::seconds;
const std::chrono::system_clock::time_point kSomeTime{seconds(1795378440)};

TEST(LabMessage, DatesAreWrittenAsHttpWritesThem) {
    EXPECT_EQ(http_date(kSomeTime), "Sun, 22 Nov 2026 20:14:00 GMT");
}

TEST(LabMessage, FieldsKeepTheirOrderAndTheLengthStandsBehind) {
    Response response;
    response.status = 401;
    response.fields = {{"WWW-Authenticate", "Negotiate"}, {"WWW-Authenticate", "NTLM"}};
    response.last_fields = {{"Proxy-Support", "Session-Based-Authentication"}};
    response.body = "12345";
    EXPECT_EQ(head_of(response, {}, true, kSomeTime),
              "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n"
              "Date: Sun, 22 Nov 2026 20:14:00 GMT\r\nContent-Length: 5\r\n"
              "Proxy-Support: Session-Based-Authentication\r\n\r\n");
}

TEST(LabMessage, ConnectionSaysWhatTheVersionDoesNot) {
    Request old;
    old.minor_version = 0;
    EXPECT_NE(head_of({}, old, true, kSomeTime).find("Connection: keep-alive\r\n"), std::string::npos);
    EXPECT_NE(head_of({}, {}, false, kSomeTime).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(head_of({}, {}, true, kSomeTime).find("Connection:"), std::string::npos);
}

TEST(LabMessage, ChunksForOldClientsEndWithTheConnection) {
    Response response;
    response.body = Chunks{{"a"}};
    Request request;
    EXPECT_FALSE(needs_close(response, request));
    EXPECT_NE(head_of(response, request, true, kSomeTime).find("Transfer-Encoding: chunked"),
              std::string::npos);
    request.minor_version = 0;
    EXPECT_TRUE(needs_close(response, request));
    EXPECT_EQ(head_of(response, request, false, kSomeTime).find("Transfer-Encoding"), std::string::npos);
}

TEST(LabMessage, ParametersAreFoundByTheirWholeName) {
    Request request;
    request.target = "/x?undetailed=2&detailed=1&empty=&bytes=5";
    EXPECT_EQ(request.parameter("detailed"), "1");
    EXPECT_EQ(request.parameter("bytes"), "5");
    EXPECT_EQ(request.parameter("empty"), "");
    EXPECT_EQ(request.parameter("tail"), "");
    EXPECT_EQ(request.path(), "/x");
}

}  // namespace
}  // namespace why401::lab
