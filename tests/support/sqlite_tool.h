#pragma once
// A capture as a person with the sqlite3 tool meets it.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace why401::testing_record {

/// The first column of the first row, as a person with sqlite3 would see it.
inline std::string query(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    sqlite3_stmt* row = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &row, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    std::string answer = "(no row)";
    if (row && sqlite3_step(row) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
        answer = text ? text : "(null)";
    }
    sqlite3_finalize(row);
    sqlite3_close(database);
    return answer;
}

/// As such a person might change it.
inline void change(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

}  // namespace why401::testing_record
