#include "tests/unit/program_builder.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

std::string text_of(const TestProgram& program, const Target& target) {
    switch (target.kind) {
    case Target::Kind::module: return "module " + program.program.module(target.module).source.path;
    case Target::Kind::function: return "function " + program.symbols.function(target.function).qualified_name;
    case Target::Kind::class_: return "class " + program.symbols.class_(target.class_).qualified_name;
    case Target::Kind::variable:
        return "variable " + program.program.module(target.module).name() + "." +
               program.symbols.bindings(target.module).symbol(target.symbol).name;
    case Target::Kind::external: return target.external;
    }
    return "?";
}

std::string text_of(const TestProgram& program, llvm::ArrayRef<Target> targets) {
    std::string out;
    for (const Target& target : targets)
        out += (out.empty() ? "" : ", ") + text_of(program, target);
    return out;
}

/// What the marked name, or the dotted expression that begins there, stands for.
std::string meaning(std::initializer_list<std::pair<std::string, std::string>> files) {
    const TestProgram program(files);
    Node node = program.marked();
    while (node.parent().is(Kind::attribute) && node.field() == Field::object)
        node = node.parent();
    return text_of(program, program.symbols.resolve_expression(program.mark().module, node));
}

TEST(Imports, PlainForms) {
    EXPECT_EQ(meaning({{"a.py", "class User: ...\n"}, {"b.py", "from a import User\n^User()\n"}}), "class a.User");
    EXPECT_EQ(meaning({{"a.py", "def f(): ...\n"}, {"b.py", "import a\n^a.f()\n"}}), "function a.f");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"b.py", "from a import x as y\n^y\n"}}), "variable a.x");
    EXPECT_EQ(meaning({{"b.py", "import sqlalchemy.orm as o\n^o.Session\n"}}), "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "import sqlalchemy.orm\n^sqlalchemy.orm.Session\n"}}), "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "from sqlalchemy.orm import Session\n^Session\n"}}), "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "^len(x)\n"}}), "");
    EXPECT_EQ(meaning({{"b.py", "def f():\n    from sqlalchemy import select\n    return ^select(x)\n"}}),
              "sqlalchemy.select");
}

TEST(Imports, Relative) {
    EXPECT_EQ(meaning({{"app/__init__.py", ""}, {"app/db.py", "x = 1\n"}, {"app/main.py", "from .db import x\n^x\n"}}),
              "variable app.db.x");
    EXPECT_EQ(meaning({{"app/__init__.py", ""}, {"app/db.py", ""}, {"app/main.py", "from . import db\n^db\n"}}),
              "module app/db.py");
    EXPECT_EQ(
        meaning(
            {{"app/__init__.py", "x = 1\n"}, {"app/api/__init__.py", ""}, {"app/api/v.py", "from .. import x\n^x\n"}}),
        "variable app.x");
    EXPECT_EQ(meaning({{"app/__init__.py", "x = 1\n"}, {"app/api/__init__.py", "from .. import x\n^x\n"}}),
              "variable app.x");
    EXPECT_EQ(meaning({{"app/__init__.py", ""}, {"app/db.py", ""}, {"app/api/v.py", "from .. import db\n^db\n"}}),
              "module app/db.py");
    // Further up than there are folders: nothing of the program, and not some other module of that name.
    EXPECT_EQ(meaning({{"db.py", "x = 1\n"}, {"main.py", "from ..db import x\n^x\n"}}), "");
    EXPECT_EQ(meaning({{"app/__init__.py", ""}, {"app/main.py", "from .gone import x\n^x\n"}}), "app.gone.x");
}

TEST(Imports, PackagesReExport) {
    EXPECT_EQ(meaning({{"app/__init__.py", ""},
                       {"app/models/__init__.py", "from .user import User\nfrom app.models.post import Post as P\n"},
                       {"app/models/user.py", "class User: ...\n"},
                       {"app/models/post.py", "class Post: ...\n"},
                       {"main.py", "from app import models\n^models.P\n"}}),
              "class app.models.post.Post");
    // The name in the package hides the module of that name, as at run time.
    EXPECT_EQ(meaning({{"app/__init__.py", "from .session import session\n"},
                       {"app/session.py", "session = make()\n"},
                       {"main.py", "from app import session\n^session\n"}}),
              "variable app.session.session");
    EXPECT_EQ(
        meaning({{"app/__init__.py", "from . import db\n"}, {"app/db.py", ""}, {"main.py", "import app\n^app.db\n"}}),
        "module app/db.py");
    EXPECT_EQ(meaning({{"app/__init__.py", "import app.db\n"},
                       {"app/db.py", "x = 1\n"},
                       {"main.py", "import app.db\n^app.db.x\n"}}),
              "variable app.db.x");
    EXPECT_EQ(meaning({{"app/__init__.py", "from .a import x\ndel x\n"},
                       {"app/a.py", "x = 1\n"},
                       {"main.py", "from app import x\n^x\n"}}),
              "");
    EXPECT_EQ(meaning({{"compat.py", "from sqlalchemy.orm import Session\n"},
                       {"main.py", "from compat import Session as S\n^S\n"}}),
              "sqlalchemy.orm.Session");
}

