#include "rewriters/planning/planning.h"
#include "tests/unit/pipeline_program.h"
#include "tools/sqlawait/verify.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

/// Findings made by hand over a program that no rule has looked at.
class Planned {
  public:
    explicit Planned(std::initializer_list<std::pair<std::string, std::string>> files) : program_(files) {}

    Analysis& analysis() {
        if (analysis_ == nullptr) {
            analysis_ = &program_.run(Pass::load_plan);
            for (const auto& module : analysis_->program.modules)
                ledgers_.emplace_back(analysis_->facts, module->id);
        }
        return *analysis_;
    }
    Finding& add(std::uint32_t module, llvm::StringRef old_text, std::string new_text, std::string group = "") {
        const SourceText& source = analysis().program.modules[module]->source;
        const auto at = static_cast<Offset>(source.text.find(old_text.str()));
        Finding finding;
        finding.code = "SA000";
        finding.place = {ModuleId(module), 0};
        finding.range = {at, at + static_cast<Offset>(old_text.size())};
        finding.fix = Fix{{replace(finding.range, std::move(new_text))}, {}, std::move(group), false};
        findings.push_back(std::move(finding));
        return findings.back();
    }
    Plan plan(const PlanOptions& options = {}) { return plan_changes(analysis().facts, findings, ledgers_, options); }
    std::string text(const Plan& plan, std::uint32_t module) {
        const SourceText& source = analysis().program.modules[module]->source;
        for (const PlannedFile& file : plan.files)
            if (file.module == ModuleId(module))
                return apply_text_edits(source.text, file.edits);
        return source.text;
    }

    std::vector<Finding> findings;

  private:
    PipelineProgram program_;
    Analysis* analysis_ = nullptr;
    std::vector<ImportLedger> ledgers_;
};

TEST(Plan, AcceptsFixesThatStandAlone) {
    Planned p({{"a.py", "one = two\n"}});
    p.add(0, "one", "1");
    p.add(0, "two", "2");
    const Plan plan = p.plan();
    EXPECT_EQ(plan.groups.size(), 2U);
    EXPECT_EQ(p.text(plan, 0), "1 = 2\n");
}

TEST(Plan, DeclinesTheLaterOfTwoThatConflict) {
    Planned p({{"a.py", "one = two\n"}});
    p.add(0, "one = ", "");
    p.add(0, "one", "1");
    const Plan plan = p.plan();
    EXPECT_TRUE(plan.accepted(0));
    EXPECT_FALSE(plan.accepted(1));
    EXPECT_TRUE(plan.declined(1).contains("a.py: the edits of 1:1-1:7 and 1:1-1:4 overlap")) << plan.declined(1).str();
}

TEST(Plan, DeclinesAGroupInAllOfItsFiles) {
    Planned p({{"a.py", "one = two\n"}, {"b.py", "one = two\n"}});
    p.add(0, "one", "1", "web 1");
    p.add(1, "one = ", "", "web 0");
    p.add(1, "one", "1", "web 1");
    // The group of the first finding is the earlier one.
    const Plan plan = p.plan();
    EXPECT_EQ(p.text(plan, 0), "1 = two\n");
    EXPECT_EQ(p.text(plan, 1), "1 = two\n");
    EXPECT_FALSE(plan.accepted(1));
}

TEST(Plan, DeclinesAGroupWithASuppressedMember) {
    Planned p({{"a.py", "one = two\n"}});
    p.add(0, "one", "1", "g").status = FindingStatus::suppressed;
    p.add(0, "two", "2", "g");
    const Plan plan = p.plan();
    EXPECT_TRUE(plan.files.empty());
    EXPECT_EQ(plan.declined(1), "suppressed at a.py:1:1");
}

