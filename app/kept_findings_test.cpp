#include "app/kept_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Keeping : public testing::Test {
protected:
    void put(std::uint64_t id, FindingKind kind, std::uint64_t exchange = 1) {
        Finding finding;
        finding.id = id;
        finding.kind = kind;
        finding.exchange = ExchangeId{exchange};
        kept_.put(finding);
    }
    KeptFindings kept_{2};
};

TEST_F(Keeping, NotesPushNoFailureOut) {
    put(1, FindingKind::Failure);
    for (std::uint64_t id = 2; id <= 100; ++id) put(id, FindingKind::Posture);
    EXPECT_THAT(kept_.newest(2),
                ElementsAre(HasSubstr(R"("id":1,)"), HasSubstr(R"("id":99,)"), HasSubstr(R"("id":100,)")));
    EXPECT_THAT(kept_.newest(1), ElementsAre(HasSubstr(R"("id":1,)"), HasSubstr(R"("id":100,)")));
    EXPECT_EQ(kept_.left_out(), 97u);
    EXPECT_EQ(kept_.forgotten_up_to(), 98u);
    EXPECT_FALSE(kept_.find(98));
    EXPECT_TRUE(kept_.find(1));
}

TEST_F(Keeping, ARevisedOneStandsOnceAndAWithdrawnOneNowhere) {
    put(1, FindingKind::Failure, 3);
    put(1, FindingKind::Posture, 3);
    put(2, FindingKind::Failure, 4);
    EXPECT_THAT(kept_.newest(10), ElementsAre(HasSubstr(R"("kind":"posture")"), HasSubstr(R"("id":2,)")));
    EXPECT_EQ(kept_.of(ExchangeId{3}).size(), 1u);
    kept_.withdraw(1);
    EXPECT_TRUE(kept_.of(ExchangeId{3}).empty());
    EXPECT_EQ(kept_.left_out(), 0u);
}

TEST_F(Keeping, ThoseLeftOutAreCountedAlsoWhenTheyAreRevisedOrWithdrawn) {
    for (std::uint64_t id = 1; id <= 5; ++id) put(id, FindingKind::Failure);
    put(1, FindingKind::Failure);
    EXPECT_EQ(kept_.left_out(), 3u);
    kept_.withdraw(2);
    EXPECT_EQ(kept_.left_out(), 2u);
    kept_.withdraw(5);
    EXPECT_EQ(kept_.left_out(), 2u);
}

}  // namespace
}  // namespace why401
