#pragma once
// What the doctor found, one thing each, and how it is written down. Pure.

#include <string>
#include <vector>

namespace why401::doctor {

enum class Grade : unsigned char {
    Ok,
    Warn,  ///< works, or works with one step
    Fail,  ///< does not work
};

struct Check {
    std::string name;  ///< for scripts: "port", "tls" ...; several may have one name
    Grade grade = Grade::Ok;
    std::string what;   ///< a clause without a full stop; may hold text from the network
    std::string to_do;  ///< empty: nothing
};

/// A line each: "warn  what - what to do".
std::string as_text(const std::vector<Check>& checks);
/// {"ok": false, "checks": [{"check", "grade", "what", "to_do"}]}
std::string as_json(const std::vector<Check>& checks);
/// Whether none has failed.
bool is_well(const std::vector<Check>& checks);

}  // namespace why401::doctor
