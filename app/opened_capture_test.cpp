#include "app/opened_capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "app/opened_captures.h"
#include "app/recorder.h"
#include "app/report_json.h"
#include "store/sqlite.h"
#include "tests/support/recorded_story.h"

namespace why401 {
namespace {

using testing::Contains;
using testing::HasSubstr;

namespace json = boost::json;

class Opening : public test::InFolder {
protected:
    void SetUp() override {
        InFolder::SetUp();
        test::write_capture(trace(), test::pooled_story().items());
    }
    std::filesystem::path trace() const { return file("trace.why401"); }
    /// Changes the file as its author would who means no good.
    void tamper(const char* sql) const {
        sqlite::Database(trace(), sqlite::Database::Mode::ReadWrite).run(sql);
    }
    /// Why it is refused; empty: it is not.
    static std::string refusal(const std::filesystem::path& file) {
        try {
            const OpenedCapture opened(file);
            return {};
        } catch (const CaptureError& error) {
            return error.what();
        }
    }
    static json::object list(const RecordView& record, ListQuestion question = {}) {
        return json::parse(record.list(question).json()).as_object();
    }
    /// Asks everything there is to ask; what comes must be JSON.
    static void ask_everything(const RecordView& record) {
        const json::object all = list(record);
        for (const auto& id : all.at("ids").as_array()) {
            const auto exchange = record.exchange(static_cast<ExchangeId>(id.to_number<std::uint64_t>()));
            ASSERT_TRUE(exchange);
            json::parse(json::serialize(exchange_detail_json(*exchange->exchange, exchange->reading)));
        }
        for (const auto& texts :
             {record.connections(), record.conversations(), record.findings(SIZE_MAX), record.switches()})
            for (const std::string& text : texts) json::parse(text);
        for (const char* filter :
             {"status:401", "user:*", "host:*", "scheme:*", "finding:*", "conn:*", "text"})
            list(record, {Filter(filter)});
    }
};

TEST_F(Opening, ShowsWhatTheLiveRunShowed) {
    Journal journal;
    RecorderOptions options;
    options.capture = file("live.why401");
    Recorder recorder(journal, options);
    test::tell(journal, test::pooled_story().items());
    recorder.finish();
    const OpenedCapture opened(file("live.why401"));
    const RecordView& live = recorder.record();
    EXPECT_EQ(list(opened), list(live));
    EXPECT_EQ(opened.findings(SIZE_MAX), live.findings(SIZE_MAX));
    EXPECT_EQ(opened.findings(1), live.findings(1));
    EXPECT_EQ(opened.findings_of(ExchangeId{4}), live.findings_of(ExchangeId{4}));
    EXPECT_EQ(opened.findings_left_out(), 0u);
    EXPECT_EQ(opened.connections(), live.connections());
    EXPECT_EQ(opened.conversations(), live.conversations());
    EXPECT_EQ(opened.conversations({1, 7}).size(), 1u);
    EXPECT_EQ(
        opened.connections({{Leg::Upstream, 1}, {Leg::Client, 1}, {Leg::Client, 1}, {Leg::Client, 9}}).size(),
        2u);
    EXPECT_EQ(opened.exchange(ExchangeId{5})->reading.finding, live.exchange(ExchangeId{5})->reading.finding);
    EXPECT_EQ(opened.exchanges({1, 5, 9}).size(), 2u);
    EXPECT_EQ(opened.exchanges(1, 2).size(), 2u);
    EXPECT_EQ(opened.summary().explained_401, 1u);
}

TEST_F(Opening, IsListedInPages) {
    const OpenedCapture opened(trace());
    const json::object page = list(opened, {{}, 1, 2});
    EXPECT_EQ(json::serialize(page.at("ids")), "[2,3]");
    EXPECT_EQ(page.at("next"), 3);
    EXPECT_EQ(json::serialize(list(opened, {{}, 3}).at("ids")), "[4,5]");
    EXPECT_TRUE(list(opened, {{}, 3}).at("next").is_null());
}

TEST_F(Opening, NeverBelievesTheReadingsThatStandInTheFile) {
    tamper(R"(DELETE FROM exchange_reading; DELETE FROM finding; DELETE FROM conversation_reading;
              INSERT INTO exchange_reading VALUES(1, '{"finding":"LIE-001","identity":"liar"}');
              INSERT INTO exchange_reading VALUES(2, 'no json'), (-3, '{}');
              INSERT INTO finding VALUES(1, '{"rule":"LIE-001"}'))");
    const OpenedCapture opened(trace());
    EXPECT_EQ(json::serialize(list(opened, {Filter("finding:LIE-*")}).at("ids")), "[]");
    EXPECT_EQ(json::serialize(list(opened, {Filter("user:liar")}).at("ids")), "[]");
    EXPECT_NE(json::serialize(list(opened, {Filter("finding:NTLM-POOL-001")}).at("ids")), "[]");
    EXPECT_THAT(opened.findings(SIZE_MAX), Contains(HasSubstr("NTLM-POOL-001")));
    EXPECT_EQ(opened.exchange(ExchangeId{3})->reading.identity, "CONTOSO\\alice");
}

TEST_F(Opening, ChangesNothingInTheFile) {
    const auto bytes = [&] {
        std::ifstream in(trace(), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const std::string before = bytes();
    ask_everything(OpenedCapture(trace()));
    EXPECT_EQ(bytes(), before);
    std::filesystem::permissions(trace(), std::filesystem::perms::owner_read);
    ask_everything(OpenedCapture(trace()));
}

TEST_F(Opening, TellsOfHolesAndOfAnEndThatWasNotClean) {
    auto items = test::pooled_story().items();
    items.push_back(NotRecorded{7, "the disk was full", {9, 9}});
    items.push_back(NotRecorded{UINT64_MAX, "a lie", {9, 9}});
    items.push_back(PolicyChanged{"pooled/lifo", "affinity", {9, 9}});
    {
        CaptureWriter writer(file("holes.why401"), "why401 test");
        writer.begin();
        for (const RecordItem& item : items) writer.add(item);
        writer.commit();
        writer.close(false);
    }
    const OpenedCapture opened(file("holes.why401"));
    EXPECT_FALSE(opened.header().clean_end);
    EXPECT_EQ(opened.not_recorded(), 1ull << 53);
    EXPECT_EQ(list(opened).at("forgotten"), 1ull << 53);
    EXPECT_THAT(opened.switches(),
                testing::ElementsAre(HasSubstr(R"("kind":"policy","policy":"pooled/lifo")")));
}

TEST_F(Opening, RefusesInASentenceWhatIsNoCapture) {
    std::ofstream(file("text.why401")) << "GET / HTTP/1.1";
    std::ofstream(file("empty.why401"));
    std::filesystem::create_directory(file("folder.why401"));
    ASSERT_EQ(::mkfifo(file("pipe.why401").c_str(), 0600), 0);
    const std::string in = folder_.string() + "/";
    EXPECT_EQ(refusal(file("none.why401")), "there is no file " + in + "none.why401");
    EXPECT_EQ(refusal(file("text.why401")), in + "text.why401 is not a why401 capture");
    EXPECT_EQ(refusal(file("empty.why401")), in + "empty.why401 is empty");
    EXPECT_EQ(refusal(file("folder.why401")), in + "folder.why401 is a folder, not a capture");
    EXPECT_EQ(refusal(file("pipe.why401")), in + "pipe.why401 is no plain file");
    tamper("PRAGMA user_version = 99");
    EXPECT_THAT(refusal(trace()), HasSubstr("was written by a newer why401"));
}

TEST_F(Opening, RefusesInASentenceWhatIsDamaged) {
    for (const char* sql :
         {"UPDATE exchange SET id = -1 WHERE id = 2",
          "UPDATE exchange SET id = 9007199254740993 WHERE id = 2", "UPDATE exchange SET id = 0 WHERE id = 2",
          "UPDATE exchange SET outcome = 'splendid'", "UPDATE exchange SET client = 'X7'",
          "UPDATE exchange SET client = 'C99999999999999999999'",
          "UPDATE exchange SET decision = '{\"policy\":7}'", "UPDATE exchange SET request_edits = '[[1]]'",
          "UPDATE exchange SET response_body = x'00', response_packing = 'zstd'",
          "UPDATE connection SET connection = ''", "UPDATE event SET kind = 'party'", "DELETE FROM capture",
          "DROP TABLE exchange_reading", "DROP TABLE connection",
          "ALTER TABLE exchange RENAME TO other; CREATE VIEW exchange AS WITH RECURSIVE n(i) AS (SELECT 1 "
          "UNION "
          "ALL SELECT i + 1 FROM n) SELECT * FROM n, other"}) {
        std::filesystem::remove(trace());
        auto items = test::pooled_story().items();
        items.push_back(PolicyChanged{"pooled/lifo", "affinity", {9, 9}});
        test::write_capture(trace(), items);
        tamper(sql);
        EXPECT_THAT(refusal(trace()), HasSubstr("trace.why401")) << sql;
    }
}

TEST_F(Opening, StandsAnyBytesThatWereCutOrTurnedOver) {
    std::ifstream in(trace(), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(in), {});
    const auto opens_or_says_why = [&](const std::string& bytes) {
        std::ofstream(file("broken.why401"), std::ios::binary) << bytes;
        try {
            ask_everything(OpenedCapture(file("broken.why401")));
        } catch (const CaptureError& error) {
            EXPECT_STRNE(error.what(), "");
        }
    };
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 60 + 1) {
        opens_or_says_why(whole.substr(0, at));
        std::string turned = whole;
        for (std::size_t i = at; i < whole.size(); i += 997) turned[i] = static_cast<char>(~turned[i]);
        opens_or_says_why(turned);
    }
}

TEST_F(Opening, StandsValuesThatNoRecorderWrites) {
    for (const char* sql :
         {"UPDATE exchange SET started_wall_us = 9223372036854775807, ended_steady_us = -9223372036854775807 "
          "- 1",
          "UPDATE exchange SET started_steady_us = -9223372036854775807, ended_steady_us = "
          "9223372036854775807",
          "UPDATE exchange SET status = 9223372036854775807, request_length = -1, response_length = -5",
          "UPDATE exchange SET status = 'teapot', scheme = x'ff00', authority = x'80fe'",
          "UPDATE exchange SET request_head = x'00ff00', response_head = x'ffffff'",
          "UPDATE exchange SET request_edits = '[[4000000000,4000000000,\"x\",\"y\"],[0,9,\"\",\"\"]]'",
          "UPDATE exchange SET seq = 3", "UPDATE exchange SET seq = NULL", "UPDATE exchange SET seq = -seq",
          "UPDATE exchange SET seq = 9223372036854775807 - id",
          "UPDATE exchange SET client = 'C777', upstream = 'U72057594037927935'", "DELETE FROM connection",
          "UPDATE connection SET connection = 'C1'",
          "UPDATE connection SET opened_for = 'U1', origin = x'ff'",
          "UPDATE connection SET opened_wall_us = -9223372036854775807, closed_wall_us = 9223372036854775807",
          "UPDATE capture SET program = x'ff', created_wall_us = -1",
          "UPDATE exchange SET injected = '[\"\\u0000\",{\"hex\":\"ff\"}]', interim = "
          "'[{\"hex\":\"00ff\"}]'"}) {
        std::filesystem::remove(trace());
        test::write_capture(trace(), test::pooled_story().items());
        tamper(sql);
        SCOPED_TRACE(sql);
        EXPECT_EQ(refusal(trace()), "");
        ask_everything(OpenedCapture(trace()));
    }
}

class Registry : public Opening {
protected:
    /// A copy under another name, opened.
    std::uint64_t open_copy(const std::string& name) {
        std::filesystem::copy_file(trace(), file(name));
        return captures_.open(file(name)).id;
    }
    std::string refusal_of(const std::string& name) {
        try {
            captures_.open_in_folder(name);
            return {};
        } catch (const CaptureError& error) {
            return error.what();
        }
    }
    OpenedCaptures captures_{"", ""};
};

TEST_F(Registry, GivesTheSameFileTheSameNumberAndReadsItAgainWhenItChanged) {
    const auto first = captures_.open(trace());
    EXPECT_EQ(captures_.open(trace()).capture, first.capture);
    std::filesystem::create_symlink(trace(), file("link.why401"));
    EXPECT_EQ(captures_.open(file("link.why401")).id, first.id);
    tamper("DELETE FROM exchange WHERE id > 3");
    const auto again = captures_.open(trace());
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(again.capture->summary().exchanges, 3u);
    EXPECT_EQ(first.capture->summary().exchanges, 5u) << "who still looks at the earlier state may go on";
}

TEST_F(Registry, ReadsNoFileToItsEndOnceItIsStopped) {
    const std::uint64_t open = open_copy("open.why401");
    captures_.stop();
    try {
        open_copy("late.why401");
        ADD_FAILURE() << "it was read";
    } catch (const CaptureError& error) {
        EXPECT_THAT(error.what(), HasSubstr("late.why401 is not read to its end: why401 stops"));
    }
    EXPECT_TRUE(captures_.find(open)) << "what is open can be asked to the last";
}

TEST_F(Registry, ClosesTheOldestWhenThereAreTooMany) {
    const std::uint64_t first = open_copy("0.why401");
    for (std::size_t i = 1; i < OpenedCaptures::kMostOpen; ++i) open_copy(std::to_string(i) + ".why401");
    EXPECT_TRUE(captures_.find(first));
    open_copy("more.why401");
    EXPECT_FALSE(captures_.find(first));
    EXPECT_EQ(captures_.all().size(), OpenedCaptures::kMostOpen);
    EXPECT_NE(captures_.open(file("0.why401")).id, first) << "a number is never given twice";
}

TEST_F(Registry, TakesPlainNamesInItsFolderOnly) {
    EXPECT_NE(refusal_of("trace.why401"), "") << "there is no folder";
    OpenedCaptures captures(folder_, "");
    EXPECT_EQ(captures.open_in_folder("trace.why401").id, 1u);
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("../trace.why401"),
          std::string("/etc/passwd"), std::string("trace.why401\0x", 14)})
        EXPECT_THROW(captures.open_in_folder(name), CaptureError) << name;
}

TEST_F(Registry, DoesNotTouchTheFileThatThisProcessWrites) {
    CaptureWriter writer(file("now.why401"), "why401 test");
    OpenedCaptures captures(folder_, file("now.why401"));
    EXPECT_THROW(captures.open_in_folder("now.why401"), CaptureError);
    std::filesystem::create_symlink(file("now.why401"), file("alias.why401"));
    EXPECT_THROW(captures.open_in_folder("alias.why401"), CaptureError);
    for (const OpenedCaptures::File& one : captures.files(10))
        EXPECT_EQ(one.current, one.name != "trace.why401") << one.name;
}

TEST_F(Registry, ListsTheNewestFilesFirst) {
    std::filesystem::copy_file(trace(), file("old.why401"));
    std::ofstream(file("notes.txt")) << "no capture";
    std::filesystem::last_write_time(file("old.why401"),
                                     std::filesystem::last_write_time(trace()) - std::chrono::hours(1));
    const OpenedCaptures captures(folder_, "");
    const auto files = captures.files(10);
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].name, "trace.why401");
    EXPECT_EQ(files[1].name, "old.why401");
    EXPECT_EQ(captures.files(1).size(), 1u);
    EXPECT_TRUE(OpenedCaptures(file("nowhere"), "").files(10).empty());
}

