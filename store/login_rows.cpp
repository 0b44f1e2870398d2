#include "store/login_rows.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptClients = 8'192;
constexpr std::int64_t kHalfMinute = 30'000'000;

}  // namespace

bool LoginRows::wants_all(const LogRow& row) const {
    if (!wishes_.login_rows_only) return true;
    return wishes_.all_between && row.at_us >= wishes_.all_between->first &&
           row.at_us <= wishes_.all_between->second;
}

LoginRows::Client& LoginRows::client(const LogRow& row) {
    std::string key(row.client());
    key.append(" ").append(row.of(Column::UserAgent));
    const auto [at, added] = clients_.try_emplace(std::move(key));
    if (!added) return at->second;
    order_.push_back(at->first);
    if (order_.size() > kKeptClients) {
        clients_.erase(order_.front());
        order_.pop_front();
    }
    return at->second;
}

std::uint64_t LoginRows::take(const LogRow& row, ExchangeId id, const ItemSink& sink) {
    const bool refused = row.status == 401 || row.status == 407 || !row.of(Column::Reason).empty();
    if (wants_all(row)) {
        sink(exchange_of(row, source_, id));
        return 1;
    }
    Client& who = client(row);
    const bool after = !refused && row.at_us - who.refused_us <= kHalfMinute;
    if (!refused && !after) {
        if (!row.of(Column::User).empty()) who.before = exchange_of(row, source_, id);
        return 0;
    }
    std::uint64_t handed_on = 1;
    if (who.before) {
        sink(*std::move(who.before));
        who.before.reset();
        ++handed_on;
    }
    if (refused) who.refused_us = row.at_us;
    sink(exchange_of(row, source_, id));
    return handed_on;
}

}  // namespace why401
