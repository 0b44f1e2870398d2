#include "proxy/machine/hop_by_hop.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401 {
namespace {

using http1::FieldLine;
using http1::Head;

constexpr char kNamed[] = "named in Connection (RFC 9110 7.6.1)";
constexpr char kHop[] = "meant for this hop only (RFC 9110 7.6.1)";

class Edits {
public:
    Edits(const Head& head, std::string_view bytes) : head_(head), bytes_(bytes) {}

    void replace(std::uint32_t offset, std::uint32_t length, std::string text, std::string because) {
        edits_.push_back({offset, length, std::move(text), std::move(because)});
    }
    void remove(const FieldLine& line, std::string because) {
        replace(line.begin, line.end - line.begin, "", std::move(because));
    }
    void add_line(std::string line, std::string because) {
        replace(head_.end - 2, 0, std::move(line), std::move(because));
    }

    std::vector<Edit> in_order() {
        std::stable_sort(edits_.begin(), edits_.end(),
                         [](const Edit& a, const Edit& b) { return a.offset < b.offset; });
        return std::move(edits_);
    }

private:
    const Head& head_;
    std::string_view bytes_;
    std::vector<Edit> edits_;
};

/// What the Connection fields name, all lines together.
class Nominated {
public:
    Nominated(const Head& head, std::string_view bytes) {
        for (const FieldLine& field : head.fields) {
            if (!same_name(field.name(bytes), "Connection")) continue;
            std::string_view rest = field.value(bytes);
            for (auto option = next_element(rest); !option.empty(); option = next_element(rest))
                options_.push_back(option);
        }
    }
    bool has(std::string_view name) const {
        return std::any_of(options_.begin(), options_.end(),
                           [&](std::string_view option) { return same_name(option, name); });
    }

private:
    std::vector<std::string_view> options_;
};

// What of a Connection line may pass: close and keep-alive where both hops share their fate, upgrade where it
// is asked.
std::string passing_options(std::string_view value, bool affinity, bool upgrade) {
    std::string kept;
    for (std::string_view option = next_element(value); !option.empty(); option = next_element(value)) {
        const bool lifetime = same_name(option, "close") || same_name(option, "keep-alive");
        if (!(lifetime && affinity) && !(same_name(option, "upgrade") && upgrade)) continue;
        if (!kept.empty()) kept += ", ";
        kept += option;
    }
    return kept;
}

bool same_list(std::string_view value, std::string_view kept) {
    std::string_view a = value, b = kept;
    for (;;) {
        const std::string_view x = next_element(a), y = next_element(b);
        if (x != y) return false;
        if (x.empty()) return true;
    }
}

// RFC 7540 3.2: an upgrade to h2c is for one hop, and this one does not speak it.
std::string without_h2c(std::string_view value) {
    std::string kept;
    for (std::string_view protocol = next_element(value); !protocol.empty(); protocol = next_element(value)) {
        if (same_name(protocol, "h2c")) continue;
        if (!kept.empty()) kept += ", ";
        kept += protocol;
    }
    return kept;
}

bool keeps_an_upgrade(const Head& head, std::string_view bytes, const Nominated& nominated) {
    if (!nominated.has("upgrade")) return false;
    return std::any_of(head.fields.begin(), head.fields.end(), [&](const FieldLine& field) {
        return same_name(field.name(bytes), "Upgrade") && !without_h2c(field.value(bytes)).empty();
    });
}

void connection_line(std::string_view bytes, const FieldLine& field, bool affinity, bool upgrade,
                     Edits& edits) {
    const std::string kept = passing_options(field.value(bytes), affinity, upgrade);
    if (same_list(field.value(bytes), kept)) return;
    if (kept.empty()) return edits.remove(field, kHop);
    edits.replace(field.value_begin, field.value_length, kept, kHop);
}

// Fields that leave on every hop, in requests and responses. True when the field is dealt with.
bool hop_field(std::string_view bytes, const FieldLine& field, const Nominated& nominated, bool affinity,
               bool upgrade, Edits& edits) {
    const std::string_view name = field.name(bytes);
    if (same_name(name, "Connection")) {
        connection_line(bytes, field, affinity, upgrade, edits);
        return true;
    }
    if (same_name(name, "Upgrade")) {
        const std::string kept = upgrade ? without_h2c(field.value(bytes)) : "";
        const bool h2c = list_has(field.value(bytes), "h2c");
        if (kept.empty() && (h2c || nominated.has(name)))
            edits.remove(field, kHop);
        else if (h2c)
            edits.replace(field.value_begin, field.value_length, kept, kHop);
        return true;
    }
    if (nominated.has(name)) {
        edits.remove(field, kNamed);
        return true;
    }
    return false;
}

std::string target_for_origin(const http1::Target& target, std::string_view method) {
    if (target.path.empty()) return same_name(method, "OPTIONS") ? "*" : "/";  // RFC 9112 3.2.4, 3.2.1
    return target.path.front() == '/' ? std::string(target.path) : "/" + std::string(target.path);
}

bool same_authority(std::string_view a, std::string_view b) {
    if (same_name(a, b)) return true;
    const auto x = http1::parse_authority(a, 80), y = http1::parse_authority(b, 80);
    return x && y && same_name(x->host, y->host) && x->port == y->port;
}

// RFC 9112 3.2.2: a request in absolute-form goes on with the target's authority in Host, whatever Host said.
void host_follows_target(const Head& head, std::string_view bytes, const http1::Target& target,
                         Edits& edits) {
    const FieldLine* host = head.find(bytes, "Host");
    const std::string authority(target.authority);
    if (!host)
        return edits.replace(head.start_line_end, 0, "Host: " + authority + "\r\n",
                             "Host from the target (RFC 9112 3.2.2)");
    if (same_authority(host->value(bytes), authority)) return;
    edits.replace(host->value_begin, host->value_length, authority,
                  "Host differed from the target (RFC 9112 3.2.2)");
}

// Proxy-Connection is an old name for Connection towards a proxy (RFC 9112 C.2.2). It is not sent on, but
// where both hops share their fate its meaning is.
void proxy_connection(const Head& head, std::string_view bytes, const FieldLine& field,
                      const HopContext& context, Edits& edits) {
    if (context.to_proxy && context.affinity) return;
    const bool close = list_has(field.value(bytes), "close");
    const bool differs = close ? head.minor_version == 1
                               : head.minor_version == 0 && list_has(field.value(bytes), "keep-alive");
    if (context.affinity && differs && !head.find(bytes, "Connection"))
        return edits.replace(field.begin, field.end - field.begin,
                             close ? "Connection: close\r\n" : "Connection: keep-alive\r\n",
                             "Proxy-Connection in its standard form (RFC 9112 C.2.2)");
    edits.remove(field, kHop);
}

bool injects(const HopContext& context, FaultName fault) {
    return context.faults && !context.faults->empty() && context.faults->has(fault);
}

void injected(const HopContext& context, FaultName fault) {
    if (!context.injected) return;
    for (const FaultText& text : fault_texts())
        if (text.fault == fault && std::find(context.injected->begin(), context.injected->end(), text.name) ==
                                       context.injected->end())
            context.injected->emplace_back(text.name);
}

// HTTP/1.0 has no chunked coding, so such a request stays as it is.
bool downgrades(const Head& head, std::string_view bytes, const HopContext& context) {
    return injects(context, FaultName::Http10Upstream) && !head.find(bytes, "Transfer-Encoding") &&
           !head.find(bytes, "Upgrade");
}

}  // namespace