TEST_F(Registry, LeavesAFileAloneThatSomebodyOpensWhoseTwinWasHandedOver) {
    tamper("UPDATE capture SET clean_end = 0");
    const std::filesystem::path taken = captures_.new_file(1);
    std::filesystem::copy_file(trace(), taken, std::filesystem::copy_options::overwrite_existing);
    const std::uint64_t id = captures_.open_handed_over(taken, "from-afar.why401").id;
    std::filesystem::create_hard_link(taken, file("mine.why401"));
    EXPECT_EQ(captures_.open(file("mine.why401")).id, id);
    EXPECT_FALSE(std::filesystem::exists(taken)) << "nothing shows it any more";
    for (std::size_t i = 0; i < OpenedCaptures::kMostOpen; ++i) open_copy(std::to_string(i) + ".why401");
    EXPECT_FALSE(captures_.find(id));
    EXPECT_TRUE(std::filesystem::exists(file("mine.why401")));
    captures_.remove(file("mine.why401"));
    EXPECT_TRUE(std::filesystem::exists(file("mine.why401"))) << "it was not handed over";
}

TEST_F(Registry, TakesNoMoreBytesThanItHasRoomForAndHasRoomAgainWhenAFileIsGone) {
    const std::filesystem::path taken = captures_.new_file(OpenedCaptures::kMostBytes - 10);
    EXPECT_THROW(captures_.new_file(11), std::runtime_error);
    captures_.remove(captures_.new_file(10));
    std::filesystem::copy_file(trace(), taken, std::filesystem::copy_options::overwrite_existing);
    captures_.open_handed_over(taken, "from-afar.why401");
    captures_.remove(captures_.new_file(OpenedCaptures::kMostBytes / 2));
    EXPECT_FALSE(captures_.new_file(OpenedCaptures::kMostBytes / 2).empty()) << "it counts as what it is";
}

