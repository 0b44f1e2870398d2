#include "app/cli/config_file.h"

#include <gtest/gtest.h>

#include "app/cli/commands.h"

namespace why401::cli {
namespace {

std::string complaint(const char* text) {
    std::function<int()> chosen;
    return config_complaint("c.toml", text, [&](CLI::App& app) { add_commands(app, chosen); }).value_or("");
}

TEST(ConfigurationFile, OfKnownOptionsHasNoComplaint) {
    EXPECT_EQ(complaint(""), "");
    EXPECT_EQ(complaint("# a comment\n\n[proxy]\npolicy = \"affinity\"  # why not\r\nlab = true\nfault = "
                        "[\"add-via\",\n  \"drop-authorization\"]\n[explain]\njson = true\n"),
              "");
}

TEST(ConfigurationFile, IsComplainedAboutByLine) {
    EXPECT_TRUE(complaint("[proxy]\n\npolicy = \"sticky\"\n").starts_with("c.toml:3: --policy:"))
        << complaint("[proxy]\n\npolicy = \"sticky\"\n");
    EXPECT_TRUE(complaint("[proxy]\nno_such = 1\n")
                    .starts_with("c.toml:2: there is no such option as no_such in [proxy]"));
    EXPECT_TRUE(complaint("[nothing]\nlab = true\n")
                    .starts_with("c.toml:2: there is no such option as lab in [nothing]"));
    EXPECT_TRUE(
        complaint("lab = true\n").starts_with("c.toml:1: there is no such option as lab outside a section"));
    EXPECT_TRUE(complaint("[proxy]\nlab\n").starts_with("c.toml:2: an entry looks like"));
    EXPECT_TRUE(complaint("\n[[[\n").starts_with("c.toml:2: a section looks like"));
    EXPECT_TRUE(complaint("[proxy\n").starts_with("c.toml:1: a section looks like"));
    EXPECT_TRUE(complaint("[proxy]\nfault = [\n\"add-via\",\n\"bang\"]\n").starts_with("c.toml:2: --fault:"));
}

}  // namespace
}  // namespace why401::cli