TEST(Imports, FoldersWithoutInit) {
    EXPECT_EQ(meaning({{"app/db.py", "x = 1\n"}, {"main.py", "import app.db\n^app.db.x\n"}}), "variable app.db.x");
    EXPECT_EQ(meaning({{"app/db.py", ""}, {"main.py", "from app import db\n^db\n"}}), "module app/db.py");
    EXPECT_EQ(meaning({{"alembic/env.py", ""}, {"main.py", "from alembic import op\n^op\n"}}), "alembic.op");
}

TEST(Imports, Stars) {
    EXPECT_EQ(meaning({{"a.py", "class User: ...\n"}, {"b.py", "from a import *\n^User\n"}}), "class a.User");
    EXPECT_EQ(meaning({{"a.py", "class _User: ...\n"}, {"b.py", "from a import *\n^_User\n"}}), "");
    EXPECT_EQ(meaning({{"a.py", "__all__ = ['_User']\nclass _User: ...\nclass Other: ...\n"},
                       {"b.py", "from a import *\n^_User\n"}}),
              "class a._User");
    EXPECT_EQ(meaning({{"a.py", "__all__ = ['_User']\nclass _User: ...\nclass Other: ...\n"},
                       {"b.py", "from a import *\n^Other\n"}}),
              "");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"},
                       {"b.py", "from a import *\n"},
                       {"c.py", "from b import *\n"},
                       {"d.py", "import c\n^c.x\n"}}),
              "variable a.x");
    EXPECT_EQ(meaning({{"a.py", "from sqlalchemy.orm import Session\n"},
                       {"b.py", "from a import *\ndef f(db: ^Session): ...\n"}}),
              "sqlalchemy.orm.Session");
    // The last one wins; a module's own name wins over what came before it.
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"b.py", "x = 2\n"}, {"c.py", "from a import *\nfrom b import *\n^x\n"}}),
              "variable b.x");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"c.py", "from a import *\nx = 3\n^x\n"}}), "variable c.x");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"},
                       {"c.py", "try:\n    from a import *\nexcept ImportError:\n    x = 3\nprint(^x)\n"}}),
              "variable c.x, variable a.x");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"c.py", "from a import *\ndef f(x):\n    return ^x\n"}}),
              "variable c.x"); // the parameter
}

TEST(Imports, StarsFromOutside) {
    EXPECT_EQ(meaning({{"b.py", "from sqlalchemy.orm import *\n^Session\n"}}), "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"a.py", "from sqlalchemy.orm import *\n"}, {"b.py", "from a import Session\n^Session\n"}}),
              "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "from sqlalchemy import *\nfrom sqlalchemy.orm import *\n^Session\n"}}), "");
    EXPECT_EQ(meaning({{"b.py", "from os import *\n^print(1)\n"}}), "");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"b.py", "from os import *\nfrom a import *\n^x\n"}}), "variable a.x");
}

TEST(Imports, Cycles) {
    EXPECT_EQ(meaning({{"a.py", "from b import x\n"}, {"b.py", "from a import x\n^x\n"}}), "");
    EXPECT_EQ(meaning({{"a.py", "from b import *\nx = 1\n"}, {"b.py", "from a import *\n^x\n"}}), "variable a.x");
    EXPECT_EQ(meaning({{"a.py", "from a import x\n^x\n"}}), "a.x"); // there is no way to it
    EXPECT_EQ(meaning({{"a.py", "x = y\ny = x\n"}, {"b.py", "from a import x\n^x\n"}}), "variable a.x");
    EXPECT_EQ(meaning({{"a.py", "try:\n    from b import x\nexcept ImportError:\n    x = f\n"},
                       {"b.py", "try:\n    from a import x\nexcept ImportError:\n    x = g\n^x\n"}}),
              "variable a.x, variable b.x");
}

