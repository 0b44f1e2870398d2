#include "app/browser/browser.h"

#include "tests/support/temporary_folder.h"

namespace why401::browser {
namespace {

namespace fs = std::filesystem;

struct Path : testing::Test {
    TemporaryFolder folder;

    fs::path program(const fs::path& place, const std::string& text =
                                                "\x7f"
                                                "ELF") {
        const fs::path file = folder.path / place;
        fs::create_directories(file.parent_path());
        write_text(file, text);
        fs::permissions(file, fs::perms::owner_all);
        return file;
    }
    std::string text() const { return (folder.path / "a").string() + ":" + (folder.path / "b").string(); }
};

TEST_F(Path, HasBrowsersByTheNamesPeopleCallThem) {
    const fs::path chrome = program("b/google-chrome-stable"), firefox = program("a/firefox-esr");
    program("b/firefox");
    const auto found = installed(text());
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].name, "chrome");
    EXPECT_EQ(found[0].program, chrome);
    EXPECT_EQ(found[0].family, Family::Chromium);
    EXPECT_EQ(found[1].name, "firefox");
    EXPECT_EQ(found[1].program.filename(), "firefox");
    EXPECT_EQ(found[1].family, Family::Firefox);
    EXPECT_TRUE(found[1].box.empty());
}

TEST_F(Path, HasNoBrowserInAFileThatCannotBeExecutedNorInARelativeFolder) {
    fs::permissions(program("a/chromium"), fs::perms::owner_read);
    EXPECT_TRUE(installed(text() + ":.::relative").empty());
    EXPECT_TRUE(installed("").empty());
}

TEST_F(Path, TellsABoxByWhereItsProgramLeadsAndByTheScriptThatStartsIt) {
    program("snap/bin/snap");
    fs::create_directories(folder.path / "a");
    fs::create_symlink(folder.path / "snap/bin/snap", folder.path / "a/chromium");
    program("a/firefox", "#!/bin/sh\nexec /usr/bin/flatpak run org.mozilla.firefox \"$@\"\n");
    const auto found = installed(text());
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].box, "snap");
    EXPECT_EQ(found[1].box, "flatpak");
    std::string complaint;
    EXPECT_FALSE(choose(found, "firefox", complaint));
    EXPECT_NE(complaint.find("is a flatpak"), std::string::npos) << complaint;
}

TEST_F(Path, OfTwoProgramsOfOneNameGivesTheOneOutsideABox) {
    program("a/firefox", "#!/bin/sh\nexec /snap/bin/firefox\n");
    const fs::path usable = program("b/firefox-esr");
    std::string complaint;
    EXPECT_EQ(choose(installed(text()), "firefox", complaint)->program, usable);
}

TEST(Browsers, WithoutANameTheFirstIsTaken) {
    const std::vector<Browser> both{{"chromium", Family::Chromium, "/c", ""},
                                    {"firefox", Family::Firefox, "/f", ""}};
    std::string complaint;
    EXPECT_EQ(choose(both, "", complaint)->program, "/c");
    EXPECT_EQ(choose(both, "firefox", complaint)->program, "/f");
    EXPECT_FALSE(choose(both, "edge", complaint));
    EXPECT_EQ(complaint,
              "found no edge in PATH (Chrome, Chromium, Edge, Brave and Firefox will do); there is chromium, "
              "firefox");
    EXPECT_FALSE(choose({}, "", complaint));
    EXPECT_EQ(complaint, "found no browser in PATH (Chrome, Chromium, Edge, Brave and Firefox will do)");
}

TEST(BrowserUrls, AreHttpOrHttps) {
    for (const char* url : {"http://a", "https://Web01.Example:8443/x?y#z", "HTTP://a/", "http://[::1]:80/"})
        EXPECT_TRUE(parse_url(url)) << url;
    EXPECT_EQ(parse_url("https://Web01.Example:8443/x?y#z")->host, "web01.example");
    EXPECT_EQ(parse_url("https://Web01.Example:8443/x?y#z")->text, "https://Web01.Example:8443/x?y#z");
    EXPECT_EQ(parse_url("http://[::1]:80/")->host, "::1");
    for (const char* url : {"", "a", "ftp://a/", "file:///etc/passwd", "javascript://a/%0aalert(1)",
                            "http://", "http://a b/", "-http://a/", "http://user:word@a/", "http://a:0/"})
        EXPECT_FALSE(parse_url(url)) << url;
}

}  // namespace
}  // namespace why401::browser
