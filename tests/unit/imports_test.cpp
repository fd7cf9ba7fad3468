#include "rewriters/engine/imports.h"
#include "tests/unit/pipeline_program.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

const Module& module_at(const Analysis& analysis, llvm::StringRef path) {
    for (const auto& module : analysis.program.modules)
        if (module->source.path == path)
            return *module;
    ADD_FAILURE() << "no file " << path.str();
    return *analysis.program.modules.front();
}

/// What `spell` says of {from, name}.
std::string spelled(const std::string& text, llvm::StringRef from, llvm::StringRef name) {
    PipelineProgram program(text);
    const Analysis& analysis = program.run(Pass::load_plan);
    ImportLedger ledger(analysis.facts, ModuleId(0));
    return ledger.spell(from, name) + (ledger.needs_import(from, name) ? " new" : "");
}

/// The text after its imports are changed for these needs, with one replacement made everywhere.
std::string changed(PipelineProgram& program, const std::vector<ImportNeed>& needs, llvm::StringRef old_text = "",
                    const std::string& new_text = "", llvm::StringRef path = "main.py") {
    const Analysis& analysis = program.run(Pass::load_plan);
    const Module& module = module_at(analysis, path);
    const SourceText& source = module.source;
    ImportLedger ledger(analysis.facts, module.id);
    for (const ImportNeed& need : needs)
        (void)ledger.spell(need.module, need.name);
    std::vector<Edit> edits;
    // Uses alone: what stands in import statements is the ledger's.
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (node.is(Kind::identifier) && node.text() == old_text &&
            !node.ancestor(Kind::import_statement, Kind::import_from_statement))
            edits.push_back(replace(node.range(), new_text));
    }
    const Flattened accepted = flatten(source, edits);
    for (Edit& edit : ledger.edits(needs, accepted.edits))
        edits.push_back(std::move(edit));
    const Flattened all = flatten(source, edits);
    EXPECT_FALSE(all.conflict) << all.conflict->message;
    return apply_text_edits(source.text, all.edits);
}
std::string changed(const std::string& text, const std::vector<ImportNeed>& needs, llvm::StringRef old_text = "",
                    const std::string& new_text = "") {
    PipelineProgram program(text);
    return changed(program, needs, old_text, new_text);
}

const std::vector<ImportNeed> select_need = {{"sqlalchemy", "select"}};

TEST(Spell, UsesWhatIsImported) {
    EXPECT_EQ(spelled("from sqlalchemy import select\n", "sqlalchemy", "select"), "select");
    EXPECT_EQ(spelled("from sqlalchemy import select as sel\n", "sqlalchemy", "select"), "sel");
    EXPECT_EQ(spelled("from sqlalchemy.future import select\n", "sqlalchemy", "select"), "select");
    EXPECT_EQ(spelled("import asyncio as aio\n", "asyncio", ""), "aio");
}

TEST(Spell, GoesThroughAModuleThatIsImportedWhole) {
    EXPECT_EQ(spelled("import sqlalchemy as sa\n", "sqlalchemy", "select"), "sa.select");
    EXPECT_EQ(spelled("import sqlalchemy\n", "sqlalchemy", "select"), "sqlalchemy.select");
    EXPECT_EQ(spelled("from sqlalchemy import orm\n", "sqlalchemy.orm", "selectinload"), "orm.selectinload");
    EXPECT_EQ(spelled("import sqlalchemy.orm\n", "sqlalchemy.orm", "selectinload"), "sqlalchemy.orm.selectinload");
    // A submodule need not be loaded.
    EXPECT_EQ(spelled("import sqlalchemy as sa\n", "sqlalchemy.ext.asyncio", "AsyncSession"), "AsyncSession new");
    // Where names are imported too, that is the file's way.
    EXPECT_EQ(spelled("import sqlalchemy as sa\nfrom sqlalchemy import func\n", "sqlalchemy", "select"), "select new");
}