TEST(Imports, LongChains) {
    const auto chain = [](int length) {
        std::vector<std::pair<std::string, std::string>> files{{"m0.py", "class User: ...\n"}};
        for (int i = 1; i <= length; ++i)
            files.push_back({"m" + std::to_string(i) + ".py", "from m" + std::to_string(i - 1) + " import User\n"});
        return files;
    };
    const Program program = program_from(chain(5000));
    std::vector<ModuleBindings> bindings;
    for (const auto& module : program.modules)
        bindings.push_back(bind(module->tree));
    const SymbolTable symbols = link(program, std::move(bindings));
    const auto last = symbols.find_module(ModuleId{0}, "m5000");
    ASSERT_EQ(symbols.member(last, "User").size(), 1U);
    EXPECT_EQ(symbols.member(last, "User").front().kind, Target::Kind::class_);
}

TEST(Imports, Alternatives) {
    EXPECT_EQ(
        meaning({{"b.py", "try:\n    import ujson as json\nexcept ImportError:\n    import json\n^json.dumps\n"}}),
        "ujson.dumps, json.dumps");
    EXPECT_EQ(meaning({{"b.py", "try:\n    import redis\nexcept ImportError:\n    redis = None\n^redis.Redis\n"}}),
              "redis.Redis");
    EXPECT_EQ(
        meaning({{"b.py", "if TYPE_CHECKING:\n    from a import T\ndef f(x: ^T): ...\n"}, {"a.py", "class T: ...\n"}}),
        "class a.T");
    EXPECT_EQ(meaning({{"b.py", "x = None\n^x\n"}}), "variable b.x");
}

TEST(Imports, ShadowedNames) {
    EXPECT_EQ(meaning({{"a.py", "class T: ...\n"}, {"b.py", "from a import T\ndef f(T):\n    return ^T\n"}}),
              "variable b.T");
    EXPECT_EQ(meaning({{"a.py", "class T: ...\n"}, {"b.py", "from a import T\nclass T: ...\n^T\n"}}), "class b.T");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"a/__init__.py", "y = 1\n"}, {"b.py", "import a\n^a\n"}}),
              "module a/__init__.py");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"a.pyi", "x: int\n"}, {"b.py", "import a\n^a\n"}}), "module a.py");
    EXPECT_EQ(meaning({{"a.py", "x = 1\n"}, {"a/other.py", "y = 1\n"}, {"b.py", "import a\n^a.x\n"}}), "variable a.x");
    EXPECT_EQ(meaning({{"redis.py", "import redis\n^redis.Redis\n"}}), "redis.Redis");
}

TEST(Imports, SeveralRoots) {
    const auto program = [](std::string main, std::string text) {
        Program made = program_from({{"one/app/__init__.py", ""},
                                     {"one/app/db.py", "x = 1\n"},
                                     {"two/app/__init__.py", ""},
                                     {"two/app/db.py", "x = 2\n"},
                                     {std::move(main), std::move(text)}});
        for (const auto& module : made.modules)
            if (const auto [root, rest] = llvm::StringRef(module->names.front()).split('.');
                root == "one" || root == "two")
                module->names.insert(module->names.begin(), rest.str());
        return made;
    };
    const auto found = [&](std::string main) {
        const Program made = program(main, "import app.db\n");
        std::vector<ModuleBindings> bindings;
        for (const auto& module : made.modules)
            bindings.push_back(bind(module->tree));
        const SymbolTable symbols = link(made, std::move(bindings));
        for (const auto& module : made.modules)
            if (module->source.path == main)
                return made.module(symbols.find_module(module->id, "app.db")).source.path;
        return std::string();
    };
    EXPECT_EQ(found("one/main.py"), "one/app/db.py");
    EXPECT_EQ(found("two/main.py"), "two/app/db.py");
    EXPECT_EQ(found("two/tests/deep/test.py"), "two/app/db.py");
    EXPECT_EQ(found("main.py"), "one/app/db.py");
}

TEST(Imports, NearerFoldersWithoutInitHideFurtherPackages) {
    Program program = program_from({{"one/app/api/__init__.py", ""},
                                    {"two/app/api/deps.py", "x = 1\n"},
                                    {"two/main.py", "from app.api import deps\n"}});
    for (const auto& module : program.modules)
        module->names.insert(module->names.begin(), llvm::StringRef(module->names.front()).split('.').second.str());
    std::vector<ModuleBindings> bindings;
    for (const auto& module : program.modules)
        bindings.push_back(bind(module->tree));
    const SymbolTable symbols = link(program, std::move(bindings));
    const auto targets = symbols.resolve(ModuleId{2}, DefinitionId{0});
    ASSERT_EQ(targets.size(), 1U);
    EXPECT_EQ(targets.front().module, ModuleId{1});
}

