#include "store/record_text.h"

#include <array>
#include <charconv>
#include <utility>

#include "store/json_text.h"
#include "wire/hex.h"
#include "wire/utf8.h"

namespace why401::record_text {
namespace {

using namespace json_text;

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes{{{Outcome::Unfinished, "unfinished"},
                                                                         {Outcome::Complete, "complete"},
                                                                         {Outcome::Tunnelled, "tunnelled"},
                                                                         {Outcome::Refused, "refused"},
                                                                         {Outcome::Broken, "broken"},
                                                                         {Outcome::Abandoned, "abandoned"}}};
constexpr std::array<std::pair<Fault::Whose, std::string_view>, 4> kWhose{
    {{Fault::Whose::Client, "client"},
     {Fault::Whose::Upstream, "upstream"},
     {Fault::Whose::Network, "network"},
     {Fault::Whose::Us, "us"}}};
constexpr std::array<std::pair<ClosedBy, std::string_view>, 2> kClosedBy{
    {{ClosedBy::Peer, "peer"}, {ClosedBy::Us, "us"}}};
constexpr std::array<std::pair<CloseKind, std::string_view>, 3> kCloseKinds{
    {{CloseKind::Fin, "fin"}, {CloseKind::Reset, "reset"}, {CloseKind::Timeout, "timeout"}}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
    for (const auto& [known, word] : table)
        if (known == value) return word;
    return table.front().second;
}

template <class Table>
auto value_of(const Table& table, std::string_view word) {
    for (const auto& [value, known] : table)
        if (known == word) return value;
    damaged("the unknown word \"" + utf8::repaired(word.substr(0, 40)) + "\"");
}

void write_number(std::string& out, std::uint64_t value) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

std::optional<ConnectionId> connection_of(const json::value& value) {
    if (value.is_null()) return std::nullopt;
    return read_connection_id(string_of(value));
}

void write_connection(std::string& out, const std::optional<ConnectionId>& id) {
    if (id) {
        out.append(1, '"').append(to_string(*id)).append(1, '"');
    } else {
        out += "null";
    }
}

/// Looks at every byte, without a branch for each: nearly all texts are plain.
bool plain(std::string_view text) {
    unsigned special = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        special |=
            unsigned{byte < 0x20} | unsigned{byte >= 0x7f} | unsigned{byte == '"'} | unsigned{byte == '\\'};
    }
    return special == 0;
}

}  // namespace

void write_string(std::string& out, std::string_view text) {
    if (plain(text)) {
        out.append(1, '"').append(text).append(1, '"');
        return;
    }
    if (!utf8::valid(text)) {
        out += R"({"hex":")" + hex::encode(text) + "\"}";
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.append(1, '\\').append(1, c);
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out.append("\\u00").append(hex::encode(std::string_view(&c, 1)));
        } else {
            out += c;
        }
    }
    out += '"';
}

void write(std::string& out, const std::vector<std::string>& strings) {
    out += '[';
    for (std::size_t i = 0; i < strings.size(); ++i) {
        if (i) out += ',';
        write_string(out, strings[i]);
    }
    out += ']';
}

void write(std::string& out, const std::vector<Edit>& edits) {
    out += '[';
    for (std::size_t i = 0; i < edits.size(); ++i) {
        out += i ? ",[" : "[";
        write_number(out, edits[i].offset);
        out += ',';
        write_number(out, edits[i].length);
        out += ',';
        write_string(out, edits[i].text);
        out += ',';
        write_string(out, edits[i].because);
        out += ']';
    }
    out += ']';
}

void write(std::string& out, const PoolDecision& decision) {
    out += R"({"policy":)";
    write_string(out, decision.policy);
    out += R"(,"chosen":)";
    write_connection(out, decision.chosen);
    out += decision.opened_new ? R"(,"opened_new":true,"because":)" : R"(,"opened_new":false,"because":)";
    write_string(out, decision.because);
    out += R"(,"candidates":[)";
    for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
        const PoolCandidate& candidate = decision.candidates[i];
        out += i ? R"(,{"connection":)" : R"({"connection":)";
        write_connection(out, candidate.connection);
        out += R"(,"last_client":)";
        write_connection(out, candidate.last_client);
        out += candidate.private_to_other ? R"(,"private_to_other":true})" : R"(,"private_to_other":false})";
    }
    out += "]}";
}

