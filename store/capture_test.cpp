#include "store/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "store/sqlite.h"
#include "tests/support/record_equality.h"
#include "tests/support/sqlite_tool.h"
#include "tests/support/temporary_folder.h"

namespace why401 {
namespace {

using namespace testing_record;
using testing::HasSubstr;
namespace fs = std::filesystem;

class Capture : public testing::Test {
protected:
    fs::path file(const std::string& name = "trace.why401") const { return folder_ / name; }

    static std::vector<RecordItem> items(const CaptureReader& reader) {
        std::vector<RecordItem> found;
        reader.items([&](RecordItem item) {
            found.push_back(std::move(item));
            return true;
        });
        return found;
    }

    static void write(CaptureWriter& writer, const std::vector<RecordItem>& record) {
        writer.begin();
        for (const RecordItem& item : record) writer.add(item);
        writer.commit();
    }

    static std::string refusal(const fs::path& file) {
        try {
            const CaptureReader reader(file);
            return "(it opened)";
        } catch (const CaptureError& error) {
            return error.what();
        }
    }

    TemporaryFolder temporary_;
    const fs::path folder_ = temporary_.path;
};

TEST_F(Capture, ItemsReadBackEqualTheItemsWrittenInTheSameOrder) {
    const std::vector<RecordItem> record = rich_record();
    CaptureWriter writer(file(), "why401 0.1.0");
    write(writer, record);
    writer.close(true);
    const CaptureReader reader(file());
    expect_same(record, items(reader));
    EXPECT_EQ(reader.exchange_count(), 4u);
    EXPECT_EQ(reader.header().program, "why401 0.1.0");
    EXPECT_TRUE(reader.header().clean_end);
    EXPECT_GT(reader.header().created_wall_us, 0);
}

TEST_F(Capture, ALongRecordWithLateEndsKeepsItsOrder) {
    std::vector<RecordItem> record;
    for (std::uint64_t id = 2; id <= 500; ++id) {
        record.emplace_back(plain_exchange(id ^ 1));  // 3 2 5 4 7 6 ...
        if (id % 50 == 0) record.emplace_back(PolicyChanged{"affinity", "pooled/lifo", at(1)});
    }
    record.emplace_back(plain_exchange(1));
    std::erase_if(record, [seen = std::vector<bool>(1000)](const RecordItem& item) mutable {
        const auto* exchange = std::get_if<Exchange>(&item);
        if (!exchange) return false;
        const bool repeated = seen[number(exchange->id)];
        seen[number(exchange->id)] = true;
        return repeated;
    });
    CaptureWriter writer(file(), "test");
    write(writer, record);
    writer.close(true);
    expect_same(record, items(CaptureReader(file())));
}

TEST_F(Capture, AnExchangeIsThereFromItsStartAndCompletedInPlace) {
    Exchange exchange = plain_exchange(1);
    exchange.outcome = Outcome::Unfinished;
    exchange.status = 0;
    CaptureWriter writer(file(), "test");
    writer.begin();
    writer.started(exchange);
    writer.started(plain_exchange(2));
    writer.commit();
    {
        const CaptureReader reader(file());
        EXPECT_EQ(reader.exchange_count(), 2u);
        EXPECT_EQ(reader.exchange(exchange.id)->outcome, Outcome::Unfinished);
    }
    write(writer, {plain_exchange(2)});
    const std::vector<RecordItem> found = items(CaptureReader(file()));
    ASSERT_EQ(found.size(), 2u);
    expect_same(plain_exchange(2), std::get<Exchange>(found[0]));
    expect_same(exchange, std::get<Exchange>(found[1]));  // unfinished ones come last
    EXPECT_FALSE(CaptureReader(file()).exchange(static_cast<ExchangeId>(3)));
}

TEST_F(Capture, ReadingWorksWhileItIsBeingWritten) {
    CaptureWriter writer(file(), "test");
    write(writer, {plain_exchange(1)});
    const CaptureReader reader(file());
    std::size_t seen = 0;
    reader.items([&](const RecordItem&) {
        if (seen++ == 0) write(writer, {plain_exchange(2)});
        return true;
    });
    EXPECT_EQ(seen, 1u) << "one reading sees one state of the file";
    EXPECT_EQ(items(reader).size(), 2u);
    EXPECT_FALSE(reader.header().clean_end);
}

TEST_F(Capture, TheFileIsForItsOwnerAloneWhateverTheUmask) {
    const mode_t before = ::umask(0);
    CaptureWriter writer(file(), "test");
    write(writer, {plain_exchange(1)});
    ::umask(before);
    for (const char* beside : {"", "-wal", "-shm"}) {
        struct stat facts {};
        ASSERT_EQ(::stat((file().string() + beside).c_str(), &facts), 0) << beside;
        EXPECT_EQ(facts.st_mode & 0777, 0600u) << beside;
    }
}

TEST_F(Capture, ACleanStopLeavesOneFile) {
    CaptureWriter writer(file(), "test");
    write(writer, rich_record());
    writer.close(true);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Capture, AnExistingFileIsNeverOverwritten) {
    std::ofstream(file()) << "precious";
    try {
        CaptureWriter writer(file(), "test");
        FAIL() << "it was overwritten";
    } catch (const CaptureError& error) {
        EXPECT_THAT(error.what(), HasSubstr(file().string()));
        EXPECT_THAT(error.what(), HasSubstr("exists"));
    }
    std::ifstream stream(file());
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "precious");
}

TEST_F(Capture, OtherFilesAreRefusedInASentence) {
    EXPECT_THAT(refusal(file("none")), HasSubstr("there is no file"));
    EXPECT_THAT(refusal(folder_), HasSubstr("a folder"));
    std::ofstream(file("empty")).flush();
    EXPECT_THAT(refusal(file("empty")), HasSubstr("is empty"));
    std::ofstream(file("text")) << std::string(200, 'a');
    EXPECT_THAT(refusal(file("text")), HasSubstr("is not a why401 capture"));
    sqlite3* other = nullptr;
    sqlite3_open(file("other.db").c_str(), &other);
    sqlite3_exec(other, "CREATE TABLE t(x)", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_THAT(refusal(file("other.db")), HasSubstr("a database of another program"));
}

TEST_F(Capture, ANewerFormatIsRefusedInASentence) {
    CaptureWriter(file(), "test").close(true);
    change(file(), "PRAGMA user_version = 3");
    EXPECT_THAT(refusal(file()), HasSubstr("newer why401 (capture format 3; this one reads up to 2)"));
}

TEST_F(Capture, AFileOfTheFirstFormatIsReadWithoutTls) {
    CaptureWriter writer(file(), "test");
    write(writer, rich_record());
    writer.close(true);
    std::string as_it_was = "DROP VIEW connections; PRAGMA user_version = 1;";
    for (const char* column : {"tls", "carried_from_client", "carried_to_client"})
        as_it_was += std::string("ALTER TABLE connection DROP COLUMN ") + column + ";";
    change(file(), as_it_was);
    std::vector<RecordItem> expected = rich_record();
    for (RecordItem& item : expected)
        if (auto* one = std::get_if<Connection>(&item)) one->tls = {}, one->carried = {};
    expect_same(expected, items(CaptureReader(file())));
}

TEST_F(Capture, ADamagedFileIsRefusedAndNeverCrashes) {
    CaptureWriter writer(file(), "test");
    for (int i = 0; i < 20; ++i) write(writer, {rich_exchange(static_cast<std::uint64_t>(i) + 1)});
    writer.close(true);
    std::ifstream stream(file(), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(stream), {});
    for (std::size_t place = 100; place < whole.size(); place += 977) {
        std::string bytes = whole;
        for (std::size_t i = place; i < std::min(bytes.size(), place + 64); ++i)
            bytes[i] = static_cast<char>(~bytes[i]);
        std::ofstream(file("damaged"), std::ios::binary) << bytes;
        try {
            items(CaptureReader(file("damaged")));
        } catch (const CaptureError& error) {
            EXPECT_NE(std::string(error.what()), "");
        }
    }
    std::ofstream(file("short"), std::ios::binary) << whole.substr(0, whole.size() / 2);
    EXPECT_THROW(items(CaptureReader(file("short"))), CaptureError);
}

TEST_F(Capture, AFileWhoseWriterWasKilledOpensWithAllThatWasCommitted) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        CaptureWriter writer(file(), "test");
        for (std::uint64_t id = 1;; ++id) {
            writer.begin();
            writer.started(plain_exchange(id + 1));
            writer.add(plain_exchange(id));
            writer.commit();
            if (::write(ready[1], "x", 1) != 1) ::_exit(1);
        }
    }
    ::close(ready[1]);
    std::uint64_t committed = 0;
    char byte = 0;
    while (committed < 300 && ::read(ready[0], &byte, 1) == 1) ++committed;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ready[0], &byte, 1) == 1) ++committed;
    ::close(ready[0]);

    const CaptureReader reader(file());
    EXPECT_FALSE(reader.header().clean_end);
    const std::vector<RecordItem> found = items(reader);
    ASSERT_GE(found.size(), committed + 1);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(number(std::get<Exchange>(found[i]).id), i + 1);
    EXPECT_EQ(query(file(), "PRAGMA integrity_check"), "ok");
}