TEST(Imports, SourceFolder) {
    EXPECT_EQ(
        meaning(
            {{"src/app/__init__.py", ""}, {"src/app/db.py", "x = 1\n"}, {"tests/t.py", "from app.db import x\n^x\n"}}),
        "variable app.db.x");
    EXPECT_EQ(meaning({{"src/app/__init__.py", ""},
                       {"src/app/db.py", "x = 1\n"},
                       {"tests/t.py", "from src.app.db import x\n^x\n"}}),
              "variable app.db.x");
}

TEST(Imports, OddSpellings) {
    EXPECT_EQ(meaning({{"a/__init__.py", ""}, {"a/b.py", "x = 1\n"}, {"c.py", "import a . b\n^a.b.x\n"}}),
              "variable a.b.x");
    EXPECT_EQ(
        meaning({{"a/__init__.py", ""}, {"a/b.py", "x = 1\n"}, {"c.py", "from a \\\n  .b import (x\n , )\n^x\n"}}),
        "variable a.b.x");
    EXPECT_EQ(meaning({{"a/__init__.py", ""}, {"a/b.py", "x = 1\n"}, {"a/c.py", "from . b import x\n^x\n"}}),
              "variable a.b.x");
}

TEST(Expressions, Renamings) {
    EXPECT_EQ(meaning({{"b.py", "from sqlalchemy.orm import Session\nDb = Session\n^Db\n"}}), "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"a.py", "import sqlalchemy.orm as o\nDb: type = (o.Session)\n"},
                       {"b.py", "from a import Db\n^Db\n"}}),
              "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "from sqlalchemy.orm import Session\ntype Db = Session\n^Db\n"}}),
              "sqlalchemy.orm.Session");
    EXPECT_EQ(meaning({{"b.py", "class A: ...\nB = C = A\n^B\n"}}), "class b.A");
    EXPECT_EQ(meaning({{"b.py", "class A: ...\nB, C = A, A\n^B\n"}}), "variable b.B");
    EXPECT_EQ(meaning({{"b.py", "Base = declarative_base()\nModel = Base\n^Model\n"}}), "variable b.Base");
    EXPECT_EQ(meaning({{"b.py", "def f(db):\n    session = db\n    ^session.add(x)\n"}}), "");
    EXPECT_EQ(meaning({{"b.py", "def f(db):\n    session = db\n    ^session\n"}}), "variable b.session");
    EXPECT_EQ(meaning({{"b.py", "class A: ...\nclass B: ...\nif c:\n    X = A\nelse:\n    X = B\n^X\n"}}),
              "class b.A, class b.B");
    EXPECT_EQ(meaning({{"b.py", "class A: ...\nX = A\nX = X\n^X\n"}}), "class b.A");
}

TEST(Expressions, Attributes) {
    EXPECT_EQ(meaning({{"b.py", "class A:\n    class Meta: ...\n^A.Meta\n"}}), "class b.A.Meta");
    EXPECT_EQ(meaning({{"b.py", "class A:\n    def f(self): ...\n^A.f\n"}}), "function b.A.f");
    EXPECT_EQ(meaning({{"b.py", "class A: ...\n^A.inherited\n"}}), "");
    EXPECT_EQ(meaning({{"a.py", ""}, {"b.py", "import a\n^a.gone\n"}}), "");
    EXPECT_EQ(meaning({{"b.py", "x: '^Foo'\n"}}), "");
}

TEST(Expressions, ExternalName) {
    const auto name = [](std::string text) {
        const TestProgram program{{"b.py", std::move(text)}};
        Node node = program.marked();
        while (node.parent().is(Kind::attribute))
            node = node.parent();
        return program.symbols.external_name(program.mark().module, node);
    };
    EXPECT_EQ(name("import a.b\n^a.b.c\n"), "a.b.c");
    EXPECT_EQ(name("try:\n    from a import x\nexcept ImportError:\n    from a.old import x\n^x\n"), "a.x");
    EXPECT_EQ(name("if c:\n    from a import x\nelse:\n    from b import y as x\n^x\n"), "");
    EXPECT_EQ(name("if c:\n    from a import x\nelse:\n    def x(): ...\n^x\n"), "");
    EXPECT_EQ(name("^x\n"), "");
}

