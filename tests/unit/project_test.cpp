#include "analysis/project/configuration.h"
#include "analysis/project/decoding.h"
#include "analysis/project/git.h"
#include "analysis/project/glob.h"
#include "analysis/project/program.h"
#include "analysis/project/python_syntax.h"
#include "tests/unit/temporary_folder.h"

namespace sqlawait {
namespace {

Program load(const LoadOptions& options) {
    LoadResult result = load_program(options);
    EXPECT_EQ(result.error, "");
    parse_program(result.program, options.jobs);
    return std::move(result.program);
}

Program load(const TemporaryFolder& folder) {
    LoadOptions options;
    options.root = folder.path();
    options.jobs = 2;
    return load(options);
}

std::vector<std::string> paths(const Program& program) {
    std::vector<std::string> result;
    for (const auto& module : program.modules)
        result.push_back(module->source.path);
    return result;
}

const Module& module_at(const Program& program, llvm::StringRef path) {
    for (const auto& module : program.modules) {
        if (module->source.path == path)
            return *module;
    }
    ADD_FAILURE() << "no module " << path.str();
    static const Module none;
    return none;
}

std::string reason(const Program& program, llvm::StringRef path) {
    return module_at(program, path).source.read_only_reason.value_or("");
}

// Files

TEST(FindFiles, sorted_and_only_python) {
    const TemporaryFolder folder;
    for (const char* name : {"b.py", "a/z.py", "a/b.pyi", "a-b.py", "notes.txt", "a.pyc", "app.py/inner.py"})
        folder.write(name, "x = 1\n");
    EXPECT_EQ(paths(load(folder)), (Strings{"a-b.py", "a/b.pyi", "a/z.py", "app.py/inner.py", "b.py"}));
}

TEST(FindFiles, environments_and_caches_are_left_out) {
    const TemporaryFolder folder;
    for (const char* name :
         {"app.py", ".venv/x.py", "myenv/pyvenv.cfg", "myenv/lib/x.py", "node_modules/p/x.py", "a/__pycache__/x.py",
          "lib/site-packages/x.py", ".tox/x.py", "setup.py", "build/lib/app.py", "tools/build/x.py", "venv/x.py"})
        folder.write(name, "");
    EXPECT_EQ(paths(load(folder)), (Strings{"app.py", "setup.py", "tools/build/x.py", "venv/x.py"}));
}

TEST(FindFiles, git_decides_inside_git) {
    const TemporaryFolder folder;
    folder.start_git();
    folder.write(".gitignore", "generated/\n*_local.py\n!keep_local.py\n");
    folder.write("service/.gitignore", "/only_here.py\n");
    for (const char* name : {"a.py", "generated/x.py", "generated/deep/tracked.py", "a_local.py", "keep_local.py",
                             "service/only_here.py", "service/sub/only_here.py"})
        folder.write(name, "");
    folder.git("add -f generated/deep/tracked.py");
    EXPECT_EQ(paths(load(folder)),
              (Strings{"a.py", "generated/deep/tracked.py", "keep_local.py", "service/sub/only_here.py"}));
}

TEST(FindFiles, root_in_a_sub_folder_obeys_rules_from_above) {
    const TemporaryFolder folder;
    folder.start_git();
    folder.write(".gitignore", "service/skip.py\n");
    folder.write("service/skip.py", "");
    folder.write("service/app.py", "");
    LoadOptions options;
    options.root = folder / "service";
    EXPECT_EQ(paths(load(options)), (Strings{"app.py"}));
}

TEST(FindFiles, an_ignored_root_is_outside_of_git) {
    const TemporaryFolder folder;
    folder.start_git();
    folder.write(".gitignore", "copy/\n");
    folder.write("copy/app.py", "");
    LoadOptions options;
    options.root = folder / "copy";
    EXPECT_EQ(paths(load(options)), (Strings{"app.py"}));
}

TEST(FindFiles, another_repository_inside_is_read_and_not_edited) {
    const TemporaryFolder folder;
    folder.start_git();
    folder.write("app.py", "");
    folder.git("init -q inner");
    folder.write("inner/lib.py", "");
    const Program program = load(folder);
    EXPECT_EQ(paths(program), (Strings{"app.py", "inner/lib.py"}));
    EXPECT_FALSE(module_at(program, "inner/lib.py").editable());
    EXPECT_TRUE(module_at(program, "app.py").editable());
}

TEST(FindFiles, links) {
    const TemporaryFolder outside;
    outside.write("far.py", "");
    const TemporaryFolder folder;
    folder.write("common/db.py", "");
    folder.write("one/main.py", "");
    folder.write("script", "x = 1\n");
    folder.link("../common", "one/common");
    folder.link("..", "one/loop");
    folder.link(".", "self");
    folder.link("common/db.py", "same.py");
    folder.link("script", "script.py");
    folder.link(outside / "far.py", "far.py");
    folder.link(outside.path(), "far");
    folder.link("ring.py", "ring.py");
    const Program program = load(folder);
    EXPECT_EQ(paths(program), (Strings{"common/db.py", "one/main.py", "script"}));
    EXPECT_EQ(module_at(program, "common/db.py").names, (Strings{"common.db", "one.common.db", "same"}));
    std::vector<std::string> problems;
    for (const ProjectProblem& problem : program.problems)
        problems.push_back(problem.path + ": " + problem.message);
    EXPECT_EQ(problems, (Strings{"far: symbolic link that leaves the program's root; not followed",
                                 "far.py: symbolic link that leaves the program's root; not followed",
                                 "ring.py: symbolic link that leads nowhere or round in a circle"}));
}

TEST(FindFiles, what_cannot_be_read_is_reported) {
    const TemporaryFolder folder;
    folder.write("big.py", std::string(21U * 1024U * 1024U, '#'));
    folder.write("ok.py", "");
    folder.write("closed.py", "x = 1\n");
    ASSERT_EQ(::mkfifo((folder / "pipe.py").c_str(), 0600), 0);
    std::filesystem::permissions(folder / "closed.py", std::filesystem::perms::none);
    const Program program = load(folder);
    EXPECT_EQ(paths(program), (Strings{"big.py", "closed.py", "ok.py"}));
    EXPECT_EQ(reason(program, "big.py"), "is larger than 20 MB");
    if (::geteuid() != 0) {
        EXPECT_EQ(reason(program, "closed.py"), "cannot be read: Permission denied");
    }
    EXPECT_EQ(program.problems.back().path, "pipe.py");
}

TEST(LoadProgram, selection) {
    const TemporaryFolder folder;
    for (const char* name : {"app/routers/a.py", "app/routers/b.py", "app/crud.py", "tests/test_a.py"})
        folder.write(name, "");
    LoadOptions options;
    options.root = folder.path();
    options.paths = {folder / "app"};
    options.only = {"app/routers/*"};
    options.exclude = {"b.py"};
    std::vector<std::string> selected;
    const Program program = load(options);
    EXPECT_EQ(program.modules.size(), 4U);
    for (const auto& module : program.modules) {
        if (module->selected)
            selected.push_back(module->source.path);
    }
    EXPECT_EQ(selected, (Strings{"app/routers/a.py"}));
}

TEST(LoadProgram, wrong_paths_are_errors) {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    LoadOptions options;
    options.root = folder / "nowhere";
    EXPECT_PRED2(mentions, load_program(options).error, "nowhere");
    options.root = folder.path();
    options.paths = {folder / "gone.py"};
    EXPECT_PRED2(mentions, load_program(options).error, "no such file or folder");
    options.paths = {other.path()};
    EXPECT_PRED2(mentions, load_program(options).error, "outside of the program's root");
}

TEST(LoadProgram, a_named_file_is_read_though_ignored) {
    const TemporaryFolder folder;
    folder.start_git();
    folder.write(".gitignore", "a.py\n");
    folder.write("a.py", "");
    LoadOptions options;
    options.root = folder.path();
    options.paths = {folder / "a.py"};
    EXPECT_EQ(paths(load(options)), (Strings{"a.py"}));
}

TEST(LoadProgram, overrides_stand_for_what_is_on_disk) {
    const TemporaryFolder folder;
    folder.write("a.py", "x = 1\n");
    LoadOptions options;
    options.root = folder.path();
    options.overrides = {{"a.py", "y = 2\n"}, {"new.py", "z = 3\n"}};
    const Program program = load(options);
    EXPECT_EQ(module_at(program, "a.py").source.text, "y = 2\n");
    EXPECT_EQ(module_at(program, "new.py").source.text, "z = 3\n");
}

TEST(LoadProgram, the_number_of_jobs_changes_nothing) {
    const TemporaryFolder folder;
    for (int i = 0; i < 60; ++i)
        folder.write("p" + std::to_string(i % 7) + "/m" + std::to_string(i) + ".py",
                     i % 5 == 0 ? "print 'x'\n" : "x = (\n");
    LoadOptions options;
    options.root = folder.path();
    options.jobs = 1;
    const std::string one = print_files(load(options));
    options.jobs = 8;
    EXPECT_EQ(print_files(load(options)), one);
}

// Decoding

TEST(Decoding, byte_order_mark_and_newlines) {
    const SourceText source = decode_source("a.py", "\xEF\xBB\xBFx = 1\r\ny = 2\r\n");
    EXPECT_TRUE(source.bom);
    EXPECT_EQ(source.text, "x = 1\r\ny = 2\r\n");
    EXPECT_EQ(source.newline, Newline::crlf);
    EXPECT_FALSE(source.read_only_reason);
    EXPECT_EQ(decode_source("a.py", "x = 1\ry = 2\r").newline, Newline::cr);
}

TEST(Decoding, coding_lines) {
    EXPECT_EQ(coding_line("# -*- coding: latin-1 -*-\n"), "latin-1");
    EXPECT_EQ(coding_line("#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\n"), "cp1252");
    EXPECT_EQ(coding_line("\f  # coding=utf-8\n"), "utf-8");
    EXPECT_EQ(coding_line("x = 1\n# coding: latin-1\n"), "");
    EXPECT_EQ(coding_line("\n\n# coding: latin-1\n"), "");
    EXPECT_EQ(coding_line("# encoding of coding : no\n"), "");
    EXPECT_EQ(coding_line(""), "");
}

TEST(Decoding, other_encodings_are_read_and_not_edited) {
    const SourceText latin = decode_source("a.py", "# coding: latin-1\nx = '\xE9'\n");
    EXPECT_EQ(latin.text, "# coding: latin-1\nx = '\xC3\xA9'\n");
    EXPECT_PRED2(mentions, *latin.read_only_reason, "'latin-1'");
    EXPECT_EQ(decode_source("a.py", "# coding: cp1252\nx = '\x80'\n").text, "# coding: cp1252\nx = '\xE2\x82\xAC'\n");
    EXPECT_EQ(decode_source("a.py", "# coding: shift_jis\nx = '\x82\xA0'\n").text,
              "# coding: shift_jis\nx = '\xE3\x81\x82'\n");
    // The same bytes in UTF-8, so there is nothing to be afraid of.
    EXPECT_FALSE(decode_source("a.py", "# coding: latin-1\nx = 'e'\n").read_only_reason);
}

TEST(Decoding, what_cannot_be_decoded_has_no_text) {
    for (const std::string& bytes : {std::string("x = '\xE9'\n"), std::string("a = 1\nb = '\0'\n", 14),
                                     std::string("# coding: klingon\n"), std::string("# coding: ascii\nx = '\xE9'\n"),
                                     std::string("x = '\xED\xA0\x80'\n"), std::string("\xFF\xFEx")}) {
        const SourceText source = decode_source("a.py", bytes);
        EXPECT_EQ(source.text, "");
        EXPECT_TRUE(source.read_only_reason);
    }
    EXPECT_PRED2(mentions, *decode_source("a.py", "a\nbc\xE9\n").read_only_reason, "byte 0xe9 at line 2, column 3");
}

TEST(Decoding, utf16) {
    const SourceText source = decode_source("a.py", std::string("\xFF\xFEx\0=\0\xE9\0", 8));
    EXPECT_EQ(source.text, "x=\xC3\xA9");
    EXPECT_PRED2(mentions, *source.read_only_reason, "UTF-16");
    EXPECT_EQ(decode_source("a.py", std::string("\xFE\xFF\0x\0=", 6)).text, "x=");
}

TEST(Decoding, mark_and_coding_line_must_agree) {
    EXPECT_FALSE(decode_source("a.py", "\xEF\xBB\xBF# coding: UTF_8\n").read_only_reason);
    EXPECT_TRUE(decode_source("a.py", "\xEF\xBB\xBF# coding: latin-1\n").read_only_reason);
}

// Globs

TEST(Globs, parts) {
    EXPECT_TRUE(matches_glob("app/*.py", "app/a.py"));
    EXPECT_FALSE(matches_glob("app/*.py", "app/sub/a.py"));
    EXPECT_TRUE(matches_glob("app/**/*.py", "app/a.py"));
    EXPECT_TRUE(matches_glob("app/**/*.py", "app/x/y/a.py"));
    EXPECT_TRUE(matches_glob("**/test_?.py", "test_a.py"));
    EXPECT_TRUE(matches_glob("a/**/b/**/c.py", "a/b/x/b/y/c.py"));
    EXPECT_FALSE(matches_glob("a/**/b/**/c.py", "a/x/c.py"));
    EXPECT_TRUE(matches_glob("[a-c]*.py", "b1.py"));
    EXPECT_FALSE(matches_glob("[!a-c]*.py", "b1.py"));
    EXPECT_TRUE(matches_glob("x[.py", "x[.py"));
    EXPECT_FALSE(matches_glob("", "a.py"));
}

TEST(Globs, folders_and_depth) {
    EXPECT_TRUE(matches_glob("app/routers", "app/routers/v1/a.py"));
    EXPECT_TRUE(matches_glob("app/routers/", "app/routers/a.py"));
    EXPECT_FALSE(matches_glob("app/router", "app/routers/a.py"));
    EXPECT_TRUE(matches_glob("tests", "service/tests/a.py"));
    EXPECT_FALSE(matches_glob("/tests", "service/tests/a.py"));
    EXPECT_TRUE(matches_glob("./app", "app/a.py"));
    EXPECT_TRUE(matches_glob(".", "app/a.py"));
    EXPECT_TRUE(matches_glob("**", "a.py"));
}

TEST(Globs, many_stars_end) { EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a'))); }

// Module names

std::vector<std::string> names_of(std::initializer_list<std::pair<const char*, const char*>> files, const char* path) {
    const TemporaryFolder folder;
    for (const auto& [name, text] : files)
        folder.write(name, text);
    const Program program = load(folder);
    return module_at(program, path).names;
}

TEST(ModuleNames, packages) {
    EXPECT_EQ(names_of({{"app/__init__.py", ""}, {"app/db/__init__.py", ""}}, "app/db/__init__.py"),
              (Strings{"app.db"}));
    EXPECT_EQ(names_of({{"service/app/__init__.py", ""}, {"service/app/db.py", ""}}, "service/app/db.py"),
              (Strings{"app.db", "service.app.db"}));
    EXPECT_EQ(names_of({{"src/app/__init__.py", ""}, {"src/app/db.py", ""}}, "src/app/db.py"),
              (Strings{"app.db", "src.app.db"}));
}

TEST(ModuleNames, namespace_packages) {
    EXPECT_EQ(names_of({{"src/app/db.py", ""}}, "src/app/db.py"), (Strings{"app.db", "src.app.db"}));
    EXPECT_EQ(names_of({{"my-service/requirements.txt", ""}, {"my-service/app/db.py", ""}}, "my-service/app/db.py"),
              (Strings{"app.db"}));
    EXPECT_EQ(names_of({{"service/app/db.py", ""}, {"service/main.py", "from app.db import x\n"}}, "service/app/db.py"),
              (Strings{"app.db", "service.app.db"}));
    EXPECT_EQ(names_of({{"app/db.py", ""}}, "app/db.py"), (Strings{"app.db"}));
}

TEST(ModuleNames, folders_of_scripts) {
    EXPECT_EQ(names_of({{"backend/main.py", "import models\n"}, {"backend/models.py", ""}}, "backend/models.py"),
              (Strings{"models", "backend.models"}));
    // The library of the same name is meant.
    EXPECT_EQ(names_of({{"app/services/pay.py", "import stripe\n"}, {"app/services/stripe.py", "import stripe\n"}},
                       "app/services/stripe.py"),
              (Strings{"app.services.stripe"}));
    EXPECT_EQ(names_of({{"app/services/pay.py", "import logging\n"}, {"app/services/logging.py", ""}},
                       "app/services/logging.py"),
              (Strings{"app.services.logging"}));
    EXPECT_EQ(
        names_of(
            {{"app/pay.py", "import redis\n"}, {"app/redis.py", ""}, {"app/main.py", "from app.redis import client\n"}},
            "app/redis.py"),
        (Strings{"app.redis"}));
}

TEST(ModuleNames, imports_decide_the_order) {
    EXPECT_EQ(names_of({{"service/app/__init__.py", ""},
                        {"service/app/db.py", ""},
                        {"tests.py", "from service.app.db import x\nimport service.app.db\n"}},
                       "service/app/db.py"),
              (Strings{"service.app.db", "app.db"}));
}

TEST(ModuleNames, never_empty) {
    EXPECT_EQ(names_of({{"versions/2024-01-first.py", ""}}, "versions/2024-01-first.py"),
              (Strings{"versions.2024-01-first"}));
    EXPECT_EQ(names_of({{"__init__.py", ""}}, "__init__.py").size(), 1U);
}

// What Python refuses

std::vector<std::string> refused(const std::string& text) {
    const SourceText source = make_source("a.py", text);
    const SyntaxTree tree = parse(source);
    std::vector<std::string> messages;
    for (const SyntaxProblem& problem : python_problems(tree)) {
        const LineColumn place = source.lines.at(problem.range.begin);
        messages.push_back(std::to_string(place.line) + ":" + std::to_string(place.column) + " " + problem.message);
    }
    return messages;
}

TEST(PythonSyntax, python_2) {
    EXPECT_EQ(refused("print 'x'\n"), (Strings{"1:1 Python 2 print statement"}));
    EXPECT_EQ(refused("exec 'x'\n"), (Strings{"1:1 Python 2 exec statement"}));
    EXPECT_EQ(refused("if a <> b:\n    pass\n"), (Strings{"1:6 Python 2 operator <>"}));
    EXPECT_EQ(refused("x = 10L\n"), (Strings{"1:5 Python 2 long integer"}));
    EXPECT_EQ(refused("x = 0777\n"), (Strings{"1:5 Python 2 octal number"}));
    EXPECT_EQ(refused("raise E, 'x'\n"), (Strings{"1:1 Python 2 raise statement"}));
}

TEST(PythonSyntax, python_3) {
    EXPECT_EQ(refused("print('x')\nprint(1, end='')\nexec('x')\nx = 0o777 + 0x1F + 00 + 0_0 + 0b1\nraise E('x')\n"
                      "raise E from e\nx = rb'a' + Rb'b' + u'c'\nprint\nprint()\n"),
              Strings());
}

TEST(PythonSyntax, indentation) {
    const std::string tabs = "inconsistent use of tabs and spaces in indentation";
    EXPECT_EQ(refused("if a:\n\tx = 1\n        y = 2\n"), (Strings{"3:9 " + tabs}));
    EXPECT_EQ(refused("if a:\n        if b:\n\t        x = 1\n"), Strings());
    EXPECT_EQ(refused("if a:\n        if b:\n\t x = 1\n"), (Strings{"3:3 " + tabs}));
    EXPECT_EQ(refused("if a:\n\tx = 1\n\tif b:\n\t\ty = (1,\n  2)\n\telse:\n\t    z = '''\n  a\n'''\n# c\n\tw = 1\n"),
              Strings());
    EXPECT_EQ(refused("if a:\n    x = \\\n  1\n    y = 1\n"), Strings());
    EXPECT_EQ(refused("def f():\n    # ends in \\\n    x = 1\n    y = 2\n"), Strings());
    EXPECT_EQ(refused("class A:\n    @d\n    def f(self):\n        pass\n\n    x = 1; y = 2\n"), Strings());
    EXPECT_EQ(refused("def f():\n    pass\n        x = 1\n"), (Strings{"3:9 unexpected indent"}));
    EXPECT_EQ(refused("x = 1\n  y = 2\n"), (Strings{"2:3 unexpected indent"}));
    EXPECT_EQ(refused("def f():\n# only a comment\nx = 1\n"), (Strings{"1:9 expected an indented block"}));
    EXPECT_EQ(refused("if a:\n    x = 1\n  y = 2\n").size(), 1U);
}

TEST(PythonSyntax, what_the_compiler_refuses) {
    EXPECT_EQ(refused("f(a=1, b)\n"), (Strings{"1:2 positional argument after a keyword argument"}));
    EXPECT_EQ(refused("f(a=1, a=2)\n"), (Strings{"1:2 keyword argument repeated"}));
    EXPECT_EQ(refused("f(*a, b, c=1, *d, e=2, **f, g=3)\nclass A(B, metaclass=C): pass\n"), Strings());
    EXPECT_EQ(refused("def f(a=1, b): pass\n"), (Strings{"1:6 parameter without a default after one that has it"}));
    EXPECT_EQ(refused("lambda a, a: 0\n"), (Strings{"1:8 parameter repeated"}));
    EXPECT_EQ(refused("def f(a, /, b: int = 1, *c: int, d, e=2, **g): pass\ndef f(a=1, *, b): pass\n"), Strings());
    EXPECT_EQ(refused("return\n"), (Strings{"1:1 'return' outside of a function"}));
    EXPECT_EQ(refused("def f():\n    class A:\n        return\n").size(), 1U);
    EXPECT_EQ(refused("def f():\n    await x\n"), (Strings{"2:5 'await' outside of an async function"}));
    EXPECT_EQ(refused("async def f():\n    await x\n    async with a: pass\n    return [y async for y in z]\n"),
              Strings());
    EXPECT_EQ(refused("async def f():\n    lambda: await x\n").size(), 1U);
    EXPECT_EQ(refused("def f():\n    return (await y async for y in z)\n"), Strings());
    EXPECT_EQ(refused("async def f():\n    yield 1\n    return 2\n"),
              (Strings{"3:5 'return' with a value in an async generator"}));
    EXPECT_EQ(refused("async def f():\n    def g():\n        yield 1\n    return 2\n"), Strings());
    EXPECT_EQ(refused("for a in b:\n    def f():\n        break\n"), (Strings{"3:9 'break' outside of a loop"}));
    EXPECT_EQ(refused("for a in b:\n    if a: continue\nelse:\n    x = 1\n"), Strings());
    EXPECT_EQ(refused("try:\n    x = 1\ny = 2\n"), (Strings{"1:1 'try' without 'except' or 'finally'"}));
    EXPECT_EQ(refused("x = f(\"\na\")\n"), (Strings{"1:7 string that does not end on its line"}));
    EXPECT_EQ(refused("x = \"a\\\nb\" + 'c\\\r\nd' + '''\n'''\n"), Strings());
}

TEST(ParseProgram, files_that_python_refuses_are_not_edited) {
    const TemporaryFolder folder;
    folder.write("old.py", "x = 1\nprint x\n");
    folder.write("broken.py", "def f(:\n");
    folder.write("good.py", "x = 1\n");
    folder.write("deep.py", std::string(100000, '(') + "\n");
    const Program program = load(folder);
    EXPECT_EQ(reason(program, "old.py"), "Python 2 print statement at line 2");
    EXPECT_FALSE(module_at(program, "old.py").editable());
    EXPECT_FALSE(module_at(program, "broken.py").editable());
    EXPECT_FALSE(module_at(program, "deep.py").editable());
    EXPECT_TRUE(module_at(program, "good.py").editable());
    EXPECT_EQ(program.problems.front().path, "broken.py");
    EXPECT_NE(program.problems.front().line, 0U);
}

// git

TEST(Git, dirty_files) {
    const TemporaryFolder folder;
    folder.start_git();
    for (const char* name : {"s/clean.py", "s/changed.py", "s/staged.py", "s/gone.py", "s/[x].py"})
        folder.write(name, "1\n");
    folder.commit_all();
    folder.write("s/changed.py", "2\n");
    folder.write("s/staged.py", "2\n");
    folder.write("s/x.py", "1\n");
    folder.write("s/new/untracked.py", "1\n");
    folder.write("other.py", "1\n");
    folder.git("add s/staged.py");
    std::filesystem::remove(folder / "s/gone.py");
    const std::string root = folder / "s";
    EXPECT_EQ(dirty_files(root, {"clean.py", "changed.py", "staged.py", "new/untracked.py", "none.py", "[x].py"}),
              (Strings{"changed.py", "new/untracked.py", "staged.py"}));
    EXPECT_EQ(dirty_files(root, {"clean.py"}), Strings());
    const TemporaryFolder plain;
    plain.write("a.py", "");
    EXPECT_EQ(dirty_files(plain.path(), {"a.py"}), Strings());
}

// Configuration

TEST(Configuration, every_kind_of_value) {
    const ConfigurationResult result = parse_configuration("/p/pyproject.toml", R"(
[tool.other]
stage = 1
[tool.sqlawait]
stage = "async"
only = "app/*"
keep-sync = ["alembic", "app.tasks.run"]
max = 12
proof = true
knowledge = ["extra.toml"]
baseline = "ci/base.json"
)");
    ASSERT_EQ(result.error, "");
    const Configuration& configuration = result.configuration;
    EXPECT_EQ(configuration.stage, "async");
    EXPECT_EQ(configuration.only, (Strings{"app/*"}));
    EXPECT_EQ(configuration.keep_sync, (Strings{"alembic", "app.tasks.run"}));
    EXPECT_EQ(configuration.max, 12U);
    EXPECT_EQ(configuration.proof, true);
    EXPECT_EQ(configuration.quiet, std::nullopt);
    EXPECT_EQ(configuration.knowledge, (Strings{"/p/extra.toml"}));
    EXPECT_EQ(configuration.baseline, "/p/ci/base.json");
}

TEST(Configuration, errors_name_the_line) {
    const auto error = [](const char* text) { return parse_configuration("sqlawait.toml", text).error; };
    EXPECT_EQ(error("\nstages = 'all'\n"), "sqlawait.toml:2: unknown key 'stages', did you mean 'stage'?");
    EXPECT_EQ(error("stage = 'some'\n"),
              "sqlawait.toml:1: 'stage' is 'some' and must be one of select, loads, async, clean, all");
    EXPECT_EQ(error("max = '3'\n"), "sqlawait.toml:1: 'max' must be a whole number, 0 or more");
    EXPECT_EQ(error("max = -1\n"), "sqlawait.toml:1: 'max' must be a whole number, 0 or more");
    EXPECT_EQ(error("only = ['a',\n 2]\n"), "sqlawait.toml:2: 'only' must be a string or a list of strings");
    EXPECT_EQ(error("proof = 'yes'\n"), "sqlawait.toml:1: 'proof' must be true or false");
    EXPECT_EQ(error("write = true\n"), "sqlawait.toml:1: 'write' can only be given on the command line");
    EXPECT_PRED2(mentions, error("x = 1\ny = = 2\n"), "sqlawait.toml:2: ");
}

TEST(Configuration, files_of_a_root) {
    const TemporaryFolder folder;
    EXPECT_EQ(read_configuration(folder.path()).configuration.file, "");
    folder.write("pyproject.toml", "[tool.black]\n");
    EXPECT_EQ(read_configuration(folder.path()).configuration.file, "");
    folder.write("sqlawait.toml", "strategy = 'twin'\n");
    EXPECT_EQ(read_configuration(folder.path()).configuration.strategy, "twin");
    folder.write("pyproject.toml", "[tool.sqlawait]\n");
    EXPECT_PRED2(mentions, read_configuration(folder.path()).error, "keep one of them");
    EXPECT_PRED2(mentions, read_configuration(folder.path(), folder / "none.toml").error, "cannot be read");
}

TEST(Configuration, root_is_the_nearest_marked_folder) {
    const TemporaryFolder folder;
    folder.write("a/pyproject.toml", "");
    folder.write("a/b/c.py", "");
    folder.write("a/d/sqlawait.toml", "");
    EXPECT_EQ(find_root(folder / "a/b/c.py"), folder / "a");
    EXPECT_EQ(find_root(folder / "a/d"), folder / "a/d");
    EXPECT_EQ(find_root(folder / "nothing"), "");
}

} // namespace
} // namespace sqlawait
