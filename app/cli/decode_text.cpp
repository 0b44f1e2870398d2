#include "app/cli/decode_text.h"

#include <algorithm>

#include "tokens/describe.h"
#include "wire/printable.h"

namespace why401::cli {

namespace {

constexpr std::size_t kLineWidth = 100;

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string place(const DescribedField& field) {
    if (field.length == 0) return "";
    if (field.length == 1) return std::to_string(field.offset);
    return std::to_string(field.offset) + ".." + std::to_string(field.offset + field.length - 1);
}

/// Breaks after spaces where it can; `indent` goes in front of every line but the first.
std::string wrapped(std::string_view text, std::size_t indent) {
    const std::size_t width = kLineWidth > indent + 30 ? kLineWidth - indent : 30;
    std::string out;
    while (text.size() > width) {
        std::size_t cut = text.rfind(' ', width);
        if (cut == std::string_view::npos || cut == 0) break;
        out.append(text.substr(0, cut)).append("\n").append(indent, ' ');
        text.remove_prefix(cut + 1);
    }
    return out.append(text);
}

void write_field(const DescribedField& field, std::size_t places, std::size_t names, std::size_t margin,
                 std::ostream& out) {
    const std::size_t column = margin + places + names + 4;
    out << std::string(margin, ' ') << padded(place(field), places) << "  "
        << padded(printable(field.name), names) << "  ";
    const bool empty = field.value.empty();
    const std::string value = empty ? "(empty)" : printable(field.value);
    const std::string meaning = empty && field.meaning == "empty" ? "" : printable(field.meaning);
    const std::string clause = field.clause.empty() ? "" : "  [" + field.clause + ']';
    const bool fits = column + value.size() + meaning.size() + clause.size() + 3 <= kLineWidth;
    if (meaning.empty() || fits) {
        out << value << (meaning.empty() ? "" : " - " + meaning) << clause << '\n';
    } else {
        out << value << clause << '\n' << std::string(column, ' ') << wrapped(meaning, column) << '\n';
    }
}

void write_anomalies(const std::vector<Anomaly>& list, std::size_t margin, std::ostream& out) {
    for (const Anomaly& anomaly : list)
        out << std::string(margin, ' ') << "! " << printable(anomaly.what) << " (at " << anomaly.offset
            << (anomaly.clause.empty() ? "" : ", " + anomaly.clause) << ")\n";
}

void write_token(const Token& token, std::size_t margin, std::ostream& out) {
    const auto fields = describe(token);
    std::size_t places = 0;
    std::size_t names = 0;
    for (const DescribedField& field : fields) {
        places = std::max(places, place(field).size());
        names = std::max(names, std::min<std::size_t>(field.name.size(), 30));
    }
    for (const DescribedField& field : fields) write_field(field, places, names, margin, out);
    write_anomalies(anomalies(token), margin, out);
    const Token inner = inner_token(token);
    if (std::holds_alternative<EmptyToken>(inner)) return;
    out << std::string(margin, ' ') << "inside: " << message_name(inner) << '\n';
    write_token(inner, margin + 2, out);
}

}  // namespace

void write_item(const DecodedItem& item, std::ostream& out) {
    const bool bare = std::holds_alternative<EmptyToken>(item.token);
    out << printable(item.scheme) << ": "
        << (bare ? "offered, or meant to be used, without a token" : message_name(item.token)) << '\n';
    write_anomalies(item.grammar, 2, out);
    write_token(item.token, 2, out);
}

}  // namespace why401::cli
