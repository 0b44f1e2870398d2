#pragma once
// The capture file: a record in one SQLite database (docs/capture-format.md). Writes on the recorder's
// thread, reads anywhere. It stores facts; findings in it are a cache that `explain` computes anew.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "record/record_item.h"
#include "store/listed_exchange.h"

namespace why401 {

/// The file cannot be opened, read or written; what() is a sentence that names it and says why.
class CaptureError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Another program holds the file; a later attempt may go through.
class CaptureBusy : public CaptureError {
public:
    using CaptureError::CaptureError;
};

struct CaptureHeader {
    std::string program;  ///< "why401 0.1.0"
    std::int64_t created_wall_us = 0;
    bool clean_end = false;  ///< the recorder closed it itself
};

/// Results of the analysis, cached for the API and for people with a SQL tool. JSON texts of the contract's
/// shapes.
enum class CachedKind : std::uint8_t { Exchange, Conversation, Finding };

class CaptureWriter {
public:
    /// Creates the file (0600, never overwrites). Throws CaptureError.
    CaptureWriter(const std::filesystem::path& file, const std::string& program,
                  std::uint64_t limit_bytes = 0);
    ~CaptureWriter();

    /// A batch: one transaction. Waits up to ten seconds for another program that holds the file, then throws
    /// CaptureBusy.
    void begin();
    void
    commit();  ///< throws CaptureError when the disk is full; the batch is then gone and the file still whole
    /// The next item of the record; its place in the order is kept. Exchanges: kept from their start too.
    void started(const Exchange& exchange);
    void add(const RecordItem& item);
    void add(const Exchange& exchange);
    void cache(CachedKind kind, std::uint64_t id, const std::string& json);
    void withdraw(CachedKind kind, std::uint64_t id);

    bool limit_reached() const;  ///< `limit_bytes` (0: none) of file size are used up
    /// Leaves one whole file (no -wal beside it).
    void close(bool clean_end);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class CaptureReader {
public:
    /// Whose file it is. A stranger's is looked at before SQLite opens it; that must not be done to the one
    /// this process is writing: closing any descriptor of a file gives up all of the process's locks on it,
    /// SQLite's too (sqlite.org/howtocorrupt.html 2.2).
    enum class Whose : std::uint8_t { Anybodys, WrittenHere };

    /// Opens read-only, also while it is being written. Refuses other files and newer formats in a sentence.
    explicit CaptureReader(const std::filesystem::path& file, Whose whose = Whose::Anybodys);
    ~CaptureReader();

    CaptureHeader header() const;
    /// Every item in the order of the record, unfinished exchanges last. Stops when the visitor returns
    /// false.
    void items(const std::function<bool(RecordItem)>& visit) const;
    std::optional<Exchange> exchange(ExchangeId id) const;
    /// Those with id > after, in order of id, at most `limit`.
    std::vector<Exchange> exchanges(std::uint64_t after, std::uint64_t limit) const;
    /// Those of the range that meet the condition, in order of id, each with the JSON of its cached reading
    /// (empty: it has none). Returns how many were looked at.
    using VisitListed = std::function<void(const ListedExchange& exchange, std::string_view reading)>;
    std::uint64_t listed(const ListedRange& range, const SqlCondition& condition,
                         const VisitListed& visit) const;
    std::uint64_t seen() const;  ///< how many listed() has looked at so far, for its visitor
    /// The last known state of these connections, as far as the file knows them.
    std::vector<Connection> connections(const std::vector<ConnectionId>& ids) const;
    /// Cached results with id > after, in order of id, at most `limit`.
    void cached(CachedKind kind, std::uint64_t after, std::uint64_t limit,
                const std::function<void(std::uint64_t id, const std::string& json)>& visit) const;
    /// Cached findings of one exchange with id <= up_to, in order of id. Looks at all of them.
    void findings_of(ExchangeId exchange, std::uint64_t up_to,
                     const std::function<void(std::uint64_t id, const std::string& json)>& visit) const;
    std::uint64_t exchange_count() const;

    /// From now on the readings of exchanges are those that `fill` puts, in place of the file's: for this
    /// reader alone, and in memory. Whoever does not trust the file's author reads it anew and puts its own.
    using PutReading = std::function<void(std::uint64_t id, const std::string& json)>;
    void replace_readings(const std::function<void(const PutReading&)>& fill);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401
