#include "store/freb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/freb_sample.h"

namespace why401 {
namespace {

using test::freb;
using test::FrebParts;
using testing::HasSubstr;

struct Read {
    Exchange exchange;
    LogReading reading;
};

Read read(const std::string& xml) {
    Read out;
    out.reading = read_freb(xml, "fr000001.xml",
                            [&](RecordItem item) { out.exchange = std::get<Exchange>(std::move(item)); });
    return out;
}

TEST(Freb, SaysWhichModuleRefusedAndWhy) {
    FrebParts parts;
    parts.module = "WindowsAuthenticationModule";
    parts.status = "401.1";
    parts.substatus = "1";
    parts.code = "2148074252";
    const Read got = read(freb(parts));
    const LogLine& log = *got.exchange.log;
    EXPECT_EQ(url(got.exchange), "http://web01.test/secret.aspx?a=1");
    EXPECT_EQ(got.exchange.request.method(), "GET");
    EXPECT_EQ(got.exchange.status, 401);
    EXPECT_EQ(log.source, LogLine::Source::Freb);
    EXPECT_EQ(log.substatus, std::optional<std::uint16_t>(1));
    EXPECT_EQ(log.win32, std::optional<std::uint32_t>(0x8009030C));
    EXPECT_EQ(log.module, "WindowsAuthenticationModule");
    EXPECT_EQ(log.notification, "AUTHENTICATE_REQUEST");
    EXPECT_EQ(log.client_ip, "10.0.0.9");
    EXPECT_EQ(log.client_port, std::optional<std::uint16_t>(50'123));
    EXPECT_THAT(log.text, HasSubstr("ErrorCode 2148074252"));
    EXPECT_GT(log.line, 1U);
    EXPECT_TRUE(log.alone);
    EXPECT_EQ(got.exchange.timing.ended.wall_us - got.exchange.timing.started.wall_us, 16'000);
}

TEST(Freb, CredentialsInItsFieldsMakeTheRequestWhole) {
    FrebParts parts;
    parts.request_fields = "Host: web01.test\nAuthorization: Basic YWxpY2U6eA==\nUser-Agent: curl/8";
    const Read got = read(freb(parts));
    EXPECT_FALSE(got.exchange.log->alone);
    EXPECT_EQ(value(got.exchange.request, "Authorization"), "Basic YWxpY2U6eA==");
}

TEST(Freb, WithoutCredentialsTheRequestStaysUnknown) {
    FrebParts parts;
    parts.request_fields = "Host: web01.test\nUser-Agent: curl/8";
    const Read got = read(freb(parts));
    EXPECT_TRUE(got.exchange.log->alone);
    EXPECT_EQ(got.exchange.log->user_agent, "curl/8");
    EXPECT_TRUE(got.exchange.request.parsed.fields.empty());
}

TEST(Freb, ATraceThatBreaksOffIsReadAsFarAsItGoes) {
    std::string xml = freb({});
    xml.resize(xml.find("GENERAL_REQUEST_END"));
    const Read got = read(xml);
    EXPECT_EQ(got.exchange.status, 401);
    ASSERT_EQ(got.reading.notes.size(), 1U);
    EXPECT_THAT(got.reading.notes[0], HasSubstr("breaks off in line"));
}

TEST(Freb, OtherXmlIsRefusedWithItsName) {
    for (const char* xml : {"<a/>", "<failed", "", "<failedRequestx/>"})
        EXPECT_THROW(read(xml), LogError) << xml;
}

}  // namespace
}  // namespace why401
