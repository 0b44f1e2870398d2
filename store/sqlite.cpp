#include "store/sqlite.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/capture.h"

namespace why401::sqlite {
namespace {

/// A file: URI, so that "immutable" can be said; only what a URI reserves is escaped (RFC 3986 2.1).
std::string uri_of(const std::filesystem::path& file, bool immutable) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string uri = "file:";
    const std::string path = std::filesystem::absolute(file).string();
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#' || byte < 0x20) {
            uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        } else {
            uri += c;
        }
    }
    return immutable ? uri + "?immutable=1" : uri;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
    const int access = mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(uri_of(file, mode == Mode::Immutable).c_str(), &handle,
                                     access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(code);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 2000);
    // A capture may come from a stranger: its schema runs nothing but plain SQL and cannot be bent.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    run("PRAGMA cell_size_check = ON");
    run("PRAGMA temp_store = MEMORY");  // no secret goes into a temporary file
}

void Database::run(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Database::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::on_commit(std::function<void(int frames)> call) {
    committed_ = std::make_unique<std::function<void(int)>>(std::move(call));
    sqlite3_wal_hook(
        handle_.get(),
        [](void* committed, sqlite3*, const char*, int frames) {
            (*static_cast<std::function<void(int)>*>(committed))(frames);
            return SQLITE_OK;
        },
        committed_.get());
}

void Database::fail(int code) const {
    const int last = errno;  // SQLite forgets it when a COMMIT fails
    const std::string name = file_.string();
    const int plain = code & 0xff;
    if (plain == SQLITE_FULL) throw CaptureError("cannot write " + name + ": the disk is full");
    if (plain == SQLITE_CORRUPT || plain == SQLITE_NOTADB) throw CaptureError(name + " is damaged");
    if (plain == SQLITE_BUSY || plain == SQLITE_LOCKED)
        throw CaptureBusy("cannot use " + name + ": another program has locked it");
    std::string why = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    const int known = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
    const int system = known != 0 ? known : last;
    if (plain == SQLITE_IOERR && system != 0) why += std::string(" (") + std::strerror(system) + ")";
    throw CaptureError("cannot use " + name + ": " + why);
}

Statement::Statement(const Database& database, std::string_view sql) : database_(database) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) database.fail(code);
}

void Statement::bind(int place, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(handle_.get(), place, value); code != SQLITE_OK)
        database_.fail(code);
}

void Statement::bind_text(int place, std::string_view value) {
    const char* bytes = value.data() ? value.data() : "";
    const int code =
        sqlite3_bind_text64(handle_.get(), place, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_blob(int place, std::string_view value) {
    const char* bytes = value.data() ? value.data() : "";
    const int code = sqlite3_bind_blob64(handle_.get(), place, bytes, value.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_null(int place) { sqlite3_bind_null(handle_.get(), place); }

bool Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    database_.fail(code);
}

void Statement::reset() {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
}

void Statement::run() {
    struct Forget {
        Statement& statement;
        ~Forget() { sqlite3_clear_bindings(statement.handle_.get()); }
    } forget_after{*this};
    run_bound();
}

void Statement::run_bound() {
    const int code = sqlite3_step(handle_.get());
    // The error's words must be read before the reset, which repeats the code only.
    struct Reset {
        Statement& statement;
        ~Reset() { sqlite3_reset(statement.handle_.get()); }
    } reset_after{*this};
    if (code != SQLITE_ROW && code != SQLITE_DONE) database_.fail(code);
}

std::string_view Statement::bytes(int column) const {
    const void* data = sqlite3_column_blob(handle_.get(), column);
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return data ? std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size))
                : std::string_view();
}

}  // namespace why401::sqlite
