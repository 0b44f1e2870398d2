#include "app/api/metrics.h"

namespace why401::api {

namespace {

void add(std::string& text, const char* name, const char* type, const char* help, std::uint64_t value,
         const std::string& labels = {}) {
    text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name +
            labels + " " + std::to_string(value) + "\n";
}

/// Backslash, quote and line feed are escaped in label values.
std::string label_value(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '"') result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result;
}

}  // namespace

std::string metrics_text(const Proxy::Counts& counts, const Recorder& recorder, const Settings& settings) {
    const Summary summary = recorder.summary();
    std::string text;
    add(text, "why401_exchanges_total", "counter", "Requests received.", counts.exchanges);
    add(text, "why401_client_connections_total", "counter", "Connections accepted from clients.",
        counts.client_connections);
    add(text, "why401_upstream_connections_total", "counter", "Connections opened to servers.",
        counts.upstream_connections);
    add(text, "why401_conversations_total", "counter", "Login attempts seen.", summary.conversations);
    add(text, "why401_status_401_total", "counter", "Responses with 401 or 407.", summary.status_401);
    add(text, "why401_normal_401_total", "counter", "Of these, legs of a login.", summary.normal_401);
    add(text, "why401_explained_401_total", "counter", "Of these, explained by a finding.",
        summary.explained_401);
    add(text, "why401_unexplained_401_total", "counter", "Of these, not explained.", summary.unexplained_401);
    add(text, "why401_not_recorded_total", "counter", "Exchanges missing in the capture.",
        recorder.not_recorded());
    add(text, "why401_recording", "gauge", "1 while a capture is written.", recorder.recording() ? 1 : 0);
    add(text, "why401_policy_info", "gauge", "The policy by which upstream connections are chosen.", 1,
        "{policy=\"" + label_value(settings.policy.name) + "\"}");
    return text;
}

}  // namespace why401::api
