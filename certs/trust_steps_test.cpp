#include "certs/trust_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401::certs {
namespace {

using testing::HasSubstr;

std::string commands(const std::vector<TrustStep>& steps) {
    std::string all;
    for (const TrustStep& step : steps) all += step.command + "\n";
    return all;
}

TEST(TrustSteps, CanBeDoneAndUndoneOnEverySystem) {
    for (const std::string& system : trust_systems()) {
        const auto steps = trust_steps(system, "/ca/ca.pem", "why401 CA host 2026-11-28");
        ASSERT_TRUE(steps.has_value()) << system;
        EXPECT_FALSE(steps->title.empty()) << system;
        EXPECT_FALSE(steps->trust.empty()) << system;
        EXPECT_FALSE(steps->undo.empty()) << system;
        for (const auto* list : {&steps->trust, &steps->undo})
            for (const TrustStep& step : *list)
                EXPECT_FALSE(step.text.empty() && step.command.empty()) << system;
        std::string words = commands(steps->trust);
        for (const TrustStep& step : steps->trust) words += step.text;
        EXPECT_THAT(words, HasSubstr("/ca/ca.pem")) << system;
    }
    EXPECT_FALSE(trust_steps("plan9", "/ca/ca.pem", "x").has_value());
}

TEST(TrustSteps, KeepAFilesNameOneWordWhateverIsInIt) {
    const std::string file = "/home/ann o'hara/$(reboot)/ca.pem";
    for (const char* system :
         {"java", "node", "curl", "git", "wget", "macos", "debian", "chromium", "python"})
        EXPECT_THAT(commands(trust_steps(system, file, "x")->trust),
                    HasSubstr("'/home/ann o'\\''hara/$(reboot)/ca.pem'"))
            << system;
    EXPECT_THAT(commands(trust_steps("windows", "C:\\Users\\ann o\\ca.crt", "a\"b")->undo),
                HasSubstr("\"ab\""));
    EXPECT_THAT(commands(trust_steps("windows", "C:\\Users\\ann o\\ca.crt", "x")->trust),
                HasSubstr("\"C:\\Users\\ann o\\ca.crt\""));
}

TEST(TrustSteps, NeverSwitchVerificationOff) {
    for (const std::string& system : trust_systems()) {
        const auto steps = trust_steps(system, "/ca/ca.pem", "why401 CA");
        const std::string all = commands(steps->trust) + commands(steps->undo) + steps->remark;
        for (const char* evil : {"insecure", "sslVerify", "REJECT_UNAUTHORIZED", "no-check", "ssl-no-revoke"})
            EXPECT_THAT(all, testing::Not(HasSubstr(evil))) << system;
    }
}

}  // namespace
}  // namespace why401::certs