TEST(Spell, TakesAnotherNameWhenThePlainOneIsTaken) {
    EXPECT_EQ(spelled("def select(): pass\n", "sqlalchemy", "select"), "sqlalchemy_select new");
    EXPECT_EQ(spelled("def f(select): return select\n", "sqlalchemy", "select"), "sqlalchemy_select new");
    EXPECT_EQ(spelled("x = any([])\n", "sqlalchemy", "any"), "sqlalchemy_any new");
    EXPECT_EQ(spelled("from select import select\n", "sqlalchemy", "select"), "sqlalchemy_select new");
    EXPECT_EQ(spelled("from sqlalchemy import select\ndef f(select): pass\n", "sqlalchemy", "select"),
              "sqlalchemy_select new");
    // Methods do not see the names of their class.
    EXPECT_EQ(spelled("class A:\n    def select(self): pass\n", "sqlalchemy", "select"), "select new");
}

TEST(Spell, AvoidsALocalNameOnlyWhereItIsSeen) {
    PipelineProgram program("def wrap(func):\n    return func\n\ndef count():\n    return 1\n");
    const Analysis& analysis = program.run(Pass::load_plan);
    const SyntaxTree& tree = analysis.program.modules.front()->tree;
    ImportLedger ledger(analysis.facts, ModuleId(0));
    EXPECT_EQ(ledger.spell("sqlalchemy", "func", tree.at(50)), "func"); // in count
    EXPECT_EQ(ledger.spell("sqlalchemy", "func", tree.at(25)), "sqlalchemy_func");
    EXPECT_EQ(ledger.spell("sqlalchemy", "func", tree.root()), "sqlalchemy_func");
    EXPECT_EQ(ledger.spell("sqlalchemy", "func", tree.at(50)), "func");
    const std::vector<Edit> edits =
        ledger.edits({{"sqlalchemy", "func", "func"}, {"sqlalchemy", "func", "sqlalchemy_func"}}, {});
    ASSERT_EQ(edits.size(), 1U);
    EXPECT_EQ(std::get<std::string>(edits[0].pieces[0]), "from sqlalchemy import func, func as sqlalchemy_func\n\n\n");
}

TEST(Spell, DoesNotRelyOnImportsThatMayNotHappen) {
    EXPECT_EQ(spelled("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sqlalchemy import select\n",
                      "sqlalchemy", "select"),
              "sqlalchemy_select new");
    EXPECT_EQ(spelled("def f():\n    from sqlalchemy import select\n    return select\n", "sqlalchemy", "select"),
              "sqlalchemy_select new");
}

TEST(Imports, JoinAStatementOfTheSameModule) {
    EXPECT_EQ(changed("from sqlalchemy import func\n", select_need), "from sqlalchemy import func, select\n");
    EXPECT_EQ(changed("from sqlalchemy import update\n", select_need), "from sqlalchemy import select, update\n");
    EXPECT_EQ(changed("from sqlalchemy import Column, func, update  # core\n", select_need),
              "from sqlalchemy import Column, func, select, update  # core\n");
    // Not sorted: at the end.
    EXPECT_EQ(changed("from sqlalchemy import update, func\n", select_need),
              "from sqlalchemy import update, func, select\n");
    EXPECT_EQ(changed("from sqlalchemy import (func, update)\n", select_need),
              "from sqlalchemy import (func, select, update)\n");
}

TEST(Imports, KeepTheLayoutOfANameALine) {
    EXPECT_EQ(changed("from sqlalchemy import (\n    func,\n    update,\n)\n", select_need),
              "from sqlalchemy import (\n    func,\n    select,\n    update,\n)\n");
    EXPECT_EQ(changed("from sqlalchemy import (\n    Column,\n    func,  # math\n)\n", select_need),
              "from sqlalchemy import (\n    Column,\n    func,  # math\n    select,\n)\n");
    EXPECT_EQ(changed("from sqlalchemy import (\n    Column,\n    func  # math\n)\n", select_need),
              "from sqlalchemy import (\n    Column,\n    func,  # math\n    select\n)\n");
    EXPECT_EQ(changed("from sqlalchemy import (\r\n    Column,\r\n    func,\r\n)\r\n", select_need),
              "from sqlalchemy import (\r\n    Column,\r\n    func,\r\n    select,\r\n)\r\n");
}

