#include "tests/unit/program_builder.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

/// The lines of the definitions that reach the marked read: "1 3".
std::string reaching(std::string text) {
    const Snippet snippet(std::move(text));
    std::string out;
    for (const DefinitionId id : snippet.bindings.reaching(snippet.marked().id()))
        out += (out.empty() ? "" : " ") + std::to_string(snippet.line(snippet.bindings.definition(id).name));
    return out;
}

/// The kind and line of the scope whose symbol the marked name is: "function 2", or "none".
std::string home(std::string text) {
    const Snippet snippet(std::move(text));
    const SymbolId symbol = snippet.bindings.symbol_at(snippet.marked().id());
    if (!symbol)
        return "none";
    const Scope& scope = snippet.bindings.scope(snippet.bindings.symbol(symbol).scope);
    switch (scope.kind) {
    case ScopeKind::module: return "module";
    case ScopeKind::class_: return "class " + std::to_string(snippet.line(scope.node));
    case ScopeKind::function: return "function " + std::to_string(snippet.line(scope.node));
    case ScopeKind::lambda: return "lambda " + std::to_string(snippet.line(scope.node));
    case ScopeKind::comprehension: return "comprehension " + std::to_string(snippet.line(scope.node));
    case ScopeKind::type_parameters: return "type parameters " + std::to_string(snippet.line(scope.node));
    }
    return "?";
}

/// The definitions in force at the end of the module: "3 5".
std::string at_end(std::string text, llvm::StringRef name) {
    const Snippet snippet(std::move(text));
    const SymbolId symbol = snippet.bindings.lookup(ScopeId{0}, name);
    std::string out;
    if (symbol)
        for (const DefinitionId id : snippet.bindings.at_end(symbol))
            out += (out.empty() ? "" : " ") + std::to_string(snippet.line(snippet.bindings.definition(id).name));
    return out;
}

TEST(Flow, LaterAssignmentHidesEarlier) {
    EXPECT_EQ(reaching("x = 1\nx = 2\nprint(^x)\nx = 3\n"), "2");
    EXPECT_EQ(reaching("def f(a):\n    a = a + 1\n    return ^a\n"), "2");
    EXPECT_EQ(reaching("def f(a):\n    a = ^a + 1\n    return a\n"), "1");
}

TEST(Flow, ReadBeforeAnyDefinitionSeesNothing) {
    EXPECT_EQ(reaching("print(^x)\nx = 1\n"), "");
    EXPECT_EQ(reaching("def f():\n    print(^x)\n    x = 1\n"), "");
    EXPECT_EQ(home("print(^len)\n"), "none");
}

TEST(Flow, Branches) {
    EXPECT_EQ(reaching("x = 1\nif a:\n    x = 3\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\nif a:\n    x = 3\nelse:\n    x = 5\nprint(^x)\n"), "3 5");
    EXPECT_EQ(reaching("if a:\n    x = 2\nelif b:\n    x = 4\nelse:\n    raise E\nprint(^x)\n"), "2 4");
    EXPECT_EQ(reaching("def f():\n    x = 2\n    if a:\n        x = 4\n        return x\n    return ^x\n"), "2");
    EXPECT_EQ(reaching("def f():\n    if a:\n        x = 3\n    elif (x := g()):\n        return ^x\n"), "4");
    EXPECT_EQ(reaching("def f():\n    if (x := g()):\n        pass\n    elif h(^x):\n        pass\n"), "2");
}

TEST(Flow, LoopsCarryAround) {
    EXPECT_EQ(reaching("x = 1\nfor i in y:\n    print(^x)\n    x = 4\n"), "1 4");
    EXPECT_EQ(reaching("x = 1\nfor i in y:\n    x = 3\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\nwhile x:\n    x = 3\nelse:\n    x = 5\nprint(^x)\n"), "5");
    EXPECT_EQ(reaching("x = 1\nfor i in y:\n    x = 3\n    break\nelse:\n    x = 6\nprint(^x)\n"), "3 6");
    EXPECT_EQ(reaching("x = 1\nfor i in y:\n    if a:\n        x = 4\n        continue\n    print(^x)\n    x = 7\n"),
              "1 4 7");
    EXPECT_EQ(reaching("for x in y:\n    pass\nprint(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\nwhile ^x:\n    x = 3\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\nfor i in ^x:\n    x = 3\n"), "1");
}

