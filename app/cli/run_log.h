#pragma once
// What a run has to say while it lasts, a line each: messages, findings as they come, trouble. From any
// thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

#include "analysis/finding.h"

namespace why401::cli {

class RunLog {
public:
    /// `as_json`: an object per line.
    RunLog(std::ostream& out, bool as_json);

    void say(const std::string& line);
    void trouble(const std::string& sentence);
    /// A finding that is revised is said again only when another rule now explains it.
    void finding(const Finding& finding);
    /// What was said was true when it was said; now the record knows better.
    void withdrawn(std::uint64_t id);

private:
    struct Said {
        std::string_view rule;
        ExchangeId exchange{};
    };

    void write(const std::string& line);

    std::ostream& out_;
    bool json_, colour_;
    std::mutex mutex_;
    std::map<std::uint64_t, Said> said_;
};

}  // namespace why401::cli
