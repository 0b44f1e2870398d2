#pragma once
// The logs of a server as `explain` reads them: IIS's W3C log, HTTP.sys's HTTPERR, failed request traces. Of
// a log beyond some megabytes only what may belong to a login becomes exchanges; the others are counted.

#include <filesystem>
#include <optional>
#include <utility>

#include "app/explanation.h"
#include "store/log_exchange.h"

namespace why401 {

/// Wall times in microseconds.
using Between = std::optional<std::pair<std::int64_t, std::int64_t>>;

bool is_log(const ExplainedSource& source);

/// Puts rows of the logs among `records` to the exchanges that the others tell of, and notes it in `sources`.
void join_logs(std::vector<std::vector<RecordItem>>& records, std::vector<ExplainedSource>& sources);

/// Reads a file of kind `source.kind`; notes in `source` how many requests it told of. `whole`: between these
/// times every row becomes an exchange. Returns how many requests became none. Throws LogError.
std::uint64_t read_log(const std::filesystem::path& file, ExplainedSource& source, const Between& whole,
                       const ItemSink& sink);

}  // namespace why401