TEST(Flow, EndlessLoopsAreLeftByBreakAlone) {
    EXPECT_EQ(reaching("x = 1\nwhile True:\n    x = 3\n    if a:\n        break\n    x = 6\nprint(^x)\n"), "3");
    EXPECT_EQ(reaching("def f():\n    x = 2\n    while 1:\n        x = 4\n    return ^x\n"), "2 4"); // never runs
    EXPECT_EQ(reaching("x = 1\nwhile 0:\n    x = 3\nprint(^x)\n"), "1 3");
}

TEST(Flow, NestedLoops) {
    EXPECT_EQ(reaching("x = 1\nfor a in b:\n    for c in d:\n        print(^x)\n        if c:\n            x = 6\n"
                       "        else:\n            break\n    else:\n        x = 10\n"),
              "1 6 10");
    EXPECT_EQ(reaching("def f():\n    for a in b:\n        for c in d:\n            x = 4\n            break\n"
                       "        print(^x)\n        x = 7\n"),
              "4 7");
    std::string deep = "x = 0\n";
    for (int i = 0; i < 60; ++i)
        deep += std::string(i, ' ') + "for v" + std::to_string(i) + " in y:\n";
    deep += std::string(60, ' ') + "x = f(^x)\n";
    EXPECT_EQ(reaching(deep), "1 62"); // and soon: each loop is walked once
}

TEST(Flow, Try) {
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\n    x = 4\nexcept E:\n    print(^x)\n"), "1 3 4");
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nexcept E:\n    pass\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nexcept E:\n    raise\nprint(^x)\n"), "3");
    EXPECT_EQ(reaching("try:\n    import a as x\nexcept ImportError:\n    x = None\nprint(^x)\n"), "2 4");
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nexcept E:\n    x = 5\nelse:\n    x = 7\nprint(^x)\n"), "5 7");
    EXPECT_EQ(reaching("x = 1\ntry:\n    for i in y:\n        x = 4\n        return_ = x\nexcept E:\n    print(^x)\n"),
              "1 4");
    EXPECT_EQ(reaching("try:\n    pass\nexcept* E as e:\n    print(^e)\n"), "3");
}

TEST(Flow, ExceptionNameEndsWithItsClause) {
    EXPECT_EQ(reaching("try:\n    pass\nexcept E as e:\n    print(^e)\n"), "3");
    EXPECT_EQ(reaching("try:\n    pass\nexcept E as e:\n    pass\nprint(^e)\n"), "");
    EXPECT_EQ(reaching("e = 1\ntry:\n    pass\nexcept E as e:\n    pass\nprint(^e)\n"), "1");
}

TEST(Flow, Finally) {
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nfinally:\n    print(^x)\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nfinally:\n    y = x\nprint(^x)\n"), "3");
    EXPECT_EQ(reaching("x = 1\ntry:\n    x = 3\nfinally:\n    x = 5\nprint(^x)\n"), "5");
    EXPECT_EQ(reaching("def f():\n    x = 2\n    try:\n        x = 4\n        return x\n    finally:\n        g(^x)\n"),
              "2 4");
    EXPECT_EQ(
        reaching(
            "x = 1\nfor i in y:\n    try:\n        x = 4\n        break\n    finally:\n        z = 7\nprint(^x)\n"),
        "1 4");
    EXPECT_EQ(
        reaching("for i in y:\n    try:\n        break\n    finally:\n        z = 5\nelse:\n    z = 7\nprint(^z)\n"),
        "5 7");
    EXPECT_EQ(reaching("while True:\n    try:\n        try:\n            break\n        finally:\n            z = 6\n"
                       "    finally:\n        w = 8\nprint(^z, w)\n"),
              "6");
    EXPECT_EQ(
        reaching(
            "x = 1\nwhile True:\n    try:\n        x = 4\n        continue\n    finally:\n        break\nprint(^x)\n"),
        "1 4");
}

