#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include "store/capture.h"
#include "store/capture_schema.h"
#include "store/exchange_row.h"
#include "store/item_rows.h"
#include "store/listed_row.h"
#include "store/sql_functions.h"
#include "store/sqlite.h"

namespace why401 {
namespace {

constexpr std::size_t kFileHeader = 100;  // of an SQLite file (sqlite.org/fileformat2.html 1.3)

std::uint32_t big_endian(const std::array<unsigned char, kFileHeader>& bytes, std::size_t offset) {
    return static_cast<std::uint32_t>(bytes[offset]) << 24 |
           static_cast<std::uint32_t>(bytes[offset + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[offset + 2]) << 8 | bytes[offset + 3];
}

/// Says what is wrong with the file before SQLite sees it: its own words ("file is not a database") help
/// nobody.
void check_marks(const std::filesystem::path& file) {
    const std::string name = file.string();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) throw CaptureError("there is no file " + name);
    if (std::filesystem::is_directory(file, error)) throw CaptureError(name + " is a folder, not a capture");
    // A pipe would keep its reader waiting.
    if (!std::filesystem::is_regular_file(file, error)) throw CaptureError(name + " is no plain file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw CaptureError(name + " cannot be read: it may belong to another user");
    std::array<unsigned char, kFileHeader> bytes{};
    stream.read(reinterpret_cast<char*>(bytes.data()), kFileHeader);
    if (stream.gcount() == 0) throw CaptureError(name + " is empty");
    constexpr std::string_view kMagic("SQLite format 3\0", 16);
    if (stream.gcount() < static_cast<std::streamsize>(kFileHeader) ||
        std::string_view(reinterpret_cast<const char*>(bytes.data()), kMagic.size()) != kMagic)
        throw CaptureError(name + " is not a why401 capture");
    if (big_endian(bytes, 68) != capture_schema::kApplicationId)
        throw CaptureError(name + " is not a why401 capture, but a database of another program");
    const std::uint32_t version = big_endian(bytes, 60);
    if (version > capture_schema::kVersion)
        throw CaptureError(name + " was written by a newer why401 (capture format " +
                           std::to_string(version) + "; this one reads up to " +
                           std::to_string(capture_schema::kVersion) + "): open it with that version");
    if (version == 0) throw CaptureError(name + " has no capture format number: it is damaged");
}

/// A stranger's file may name things as ours and make them something else: a view that never ends, say.
void check_tables(const sqlite::Database& database, const std::filesystem::path& file) {
    sqlite::Statement row(
        database,
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name IN "
        "('capture', 'exchange', 'connection', 'event', 'exchange_reading', "
        "'conversation_reading', 'finding')");
    if (!row.step() || row.number(0) != 7)
        throw CaptureError(file.string() + " is damaged: it lacks tables of a capture");
}

/// Beside a file in WAL mode SQLite wants to make a -shm, which a read-only folder does not allow; without a
/// -wal nothing is in it, and the file alone is whole.
sqlite::Database open(const std::filesystem::path& file, CaptureReader::Whose whose) {
    if (whose == CaptureReader::Whose::Anybodys) check_marks(file);
    try {
        sqlite::Database database(file, sqlite::Database::Mode::ReadOnly);
        check_tables(database, file);
        return database;
    } catch (const CaptureError&) {
        if (std::filesystem::exists(file.string() + "-wal")) throw;
    }
    sqlite::Database database(file, sqlite::Database::Mode::Immutable);
    check_tables(database, file);
    return database;
}

void bind_two(sqlite::Statement& rows, std::uint64_t first, std::uint64_t second) {
    rows.bind(1, static_cast<std::int64_t>(std::min<std::uint64_t>(first, INT64_MAX)));
    rows.bind(2, static_cast<std::int64_t>(std::min<std::uint64_t>(second, INT64_MAX)));
}

/// All that follows sees one state of the file, however long it takes and whoever writes meanwhile.
class Snapshot {
public:
    explicit Snapshot(sqlite::Database& database) : database_(database) { database_.run("BEGIN"); }
    ~Snapshot() { database_.roll_back(); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    sqlite::Database& database_;
};

/// The items of one table, which come in order of seq.
class Ordered {
public:
    using Read = RecordItem (*)(const sqlite::Statement&);
    Ordered(const sqlite::Database& database, const char* sql, Read read)
        : rows_(database, sql), read_(read) {
        advance();
    }
    std::int64_t seq() const { return seq_; }
    static constexpr std::int64_t kEnd = INT64_MAX;
    RecordItem take() {
        RecordItem item = read_(rows_);
        advance();
        return item;
    }

private:
    void advance() { seq_ = rows_.step() ? rows_.number(0) : kEnd; }
    sqlite::Statement rows_;
    Read read_;
    std::int64_t seq_ = kEnd;
};

/// Exchanges in order of seq, though they are read in order of id: those that ended later than their
/// successors wait here. As ids are given when an exchange starts, no more wait than were under way at the
/// same time.
class Exchanges {
public:
    explicit Exchanges(const sqlite::Database& database)
        : rows_(database, std::string(exchange_row::kSelect) + " ORDER BY id") {}

    /// The one with the least seq when that is `wanted`, or when all rows are read; reads on as far as
    /// needed.
    std::int64_t least(std::int64_t wanted) {
        while (more_ && (waiting_.empty() || waiting_.begin()->first != wanted)) advance();
        return waiting_.empty() ? Ordered::kEnd : waiting_.begin()->first;
    }
    Exchange take() {
        auto first = waiting_.extract(waiting_.begin());
        return std::move(first.mapped());
    }
    /// Those without an end, in order of id.
    std::vector<Exchange>& unfinished() { return unfinished_; }

private:
    void advance() {
        more_ = rows_.step();
        if (!more_) return;
        exchange_row::Row row = exchange_row::read(rows_);
        if (row.seq) {
            waiting_.insert_or_assign(*row.seq, std::move(row.exchange));
        } else {
            unfinished_.push_back(std::move(row.exchange));
        }
    }
    sqlite::Statement rows_;
    bool more_ = true;
    std::map<std::int64_t, Exchange> waiting_;
    std::vector<Exchange> unfinished_;
};

}  // namespace

struct CaptureReader::Impl {
    Impl(const std::filesystem::path& file, Whose whose) : database(open(file, whose)) {
        sql_functions::add(database, seen);
        sqlite::Statement row(database, "PRAGMA user_version");
        if (row.step()) version = static_cast<std::uint32_t>(row.number(0));
    }
    std::uint32_t version = 0;  ///< of the format
    std::uint64_t seen = 0;     ///< rows that the question in hand has looked at
    mutable sqlite::Database database;
};

CaptureReader::CaptureReader(const std::filesystem::path& file, Whose whose)
    : impl_(std::make_unique<Impl>(file, whose)) {}
CaptureReader::~CaptureReader() = default;

CaptureHeader CaptureReader::header() const {
    sqlite::Statement row(impl_->database, "SELECT program, created_wall_us, clean_end FROM capture");
    if (!row.step()) throw CaptureError("the capture is damaged: its header is missing");
    return {row.text(0), row.number(1), row.number(2) != 0};
}

void CaptureReader::items(const std::function<bool(RecordItem)>& visit) const {
    const Snapshot snapshot(impl_->database);
    Ordered connections(
        impl_->database, item_rows::select_connections(impl_->version),
        [](const sqlite::Statement& row) -> RecordItem { return item_rows::read_connection(row); });
    Ordered events(impl_->database, item_rows::kSelectEvents, item_rows::read_event);
    Exchanges exchanges(impl_->database);
    // Numbers are dense, so the next item is found without looking further than where it stands.
    for (std::int64_t next = 1;; ++next) {
        Ordered& small = connections.seq() < events.seq() ? connections : events;
        const bool small_is_next = small.seq() == next && next != Ordered::kEnd;
        const std::int64_t exchange = small_is_next ? Ordered::kEnd : exchanges.least(next);
        if (!small_is_next && exchange == Ordered::kEnd && small.seq() == Ordered::kEnd) break;
        const bool take_small = small_is_next || small.seq() < exchange;
        next = take_small ? small.seq() : exchange;
        if (!visit(take_small ? small.take() : RecordItem(exchanges.take()))) return;
    }
    for (Exchange& exchange : exchanges.unfinished())
        if (!visit(std::move(exchange))) return;
}

std::vector<Exchange> CaptureReader::exchanges(std::uint64_t after, std::uint64_t limit) const {
    sqlite::Statement rows(impl_->database,
                           std::string(exchange_row::kSelect) + " WHERE id > ? ORDER BY id LIMIT ?");
    bind_two(rows, after, limit);
    std::vector<Exchange> found;
    while (rows.step()) found.push_back(exchange_row::read(rows).exchange);
    return found;
}

namespace {

std::string json_array(const std::vector<std::uint64_t>& numbers) {
    std::string text = "[";
    for (const std::uint64_t number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
    return text + "]";
}

}  // namespace

std::uint64_t CaptureReader::listed(const ListedRange& range, const SqlCondition& condition,
                                    const VisitListed& visit) const {
    sqlite::Statement rows(impl_->database, listed_row::select(range, condition));
    const std::string ids = range.only ? json_array(*range.only) : std::string();
    listed_row::bind(rows, range, ids, condition);
    impl_->seen = 0;
    ListedExchange exchange;
    while (rows.step()) {
        const std::string_view reading = listed_row::read(rows, exchange);
        visit(exchange, reading);
    }
    return impl_->seen;
}

std::uint64_t CaptureReader::seen() const { return impl_->seen; }

std::vector<Connection> CaptureReader::connections(const std::vector<ConnectionId>& ids) const {
    std::string names = "[";
    for (const ConnectionId& id : ids) names += (names.size() > 1 ? ",\"" : "\"") + to_string(id) + "\"";
    names += "]";
    sqlite::Statement rows(impl_->database, item_rows::select_some_connections(impl_->version));
    rows.bind_text(1, names);
    std::map<ConnectionId, Connection> found;
    while (rows.step()) {
        Connection connection = item_rows::read_connection(rows);
        found.insert_or_assign(connection.id, std::move(connection));
    }
    std::vector<Connection> connections;
    for (auto& [id, connection] : found) connections.push_back(std::move(connection));
    return connections;
}

std::optional<Exchange> CaptureReader::exchange(ExchangeId id) const {
    sqlite::Statement row(impl_->database, std::string(exchange_row::kSelect) + " WHERE id = ?");
    row.bind(1, static_cast<std::int64_t>(number(id)));
    if (!row.step()) return std::nullopt;
    return exchange_row::read(row).exchange;
}

void CaptureReader::cached(
    CachedKind kind, std::uint64_t after, std::uint64_t limit,
    const std::function<void(std::uint64_t id, const std::string& json)>& visit) const {
    constexpr const char* kTables[] = {"exchange_reading", "conversation_reading", "finding"};
    const std::string table = kTables[static_cast<std::size_t>(kind)];
    sqlite::Statement rows(impl_->database,
                           "SELECT id, json FROM " + table + " WHERE id > ? ORDER BY id LIMIT ?");
    bind_two(rows, after, limit);
    while (rows.step()) visit(static_cast<std::uint64_t>(rows.number(0)), rows.text(1));
}

void CaptureReader::findings_of(
    ExchangeId exchange, std::uint64_t up_to,
    const std::function<void(std::uint64_t id, const std::string& json)>& visit) const {
    sqlite::Statement rows(
        impl_->database,
        "SELECT id, json FROM finding WHERE json_extract(json, '$.exchange') = ? AND id <= ? ORDER BY id");
    bind_two(rows, number(exchange), up_to);
    while (rows.step()) visit(static_cast<std::uint64_t>(rows.number(0)), rows.text(1));
}

/// A temporary table hides the file's of the same name (sqlite.org/lang_naming.html).
void CaptureReader::replace_readings(const std::function<void(const PutReading&)>& fill) {
    impl_->database.run(
        "BEGIN; DROP TABLE IF EXISTS temp.exchange_reading; "
        "CREATE TEMP TABLE exchange_reading(id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
    sqlite::Statement put(impl_->database, "INSERT OR REPLACE INTO temp.exchange_reading VALUES(?, ?)");
    fill([&](std::uint64_t id, const std::string& json) {
        put.bind(1, static_cast<std::int64_t>(id));
        put.bind_text(2, json);
        put.run_bound();
    });
    impl_->database.run("COMMIT");
}

std::uint64_t CaptureReader::exchange_count() const {
    sqlite::Statement row(impl_->database, "SELECT count(*) FROM exchange");
    row.step();
    return static_cast<std::uint64_t>(row.number(0));
}

}  // namespace why401