TEST(Numbering, QualifiedNames) {
    const TestProgram program{
        {"app/m.py", "def f():\n    def g(): ...\n    class C:\n        def m(self): ...\n    return lambda: 0\n"
                     "class A:\n    x = lambda self: 1\n    class B:\n        async def m(self): yield 1\n"
                     "    if y:\n        def n(self): ...\n    z = (lambda: i for i in y)\n"
                     "class G[T]:\n    def m(self): ...\n"
                     "def h():\n    global k\n    def k(): ...\n"}};
    std::string out;
    for (const FunctionInfo& function : program.symbols.functions())
        out += function.qualified_name + (function.owner ? " of " + program.symbols.class_(function.owner).name : "") +
               (function.outer ? " in " + program.symbols.function(function.outer).name : "") + "\n";
    EXPECT_EQ(out, "app.m.f\n"
                   "app.m.f.<locals>.g in f\n"
                   "app.m.f.<locals>.C.m of C in f\n"
                   "app.m.f.<locals>.<lambda> in f\n"
                   "app.m.A.<lambda>\n"
                   "app.m.A.B.m of B\n"
                   "app.m.A.n of A\n"
                   "app.m.A.<genexpr>.<lambda>\n"
                   "app.m.G.m of G\n"
                   "app.m.h\n"
                   "app.m.k in h\n");
    const FunctionInfo& generator = program.symbols.functions()[5];
    EXPECT_TRUE(generator.is_async);
    EXPECT_TRUE(generator.is_generator);
}

TEST(Numbering, EnclosingFunction) {
    const TestProgram program{{"m.py", "def f(a=^b):\n    class C:\n        x = ^c\n        def g(self): return ^d\n"
                                       "    return [^e for e in y], lambda q=^h: ^i\n^j\nclass D:\n    ^k\n"}};
    const auto around = [&](unsigned nth) {
        const FunctionId id = program.symbols.enclosing_function(program.mark(nth));
        return id ? program.symbols.function(id).name : std::string("none");
    };
    EXPECT_EQ(around(0), "none");
    EXPECT_EQ(around(1), "f");
    EXPECT_EQ(around(2), "g");
    EXPECT_EQ(around(3), "f");
    EXPECT_EQ(around(4), "f");
    EXPECT_EQ(around(5), "<lambda>");
    EXPECT_EQ(around(6), "none");
    EXPECT_EQ(around(7), "none");
}

TEST(ImportGraph, Edges) {
    const TestProgram program{{"a/__init__.py", ""},
                              {"a/b.py", "import os\n"},
                              {"a/c.py", "from . import b\n"},
                              {"d.py", "def f():\n    import a.b, sys\n"},
                              {"e.py", "from a import b as x, c\nimport d\nimport d\n"}};
    const auto names = [&](llvm::ArrayRef<ModuleId> ids) {
        std::string out;
        for (const ModuleId id : ids)
            out += program.program.module(id).name() + " ";
        return out;
    };
    EXPECT_EQ(names(program.symbols.imports(program.module("a/c.py").id)), "a a.b ");
    EXPECT_EQ(names(program.symbols.imports(program.module("d.py").id)), "a a.b ");
    EXPECT_EQ(names(program.symbols.imports(program.module("e.py").id)), "a a.b a.c d ");
    EXPECT_EQ(names(program.symbols.importers(program.module("a/b.py").id)), "a.c d e ");
    EXPECT_EQ(names(program.symbols.imports(program.module("a/b.py").id)), "");
}

TEST(PrintSymbols, Golden) {
    const TestProgram program{{"a.py", "import os\nfrom gone import x\nclass A:\n    def f(self): yield\n"},
                              {"b.py", "from a import *\nfrom a import nothing\ny = 1\n"}};
    EXPECT_EQ(print_symbols(program.program, program.symbols), "a.py: a\n"
                                                               "  os = outside os\n"
                                                               "  x = outside gone.x\n"
                                                               "  A = class a.A\n"
                                                               "b.py: b\n"
                                                               "  imports a.py\n"
                                                               "  nothing = ?\n"
                                                               "  y = variable b.y\n"
                                                               "  os = outside os\n"
                                                               "  x = outside gone.x\n"
                                                               "  A = class a.A\n"
                                                               "function a.A.f generator of a.A [a.py:4:5]\n"
                                                               "class a.A [a.py:3:1]\n");
}

} // namespace
} // namespace sqlawait
