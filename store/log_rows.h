#pragma once
// The rows of a log in the W3C extended format, as IIS and HTTP.sys write it: directives wherever they stand,
// columns by name. A row that does not fit its columns is read by its shape where that leaves no doubt, and
// is set aside and counted where it does. It refuses to guess what a value means.

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/text_lines.h"

namespace why401 {

enum class Column : std::uint8_t {
    Date,
    Time,
    ServerIp,
    ServerPort,
    SiteName,
    ComputerName,
    ClientIp,
    ClientPort,
    Method,
    Stem,
    Query,
    Uri,
    Host,
    Version,
    User,
    UserAgent,
    Status,
    Substatus,
    Win32,
    TimeTaken,
    Reason,
    ForwardedFor,  ///< a custom column: the clients that a balancer speaks for
    Other,         ///< a column that nobody here asks for
};
constexpr std::size_t kColumns = static_cast<std::size_t>(Column::Other) + 1;

/// What HTTP.sys writes where no #Fields line names it (KB 820729).
extern const std::span<const Column> kHttpErrColumns;

struct LogRow {
    std::array<std::string_view, kColumns> values;  ///< empty for "-" and for what has no column
    std::uint64_t line = 0;
    std::string_view text;
    std::int64_t at_us = 0;  ///< since the Unix epoch
    int status = 0;          ///< 0 for "-"
    bool repaired = false;

    std::string_view of(Column column) const { return values[static_cast<std::size_t>(column)]; }
    /// The first address of X-Forwarded-For where a column has it, else c-ip.
    std::string_view client() const;
};

class LogRows {
public:
    /// `columns`: what a row holds until a #Fields line says so; may be empty.
    LogRows(std::istream& in, std::span<const Column> columns)
        : lines_(in), columns_(columns.begin(), columns.end()) {}

    /// The next row that could be read; its views are valid until the next call. False at the end.
    bool next(LogRow& row);

    std::uint64_t repaired() const { return repaired_; }
    std::uint64_t set_aside() const { return set_aside_; }
    /// "line 7 has 9 values where 13 are named"; empty when none was set aside.
    const std::string& first_set_aside() const { return why_; }

private:
    void directive(std::string_view line);
    bool read(LogRow& row);
    bool as_named(std::span<const Column> columns, LogRow& row) const;
    bool by_shape(LogRow& row);
    std::size_t take_end(LogRow& row) const;
    std::size_t take_front(LogRow& row, std::size_t end) const;
    void take_middle(LogRow& row, std::size_t from, std::size_t end);
    void put(LogRow& row, Column column, std::string_view value) const;
    bool finish(LogRow& row) const;

    TextLines lines_;
    std::vector<Column> columns_;
    std::vector<std::vector<Column>> earlier_;  ///< column sets of this file before the present one
    std::vector<std::string_view> tokens_;
    std::string date_;   ///< of the last #Date, for rows without one
    std::string agent_;  ///< of a row whose user agent was parted by blanks
    std::uint64_t repaired_ = 0, set_aside_ = 0;
    std::string why_;
};

/// A number as logs write it: decimal, negative ("-1073741715") or hexadecimal ("0x8009030C").
std::optional<std::uint32_t> log_number(std::string_view text);

/// "2026-11-29" and "01:02:03" or "01:02:03.250", UTC, as microseconds since the epoch.
std::optional<std::int64_t> log_time(std::string_view date, std::string_view time);

/// Which log a line is a row of when nothing names its columns.
enum class RowShape : std::uint8_t { None, IisW3c, HttpErr };
RowShape shape_of_row(std::string_view line);

}  // namespace why401