TEST_F(Capture, AFullDiskIsAnErrorAndTheFileStaysWhole) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        CaptureWriter writer(file(), "test");
        const rlimit limit{2 << 20, 2 << 20};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::uint64_t id = 0;
        try {
            for (;;) {
                writer.begin();
                for (int i = 0; i < 10; ++i) writer.add(plain_exchange(++id));
                writer.commit();
            }
        } catch (const CaptureError&) {
            writer.close(false);
            ::_exit(id > 100 ? 42 : 43);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 42);
    const std::vector<RecordItem> found = items(CaptureReader(file()));
    EXPECT_GT(found.size(), 100u);
    EXPECT_EQ(found.size() % 10, 0u) << "whole batches only";
    EXPECT_EQ(query(file(), "PRAGMA integrity_check"), "ok");
}

TEST_F(Capture, ABatchThatFailsLeavesNoGapForTheNextOne) {
    CaptureWriter writer(file(), "test");
    write(writer, {plain_exchange(1)});
    writer.begin();
    writer.add(plain_exchange(2));
    EXPECT_THROW(writer.begin(), CaptureError);  // SQLite knows no transaction within a transaction
    write(writer, {plain_exchange(3)});
    const std::vector<RecordItem> found = items(CaptureReader(file()));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(number(std::get<Exchange>(found[1]).id), 3u);
}

