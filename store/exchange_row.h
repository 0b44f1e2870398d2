#pragma once
// An exchange as a row of the table `exchange`, both ways. It runs no statement of its own.

#include <cstdint>
#include <optional>
#include <string>

#include "record/exchange.h"
#include "store/body_packing.h"
#include "store/sqlite.h"

namespace why401::exchange_row {

/// Its parameters are those that Writer::write binds.
extern const char* const kInsert;
/// "SELECT ... FROM exchange": the caller may append a condition and an order.
extern const char* const kSelect;

class Writer {
public:
    /// Writes the row, in place of one of that id. `seq`: its place in the record; none while it is under
    /// way.
    void write(sqlite::Statement& insert, const Exchange& exchange, std::optional<std::int64_t> seq);

private:
    BodyPacker packer_;
    std::string request_body_, response_body_;
    std::string texts_[6];
};

struct Row {
    std::optional<std::int64_t> seq;
    Exchange exchange;
};
/// The row that stands there. Throws CaptureError when it is damaged.
Row read(const sqlite::Statement& row);

}  // namespace why401::exchange_row