std::optional<http1::Defect> nominates_framing(const Head& head, std::string_view bytes) {
    for (const FieldLine& field : head.fields)
        if (same_name(field.name(bytes), "Connection"))
            for (const std::string_view name : {"Content-Length", "Transfer-Encoding", "Host"})
                if (list_has(field.value(bytes), name))
                    return http1::Defect{"Connection names a field that carries framing or target",
                                         field.value_begin, "RFC 9110 7.6.1"};
    return std::nullopt;
}

bool asks_upgrade(const Head& head, std::string_view bytes) {
    return head.find(bytes, "Upgrade") && keeps_an_upgrade(head, bytes, Nominated(head, bytes));
}

std::vector<Edit> request_edits(const Head& head, std::string_view bytes, const http1::Target& target,
                                const HopContext& context) {
    Edits edits(head, bytes);
    if (target.form == http1::TargetForm::Absolute && !context.to_proxy) {
        edits.replace(head.target_begin, head.target_length, target_for_origin(target, head.method(bytes)),
                      "origin-form for the server (RFC 9112 3.2.1)");
        host_follows_target(head, bytes, target, edits);
    }
    const bool as_http10 = downgrades(head, bytes, context);
    const Nominated nominated(head, bytes);
    const bool upgrade = keeps_an_upgrade(head, bytes, nominated);
    for (const FieldLine& field : head.fields) {
        const std::string_view name = field.name(bytes);
        if (as_http10 && same_name(name, "Connection"))
            edits.remove(field, "injected fault http10-upstream");
        else if (injects(context, FaultName::DropAuthorization) && same_name(name, "Authorization")) {
            edits.remove(field, "injected fault drop-authorization");
            injected(context, FaultName::DropAuthorization);
        } else if (same_name(name, "Proxy-Connection")) {
            proxy_connection(head, bytes, field, context, edits);
        } else if (same_name(name, "Proxy-Authorization")) {
            if (!context.to_proxy)
                edits.remove(field, "credentials for a proxy do not go to a server (RFC 9110 11.7.2)");
        } else {
            hop_field(bytes, field, nominated, context.affinity, upgrade, edits);
        }
    }
    if (as_http10 && head.minor_version == 1) {
        const auto version = head.target_begin + head.target_length + 1;
        edits.replace(version, head.start_line_end - 2 - version, "HTTP/1.0",
                      "injected fault http10-upstream");
        injected(context, FaultName::Http10Upstream);
    }
    if (injects(context, FaultName::AddVia)) {
        edits.add_line("Via: 1.1 why401\r\n", "injected fault add-via");
        injected(context, FaultName::AddVia);
    }
    return edits.in_order();
}