TEST_F(Capture, TheLimitIsReachedWhenTheFileHasThatSize) {
    CaptureWriter writer(file(), "test", 1 << 20);
    std::uint64_t id = 0;
    while (!writer.limit_reached() && id < 100000) {
        write(writer, {rich_exchange(++id), plain_exchange(++id)});
    }
    writer.close(true);
    EXPECT_NEAR(static_cast<double>(fs::file_size(file())), 1 << 20, 1 << 17);
}

TEST_F(Capture, LargeBodiesArePackedAndComeBackWhole) {
    Exchange exchange = plain_exchange(1);
    exchange.response.body = {std::string(1 << 20, 'a'), 5u << 20};
    CaptureWriter writer(file(), "test");
    write(writer, {exchange});
    writer.close(true);
    EXPECT_LT(fs::file_size(file()), 300000u);
    expect_same(exchange, *CaptureReader(file()).exchange(exchange.id));
}

TEST_F(Capture, ShortBodiesStandAsTheyAreForWhoeverQueriesThem) {
    Exchange shorter = plain_exchange(1), longer = plain_exchange(2);
    shorter.response.body = {std::string(4095, 'a'), 4095};
    longer.response.body = {std::string(4096, 'a'), 4096};
    CaptureWriter writer(file(), "test");
    write(writer, {shorter, longer});
    writer.close(true);
    EXPECT_EQ(
        query(file(), "SELECT coalesce(response_packing, 'none') || length(response_body) FROM exchange"),
        "none4095");
    EXPECT_EQ(query(file(), "SELECT response_packing FROM exchange WHERE id = 2"), "zstd");
    expect_same(shorter, *CaptureReader(file()).exchange(shorter.id));
    expect_same(longer, *CaptureReader(file()).exchange(longer.id));
}