TEST(Flow, WithMaySwallowExceptions) {
    EXPECT_EQ(reaching("with a as x:\n    print(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\nwith suppress(E):\n    x = 3\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("x = 1\nwith raises(E):\n    x = f()\n    raise E\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("with a as x, b(^x) as y:\n    pass\n"), "1");
    EXPECT_EQ(reaching("with (a as (x, y), b as z):\n    print(^y)\n"), "1");
    EXPECT_EQ(reaching("async def f():\n    async with a() as db:\n        return ^db\n"), "2");
}

TEST(Flow, Match) {
    EXPECT_EQ(reaching("match v:\n    case [x, *_]:\n        print(^x)\n"), "2");
    EXPECT_EQ(reaching("match v:\n    case {\"k\": x, **rest}:\n        print(^rest)\n"), "2");
    EXPECT_EQ(reaching("match v:\n    case P(a=x) | Q(x):\n        print(^x)\n"), "2 2");
    EXPECT_EQ(reaching("match v:\n    case [1, 2] as x if x:\n        print(^x)\n"), "2");
    EXPECT_EQ(reaching("x = 0\nmatch v:\n    case 1:\n        x = 4\n    case _:\n        x = 6\nprint(^x)\n"), "4 6");
    EXPECT_EQ(reaching("x = 0\nmatch v:\n    case 1:\n        x = 4\n    case 2:\n        x = 6\nprint(^x)\n"),
              "1 4 6");
    EXPECT_EQ(reaching("x = 0\nmatch v:\n    case x if x > 1:\n        raise E\nprint(^x)\n"), "1 3");
    EXPECT_EQ(reaching("match v:\n    case Color.red:\n        print(^Color)\n"), "");
    EXPECT_EQ(reaching("x = 0\nmatch v, w:\n    case _, _:\n        x = 4\nprint(^x)\n"), "1 4");
}

TEST(Flow, PatternsReadClassesAndBindNoKeywords) {
    const Snippet snippet("match v:\n    case ^Point(x=0, y=^name) | ^m.Other():\n        pass\n");
    EXPECT_TRUE(snippet.bindings.is_read(snippet.marked(0).id()));
    EXPECT_TRUE(snippet.bindings.definition_at(snippet.marked(1).id()));
    EXPECT_TRUE(snippet.bindings.is_read(snippet.marked(2).id()));
    EXPECT_FALSE(snippet.bindings.lookup(ScopeId{0}, "x"));
    EXPECT_FALSE(snippet.bindings.lookup(ScopeId{0}, "_"));
}

TEST(Flow, DeletedNames) {
    EXPECT_EQ(reaching("x = 1\ndel x\nprint(^x)\n"), "");
    EXPECT_EQ(reaching("x = 1\nif a:\n    del x\nprint(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\ndel ^x\n"), "1");
    EXPECT_EQ(reaching("x = y = 1\ndel (x, [y])\ny = 3\nprint(^y)\n"), "3");
    EXPECT_EQ(reaching("x = 1\ndel x.a, x[0]\nprint(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\ndef f():\n    return ^x\ndel x\n"), "1");
}

TEST(Flow, AugmentedAssignmentReadsAndBinds) {
    EXPECT_EQ(reaching("x = 1\n^x += 1\n"), "1");
    EXPECT_EQ(reaching("x = 1\nx += 1\nprint(^x)\n"), "2");
    EXPECT_EQ(reaching("x = 1\nx.a += 1\nx[0] += 1\nprint(^x)\n"), "1");
}

TEST(Flow, ShortCircuits) {
    EXPECT_EQ(reaching("x = 1\na and (x := 2)\nprint(^x)\n"), "1 2");
    EXPECT_EQ(reaching("(x := 2) and print(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\n(x := 2) if a else (x := 3)\nprint(^x)\n"), "2 2");
    EXPECT_EQ(reaching("x = 1\na < b < (x := 2)\nprint(^x)\n"), "1 2");
    EXPECT_EQ(reaching("x = 1\na < (x := 2)\nprint(^x)\n"), "2");
}

TEST(Flow, DeclarationsHideNothing) {
    EXPECT_EQ(reaching("x: int\nprint(^x)\n"), "1");
    EXPECT_EQ(reaching("x = 1\nx: int\nprint(^x)\n"), "1 2");
    EXPECT_EQ(reaching("x: int\nx = 1\nprint(^x)\n"), "2");
}

TEST(Flow, UnreachableCodeSeesEverything) {
    EXPECT_EQ(reaching("def f():\n    x = 2\n    return x\n    print(^x)\n    x = 5\n"), "2 5");
    EXPECT_EQ(reaching("for i in y:\n    x = 2\n    continue\n    ^x\n"), "2");
}

TEST(Scopes, ComprehensionsHaveTheirOwn) {
    EXPECT_EQ(home("x = 1\n[^x for x in y]\n"), "comprehension 2");
    EXPECT_EQ(home("x = 1\n[a for a in ^x]\n"), "module");
    EXPECT_EQ(home("x = 1\n{a: b for a in y for b in ^a}\n"), "comprehension 2");
    EXPECT_EQ(home("def f(x):\n    return [x for x in ^x]\n"), "function 1");
    EXPECT_EQ(home("[[^x for y in x] for x in z]\n"), "comprehension 1");
    EXPECT_EQ(reaching("x = 1\n[i for i in y]\nx = 3\nprint([^x for i in y])\n"), "3");
    EXPECT_EQ(reaching("x = 1\ng = (^x for i in y)\nx = 3\n"), "1 3"); // runs later
    EXPECT_EQ(reaching("x = 1\ng = (i for i in ^x)\nx = 3\n"), "1");   // but this at once
    EXPECT_EQ(reaching("l = lambda: ^x\nx = 2\nx = 3\n"), "2 3");
}

TEST(Scopes, WalrusBindsOutsideOfComprehensions) {
    EXPECT_EQ(home("def f():\n    if any((^x := g(i)) for i in y):\n        return x\n"), "function 1");
    EXPECT_EQ(reaching("def f():\n    if any((x := g(i)) for i in y):\n        return ^x\n"), "2");
    EXPECT_EQ(reaching("x = 1\n[(x := i) for i in y]\nprint(^x)\n"), "1 2");
    EXPECT_EQ(reaching("x = 1\n[(^x, x := i) for i in y]\n"), "1 2");
    EXPECT_EQ(home("f = lambda: (^x := 1)\n"), "lambda 1");
}

TEST(Scopes, MethodsDoNotSeeTheirClass) {
    EXPECT_EQ(home("x = 1\nclass A:\n    x = 3\n    def f(self):\n        return ^x\n"), "module");
    EXPECT_EQ(home("class A:\n    x = 2\n    y = ^x\n"), "class 1");
    EXPECT_EQ(home("class A:\n    x = 2\n    def f(self, y=^x): ...\n"), "class 1");
    EXPECT_EQ(home("x = 0\nclass A:\n    x = 3\n    y = [^x for i in z]\n"), "module");
    EXPECT_EQ(home("class A:\n    x = 2\n    y = [i for i in ^x]\n"), "class 1");
    EXPECT_EQ(home("class A:\n    x = 2\n    y = lambda: ^x\n"), "none");
    EXPECT_EQ(home("x = 1\nclass A:\n    x = 3\n    class B:\n        y = ^x\n"), "module");
}

TEST(Scopes, ClassBodiesFallBackToTheModule) {
    EXPECT_EQ(reaching("x = 1\nclass A:\n    x = ^x\n"), "1");
    EXPECT_EQ(home("x = 1\nclass A:\n    x = ^x\n"), "module");
    EXPECT_EQ(reaching("x = 1\nclass A:\n    if a:\n        x = 4\n    y = ^x\n"), "1 4");
    // Not the function's: a class body that binds a name looks it up among globals.
    EXPECT_EQ(reaching("x = 1\ndef f():\n    x = 3\n    class A:\n        x = ^x\n"), "1");
    EXPECT_EQ(reaching("from datetime import date\nclass A:\n    date: ^date = None\n"), "1");
    EXPECT_EQ(reaching("from datetime import date\nclass A:\n    date: date\n    other: ^date\n"), "1");
    EXPECT_EQ(reaching("x = 1\nclass A:\n    y = ^x\nx = 4\n"), "1"); // a body runs where it stands
}

TEST(Scopes, GlobalAndNonlocal) {
    EXPECT_EQ(home("def f():\n    global x\n    ^x = 1\n"), "module");
    EXPECT_EQ(reaching("x = None\ndef f():\n    global x\n    if ^x is None:\n        x = make()\n    return x\n"),
              "1 5");
    EXPECT_EQ(reaching("x = None\ndef f():\n    global x\n    x = 4\nf()\nprint(^x)\n"), "1 4");
    EXPECT_EQ(home("def f():\n    x = 1\n    def g():\n        nonlocal x\n        ^x = 2\n"), "function 1");
    EXPECT_EQ(
        reaching("def f():\n    x = 2\n    def g():\n        nonlocal x\n        x = 5\n    g()\n    return ^x\n"),
        "2 5");
    EXPECT_EQ(home("def o():\n    x = 1\n    def f():\n        global x\n        def g():\n            return ^x\n"),
              "module");
    EXPECT_EQ(home("def f():\n    global x\n    return ^x\n"), "module");
    EXPECT_EQ(home("class A:\n    global x\n    x = 1\ny = ^x\n"), "module");
    EXPECT_EQ(
        home("def f():\n    x = 1\n    class A:\n        def g(self):\n            nonlocal x\n            ^x = 2\n"),
        "function 1");
}

TEST(Scopes, NestedFunctionsSeeEveryDefinition) {
    EXPECT_EQ(reaching("x = 1\ndef f():\n    return ^x\nx = 4\n"), "1 4");
    EXPECT_EQ(reaching("def f():\n    x = 2\n    def g():\n        return ^x\n    x = 5\n    return g\n"), "2 5");
    EXPECT_EQ(reaching("def f():\n    return ^g\ndef g(): ...\n"), "3");
}

TEST(Scopes, DefaultsAndDecoratorsBelongOutside) {
    const Snippet snippet("@^dec\ndef f(a=^b, *, c: ^T = 1) -> ^R:\n    ^body\nl = lambda d=^e: ^d\n");
    const ScopeId module{0};
    const ScopeId function =
        snippet.bindings.opened_by(snippet.tree.root().named_child(0).child(Field::definition).id());
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(0).id()), module);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(1).id()), module);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(2).id()), module);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(3).id()), module);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(4).id()), function);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.marked(5).id()), module);
    EXPECT_NE(snippet.bindings.scope_of(snippet.marked(6).id()), module);
    EXPECT_EQ(snippet.bindings.scope_of(snippet.find("a").id()), function);
}