TEST(Imports, BreakALineThatBecomesTooLong) {
    EXPECT_EQ(changed("from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Text, func\n",
                      select_need),
              "from sqlalchemy import (\n    Boolean,\n    Column,\n    DateTime,\n    ForeignKey,\n    Integer,\n"
              "    String,\n    Text,\n    func,\n    select,\n)\n");
}

TEST(Imports, StandBesideTheirPackage) {
    EXPECT_EQ(changed("import os\n\nfrom sqlalchemy.orm import Session\n\nfrom app import x\n",
                      {{"sqlalchemy.ext.asyncio", "AsyncSession"}}),
              "import os\n\nfrom sqlalchemy.ext.asyncio import AsyncSession\nfrom sqlalchemy.orm import Session\n\n"
              "from app import x\n");
    // A section that the file does not have yet has its place.
    EXPECT_EQ(changed("from fastapi import FastAPI\n", {{"asyncio", ""}}),
              "import asyncio\n\nfrom fastapi import FastAPI\n");
    EXPECT_EQ(changed("from fastapi import FastAPI\nfrom .crud import read\n", {{"collections.abc", "Sequence"}}),
              "from collections.abc import Sequence\nfrom fastapi import FastAPI\nfrom .crud import read\n");
    EXPECT_EQ(changed("import os\n\nfrom .crud import read\n", {{"sqlalchemy", "select"}}),
              "import os\n\nfrom sqlalchemy import select\n\nfrom .crud import read\n");
    // `import x` before `from x import y`, where the file has it so.
    EXPECT_EQ(changed("import csv\nfrom io import StringIO\n\nimport fastapi\n", {{"collections.abc", "Sequence"}}),
              "import csv\nfrom collections.abc import Sequence\nfrom io import StringIO\n\nimport fastapi\n");
    EXPECT_EQ(changed("import os\n\nfrom fastapi import FastAPI\n", {{"asyncio", ""}}),
              "import asyncio\nimport os\n\nfrom fastapi import FastAPI\n");
}

TEST(Imports, StandAtTheHeadOfAModuleWithoutAny) {
    EXPECT_EQ(changed("x = 1\n", select_need), "from sqlalchemy import select\n\nx = 1\n");
    EXPECT_EQ(changed("\"\"\"Words.\"\"\"\n\nx = 1\n", select_need),
              "\"\"\"Words.\"\"\"\n\nfrom sqlalchemy import select\n\nx = 1\n");
    EXPECT_EQ(changed("\"\"\"Words.\"\"\"\nfrom __future__ import annotations\nx = 1\n", select_need),
              "\"\"\"Words.\"\"\"\nfrom __future__ import annotations\n\nfrom sqlalchemy import select\n\nx = 1\n");
    EXPECT_EQ(changed("#!/usr/bin/env python\ndef f(): pass\n", select_need),
              "#!/usr/bin/env python\nfrom sqlalchemy import select\n\n\ndef f(): pass\n");
    EXPECT_EQ(changed("import os", select_need), "import os\n\nfrom sqlalchemy import select\n");
}

TEST(Imports, AreNeverAddedInsideOfTry) {
    EXPECT_EQ(changed("import os\ntry:\n    from sqlalchemy import func\nexcept ImportError:\n    func = None\n",
                      select_need),
              "import os\n\nfrom sqlalchemy import select\ntry:\n    from sqlalchemy import func\n"
              "except ImportError:\n    func = None\n");
}

constexpr llvm::StringLiteral uses = "\n\ndef f(db: Session): pass\n";

