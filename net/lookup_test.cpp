// Names resolved by the system, each on a thread of its own.

#include "net/lookup.h"

#include <gtest/gtest.h>

namespace why401::net {
namespace {

TEST(Lookup, AnAddressLiteralIsItsOwnAnswer) {
    Loop loop;
    Lookup::Found got;
    const Lookup lookup(loop, "127.0.0.1", 80, [&](Lookup::Found found) {
        got = std::move(found);
        loop.stop();
    });
    const auto patience = boost::asio::make_work_guard(loop.impl().context);
    loop.run();
    ASSERT_EQ(got.addresses.size(), 1u) << "one entry, not one for each kind of socket";
    EXPECT_EQ(to_string(from_asio(got.addresses[0])), "127.0.0.1:80");
    EXPECT_EQ(got.error, "");
}

TEST(Lookup, AFailureSaysWhichInWordsAndByItsName) {
    Loop loop;
    Lookup::Found got;
    // A label longer than DNS allows: no server has to be asked, so none can be slow.
    const Lookup lookup(loop, std::string(64, 'x') + ".invalid", 80, [&](Lookup::Found found) {
        got = std::move(found);
        loop.stop();
    });
    const auto patience = boost::asio::make_work_guard(loop.impl().context);
    loop.run();
    EXPECT_TRUE(got.addresses.empty());
    EXPECT_NE(got.error.find("EAI_"), std::string::npos) << got.error;
}

TEST(Lookup, ManyAtOnceAreAllAnsweredAndThoseGivenUpAreNot) {
    Loop loop;
    std::vector<std::unique_ptr<Lookup>> lookups;
    int answered = 0, unwanted = 0;
    for (int i = 0; i < 500; ++i) {
        lookups.push_back(std::make_unique<Lookup>(loop, "127.0.0.1", 80, [&](const Lookup::Found& found) {
            answered += static_cast<int>(found.addresses.size());
            if (answered == 500) loop.stop();
        }));
        Lookup given_up(loop, "127.0.0.1", 80, [&](const Lookup::Found&) { ++unwanted; });
    }
    const auto patience = boost::asio::make_work_guard(loop.impl().context);
    loop.run();
    EXPECT_EQ(answered, 500);
    EXPECT_EQ(unwanted, 0);
}

}  // namespace
}  // namespace why401::net
