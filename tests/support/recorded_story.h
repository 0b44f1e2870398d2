#pragma once
// For tests only: a story told to a journal as the relay would, or written to a capture; and a folder to do
// it in.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "proxy/journal.h"
#include "store/capture.h"
#include "tests/support/story.h"

namespace why401::test {

inline void tell(Journal& journal, const std::vector<RecordItem>& items) {
    for (const RecordItem& item : items) {
        if (const auto* exchange = std::get_if<Exchange>(&item))
            journal.push(ExchangeFinished{std::make_unique<Exchange>(*exchange)});
        if (const auto* connection = std::get_if<Connection>(&item))
            journal.push(std::make_shared<const Connection>(*connection));
        if (const auto* policy = std::get_if<PolicyChanged>(&item)) journal.push(*policy);
    }
}

inline void write_capture(const std::filesystem::path& file, const std::vector<RecordItem>& items) {
    CaptureWriter writer(file, "test");
    writer.begin();
    for (const RecordItem& item : items) writer.add(item);
    writer.commit();
    writer.close(true);
}

/// The seed's case and its mirror image: alice logs in on U1, her next request goes out on U3 and is refused;
/// then bob's goes out on U1 and is served as alice.
inline Story pooled_story() {
    return story()
        .connects(Leg::Client, 1)
        .connects(Leg::Upstream, 1, "10.0.0.1:80")
        .on(1, 1)
        .ntlm_login("CONTOSO\\alice")
        .policy("pooled/switch")
        .on(1, 3)
        .get("/logo.png")
        .refuses()
        .on(2, 1)
        .get("/api/me")
        .answers(200)
        .closes(Leg::Upstream, 1);
}

class InFolder : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "why401-app-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file(const std::string& name) const { return folder_ / name; }

    std::filesystem::path folder_;
};

}  // namespace why401::test