TEST(Scopes, TypeParameters) {
    EXPECT_EQ(home("def f[T](a: ^T): ...\n"), "type parameters 1");
    EXPECT_EQ(home("def f[T](a):\n    x: ^T = a\n"), "type parameters 1");
    EXPECT_EQ(home("class A[T](B[^T]): ...\n"), "type parameters 1");
    EXPECT_EQ(home("class A[T]:\n    def f(self) -> ^T: ...\n"), "type parameters 1");
    EXPECT_EQ(home("class A[T: ^Base]: ...\nclass Base: ...\n"), "module");
    EXPECT_EQ(home("type L[T] = list[^T]\n"), "type parameters 1");
    EXPECT_EQ(reaching("type A = ^B\ntype B = int\n"), "2");
    EXPECT_EQ(home("def f[*Ts, **P](*a: *^Ts): ...\n"), "type parameters 1");
    EXPECT_EQ(home("class A:\n    X = 1\n    def f[T: ^X](self): ...\n"), "class 1");
    EXPECT_EQ(home("def f[T](): ...\nprint(^T)\n"), "none");
    EXPECT_EQ(home("T = 1\ndef f[T](a=^T): ...\n"), "module");
}

TEST(Scopes, Annotations) {
    EXPECT_EQ(reaching("def f(a: ^User): ...\nclass User: ...\n"), "2"); // wrong at run time, but clear
    EXPECT_EQ(reaching("User = 1\ndef f(a: ^User): ...\nclass User: ...\n"), "1");
    EXPECT_EQ(reaching("from __future__ import annotations\nUser = 1\ndef f(a: ^User): ...\nclass User: ...\n"), "2 4");
    EXPECT_EQ(home("x: dict[str, m.^Foo]\nFoo = 1\n"), "none");
    EXPECT_EQ(home("x: list[^Foo] | None\nFoo = 1\n"), "module");
}

