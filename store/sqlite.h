#pragma once
// SQLite with the handles tidied away. Every failure is thrown as a CaptureError that names the file. It
// knows nothing of captures; it hides no SQL.

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace why401::sqlite {

class Database {
public:
    enum class Mode { ReadWrite, ReadOnly, Immutable };
    /// Opens an existing file. Immutable: nobody writes it and no file is made beside it.
    Database(const std::filesystem::path& file, Mode mode);

    void run(const char* sql);
    /// Whether a transaction is open (an error may have ended it).
    bool in_transaction() const;
    void roll_back() noexcept;
    /// Called after each commit in WAL mode with the frames that the -wal then holds, in place of automatic
    /// checkpoints.
    void on_commit(std::function<void(int frames)> call);
    [[noreturn]] void fail(int code) const;
    sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::filesystem::path file_;
    std::unique_ptr<std::function<void(int)>> committed_;  ///< SQLite knows its address
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Bound texts and blobs are not copied: they must live until step() has returned.
class Statement {
public:
    Statement(const Database& database, std::string_view sql);

    void bind(int place, std::int64_t value);
    void bind_text(int place, std::string_view value);
    void bind_blob(int place, std::string_view value);
    void bind_null(int place);

    bool step();   ///< true: a row stands there; false: done
    void reset();  ///< to be run again; what was bound is forgotten
    void run();    ///< step() and reset(), whatever comes
    /// As run(), but what was bound stays: all of it must be bound anew before the next time.
    void run_bound();

    bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
    std::int64_t number(int column) const { return sqlite3_column_int64(handle_.get(), column); }
    std::string_view bytes(int column) const;  ///< of a text or a blob, until the next step
    std::string text(int column) const { return std::string(bytes(column)); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    const Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace why401::sqlite