void write(std::string& out, const Fault& fault) {
    out.append(R"({"whose":")").append(word(fault.whose)).append(R"(","stage":)");
    write_string(out, fault.stage);
    out += R"(,"what":)";
    write_string(out, fault.what);
    out += R"(,"clause":)";
    write_string(out, fault.clause);
    out += R"(,"offset":)" + (fault.offset ? std::to_string(*fault.offset) : "null") + R"(,"bytes":)";
    write_string(out, fault.bytes);
    out += '}';
}

std::vector<std::string> read_strings(std::string_view text) { return strings_of(parse(text)); }

std::vector<Edit> read_edits(std::string_view text) {
    const json::value value = parse(text);
    std::vector<Edit> edits;
    for (const json::value& element : array_of(value)) {
        const json::array& parts = array_of(element);
        if (parts.size() != 4) damaged("an edit of an unexpected shape");
        edits.push_back(
            {short_number_of(parts[0]), short_number_of(parts[1]), string_of(parts[2]), string_of(parts[3])});
    }
    return edits;
}

PoolDecision read_decision(std::string_view text) {
    const json::value value = parse(text);
    const json::object& object = object_of(value);
    PoolDecision decision;
    decision.policy = string_of(member(object, "policy"));
    decision.chosen = connection_of(member(object, "chosen"));
    decision.opened_new = truth_of(member(object, "opened_new"));
    decision.because = string_of(member(object, "because"));
    for (const json::value& element : array_of(member(object, "candidates"))) {
        const json::object& candidate = object_of(element);
        decision.candidates.push_back({read_connection_id(string_of(member(candidate, "connection"))),
                                       connection_of(member(candidate, "last_client")),
                                       truth_of(member(candidate, "private_to_other"))});
    }
    return decision;
}

namespace {

Fault fault_of(const json::value& value) {
    const json::object& object = object_of(value);
    Fault fault;
    fault.whose = value_of(kWhose, string_of(member(object, "whose")));
    fault.stage = string_of(member(object, "stage"));
    fault.what = string_of(member(object, "what"));
    fault.clause = string_of(member(object, "clause"));
    if (const json::value& offset = member(object, "offset"); !offset.is_null())
        fault.offset = number_of(offset);
    fault.bytes = string_of(member(object, "bytes"));
    return fault;
}

}  // namespace

Fault read_fault(std::string_view text) { return fault_of(parse(text)); }

Fault read_fault_member(std::string_view text) {
    const json::value value = parse(text);
    return fault_of(member(object_of(value), "fault"));
}

std::string read_member(std::string_view text, std::string_view key) {
    const json::value value = parse(text);
    return string_of(member(object_of(value), key));
}

std::uint64_t read_number(std::string_view text, std::string_view key) {
    const json::value value = parse(text);
    return number_of(member(object_of(value), key));
}

std::vector<std::string> read_strings(std::string_view text, std::string_view key) {
    const json::value value = parse(text);
    return strings_of(member(object_of(value), key));
}

ConnectionId read_connection_id(std::string_view text) {
    ConnectionId id;
    if (text.size() < 2 || (text[0] != 'C' && text[0] != 'U')) damaged("a bad connection id");
    id.leg = text[0] == 'C' ? Leg::Client : Leg::Upstream;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, id.number);
    if (error != std::errc{} || stop != end || id.number >> kSourceShift != 0) damaged("a bad connection id");
    return id;
}

std::string_view word(Outcome value) { return word_of(kOutcomes, value); }
std::string_view word(Fault::Whose value) { return word_of(kWhose, value); }
std::string_view word(ClosedBy value) { return word_of(kClosedBy, value); }
std::string_view word(CloseKind value) { return word_of(kCloseKinds, value); }
Outcome read_outcome(std::string_view word) { return value_of(kOutcomes, word); }
ClosedBy read_closed_by(std::string_view word) { return value_of(kClosedBy, word); }
CloseKind read_close_kind(std::string_view word) { return value_of(kCloseKinds, word); }

}  // namespace why401::record_text