TEST(Names, WhatIsNoReference) {
    const Snippet snippet("a.^b\nf(^c=1)\nimport ^d.^e\nfrom ^g import ^h as i\nprint(x=^y)\n");
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(0).id()));
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(1).id()));
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(2).id()));
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(3).id()));
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(4).id()));
    EXPECT_FALSE(snippet.bindings.is_read(snippet.marked(5).id()));
    EXPECT_TRUE(snippet.bindings.is_read(snippet.marked(6).id()));
    EXPECT_FALSE(snippet.bindings.lookup(ScopeId{0}, "h"));
    EXPECT_FALSE(snippet.bindings.lookup(ScopeId{0}, "e"));
    EXPECT_TRUE(snippet.bindings.lookup(ScopeId{0}, "d"));
}

TEST(Names, StringsAndSoftKeywords) {
    EXPECT_EQ(reaching("x = 1\nf'{^x!r:>{w}}'\n"), "1");
    EXPECT_EQ(reaching("w = 1\nf'{x:>{^w}}'\n"), "1");
    EXPECT_EQ(reaching("match = 1\nprint(^match)\n"), "1");
    EXPECT_EQ(reaching("type = 1\ncase = ^type\n"), "1");
    EXPECT_EQ(reaching("print = 1\nf(^print)\n"), "1");
    EXPECT_EQ(reaching("x = 1\ntype(^x).y = 2\n"), "1"); // an alias to the grammar
}

