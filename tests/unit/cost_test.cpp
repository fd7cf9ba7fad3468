// What the passes cost, by counted work: twice the program must not cost much more than twice as much.
#include "analysis/loading/expiry.h"
#include "tests/unit/python_program.h"

#include "llvm/Support/FormatVariadic.h"

namespace sqlawait {
namespace {

/// Twice as many of anything, and some for what does not grow.
void expect_linear(std::size_t of_one, std::size_t of_two) { EXPECT_LT(of_two, of_one * 5 / 2); }

std::size_t expiry_work(const std::string& text) {
    const PythonProgram program(python_models + text);
    ExpiryFlow flow(program.program(), program.symbols(), program.models(), program.type_table(), program.knowledge());
    flow.run();
    return flow.work();
}

std::string commits(unsigned count) {
    std::string out = "def save(db: Session):\n    try:\n";
    for (unsigned i = 0; i < count; ++i)
        out +=
            llvm::formatv("        u{0} = db.get(User, {0})\n        db.commit()\n        print(u{0}.name)\n", i).str();
    return out + "    except ValueError:\n        print(u0.name)\n";
}

std::string loops(unsigned count) {
    std::string out = "def save(db: Session):\n    first = db.get(User, 1)\n";
    for (unsigned i = 0; i < count; ++i)
        out +=
            llvm::formatv("    for u{0} in db.query(User):\n        db.commit()\n        print(u{0}.name)\n", i).str();
    return out + "    print(first.name)\n";
}

TEST(Cost, CommitsOfOneFunction) { expect_linear(expiry_work(commits(60)), expiry_work(commits(120))); }

TEST(Cost, LoopsThatCommit) { expect_linear(expiry_work(loops(60)), expiry_work(loops(120))); }

std::size_t inheritance_lookups(unsigned depth) {
    std::string text = python_models + "class C0:\n    def __init__(self, db: Session):\n        self.db = db\n\n"
                                       "    def load(self):\n        return self.db.query(User).all()\n\n";
    for (unsigned i = 1; i < depth; ++i)
        text +=
            llvm::formatv("class C{0}(C{1}):\n    def load(self):\n        return super().load()\n\n", i, i - 1).str();
    return PythonProgram(text).type_table().lookups();
}

TEST(Cost, DeepInheritance) { expect_linear(inheritance_lookups(40), inheritance_lookups(80)); }

std::size_t ring_steps(unsigned modules) {
    std::string text;
    for (unsigned i = 0; i < modules; ++i)
        text += llvm::formatv("# file: m{0}.py\nfrom m{1} import *\n\ndef f{0}():\n    return f{2}()\n", i,
                              (i + 1) % modules, (i + 7) % modules)
                    .str();
    return PythonProgram(text).symbols().steps();
}

/// Each module of the ring has the names of all: those are the square of its length, and no more is looked at.
TEST(Cost, RingsOfStarImports) {
    const std::size_t one = ring_steps(20), two = ring_steps(40);
    EXPECT_LT(one, 20U * 20U * 4U);
    EXPECT_LT(two, 40U * 40U * 4U);
}

TEST(Cost, ManySitesAreOneThatNobodyCanName) {
    const PythonProgram program(python_models + loops(60));
    ExpiryFlow flow(program.program(), program.symbols(), program.models(), program.type_table(), program.knowledge());
    flow.run();
    const Module& module = *program.program().modules[0];
    Place last;
    for (NodeId id = 0; id < module.tree.size(); ++id)
        if (module.tree.node(id).is(Kind::identifier) && module.tree.node(id).text() == "first")
            last = {module.id, id};
    const auto before = flow.before(last);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before.front().site, last.node) << "the read itself, where nothing can be loaded";
    EXPECT_TRUE(before.front().has(Expiry::commit));
    EXPECT_EQ(before.back().site, no_node) << "no loop may have run";
}

} // namespace
} // namespace sqlawait
