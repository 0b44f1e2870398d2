#pragma once
// Connections and events as rows of the tables `connection` and `event`, both ways.

#include <cstdint>

#include "record/record_item.h"
#include "store/sqlite.h"

namespace why401::item_rows {

extern const char* const kInsertConnection;
/// Of a file of this format version: in order of seq, which is the first column.
const char* select_connections(std::uint32_t version);
/// Those whose ids a JSON array names.
const char* select_some_connections(std::uint32_t version);
extern const char* const kInsertEvent;
extern const char* const kSelectEvents;  ///< in order of seq, which is the first column

void write(sqlite::Statement& insert, const Connection& connection, std::int64_t seq);
void write(sqlite::Statement& insert, const PolicyChanged& event, std::int64_t seq);
void write(sqlite::Statement& insert, const FaultsChanged& event, std::int64_t seq);
void write(sqlite::Statement& insert, const FaultSeen& event, std::int64_t seq);
void write(sqlite::Statement& insert, const NotRecorded& event, std::int64_t seq);
void write(sqlite::Statement& insert, const InterceptionChanged& event, std::int64_t seq);

/// The row that stands there. Throw CaptureError when it is damaged.
Connection read_connection(const sqlite::Statement& row);
RecordItem read_event(const sqlite::Statement& row);

}  // namespace why401::item_rows