TEST(Names, Targets) {
    EXPECT_EQ(reaching("a, (b, *c), [d] = v\nprint(^c)\n"), "1");
    EXPECT_EQ(reaching("a = b = v\nprint(^b)\n"), "1");
    EXPECT_EQ(reaching("a[^i], i = v\n"), "");
    EXPECT_EQ(reaching("i, a[^i] = v\n"), "1");
    EXPECT_EQ(reaching("for i, a[^i] in v: pass\n"), "1");
    EXPECT_EQ(reaching("x: int = y = 1\nprint(^y)\n"), "1");
    EXPECT_EQ(reaching("*a, = v\nprint(^a)\n"), "1");
}

TEST(Functions, Traits) {
    const Snippet snippet("async def f():\n    async for a in b:\n        yield a\n    return\n"
                          "def g():\n    def h():\n        yield 1\n    x = [i for i in (yield)]\n    return 1\n"
                          "async def k():\n    return [await i for i in x]\n"
                          "def plain():\n    return lambda: (yield)\n");
    const auto scope = [&](llvm::StringRef name) {
        return snippet.bindings.scope(snippet.bindings.opened_by(snippet.find(name).parent().id()));
    };
    EXPECT_TRUE(scope("f").has_yield);
    EXPECT_TRUE(scope("f").has_await);
    EXPECT_EQ(scope("f").returns.size(), 1U);
    EXPECT_EQ(scope("f").yields.size(), 1U);
    EXPECT_EQ(scope("g").yields.size(), 1U);
    EXPECT_EQ(scope("g").returns.size(), 1U);
    EXPECT_TRUE(scope("h").has_yield);
    EXPECT_TRUE(scope("k").has_await);
    EXPECT_FALSE(scope("plain").has_yield);
}