TEST(Imports, GoWhenOurEditsTookTheirLastUse) {
    const std::vector<ImportNeed> need = {{"sqlalchemy.ext.asyncio", "AsyncSession"}};
    EXPECT_EQ(changed("from sqlalchemy.orm import Session" + uses.str(), need, "Session", "AsyncSession"),
              "from sqlalchemy.ext.asyncio import AsyncSession\n\ndef f(db: AsyncSession): pass\n");
    EXPECT_EQ(changed("from sqlalchemy.orm import Session, joinedload\njoinedload" + uses.str(), need, "Session",
                      "AsyncSession"),
              "from sqlalchemy.ext.asyncio import AsyncSession\nfrom sqlalchemy.orm import joinedload\njoinedload"
              "\n\ndef f(db: AsyncSession): pass\n");
    EXPECT_EQ(changed("from sqlalchemy.orm import (\n    Session,  # sync\n    joinedload,\n)\njoinedload" + uses.str(),
                      {}, "Session", "Any"),
              "from sqlalchemy.orm import (\n    joinedload,\n)\njoinedload\n\ndef f(db: Any): pass\n");
}

TEST(Imports, AreReplacedWithinTheirStatement) {
    EXPECT_EQ(changed("from sqlalchemy.orm import Session" + uses.str(), {{"sqlalchemy.orm", "selectinload"}},
                      "Session", "Any"),
              "from sqlalchemy.orm import selectinload\n\ndef f(db: Any): pass\n");
}

TEST(Imports, StayWhenSomethingElseMayNeedThem) {
    const auto stays = [](const std::string& statement, const std::string& rest = "") {
        const std::string text = statement + uses.str() + rest;
        const std::string after = changed(text, {}, "Session", "Any");
        EXPECT_EQ(after.substr(0, statement.size()), statement);
    };
    stays("from sqlalchemy.orm import Session  # noqa: F401");
    stays("from sqlalchemy.orm import Session  # noqa");
    stays("from sqlalchemy.orm import Session  # kept  # noqa:E402,F401");
    EXPECT_EQ(changed("from sqlalchemy.orm import Session  # noqa: E402" + uses.str(), {}, "Session", "Any"),
              "\ndef f(db: Any): pass\n");
    stays("from sqlalchemy.orm import Session as Session");
    stays("from sqlalchemy.orm import Session", "__all__ = ['Session']\n");
    stays("from sqlalchemy.orm import Session", "x: 'Session | None' = None\n");
    stays("try:\n    from sqlalchemy.orm import Session\nexcept ImportError:\n    pass");
    stays("import os; from sqlalchemy.orm import Session");
    // It had no use before either: not ours to tidy.
    EXPECT_EQ(changed("from sqlalchemy.orm import Query, Session" + uses.str(), {}, "Session", "Any"),
              "from sqlalchemy.orm import Query\n\ndef f(db: Any): pass\n");
}

TEST(Imports, StayWhereOtherModulesTakeThem) {
    PipelineProgram program(
        {{"deps.py", "from sqlalchemy.orm import Session" + uses.str()}, {"main.py", "from deps import Session\n"}});
    EXPECT_TRUE(llvm::StringRef(changed(program, {}, "Session", "Any", "deps.py")).contains("import Session"));
    PipelineProgram package({{"app/__init__.py", "from sqlalchemy.orm import Session" + uses.str()}});
    EXPECT_TRUE(llvm::StringRef(changed(package, {}, "Session", "Any", "app/__init__.py")).contains("import Session"));
}

TEST(Imports, OfTheProgramItselfAreFoundUnderAnySpelling) {
    PipelineProgram program({{"app/__init__.py", ""},
                             {"app/db.py", "def get_db(): pass\n"},
                             {"app/api.py", "from .db import get_db\n\nget_db()\n"}});
    EXPECT_EQ(changed(program, {{"app.db", "get_async_db"}}, "get_db", "get_async_db", "app/api.py"),
              "from .db import get_async_db\n\nget_async_db()\n");
}

} // namespace
} // namespace sqlawait
