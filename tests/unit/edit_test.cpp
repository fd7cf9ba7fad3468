#include "rewriters/engine/edit.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

/// A parsed text with a way to find its nodes by what they read.
struct Parsed {
    explicit Parsed(std::string text) : source(make_source("a.py", std::move(text))), tree(parse(source)) {}

    /// The outermost node with exactly this text, counted from 0 in source order.
    [[nodiscard]] Node node(llvm::StringRef text, unsigned number = 0) const {
        for (NodeId id = 0; id < tree.size(); ++id)
            if (tree.node(id).text() == text && tree.node(id).parent().text() != text && number-- == 0)
                return tree.node(id);
        return {};
    }
    [[nodiscard]] ByteRange range(llvm::StringRef text) const {
        const auto at = static_cast<Offset>(source.text.find(text.str()));
        return {at, at + static_cast<Offset>(text.size())};
    }
    [[nodiscard]] std::string after(std::vector<Edit> edits) const {
        const Flattened flat = flatten(source, edits);
        EXPECT_FALSE(flat.conflict) << flat.conflict->message;
        for (std::size_t i = 1; i < flat.edits.size(); ++i)
            EXPECT_LT(flat.edits[i - 1].range.end, flat.edits[i].range.begin) << "edits that touch";
        return apply_text_edits(source.text, flat.edits);
    }

    SourceText source;
    SyntaxTree tree;
};

TEST(Flatten, TouchesOnlyTheTextBetweenHoles) {
    const Parsed p("x = db.query(User)  # all\n");
    const Node chain = p.node("db.query(User)");
    const Node user = p.node("User");
    const Flattened flat = flatten(p.source, {{chain.range(), {"select(", hole(user), ")"}, Layer::expression}});
    ASSERT_FALSE(flat.conflict);
    // The bracket is the same as before.
    ASSERT_EQ(flat.edits.size(), 1U);
    EXPECT_EQ(flat.edits[0], (TextEdit{p.range("db.query("), "select("}));
}

TEST(Flatten, NestsAnEditInAHole) {
    const Parsed p("f(g(a))\n");
    EXPECT_EQ(p.after({wrap(p.node("f(g(a))"), "await ", ""), wrap(p.node("g(a)"), "await ", "")}),
              "await f(await g(a))\n");
}

TEST(Flatten, LayersOrderEditsOfOneRange) {
    const Parsed p("x = f(a)\n");
    const Node call = p.node("f(a)");
    const Edit inner{call.range(), {"g(", hole(p.node("a")), ")"}, Layer::expression};
    EXPECT_EQ(p.after({inner, await_edit(call)}), "x = await g(a)\n");
    EXPECT_EQ(p.after({await_edit(call), inner}), "x = await g(a)\n");
}

TEST(Flatten, TheSameReplacementTwiceCountsOnce) {
    const Parsed p("with a: pass\n");
    EXPECT_EQ(p.after({replace(p.range("with"), "async with"), replace(p.range("with"), "async with")}),
              "async with a: pass\n");
    const Parsed call("x = f(a)\n");
    EXPECT_EQ(call.after({await_edit(call.node("f(a)")), await_edit(call.node("f(a)"))}), "x = await f(a)\n");
}

TEST(Flatten, InsertionsAtOneOffsetFollowTheirLayers) {
    const Parsed p("f(a)\n");
    Edit first = insert(2, "x, ");
    first.layer = Layer::statement;
    EXPECT_EQ(p.after({insert(2, "y, "), first, insert(2, "y, ")}), "f(x, y, y, a)\n");
}

TEST(Flatten, AnInsertionAtAnEdgeIsOutside) {
    const Parsed p("f(a)\n");
    const Node call = p.node("f(a)");
    EXPECT_EQ(p.after({wrap(call, "await ", ""), insert(call.begin(), "r = "), insert(call.end(), "  # done")}),
              "r = await f(a)  # done\n");
}

TEST(Flatten, AnInsertionAtTheEdgeOfAnInnerHoleIsInside) {
    const Parsed p("f(a)\n");
    const Node a = p.node("a");
    const Edit outer{p.node("f(a)").range(), {"g([", hole(a), "])"}, Layer::expression};
    EXPECT_EQ(p.after({outer, insert(a.begin(), "*"), insert(a.end(), ", b")}), "g([*a, b])\n");
}

TEST(Flatten, HolesOutOfOrderAreRenderedWithTheEditsInThem) {
    const Parsed p("db.query(A).get(key(1))\n");
    const Node all = p.node("db.query(A).get(key(1))");
    const Edit moved{all.range(),
                     {hole(p.node("key(1)")), " | ", hole(p.node("db")), " | ", hole(p.node("key(1)"))},
                     Layer::expression};
    EXPECT_EQ(p.after({moved, await_edit(p.node("key(1)"))}), "await key(1) | db | await key(1)\n");
}

TEST(Flatten, KeepsCommentsInsideOfHoles) {
    const Parsed p("x = f(\n    a,  # first\n    b,\n)\n");
    EXPECT_EQ(p.after({await_edit(p.node("f(\n    a,  # first\n    b,\n)")), replace(p.range("b"), "c")}),
              "x = await f(\n    a,  # first\n    c,\n)\n");
}

