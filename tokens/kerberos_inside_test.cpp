#include "tokens/kerberos_inside.h"

#include <gtest/gtest.h>

#include "tests/support/opened_ticket.h"

namespace why401::kerberos {
namespace {

TEST(TicketInside, SaysWhoseItIsAndForHowLong) {
    const TicketInside ticket = read_ticket_inside(test::ticket_inside(18, "key"));
    EXPECT_EQ(ticket.client, "alice@CONTOSO.TEST");
    EXPECT_EQ(ticket.authenticated, 1'764'371'100);
    EXPECT_EQ(ticket.ends - ticket.starts, 36'000);
    EXPECT_EQ(ticket.renewable_until, 0);
    EXPECT_TRUE(ticket.forwardable());
    EXPECT_FALSE(ticket.forwarded());
    EXPECT_FALSE(ticket.ok_as_delegate());
    EXPECT_EQ(ticket.session_key, "key");
    EXPECT_EQ(ticket.pac_name, "alice");
}

TEST(TicketInside, StaysInsideBytesThatAreCutOffOrChanged) {
    const std::string whole = test::ticket_inside(18, "key"), said = test::authenticator_inside();
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_LE(read_ticket_inside(std::string_view(whole).substr(0, length)).pac_name.size(),
                  whole.size());
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = '\xff';
        read_ticket_inside(changed);
    }
    for (std::size_t length = 0; length < said.size(); ++length)
        EXPECT_EQ(
            read_authenticator_inside(std::string_view(said).substr(0, length)).channel_bindings.empty(),
            false);
}

TEST(TicketInside, DoesNotFollowAuthorizationDataWithoutEnd) {
    std::string data = test::authorization_data(128, test::pac_of("alice"));
    for (int level = 0; level < 200; ++level) data = test::authorization_data(1, data);
    const std::string part = der::encode(der::application(3), test::der_sequence(test::der_field(10, data)));
    EXPECT_FALSE(read_ticket_inside(part).has_pac);
}

TEST(AuthenticatorInside, SaysTheClientsClockAndItsBindings) {
    const AuthenticatorInside said = read_authenticator_inside(test::authenticator_inside());
    EXPECT_EQ(said.client_time_us, 1'764'371'200'000'042);
    EXPECT_EQ(said.channel_bindings, "62626262626262626262626262626262");
    EXPECT_TRUE(said.delegates);
    EXPECT_EQ(read_authenticator_inside("x").channel_bindings, "absent");
}

TEST(SealedParts, AreThoseOfTheRequestAndNothingElse) {
    const std::string token = test::ap_req(18, 1, "TICKET", "AUTH");
    const auto parts = sealed_parts(token);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->ticket, "TICKET");
    EXPECT_EQ(parts->authenticator, "AUTH");
    for (std::size_t length = 0; length < token.size(); ++length)
        EXPECT_FALSE(sealed_parts(std::string_view(token).substr(0, length))) << length;
}

}  // namespace
}  // namespace why401::kerberos
