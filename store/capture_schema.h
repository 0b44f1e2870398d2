#pragma once
// The words of the capture format: its marks, tables and views. docs/capture-format.md explains them.

#include <cstdint>

namespace why401::capture_schema {

constexpr std::uint32_t kApplicationId = 0x57343031;  ///< "W401", at offset 68 of the file
constexpr std::uint32_t kVersion = 2;                 ///< user_version, at offset 60; 1 knew nothing of TLS
constexpr std::uint32_t kPageSize = 32768;

/// Run once on the new file, before WAL is switched on: a page size cannot be changed afterwards.
extern const char* const kCreate;

}  // namespace why401::capture_schema
