#include "analysis/knowledge/embedded.h"
#include "rewriters/engine/rule_prose.h"

#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

namespace sqlawait {
namespace {

TEST(Embedded, KnowledgeIsSortedByName) {
    EXPECT_TRUE(llvm::is_sorted(embedded_knowledge(), [](const EmbeddedFile& left, const EmbeddedFile& right) {
        return left.name < right.name;
    }));
}

TEST(Embedded, AnUnknownRuleHasNoProse) { EXPECT_TRUE(rule_prose("no-such-rule").empty()); }

} // namespace
} // namespace sqlawait
