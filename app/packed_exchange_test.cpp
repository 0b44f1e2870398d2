#include "app/packed_exchange.h"

#include "tests/support/record_equality.h"

namespace why401 {
namespace {

using namespace testing_record;

TEST(PackedExchange, ComesOutAsItWentInInEveryField) {
    Exchange bare;
    for (const Exchange& exchange : {rich_exchange(7), plain_exchange(8), bare}) {
        std::string packed = "before";
        pack(exchange, packed);
        EXPECT_EQ(packed.substr(0, 6), "before");
        expect_same(exchange, unpack(std::string_view(packed).substr(6)));
    }
}

TEST(PackedExchange, TakesLittleMoreThanItsBytes) {
    Exchange exchange = plain_exchange(1);
    exchange.response.body = {std::string(1000, 'x'), 1000};
    std::string packed;
    pack(exchange, packed);
    EXPECT_LT(packed.size(), exchange.request.head.size() + exchange.response.head.size() + 1000 + 400);
}

}  // namespace
}  // namespace why401