TEST(Flatten, KeepsCarriageReturns) {
    const Parsed p("x = f(a)\r\ny = f(b)\r\n");
    EXPECT_EQ(p.after({await_edit(p.node("f(a)")), await_edit(p.node("f(b)"))}),
              "x = await f(a)\r\ny = await f(b)\r\n");
}

TEST(Flatten, ReportsEditsThatOverlap) {
    const Parsed p("abc = def_\n");
    const Flattened flat = flatten(p.source, {replace({0, 5}, "x"), replace({3, 8}, "y")});
    ASSERT_TRUE(flat.conflict);
    EXPECT_EQ(flat.conflict->first, 0U);
    EXPECT_EQ(flat.conflict->second, 1U);
    EXPECT_EQ(flat.conflict->message, "a.py: the edits of 1:1-1:6 and 1:4-1:9 overlap");
    EXPECT_TRUE(flat.edits.empty());
}

TEST(Flatten, ReportsAnEditOfTextThatIsReplaced) {
    const Parsed p("db.query(User).all()\n");
    const Node chain = p.node("db.query(User).all()");
    const Edit outer{chain.range(), {"load(", hole(p.node("User")), ")"}, Layer::expression};
    EXPECT_TRUE(flatten(p.source, {outer, replace(p.range("all"), "first")}).conflict);
}

TEST(Flatten, ReportsTwoDifferentEditsOfOneRangeAndLayer) {
    const Parsed p("f(a)\n");
    EXPECT_TRUE(flatten(p.source, {replace(p.range("a"), "b"), replace(p.range("a"), "c")}).conflict);
}

TEST(Flatten, DropsWhatChangesNothing) {
    const Parsed p("f(a)\n");
    EXPECT_TRUE(flatten(p.source, {replace(p.range("a"), "a")}).edits.empty());
}

TEST(Flatten, MergesEditsThatTouch) {
    const Parsed p("f(a)\n");
    const Flattened flat = flatten(p.source, {replace({0, 1}, "g"), replace({1, 2}, "["), replace({3, 4}, "]")});
    ASSERT_EQ(flat.edits.size(), 2U);
    EXPECT_EQ(flat.edits[0], (TextEdit{{0, 2}, "g["}));
}

TEST(Render, GivesARangeWithTheEditsInsideIt) {
    const Parsed p("async def f():\n    return await g()\nh()\n");
    const Node function = p.node("async def f():\n    return await g()");
    EXPECT_EQ(render(p.source, function.range(),
                     {replace(p.range("async "), ""), replace(p.range("await "), ""), replace(p.range("h()"), "i()")}),
              "def f():\n    return g()");
}

struct AwaitCase {
    const char* code;
    const char* call;
    const char* result;
};

TEST(AwaitEdit, HasBracketsWhereThePlaceDemandsThem) {
    const AwaitCase cases[] = {
        {"x = f(a)\n", "f(a)", "x = await f(a)\n"},
        {"x = f(a).all()\n", "f(a)", "x = (await f(a)).all()\n"},
        {"x = f(a)[0]\n", "f(a)", "x = (await f(a))[0]\n"},
        {"x = f(a)()\n", "f(a)", "x = (await f(a))()\n"},
        {"x = f(a) ** 2\n", "f(a)", "x = (await f(a)) ** 2\n"},
        {"x = 2 ** f(a)\n", "f(a)", "x = 2 ** await f(a)\n"},
        {"x = -f(a)\n", "f(a)", "x = -await f(a)\n"},
        {"x = not f(a)\n", "f(a)", "x = not await f(a)\n"},
        {"x = f(a) == 1\n", "f(a)", "x = await f(a) == 1\n"},
        {"x = (f(a)).all()\n", "f(a)", "x = (await f(a)).all()\n"},
        {"x = d[f(a)]\n", "f(a)", "x = d[await f(a)]\n"},
        {"g(*f(a))\n", "f(a)", "g(*await f(a))\n"},
        {"x = a if f(a) else b\n", "f(a)", "x = a if await f(a) else b\n"},
        {"x = f'{f(a)}'\n", "f(a)", "x = f'{await f(a)}'\n"},
        {"async def h():\n    await f(a)\n", "f(a)", "async def h():\n    await (await f(a))\n"},
        {"x = 1 if y else(f)(a)\n", "(f)(a)", "x = 1 if y else await (f)(a)\n"},
    };
    for (const AwaitCase& test : cases) {
        const Parsed p(test.code);
        const Node call = p.node(test.call);
        ASSERT_TRUE(call) << test.code;
        EXPECT_EQ(p.after({await_edit(call)}), test.result);
    }
}

TEST(AwaitEdit, BracketsAnOperandThatIsNoPrimary) {
    const Parsed p("x = a or b\n");
    EXPECT_EQ(p.after({await_edit(p.node("a or b"))}), "x = await (a or b)\n");
}

} // namespace
} // namespace sqlawait
