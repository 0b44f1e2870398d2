#include "app/exchange_list.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <charconv>

#include "app/report_json.h"
#include "store/record_text.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

void append(std::string& out, std::int64_t number) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::string quoted(std::string_view text) {
    const std::string clean = utf8_clean(text);
    return boost::json::serialize(boost::json::string_view(clean.data(), clean.size()));
}

/// "http://web01" as conversations name it (RFC 3986 6.2.2.1), of a CONNECT "web01:443".
void write_origin(std::string& out, const ListedExchange& exchange) {
    out.clear();
    if (!exchange.is_connect) out.append(exchange.scheme).append("://");
    out += exchange.authority;
    std::transform(out.begin(), out.end(), out.begin(), lower);
}

}  // namespace

std::int64_t ExchangeList::word(std::string_view text) {
    if (text.empty()) return 0;
    const auto known = places_.find(text);
    if (known != places_.end()) return known->second;
    const auto place = static_cast<Word>(words_.size());
    words_.push_back(places_.emplace(std::string(text), place).first->first);
    return place;
}

void ExchangeList::add(const ListedExchange& exchange, const ExchangeReading& reading) {
    if (size() == 0) base_ = exchange.started_wall_us;
    write_origin(origin_, exchange);
    // A guess is not to look like a fact.
    const bool known = reading.substatus && reading.substatus->confidence >= Confidence::Likely;
    const auto name = [this](const std::optional<std::string>& identity) {
        return identity ? word(*identity) : 0;
    };
    const std::int64_t row[] = {static_cast<std::int64_t>(exchange.id),
                                static_cast<std::int64_t>(reading.conversation),
                                static_cast<std::int64_t>(exchange.client),
                                static_cast<std::int64_t>(exchange.upstream),
                                word(origin_),
                                exchange.status,
                                known ? word(reading.substatus->value) : 0,
                                word(reading.scheme),
                                word(reading.leg.empty() ? "none" : std::string_view(reading.leg)),
                                name(reading.client_identity),
                                name(reading.identity),
                                word(reading.finding),
                                word(record_text::word(exchange.outcome)),
                                exchange.started_wall_us - base_,
                                exchange.duration_us};
    static_assert(std::size(row) == kNames.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].push_back(row[i]);
}

std::string ExchangeList::json() const {
    std::string out;
    out.reserve(size() * 48 + 1024);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        out.append(i == 0 ? "{\"" : ",\"").append(kNames[i]).append("\":[");
        for (const std::int64_t number : columns_[i]) {
            append(out, number);
            out += ',';
        }
        if (out.back() == ',') out.pop_back();
        out += ']';
    }
    out += ",\"words\":[";
    for (const std::string_view word : words_) out.append(quoted(word)).append(1, ',');
    out.back() = ']';
    const std::string time = utc_text(base_);
    out.append(",\"base\":").append(std::to_string(base_));
    out.append(",\"base_time\":").append(time.empty() ? "null" : quoted(time));
    out.append(",\"next\":").append(next ? std::to_string(*next) : "null");
    out.append(",\"forgotten\":").append(std::to_string(forgotten));
    return out.append(",\"scanned\":").append(std::to_string(scanned)).append(1, '}');
}

}  // namespace why401
