#include "app/cli/lab_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "net/listener.h"

namespace why401::cli {
namespace {

using testing::HasSubstr;

TEST(LabCommand, ListsItsScenesForTheAddressAskedFor) {
    LabOptions options;
    options.list = true;
    options.listen = "127.0.0.1:9999";
    std::ostringstream out, err;
    EXPECT_EQ(lab_command(options, out, err), 0);
    EXPECT_THAT(out.str(), HasSubstr("curl --connect-to ::127.0.0.1:9999 --ntlm"));
    EXPECT_EQ(err.str(), "");
}

TEST(LabCommand, AnAddressThatIsNoneIsAUsageError) {
    LabOptions options;
    options.listen = "example.com:80";
    std::ostringstream out, err;
    EXPECT_EQ(lab_command(options, out, err), 2);
    EXPECT_THAT(err.str(), HasSubstr("example.com:80"));
    EXPECT_EQ(out.str(), "");
}

TEST(LabCommand, AnAddressInUseIsSaid) {
    net::Loop loop;
    const net::Listener taken(loop, *net::parse_endpoint("127.0.0.1:0"), {[](auto) {}, [](const auto&) {}});
    LabOptions options;
    options.listen = net::to_string(taken.local());
    std::ostringstream out, err;
    EXPECT_EQ(lab_command(options, out, err), 4);
    EXPECT_THAT(err.str(), HasSubstr(options.listen));
}

TEST(LabCommand, AReadyFileThatCannotBeWrittenIsSaid) {
    LabOptions options;
    options.listen = "127.0.0.1:0";
    options.ready_file = "/nonexistent/ready.json";
    std::ostringstream out, err;
    EXPECT_EQ(lab_command(options, out, err), 4);
    EXPECT_THAT(err.str(), HasSubstr("/nonexistent/ready.json"));
}

TEST(LabCommand, SaysWhenItIsReadyAndEndsWithZeroOnASignal) {
    LabOptions options;
    options.listen = "127.0.0.1:0";
    options.ready_file =
        (std::filesystem::path(testing::TempDir()) / ("lab-ready-" + std::to_string(::getpid()))).string();
    std::filesystem::remove(options.ready_file);
    // A process of its own: a signal belongs to a whole process.
    const pid_t child = ::fork();
    if (child == 0) {
        std::ostringstream out, err;
        ::_exit(lab_command(options, out, err));
    }
    for (int i = 0; i < 1000 && !std::filesystem::exists(options.ready_file); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::stringstream ready;
    ready << std::ifstream(options.ready_file).rdbuf();
    EXPECT_THAT(ready.str(), testing::MatchesRegex("\\{\"lab\": \"127.0.0.1:[0-9]+\", \"pid\": " +
                                                   std::to_string(child) + "\\}\n"));
    ::kill(child, SIGTERM);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    std::filesystem::remove(options.ready_file);
}

}  // namespace
}  // namespace why401::cli
