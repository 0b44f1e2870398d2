#include "store/sql_functions.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <exception>
#include <string>

#include "record/search.h"

namespace why401::sql_functions {
namespace {

namespace json = boost::json;

constexpr int kFlags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
constexpr int kPure = kFlags | SQLITE_DETERMINISTIC;

/// The bytes as they stand in the file; text is not made valid on the way.
std::string_view bytes(sqlite3_value* value) {
    const void* data = sqlite3_value_blob(value);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return data ? std::string_view(static_cast<const char*>(data), size) : std::string_view();
}

bool has_null(int count, sqlite3_value** values) {
    for (int i = 0; i < count; ++i)
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) return true;
    return false;
}

/// `answer` with the arguments as views. No exception may pass through SQLite, which is C.
template <class Answer>
void truth(sqlite3_context* context, int count, sqlite3_value** values, Answer answer) {
    if (has_null(count, values)) return sqlite3_result_null(context);
    try {
        sqlite3_result_int(context, answer());
    } catch (const std::exception&) {
        sqlite3_result_error_nomem(context);
    }
}

template <bool (*compare)(std::string_view, std::string_view)>
void compared(sqlite3_context* context, int count, sqlite3_value** values) {
    truth(context, count, values, [&] { return compare(bytes(values[0]), bytes(values[1])); });
}

void request_says(sqlite3_context* context, int count, sqlite3_value** values) {
    truth(context, count, values, [&] {
        Exchange exchange;
        exchange.request = message_from_head(std::string(bytes(values[1])), http1::HeadParser::Kind::Request);
        exchange.scheme = bytes(values[2]);
        exchange.authority = bytes(values[3]);
        return search::contains(search::request_line(exchange), bytes(values[0]));
    });
}

/// The object of the row in hand, which several words of one question ask about.
class LastObject {
public:
    const json::value* member(int count, sqlite3_value** keys, std::string_view text) {
        if (text != text_) read(text);
        const json::value* found = &value_;
        for (int i = 0; i < count; ++i) {
            const std::string_view key = bytes(keys[i]);
            const json::object* object = found->if_object();
            found = object ? object->if_contains(json::string_view(key.data(), key.size())) : nullptr;
            if (!found) return nullptr;
        }
        return found;
    }

private:
    void read(std::string_view text) {
        text_.clear();
        value_ = nullptr;
        json::error_code error;
        json::value value = json::parse(json::string_view(text.data(), text.size()), error);
        if (!error) value_ = std::move(value);
        text_ = text;
    }
    std::string text_;
    json::value value_;
};

void member(sqlite3_context* context, int count, sqlite3_value** values) {
    if (count < 2 || has_null(count, values)) return sqlite3_result_null(context);
    try {
        auto& last = *static_cast<LastObject*>(sqlite3_user_data(context));
        const json::value* found = last.member(count - 1, values + 1, bytes(values[0]));
        if (!found || !found->is_string()) return sqlite3_result_null(context);
        const json::string& text = found->get_string();
        sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } catch (const std::exception&) {
        sqlite3_result_error_nomem(context);
    }
}

void seen(sqlite3_context* context, int, sqlite3_value**) {
    ++*static_cast<std::uint64_t*>(sqlite3_user_data(context));
    sqlite3_result_int(context, 1);
}

}  // namespace

void add(const sqlite::Database& database, std::uint64_t& counter) {
    using Function = void (*)(sqlite3_context*, int, sqlite3_value**);
    const auto give = [&](const char* name, int arguments, int flags, Function function, void* data = nullptr,
                          void (*forget)(void*) = nullptr) {
        const int code = sqlite3_create_function_v2(database.handle(), name, arguments, flags, data, function,
                                                    nullptr, nullptr, forget);
        if (code != SQLITE_OK) database.fail(code);
    };
    give("why401_glob", 2, kPure, compared<search::glob>);
    give("why401_is_user", 2, kPure, compared<search::is_user>);
    give("why401_is_host", 2, kPure, compared<search::is_host>);
    give("why401_contains", 2, kPure, compared<search::contains>);
    give("why401_request_says", 4, kPure, request_says);
    give("why401_member", -1, kPure, member, new LastObject,
         [](void* last) { delete static_cast<LastObject*>(last); });
    give("why401_seen", 1, kFlags, seen, &counter);
}

}  // namespace why401::sql_functions
