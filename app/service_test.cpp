#include "app/service.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace why401 {
namespace {

TEST(NewCapturePath, SaysWhenAndNeverNamesAFileThatExists) {
    std::string name = (std::filesystem::temp_directory_path() / "why401-service-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    const std::filesystem::path folder = name;
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'384'800));
    const auto first = new_capture_path(folder, now);
    EXPECT_EQ(first.filename(), "2026-11-22T22-00-00Z.why401");
    std::ofstream(first) << "x";
    EXPECT_EQ(new_capture_path(folder, now).filename(), "2026-11-22T22-00-00Z-2.why401");
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace why401