TEST_F(Capture, CachedResultsAreReplacedAndWithdrawn) {
    CaptureWriter writer(file(), "test");
    writer.begin();
    for (std::uint64_t id = 1; id <= 4; ++id)
        writer.cache(CachedKind::Finding, id, "{\"id\":" + std::to_string(id) + "}");
    writer.cache(CachedKind::Finding, 2, "{\"revised\":true}");
    writer.withdraw(CachedKind::Finding, 3);
    writer.cache(CachedKind::Conversation, 9, "{}");
    writer.commit();
    std::string found;
    CaptureReader(file()).cached(CachedKind::Finding, 1, 2, [&](std::uint64_t id, const std::string& json) {
        found += std::to_string(id) + "=" + json + " ";
    });
    EXPECT_EQ(found, "2={\"revised\":true} 4={\"id\":4} ");
}

TEST_F(Capture, ConnectionsThatNobodyAskedForAreNotRead) {
    CaptureWriter writer(file(), "test");
    write(writer, rich_record());
    writer.close(true);
    sqlite::Database(file(), sqlite::Database::Mode::ReadWrite)
        .run("UPDATE connection SET opened_for = 'no connection' WHERE connection = 'U1'");
    const CaptureReader reader(file());
    const std::vector<Connection> found = reader.connections({{Leg::Client, 1}, {Leg::Client, 9}});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found.front().closing) << "in its last state";
    EXPECT_THROW(reader.connections({{Leg::Upstream, 1}}), CaptureError);
}

TEST_F(Capture, APersonCanQueryItByHand) {
    CaptureWriter writer(file(), "test");
    write(writer, rich_record());
    writer.begin();
    writer.cache(
        CachedKind::Exchange, 2,
        R"({"substatus":{"value":"401.2"},"scheme":"NTLM","identity":"CONTOSO\\alice","finding":"NTLM-POOL-001"})");
    writer.cache(CachedKind::Finding, 1, R"({"rule":"NTLM-POOL-001","severity":"error","because":"U3"})");
    writer.cache(CachedKind::Conversation, 1,
                 R"({"origin":"http://web01","outcome":"broken","exchanges":[1,2]})");
    writer.commit();
    writer.close(true);
    EXPECT_EQ(query(file(), "SELECT url FROM exchanges WHERE id = 3"), "http://web01/3");
    EXPECT_EQ(query(file(), "SELECT method || status FROM exchanges WHERE id = 2"), "POST401");
    EXPECT_EQ(query(file(), "SELECT time FROM exchanges WHERE id = 3"), "2026-11-18T11:06:40.003000Z");
    EXPECT_EQ(query(file(), "SELECT substatus || finding FROM exchanges WHERE identity = 'CONTOSO\\alice'"),
              "401.2NTLM-POOL-001");
    EXPECT_EQ(query(file(), "SELECT count(*) FROM exchanges"), "4");
    EXPECT_EQ(query(file(), "SELECT closed_by || close_kind FROM connections WHERE id = 'C1'"), "ustimeout");
    EXPECT_EQ(query(file(), "SELECT tunnel FROM connections WHERE id = 'U1'"), "1");
    EXPECT_EQ(query(file(), "SELECT count(*) FROM connections"), "2");
    EXPECT_EQ(query(file(), "SELECT chosen || policy FROM pool_decisions WHERE exchange = 2"),
              "U3pooled/lifo");
    EXPECT_EQ(query(file(), "SELECT rule FROM findings WHERE severity = 'error'"), "NTLM-POOL-001");
    EXPECT_EQ(query(file(), "SELECT outcome FROM conversations"), "broken");
    EXPECT_EQ(query(file(), "PRAGMA application_id"), "1463038001");
    EXPECT_EQ(query(file(), "PRAGMA user_version"), "2");
    EXPECT_EQ(query(file(), "PRAGMA page_size"), "32768");
}

}  // namespace
}  // namespace why401
