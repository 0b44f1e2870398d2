// Tunnels: what passed unread is said to be unread.

#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::tell;

TEST(TunnelOpaque001, ATunnelThatPassedUnreadIsSaidSoOnce) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .on(1, 1)
                               .opens_tunnel()
                               .stays_opaque(1)
                               .on(2, 2)
                               .opens_tunnel()
                               .stays_opaque(2));
    EXPECT_EQ(told.failures(), "");
    ASSERT_EQ(told.findings.size(), 1U);
    EXPECT_EQ(told.only().rule, "TUNNEL-OPAQUE-001");
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_EQ(told.only().exchange, ExchangeId{1});
}

TEST(TunnelOpaque001, ATunnelThatIsReadNeedsNoWord) {
    EXPECT_TRUE(tell(story().on(1, 1).opens_tunnel().https().get("/").answers(200)).findings.empty());
}

TEST(TunnelOpaque001, CannotTellForAConnectionWhoseConnectIsMissing) {
    EXPECT_TRUE(tell(story().connects(Leg::Client, 1).stays_opaque(1)).findings.empty());
}

}  // namespace
}  // namespace why401
