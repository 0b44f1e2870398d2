#pragma once
// The lists and small structures of a record as compact JSON text, and back, exactly. A string that is not
// UTF-8 is written as {"hex": "..."}, so that the text is valid JSON and no byte is lost. It knows no table.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/connection.h"
#include "record/exchange.h"

namespace why401::record_text {

// Writing appends to `out`.
void write(std::string& out, const std::vector<std::string>& strings);  ///< ["...", ...]
void write(std::string& out, const std::vector<Edit>& edits);  ///< [[offset, length, "text", "because"], ...]
void write(std::string& out, const PoolDecision& decision);
void write(std::string& out, const Fault& fault);
void write_string(std::string& out, std::string_view text);

// Reading throws CaptureError when the text is not what write() makes.
std::vector<std::string> read_strings(std::string_view text);
std::vector<Edit> read_edits(std::string_view text);
PoolDecision read_decision(std::string_view text);
Fault read_fault(std::string_view text);
Fault read_fault_member(std::string_view text);  ///< the one under "fault" of a JSON object
/// The string under `key` of a JSON object.
std::string read_member(std::string_view text, std::string_view key);
std::uint64_t read_number(std::string_view text, std::string_view key);
std::vector<std::string> read_strings(std::string_view text, std::string_view key);

/// "C1", "U3"; throws CaptureError for anything else.
ConnectionId read_connection_id(std::string_view text);

// The words for the enumerations, in both directions; the readers throw CaptureError for an unknown word.
std::string_view word(Outcome value);
std::string_view word(Fault::Whose value);
std::string_view word(ClosedBy value);
std::string_view word(CloseKind value);
Outcome read_outcome(std::string_view word);
ClosedBy read_closed_by(std::string_view word);
CloseKind read_close_kind(std::string_view word);

}  // namespace why401::record_text