TEST(AtEnd, ModulesAndClasses) {
    EXPECT_EQ(at_end("x = 1\nx = 2\n", "x"), "2");
    EXPECT_EQ(at_end("x = 1\ndel x\n", "x"), "");
    EXPECT_EQ(at_end("try:\n    from a import x\nexcept ImportError:\n    x = None\n", "x"), "2 4");
    EXPECT_EQ(at_end("if A:\n    def f(): ...\nelse:\n    def f(): ...\n", "f"), "2 4");
    EXPECT_EQ(at_end("x = 1\ndef f():\n    global x\n    x = 4\n", "x"), "1 4");
    EXPECT_EQ(at_end("x = 1\nif a:\n    raise SystemExit\nx = 4\n", "x"), "4");
    EXPECT_EQ(at_end("x = 1\nraise SystemExit\n", "x"), "1");
    const Snippet snippet("class A:\n    x = 1\n    x = 2\n");
    const Scope& scope = snippet.bindings.scope(ScopeId{1});
    ASSERT_EQ(snippet.bindings.at_end(scope.by_name.lookup("x")).size(), 1U);
}

TEST(DunderAll, WrittenOut) {
    const auto all = [](std::string text) {
        const Snippet snippet(std::move(text));
        const auto* names = snippet.bindings.dunder_all();
        return names == nullptr ? std::string("?") : llvm::join(*names, " ");
    };
    EXPECT_EQ(all("__all__ = ['a', \"b\"]\n"), "a b");
    EXPECT_EQ(all("__all__ = ('a',)\n__all__ += ['b']\n__all__.extend(('c', 'd'))\n__all__.append('e')\n"),
              "a b c d e");
    EXPECT_EQ(all("__all__ = ['a'] + ['b']\n__all__.remove('a')\n"), "b");
    EXPECT_EQ(all("__all__: list[str] = 'a', 'b'\n"), "a b");
    EXPECT_EQ(all("__all__ = ['a']\n__all__ += other.__all__\n"), "?");
    EXPECT_EQ(all("__all__ = [n for n in dir()]\n"), "?");
    EXPECT_EQ(all("x = 1\n"), "?");
    EXPECT_EQ(all("__all__ = ['a']\nprint(__all__)\n"), "a");
}

TEST(Printing, Golden) {
    const Snippet snippet(
        "import os\nclass A:\n    x = os\n    async def f(self):\n        return [await y for y in self.z]\n");
    EXPECT_EQ(print_bindings(snippet.tree, snippet.bindings), "module\n"
                                                              "  os: import 1:8; read 3:9 <- 1:8\n"
                                                              "  A: class 2:7\n"
                                                              "class A@2\n"
                                                              "  from module: os\n"
                                                              "  x: assignment 3:5\n"
                                                              "  f: function 4:15\n"
                                                              "class A@2/function f@4 awaits\n"
                                                              "  self: parameter 4:17; read 5:34 <- 4:17\n"
                                                              "class A@2/function f@4/list_comprehension@5 awaits\n"
                                                              "  y: for 5:29; read 5:23 <- 5:29\n");
}

TEST(Robustness, BrokenCodeIsBoundAsFarAsItGoes) {
    for (const char* text : {"def f(:\n",
                             "class :\n    x\n",
                             "for in x:\n",
                             "with : pass\n",
                             "try:\n",
                             "match x:\n",
                             "import\n",
                             "from . import\n",
                             "x = \n",
                             "lambda : \n",
                             "del\n",
                             "global\n",
                             "[for x in]\n",
                             "except E as e:\n",
                             "type = = 3\n",
                             "def f[](): ...\n",
                             "case x:\n",
                             "f a=1, b: int = 2):\n",
                             "def f(a=1, b: int = 2\n",
                             "(a: int = 3)\n",
                             "lambda a=1, b\n",
                             "async\n",
                             "\xff\xfe\n",
                             "break\ncontinue\nreturn\n"}) {
        const SourceText source = make_source("broken.py", text);
        const SyntaxTree tree = parse(source);
        EXPECT_FALSE(print_bindings(tree, bind(tree)).empty()) << text;
    }
}

TEST(Robustness, ManyBranchesStaySmall) {
    // 3,000 conditions on one name, then one read: the joins must not be spelled out at each.
    std::string text = "x = 0\n";
    for (int i = 0; i < 3000; ++i)
        text += "if a:\n    x = 1\n";
    const Snippet snippet(text + "print(^x)\n");
    EXPECT_EQ(snippet.bindings.reaching(snippet.marked().id()).size(), 3001U);
}

} // namespace
} // namespace sqlawait
