#include "app/scratch_folder.h"

#include "tests/support/temporary_folder.h"

namespace why401 {
namespace {

namespace fs = std::filesystem;

TEST(ScratchFolder, IsForItsOwnerAloneAndGoneAtTheEnd) {
    fs::path path;
    {
        const ScratchFolder folder("test");
        path = folder.path();
        EXPECT_EQ(mode_of(path), 0700u);
        fs::create_directories(path / "a/b");
        write_text(path / "a/b/c", "text");
        EXPECT_NE(ScratchFolder("test").path(), path);
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST(ScratchFolder, FollowsNoLinkOutOfItself) {
    const TemporaryFolder elsewhere;
    write_text(elsewhere.path / "kept", "text");
    {
        const ScratchFolder folder("test");
        fs::create_directory_symlink(elsewhere.path, folder.path() / "link");
    }
    EXPECT_TRUE(fs::exists(elsewhere.path / "kept"));
}

}  // namespace
}  // namespace why401
