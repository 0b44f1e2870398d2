#include "lab/accounts.h"

#include <gtest/gtest.h>

namespace why401::lab {
namespace {

TEST(LabAccounts, NamesCompareWithoutCase) {
    const Account* alice = find_account("contoso", "ALICE", "WEB01");
    ASSERT_NE(alice, nullptr);
    EXPECT_EQ(alice->name(), "CONTOSO\\alice");
    EXPECT_EQ(alice->password, "Wonderland1");
}

TEST(LabAccounts, TheDomainMayBeMissingOursOrTheMachine) {
    EXPECT_NE(find_account("", "bob", "WEB01"), nullptr);
    EXPECT_NE(find_account("contoso.test", "bob", "WEB01"), nullptr);
    EXPECT_NE(find_account("web01", "bob", "WEB01"), nullptr);
    EXPECT_EQ(find_account("WEB02", "bob", "WEB01"), nullptr);
    EXPECT_EQ(find_account("FABRIKAM", "bob", "WEB01"), nullptr);
}

TEST(LabAccounts, AUserPrincipalNameNeedsNoDomain) {
    EXPECT_NE(find_account("", "alice@contoso.test", "WEB01"), nullptr);
    EXPECT_EQ(find_account("", "alice@fabrikam.test", "WEB01"), nullptr);
    EXPECT_EQ(find_account("", "alice@", "WEB01"), nullptr);
    EXPECT_EQ(find_account("CONTOSO", "alice@contoso.test", "WEB01"), nullptr);
}

TEST(LabAccounts, NobodyElseIsKnown) {
    EXPECT_EQ(find_account("CONTOSO", "mallory", "WEB01"), nullptr);
    EXPECT_EQ(find_account("CONTOSO", "", "WEB01"), nullptr);
}

TEST(LabAccounts, ABasicUserIdMayCarryItsDomain) {
    EXPECT_NE(find_account("CONTOSO\\alice", "WEB01"), nullptr);
    EXPECT_NE(find_account("alice", "WEB01"), nullptr);
    EXPECT_NE(find_account("alice@contoso.test", "WEB01"), nullptr);
    EXPECT_EQ(find_account("FABRIKAM\\alice", "WEB01"), nullptr);
}

}  // namespace
}  // namespace why401::lab
