#include "app/explain_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/cli/explain_command.h"
#include "app/explain_files.h"
#include "tests/support/freb_sample.h"
#include "tests/support/recorded_story.h"

namespace why401 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFields =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method "
    "cs-uri-stem "
    "cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status "
    "time-taken\r\n";
constexpr const char* kLogin =
    "2026-03-01 08:00:01 10.0.0.5 GET / - 80 - 10.0.0.9 Mozilla/5.0 - 401 2 5 3\r\n"
    "2026-03-01 08:00:01 10.0.0.5 GET / - 80 - 10.0.0.9 Mozilla/5.0 - 401 1 2148074254 1\r\n"
    "2026-03-01 08:00:01 10.0.0.5 GET / - 80 CONTOSO\\alice 10.0.0.9 Mozilla/5.0 - 200 0 0 9\r\n";
constexpr const char* kDenied =
    "2026-03-01 08:00:05 10.0.0.5 GET / - 80 - 10.0.0.8 Mozilla/5.0 - 401 2 5 3\r\n"
    "2026-03-01 08:00:05 10.0.0.5 GET / - 80 - 10.0.0.8 Mozilla/5.0 - 401 1 2148074254 1\r\n"
    "2026-03-01 08:00:05 10.0.0.5 GET / - 80 - 10.0.0.8 Mozilla/5.0 - 401 1 2148074252 9\r\n";

class ExplainLogs : public test::InFolder {
protected:
    std::filesystem::path written(const std::string& name, const std::string& text) {
        std::ofstream(file(name), std::ios::binary) << text;
        return file(name);
    }
    int explain(const std::vector<std::filesystem::path>& files, bool json = false) {
        out_.str("");
        err_.str("");
        return cli::explain_command({files, json, "error", "0.1.0"}, out_, err_);
    }
    std::ostringstream out_, err_;
};

TEST_F(ExplainLogs, AHealthyLogHasNothingWrong) {
    EXPECT_EQ(explain({written("u_ex.log", std::string(kFields) + kLogin)}), 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("3 exchanges"), HasSubstr("Nothing wrong here")));
}

TEST_F(ExplainLogs, ARefusalIsToldWithItsLine) {
    EXPECT_EQ(explain({written("u_ex.log", std::string(kFields) + kLogin + kDenied)}), 1);
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("NTLM-FAIL-001"),
                      HasSubstr("At exchange 6: GET http://10.0.0.5/ -> 401.1, line "
                                "8 of the log, from 10.0.0.8"),
                      HasSubstr("line 8: 2026-03-01 08:00:05"), Not(HasSubstr("unknown connection"))));
}

TEST_F(ExplainLogs, JsonNamesKindBasisAndRow) {
    explain({written("u_ex.log", std::string(kFields) + kDenied)}, true);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("\"kind\":\"iis-w3c\""), HasSubstr("\"basis\":\"log\""),
                                  HasSubstr("\"log\":{\"line\":3,\"text\":\"2026-03-01")));
    explain({written("httperr1.log",
                     "2026-03-01 08:00:01 10.0.0.9 50123 10.0.0.5 80 HTTP/1.1 GET /a 400 - URL -\n")},
            true);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("\"kind\":\"httperr\""), HasSubstr("TIME-HTTPERR-001")));
    explain({written("fr1.xml", test::freb({}))}, true);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("\"kind\":\"freb\""), HasSubstr("\"basis\":\"freb\"")));
}

TEST_F(ExplainLogs, WhatCouldNotBeReadIsSaid) {
    explain({written("u_ex.log", std::string(kFields) + kLogin + "rubbish\r\n")});
    EXPECT_THAT(
        out_.str(),
        HasSubstr("not whole: 1 exchange could not be read (line 6 has 1 values where #Fields names 15)"));
    EXPECT_EQ(explain({written("bad.log", "#Fields: date time cs-method sc-status\nrubbish\n")}), 3);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("bad.log"), HasSubstr("line 2")));
    EXPECT_EQ(explain({written("bad.xml", "<failedRequest")}), 3);
}

TEST_F(ExplainLogs, OfALongLogAllRequestsAreCounted) {
    std::string text = kFields;
    const std::string ordinary =
        "2026-03-01 07:00:01 10.0.0.5 GET /a/long/path/of/some/page.aspx - 80 - 10.0.0.7 "
        "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64) - 200 0 0 3\r\n";
    std::size_t rows = 3;
    for (; text.size() < 17U << 20U; ++rows) text += ordinary;
    text += kLogin;
    EXPECT_EQ(explain({written("u_ex.log", text)}, true), 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("\"summary\": {\"exchanges\":" + std::to_string(rows)),
                                  HasSubstr("\"exchanges\":" + std::to_string(rows) + ",\"sanitized\"")));
    EXPECT_LT(out_.str().size(), 5'000U);
}

TEST_F(ExplainLogs, ALogBesideACaptureMakesItsSubstatusCertain) {
    auto items = test::story()
                     .agent("Mozilla/5.0")
                     .on(1, 1)
                     .get("/f")
                     .refuses()
                     .get("/f")
                     .negotiate()
                     .challenges()
                     .get("/f")
                     .authenticate("CONTOSO\\alice")
                     .refuses()
                     .items();
    constexpr std::int64_t kStart = 1'772'352'000'500'000;
    for (RecordItem& item : items)
        if (auto* exchange = std::get_if<Exchange>(&item))
            for (Instant* at :
                 {&exchange->timing.started, &exchange->timing.response_head, &exchange->timing.ended})
                *at = {kStart + at->wall_us - 1'000'000'000, kStart + at->steady_us - 1'000'000'000};
    test::write_capture(file("a.why401"), items);
    const auto log = written(
        "u_ex.log",
        std::string(kFields) +
            "2026-03-01 08:00:00 10.0.0.5 GET /f - 80 - 10.0.0.9 Mozilla/5.0 - 401 2 5 3\r\n"
            "2026-03-01 08:00:00 10.0.0.5 GET /f - 80 - 10.0.0.9 Mozilla/5.0 - 401 1 2148074254 1\r\n"
            "2026-03-01 08:00:00 10.0.0.5 GET /f - 80 CONTOSO\\alice 10.0.0.9 Mozilla/5.0 - 401 3 5 9\r\n");
    EXPECT_EQ(explain({file("a.why401"), log}), 1);
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("IIS-4013-ACL  (certain)"), HasSubstr("3 rows were put to exchanges of A"),
                      HasSubstr("\n3 exchanges, "), HasSubstr("A:C1")));
}

TEST(KindOfFile, LogsAreKnownByTheirFirstLines) {
    EXPECT_EQ(kind_of_file("#Software: Microsoft HTTP API 2.0\r\n"), "httperr");
    EXPECT_EQ(kind_of_file("#Version: 1.0\n#Fields: date time c-ip c-port s-reason s-queuename\n"),
              "httperr");
    EXPECT_EQ(kind_of_file("\xef\xbb\xbf#Software: Microsoft Internet Information Services 8.0\n"),
              "iis-w3c");
    EXPECT_EQ(kind_of_file("2026-03-01 08:00:00 10.0.0.5 GET /f - 80 - 10.0.0.9 Mozilla/5.0 - 401 2 5 3\r\n"),
              "iis-w3c");
    EXPECT_EQ(kind_of_file("2026-03-01 08:00:01 10.0.0.9 50123 10.0.0.5 80 HTTP/1.1 GET /a 400 - URL -\n"),
              "httperr");
    EXPECT_EQ(kind_of_file("2026-03-01 08:00:00 some other log"), "");
}

}  // namespace
}  // namespace why401