TEST(Plan, DeclinesWhatNeedsAFileThatIsNotEdited) {
    Planned p({{"a.py", "one = two\n"}, {"b.py", "def (:\n one\n"}});
    p.add(0, "one", "1", "g");
    p.add(1, "one", "1", "g");
    const Plan plan = p.plan();
    EXPECT_TRUE(plan.files.empty());
    EXPECT_TRUE(plan.declined(0).contains("b.py")) << plan.declined(0).str();
}

TEST(Plan, WithholdsWhatIsNotProved) {
    Planned p({{"a.py", "one = two\n"}});
    p.add(0, "one", "1").fix->suggested = true;
    EXPECT_TRUE(p.plan().files.empty());
    PlanOptions options;
    options.accept_suggested = true;
    EXPECT_EQ(p.text(p.plan(options), 0), "1 = two\n");
}

TEST(Plan, WithdrawsGroupsByName) {
    Planned p({{"a.py", "one = two\n"}});
    p.add(0, "one", "1", "web 4");
    PlanOptions options;
    options.withdrawn["web 4"] = "it broke";
    EXPECT_EQ(p.plan(options).declined(0), "it broke");
}

TEST(Plan, AddsTheImportsOfWhatIsAccepted) {
    Planned p({{"a.py", "import os\n\none = two\n"}});
    p.add(0, "one", "select").fix->imports = {{"sqlalchemy", "select"}};
    p.add(0, "one = ", "").fix->imports = {{"sqlalchemy", "update"}};
    EXPECT_EQ(p.text(p.plan(), 0), "import os\n\nfrom sqlalchemy import select\n\nselect = two\n");
}

std::vector<std::string> problems_of(const std::string& text) {
    const SourceText source = make_source("a.py", text);
    const SyntaxTree tree = parse(source);
    std::vector<std::string> out;
    for (const SyntaxProblem& problem : async_problems(tree))
        out.push_back(problem.message);
    return out;
}

TEST(AsyncProblems, FindsAwaitWhereItMustNotBe) {
    const std::vector<std::string> await = {"`await` outside of an async function"};
    EXPECT_EQ(problems_of("await f()\n"), await);
    EXPECT_EQ(problems_of("def g():\n    await f()\n"), await);
    EXPECT_EQ(problems_of("async def g():\n    def h():\n        await f()\n"), await);
    EXPECT_EQ(problems_of("async def g():\n    return lambda: await f()\n"), await);
    EXPECT_EQ(problems_of("async def g():\n    class A:\n        x = await f()\n"), await);
    EXPECT_EQ(problems_of("def g(x=await f()):\n    pass\n"), await);
    EXPECT_EQ(problems_of("x = [await f(a) for a in b]\n"), await);
    EXPECT_EQ(problems_of("x = (a for a in await f())\n"), await);
    EXPECT_EQ(problems_of("def g():\n    async with a: pass\n").size(), 1U);
    EXPECT_EQ(problems_of("def g():\n    async for a in b: pass\n").size(), 1U);
    EXPECT_EQ(problems_of("def g():\n    return [a async for a in b]\n").size(), 1U);
    EXPECT_EQ(problems_of("async def g():\n    yield from f()\n").size(), 1U);
    EXPECT_EQ(problems_of("async def g():\n    yield 1\n    return 2\n").size(), 1U);
}

TEST(AsyncProblems, AcceptsWhatPythonDoes) {
    for (const char* text : {
             "async def g():\n    await f()\n",
             "async def g():\n    x = [await f(a) for a in await h() if await i(a)]\n",
             "x = (await f(a) for a in b)\n",
             "x = (a for a in b if await c(a))\n",
             "async def g():\n    def h(x=await f()):\n        pass\n",
             "async def g():\n    return lambda x=await f(): x\n",
             "async def g():\n    yield 1\n    return\n",
             "async def g():\n    def h():\n        yield 1\n    return 2\n",
             "x = (a async for a in b)\n",
         })
        EXPECT_EQ(problems_of(text), std::vector<std::string>()) << text;
}

} // namespace
} // namespace sqlawait
