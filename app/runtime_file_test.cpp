#include "app/runtime_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/paths.h"

namespace why401 {
namespace {

namespace fs = std::filesystem;

struct RuntimeFiles : testing::Test {
    fs::path folder;
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "why401-run-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { fs::remove_all(folder); }

    static Instance of(pid_t pid) {
        return {pid, {"127.0.0.1:8401", "[::1]:8401"}, "127.0.0.1:8402", "secret", "/c/x.why401", "affinity",
                ""};
    }
    static pid_t dead_pid() {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(0);
        ::waitpid(child, nullptr, 0);
        return child;
    }
};

TEST_F(RuntimeFiles, TellEverythingAboutAnInstance) {
    const RuntimeFile file(folder, of(::getpid()));
    const auto found = living_instances(folder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pid, ::getpid());
    EXPECT_EQ(found[0].proxy, (std::vector<std::string>{"127.0.0.1:8401", "[::1]:8401"}));
    EXPECT_EQ(found[0].ui, "127.0.0.1:8402");
    EXPECT_EQ(found[0].token, "secret");
    EXPECT_EQ(found[0].capture, "/c/x.why401");
    EXPECT_EQ(found[0].policy, "affinity");
    EXPECT_EQ(found[0].lab, "");
}

TEST_F(RuntimeFiles, AreGoneWhenTheInstanceEnds) {
    { const RuntimeFile file(folder, of(::getpid())); }
    EXPECT_TRUE(living_instances(folder).empty());
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(RuntimeFiles, OfDeadInstancesAreRemoved) {
    write_private_file(folder / "1234567.json", to_json(of(dead_pid())));
    EXPECT_TRUE(living_instances(folder).empty());
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(RuntimeFiles, ThatAreNoneAreLeftAlone) {
    for (const char* text : {"", "{", "[]", "{\"pid\":\"7\"}", "{\"pid\":{}}", "nonsense"}) {
        write_private_file(folder / "other.json", text);
        EXPECT_TRUE(living_instances(folder).empty()) << text;
        EXPECT_TRUE(fs::exists(folder / "other.json")) << text;
    }
    EXPECT_TRUE(living_instances(folder / "no such folder").empty());
}

}  // namespace
}  // namespace why401
