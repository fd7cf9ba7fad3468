// What the flattened tree promises of text that nests without end.
#include "grammars/syntax_tree.h"

#include <gtest/gtest.h>

using namespace sqlawait;

namespace {

TEST(SyntaxTree, WhatIsTooDeepIsOneProblemAndAnErrorInItsPlace) {
    std::string text = "x = y";
    for (unsigned i = 0; i < 3 * max_nesting; ++i)
        text += ".y";
    const SourceText source = make_source("deep.py", text + "\nz = 1\n");
    const SyntaxTree tree = parse(source);

    ASSERT_EQ(tree.problems().size(), 1U);
    EXPECT_EQ(tree.problems()[0].message, "nested more than 1000 levels deep");
    unsigned attributes = 0;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (!node.is(Kind::attribute))
            continue;
        ++attributes;
        EXPECT_TRUE(node.child(Field::object));
        EXPECT_EQ(node.child(Field::attribute).text(), "y");
    }
    EXPECT_GT(attributes, max_nesting / 2);
    EXPECT_EQ(tree.root().named_children().size(), 2U) << "what follows is still read";
}

TEST(SyntaxTree, WhatIsJustNotTooDeepIsWhole) {
    std::string text = "x = y";
    for (unsigned i = 0; i < max_nesting - 10; ++i)
        text += ".y";
    const SourceText source = make_source("deep.py", text + "\n");
    const SyntaxTree tree = parse(source);
    EXPECT_TRUE(tree.clean());
    EXPECT_EQ(tree.at(4).text(), "y");
}

TEST(SyntaxTree, AStarTakesItsWholeOperand) {
    const SourceText source = make_source("splat.py", "x = [*a.b(c)[0], *d + [*e()], *f], 1\n");
    const SyntaxTree tree = parse(source);
    EXPECT_TRUE(tree.clean());
    std::vector<std::string> operands;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        const SyntaxTree::Record& record = tree.record(id);
        if (record.parent != no_node) {
            EXPECT_TRUE(node.inside(node.parent())) << id;
            EXPECT_LT(record.parent, id);
            EXPECT_GE(node.begin(), node.parent().begin()) << id;
            EXPECT_LE(node.end(), node.parent().end()) << id;
        }
        if (node.is(Kind::list_splat)) {
            EXPECT_TRUE(node.parent().is(Kind::list));
            operands.push_back(node.named_child(0).text().str());
        }
    }
    EXPECT_EQ(operands, (std::vector<std::string>{"a.b(c)[0]", "d + [*e()]", "e()", "f"}));
    const Node call = tree.at(8).ancestor(Kind::call);
    ASSERT_TRUE(call);
    EXPECT_EQ(call.text(), "a.b(c)");
    EXPECT_EQ(call.child(Field::function).child(Field::object).text(), "a");
}

} // namespace
