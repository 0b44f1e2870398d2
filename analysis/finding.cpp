#include "analysis/finding.h"

namespace why401 {

std::string_view to_string(Severity value) {
    constexpr std::string_view kWords[] = {"info", "warning", "error", "critical"};
    return kWords[static_cast<std::size_t>(value)];
}

std::string_view to_string(Confidence value) {
    constexpr std::string_view kWords[] = {"possible", "likely", "certain"};
    return kWords[static_cast<std::size_t>(value)];
}

std::string_view to_string(Culprit value) {
    constexpr std::string_view kWords[] = {"this-proxy", "intermediary", "client",
                                           "server",     "network",      "unknown"};
    return kWords[static_cast<std::size_t>(value)];
}

std::string_view to_string(FindingKind value) {
    constexpr std::string_view kWords[] = {"failure", "posture"};
    return kWords[static_cast<std::size_t>(value)];
}

std::string_view to_string(SubstatusBasis value) {
    constexpr std::string_view kWords[] = {"page", "log", "freb", "inferred"};
    return kWords[static_cast<std::size_t>(value)];
}

}  // namespace why401
