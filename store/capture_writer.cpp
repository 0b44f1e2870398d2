#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "store/capture.h"
#include "store/capture_schema.h"
#include "store/checkpointer.h"
#include "store/exchange_row.h"
#include "store/item_rows.h"
#include "store/sqlite.h"

namespace why401 {
namespace {

std::int64_t now_wall_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// The empty file, ours alone: SQLite gives the files beside it the same mode.
void create_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        const std::string why = errno == EEXIST ? "a file of that name exists" : std::strerror(errno);
        throw CaptureError("cannot create the capture " + file.string() + ": " + why);
    }
    ::fchmod(descriptor, 0600);
    ::close(descriptor);
}

void remove_capture(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const char* beside : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(file.string() + beside, ignored);
}

/// The new, empty capture; no file is left when it cannot be made.
sqlite::Database create(const std::filesystem::path& file, const std::string& program) {
    create_file(file);
    try {
        sqlite::Database database(file, sqlite::Database::Mode::ReadWrite);
        database.run("PRAGMA synchronous = OFF");  // nothing to lose yet, and the disk may take its time
        database.run(capture_schema::kCreate);
        sqlite::Statement header(database, "INSERT INTO capture(program, created_wall_us) VALUES(?, ?)");
        header.bind_text(1, program);
        header.bind(2, now_wall_us());
        header.run();
        // NORMAL syncs at checkpoints only: a killed process loses nothing that was committed, a power cut
        // loses the last commits but never the file (sqlite.org/wal.html).
        database.run(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096; "
            "PRAGMA busy_timeout = 10000");
        return database;
    } catch (...) {
        remove_capture(file);
        throw;
    }
}

constexpr const char* kCacheTables[] = {"exchange_reading", "conversation_reading", "finding"};

std::string cache_sql(CachedKind kind, bool withdraw) {
    const std::string table = kCacheTables[static_cast<std::size_t>(kind)];
    return withdraw ? "DELETE FROM " + table + " WHERE id = ?"
                    : "INSERT OR REPLACE INTO " + table + "(id, json) VALUES(?, ?)";
}

}  // namespace

struct CaptureWriter::Impl {
    Impl(const std::filesystem::path& file, const std::string& program, std::uint64_t limit)
        : database(create(file, program)), limit_bytes(limit) {
        try {
            checkpointer.emplace(database, file);
        } catch (const std::exception& error) {  // no descriptor or no thread is left
            remove_capture(file);
            throw CaptureError("cannot create the capture " + file.string() + ": " + error.what());
        }
    }

    sqlite::Database database;
    std::optional<Checkpointer> checkpointer;  ///< none once the file is being closed
    const std::uint64_t limit_bytes;
    bool closed = false;
    bool full = false;
    std::int64_t next_seq = 1;
    std::int64_t batch_seq = 1;  ///< next_seq when the batch began: a batch that is gone leaves no gap
    exchange_row::Writer exchanges;
    sqlite::Statement begin{database, "BEGIN IMMEDIATE"};
    sqlite::Statement commit{database, "COMMIT"};
    sqlite::Statement pages{database, "PRAGMA page_count"};
    sqlite::Statement insert_exchange{database, exchange_row::kInsert};
    sqlite::Statement insert_connection{database, item_rows::kInsertConnection};
    sqlite::Statement insert_event{database, item_rows::kInsertEvent};
    sqlite::Statement put[3]{{database, cache_sql(CachedKind::Exchange, false)},
                             {database, cache_sql(CachedKind::Conversation, false)},
                             {database, cache_sql(CachedKind::Finding, false)}};
    sqlite::Statement remove[3]{{database, cache_sql(CachedKind::Exchange, true)},
                                {database, cache_sql(CachedKind::Conversation, true)},
                                {database, cache_sql(CachedKind::Finding, true)}};

    struct Write;

    /// Runs `write`; when it fails the whole batch is given up, so that the file holds whole batches only.
    template <class Write>
    void guarded(Write&& write) {
        try {
            write();
        } catch (...) {
            database.roll_back();
            next_seq = batch_seq;
            throw;
        }
    }
};

/// Each item into its table.
struct CaptureWriter::Impl::Write {
    Impl& impl;
    void operator()(const Exchange& exchange) const {
        impl.exchanges.write(impl.insert_exchange, exchange, impl.next_seq);
    }
    void operator()(const Connection& connection) const {
        item_rows::write(impl.insert_connection, connection, impl.next_seq);
    }
    template <class Event>
    void operator()(const Event& event) const {
        item_rows::write(impl.insert_event, event, impl.next_seq);
    }
};

CaptureWriter::CaptureWriter(const std::filesystem::path& file, const std::string& program,
                             std::uint64_t limit_bytes)
    : impl_(std::make_unique<Impl>(file, program, limit_bytes)) {}

CaptureWriter::~CaptureWriter() { close(false); }

void CaptureWriter::begin() {
    impl_->batch_seq = impl_->next_seq;
    impl_->guarded([&] { impl_->begin.run(); });
}

void CaptureWriter::commit() {
    impl_->guarded([&] { impl_->commit.run(); });
    impl_->batch_seq = impl_->next_seq;
    if (impl_->limit_bytes == 0) return;
    if (impl_->pages.step())
        impl_->full = static_cast<std::uint64_t>(impl_->pages.number(0)) * capture_schema::kPageSize >=
                      impl_->limit_bytes;
    impl_->pages.reset();
}

void CaptureWriter::started(const Exchange& exchange) {
    impl_->guarded([&] { impl_->exchanges.write(impl_->insert_exchange, exchange, std::nullopt); });
}

void CaptureWriter::add(const RecordItem& item) {
    impl_->guarded([&] { std::visit(Impl::Write{*impl_}, item); });
    ++impl_->next_seq;
}

void CaptureWriter::add(const Exchange& exchange) {
    impl_->guarded([&] { Impl::Write{*impl_}(exchange); });
    ++impl_->next_seq;
}

void CaptureWriter::cache(CachedKind kind, std::uint64_t id, const std::string& json) {
    sqlite::Statement& put = impl_->put[static_cast<std::size_t>(kind)];
    impl_->guarded([&] {
        put.bind(1, static_cast<std::int64_t>(id));
        put.bind_text(2, json);
        put.run();
    });
}

void CaptureWriter::withdraw(CachedKind kind, std::uint64_t id) {
    sqlite::Statement& remove = impl_->remove[static_cast<std::size_t>(kind)];
    impl_->guarded([&] {
        remove.bind(1, static_cast<std::int64_t>(id));
        remove.run();
    });
}

bool CaptureWriter::limit_reached() const { return impl_ && impl_->full; }

void CaptureWriter::close(bool clean_end) {
    if (!impl_ || impl_->closed) return;
    impl_->closed = true;
    impl_->database.roll_back();
    impl_->database.on_commit([](int) {});
    impl_->checkpointer.reset();
    // What fails here (a full disk) leaves the file and its -wal as they are: together they are whole.
    try {
        if (clean_end) impl_->database.run("UPDATE capture SET clean_end = 1");
        impl_->database.run("PRAGMA journal_mode = DELETE");
    } catch (const CaptureError&) {
    }
    impl_.reset();
}

}  // namespace why401
