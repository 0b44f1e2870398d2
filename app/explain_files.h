#pragma once
// Files explained: finds out by its content what each is, reads and merges them, and asks the analysis. What
// this version cannot read is refused with a sentence that names the file and what it looks like.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/explanation.h"
#include "app/unreadable_input.h"

namespace why401 {

struct ExplainedFiles {
    std::vector<ExplainedSource> sources;
    std::unique_ptr<Explanation> explanation;  ///< finished
};

/// At least one file, at most kMostSources. `check` looks at each exchange first (Explanation::check_with);
/// may be empty. Throws UnreadableInput.
ExplainedFiles explain_files(const std::vector<std::filesystem::path>& files,
                             std::function<void(Exchange&)> check = {});

/// What a file is, by its first bytes: "capture", "har", "saz", "pcap", "iis-w3c", "httperr", "freb",
/// "netlog"; empty when it is none of these.
std::string kind_of_file(std::string_view beginning);

}  // namespace why401
