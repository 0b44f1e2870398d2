#include "app/paths.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

namespace why401 {
namespace {

Paths with(const std::map<std::string, std::string>& environment) {
    return paths([&](const char* name) -> const char* {
        const auto it = environment.find(name);
        return it == environment.end() ? nullptr : it->second.c_str();
    });
}

unsigned mode(const std::filesystem::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
}

struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "why401-paths-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

TEST(Paths, FollowTheXdgVariables) {
    const Paths p = with({{"HOME", "/home/ann"},
                          {"XDG_CONFIG_HOME", "/c"},
                          {"XDG_STATE_HOME", "/s"},
                          {"XDG_DATA_HOME", "/d"},
                          {"XDG_RUNTIME_DIR", "/r"}});
    EXPECT_EQ(p.config, "/c/why401/config.toml");
    EXPECT_EQ(p.captures, "/s/why401/captures");
    EXPECT_EQ(p.runtime, "/r/why401");
    EXPECT_EQ(p.ca, "/d/why401/ca");
}

TEST(Paths, HaveTheUsualPlacesWithoutThem) {
    const Paths p = with({{"HOME", "/home/ann"}});
    EXPECT_EQ(p.config, "/home/ann/.config/why401/config.toml");
    EXPECT_EQ(p.captures, "/home/ann/.local/state/why401/captures");
    EXPECT_EQ(p.runtime, "/home/ann/.cache/why401/run");
    EXPECT_EQ(p.ca, "/home/ann/.local/share/why401/ca");
}

TEST(Paths, IgnoreARelativeVariable) {
    EXPECT_EQ(with({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "somewhere"}}).config,
              "/h/.config/why401/config.toml");
}

TEST(Paths, SayWhatIsMissingWithoutAHome) {
    try {
        with({});
        FAIL() << "no HOME, yet paths were made up";
    } catch (const std::runtime_error& e) {
        EXPECT_NE(std::string(e.what()).find("HOME"), std::string::npos) << e.what();
    }
}

TEST(PrivateFile, IsForItsOwnerAloneWhateverTheUmask) {
    const Folder folder;
    const mode_t before = ::umask(0);
    make_private_folder(folder.path / "a" / "b");
    write_private_file(folder.path / "a" / "b" / "f", "text");
    ::umask(before);
    EXPECT_EQ(mode(folder.path / "a" / "b"), 0700U);
    EXPECT_EQ(mode(folder.path / "a" / "b" / "f"), 0600U);
    EXPECT_EQ(read_file(folder.path / "a" / "b" / "f"), "text");
}

TEST(PrivateFile, ReplacesAFileWholeAndLeavesNothingBeside) {
    const Folder folder;
    write_private_file(folder.path / "f", "a long first text");
    write_private_file(folder.path / "f", "short");
    EXPECT_EQ(read_file(folder.path / "f"), "short");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path), {}), 1);
}

TEST(PrivateFile, NamesTheFileItCouldNotWrite) {
    try {
        write_private_file("/nonexistent-folder/f", "x");
        FAIL();
    } catch (const std::filesystem::filesystem_error& e) {
        EXPECT_NE(std::string(e.what()).find("/nonexistent-folder/f"), std::string::npos);
    }
}

TEST(PrivateFile, OfMoreThanTheLimitIsNotRead) {
    const Folder folder;
    write_private_file(folder.path / "f", std::string(100, 'x'));
    EXPECT_FALSE(read_file(folder.path / "f", 99).has_value());
    EXPECT_TRUE(read_file(folder.path / "f", 100).has_value());
    EXPECT_FALSE(read_file(folder.path / "none").has_value());
}

}  // namespace
}  // namespace why401