TEST_F(Registry, RemovesWhatProcessesThatAreGoneHaveLeft) {
    const pid_t gone = ::fork();
    if (gone == 0) ::_exit(0);
    ::waitpid(gone, nullptr, 0);
    const std::filesystem::path captures = file("captures");
    const auto of = [&](pid_t process) {
        return file("why401-handed-over-" + std::to_string(process) + "-x");
    };
    for (const auto& folder : {captures, of(gone), of(::getpid()), file("why401-handed-over-me")})
        std::filesystem::create_directory(folder);
    const OpenedCaptures opened(captures, "");
    EXPECT_FALSE(std::filesystem::exists(of(gone)));
    for (const auto& folder : {captures, of(::getpid()), file("why401-handed-over-me")})
        EXPECT_TRUE(std::filesystem::exists(folder)) << folder;
}

TEST_F(Registry, RemovesWhatWasHandedOverAtTheLatestAtItsEnd) {
    std::filesystem::path taken, refused;
    {
        OpenedCaptures captures("", "");
        taken = captures.new_file(1);
        refused = captures.new_file(1);
        EXPECT_EQ(std::filesystem::status(taken).permissions(), std::filesystem::perms(0600));
        EXPECT_EQ(std::filesystem::status(taken.parent_path()).permissions(), std::filesystem::perms(0700));
        std::filesystem::copy_file(trace(), taken, std::filesystem::copy_options::overwrite_existing);
        EXPECT_EQ(captures.open_handed_over(taken, "from-afar.why401").capture->name(), "from-afar.why401");
        try {
            captures.open_handed_over(refused, "nothing.why401");
            ADD_FAILURE() << "it is empty";
        } catch (const CaptureError& error) {
            EXPECT_STREQ(error.what(), "nothing.why401 is empty");
        }
        EXPECT_FALSE(std::filesystem::exists(refused));
        EXPECT_TRUE(std::filesystem::exists(taken));
    }
    EXPECT_FALSE(std::filesystem::exists(taken.parent_path()));
}

}  // namespace
}  // namespace why401
