#include "app/filter_sql.h"

namespace why401 {
namespace {

/// `$` stands for the word's parameter. The analysis is silent on most exchanges: a NULL is no match, except
/// that of the scheme, which an exchange without a row is read to have empty.
std::string_view condition(Filter::Key key) {
    switch (key) {
        case Filter::Key::Status:
            return "why401_glob($, CAST(e.status AS TEXT)) OR "
                   "why401_glob($, why401_member(r.json, 'substatus', 'value'))";
        case Filter::Key::Scheme: return "why401_glob($, coalesce(why401_member(r.json, 'scheme'), ''))";
        case Filter::Key::Connection: return "why401_glob($, e.client) OR why401_glob($, e.upstream)";
        case Filter::Key::User:
            return "why401_is_user($, why401_member(r.json, 'identity')) OR "
                   "why401_is_user($, why401_member(r.json, 'client_identity'))";
        case Filter::Key::Host: return "why401_is_host($, e.authority)";
        case Filter::Key::Finding: return "why401_glob($, why401_member(r.json, 'finding'))";
        case Filter::Key::Text: break;
    }
    return "why401_contains(e.request_head, $) OR why401_contains(e.response_head, $) OR "
           "why401_request_says($, e.request_head, e.scheme, e.authority)";
}

}  // namespace

SqlCondition sql_condition(const Filter& filter) {
    SqlCondition all;
    for (const Filter::Word& word : filter.words()) {
        const std::string place =
            "?" + std::to_string(SqlCondition::kFirst + static_cast<int>(all.values.size()));
        all.sql += " AND (";
        for (const char c : condition(word.key)) c == '$' ? all.sql += place : all.sql += c;
        all.sql += ")";
        all.values.push_back(word.value);
    }
    return all;
}

}  // namespace why401