std::vector<Edit> response_edits(const Head& head, std::string_view bytes, bool announce_session,
                                 const HopContext& context) {
    Edits edits(head, bytes);
    const Nominated nominated(head, bytes);
    const bool upgrade = keeps_an_upgrade(head, bytes, nominated);
    const FieldLine* first_challenge = nullptr;
    std::string joined;
    const bool already_said = head.find(bytes, "Proxy-Support") && !nominated.has("Proxy-Support");
    for (const FieldLine& field : head.fields) {
        const std::string_view name = field.name(bytes);
        if (!same_name(name, "WWW-Authenticate")) {
            if (same_name(name, "Proxy-Connection"))
                edits.remove(field, kHop);
            else
                hop_field(bytes, field, nominated, context.affinity, upgrade, edits);
        } else if (injects(context, FaultName::DropWwwAuthenticate)) {
            edits.remove(field, "injected fault drop-www-authenticate");
            injected(context, FaultName::DropWwwAuthenticate);
        } else if (injects(context, FaultName::JoinChallenges) && head.count(bytes, "WWW-Authenticate") > 1) {
            joined += (joined.empty() ? "" : ", ") + std::string(field.value(bytes));
            if (first_challenge)
                edits.remove(field, "injected fault join-challenges");
            else
                first_challenge = &field;
        }
    }
    if (first_challenge) {
        edits.replace(first_challenge->value_begin, first_challenge->value_length, joined,
                      "injected fault join-challenges");
        injected(context, FaultName::JoinChallenges);
    }
    if (announce_session && injects(context, FaultName::DropProxySupport))
        injected(context, FaultName::DropProxySupport);
    else if (announce_session && !already_said)
        edits.add_line("Proxy-Support: Session-Based-Authentication\r\nConnection: Proxy-Support\r\n",
                       "tells the client that logins may live in a connection here (RFC 4559 6)");
    if (context.must_say_close)
        edits.add_line("Connection: close\r\n", "this connection closes after it (RFC 9112 9.6)");
    return edits.in_order();
}

}  // namespace why401
