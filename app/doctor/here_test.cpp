#include "app/doctor/here.h"

#include "net/listener.h"
#include "tests/support/temporary_folder.h"

namespace why401::doctor {
namespace {

namespace fs = std::filesystem;

TEST(DoctorPort, IsFreeOrTakenOrAnInstancesOwn) {
    net::Loop loop;
    auto listener = std::make_unique<net::Listener>(loop, *net::parse_endpoint("127.0.0.1:0"),
                                                    net::Listener::Callbacks{});
    const net::Endpoint there = listener->local();
    Instance instance;
    instance.pid = 7;

    const Check taken = port(there, "--listen", {instance});
    EXPECT_EQ(taken.grade, Grade::Warn);
    EXPECT_NE(taken.what.find(net::to_string(there)), std::string::npos) << taken.what;
    EXPECT_NE(taken.to_do.find("--listen 127.0.0.1:0"), std::string::npos) << taken.to_do;

    instance.proxy = {net::to_string(there)};
    EXPECT_EQ(port(there, "--listen", {instance}).what,
              net::to_string(there) + " is that of the instance with pid 7");
    listener.reset();
    EXPECT_EQ(port(there, "--listen", {}).what, net::to_string(there) + " is free");
}

TEST(DoctorFolder, IsFineWhereItCanBeMadeAndNotBelowAFile) {
    const TemporaryFolder temporary;
    EXPECT_EQ(folder("captures", temporary.path / "a/b/c").grade, Grade::Ok);
    EXPECT_FALSE(fs::exists(temporary.path / "a")) << "it only looks";
    write_text(temporary.path / "file", "");
    EXPECT_EQ(folder("captures", temporary.path / "file/b").grade, Grade::Fail);
}

TEST(DoctorBrowsers, FirefoxWithoutCertutilIsHalfOne) {
    const std::vector<browser::Browser> firefox{
        {"firefox", browser::Family::Firefox, "/usr/bin/firefox", ""}};
    EXPECT_EQ(browsers(firefox, true).front().grade, Grade::Ok);
    EXPECT_EQ(browsers(firefox, false).front().grade, Grade::Warn);
    EXPECT_EQ(browsers({{"chromium", browser::Family::Chromium, "/c", "snap"}}, true).front().grade,
              Grade::Warn);
    EXPECT_EQ(browsers({}, true).front().grade, Grade::Warn);
}

}  // namespace
}  // namespace why401::doctor
