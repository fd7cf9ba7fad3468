#include "tests/unit/python_program.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {
namespace {

bool has_line(const std::string& text, llvm::StringRef part) {
    llvm::SmallVector<llvm::StringRef, 16> lines;
    llvm::StringRef(text).split(lines, '\n');
    return llvm::any_of(lines, [&](llvm::StringRef line) { return line.contains(part); });
}

TEST(Calls, CallsAcrossModulesAndMethods) {
    const PythonProgram program(R"py(
# file: app/repo.py
class Repo:
    def find(self, key):
        return self.load(key)

    def load(self, key):
        return key
# file: app/main.py
from app.repo import Repo as R
from app import repo

def run():
    return R().find(1)

def twice():
    return repo.Repo().load(2)

run()
)py");
    const std::string calls = program.calls();
    EXPECT_TRUE(has_line(calls, "app.main.run -> app.repo.Repo.find call")) << calls;
    EXPECT_TRUE(has_line(calls, "app.repo.Repo.find -> app.repo.Repo.load call")) << calls;
    EXPECT_TRUE(has_line(calls, "app.main.twice -> app.repo.Repo.load call")) << calls;
    EXPECT_TRUE(has_line(calls, "<module> -> app.main.run call")) << calls;
}

TEST(Calls, AFunctionInAVariableIsCalledIndirectly) {
    const PythonProgram program(R"py(
def find(key):
    return key

def other(key):
    return key

TABLE = {"find": find}

def run(name):
    fetch = find
    return fetch(1), TABLE[name](2)

def direct():
    return other(1)
)py");
    const std::string calls = program.calls();
    EXPECT_TRUE(has_line(calls, "main.run -> main.find call indirect")) << calls;
    EXPECT_FALSE(has_line(calls, "main.direct -> main.other call indirect")) << calls;
    EXPECT_TRUE(has_line(calls, "<module> -> main.find reference transparent")) << calls;
}

TEST(Calls, HandedOverToSomethingKnownAndUnknown) {
    const PythonProgram program(R"py(
import threading
import somelib

def key(item):
    return item

def job():
    pass

def run(items):
    threading.Thread(target=job).start()
    somelib.register(job)
    return sorted(items, key=key)
)py");
    const std::string calls = program.calls();
    EXPECT_TRUE(has_line(calls, "main.run -> main.key reference sync")) << calls;
    EXPECT_TRUE(has_line(calls, "main.run -> main.job reference sync")) << calls;
    EXPECT_TRUE(has_line(calls, "main.run -> main.job reference unknown")) << calls;
}

TEST(Calls, AskingWhetherAFunctionIsThereHandsNothingOver) {
    const PythonProgram program(R"py(
def hook():
    pass

def run(given=None):
    if hook is given:
        return hook.__name__
    assert hook
)py");
    EXPECT_FALSE(has_line(program.calls(), "reference")) << program.calls();
}

TEST(Calls, PropertiesAreRunByReads) {
    const PythonProgram program(R"py(
class Shelf:
    @property
    def total(self):
        return 1

    @total.setter
    def total(self, value):
        pass

    def plain(self):
        return 2

def run(shelf: Shelf):
    return shelf.total + shelf.plain()
)py");
    const std::string calls = program.calls();
    EXPECT_TRUE(has_line(calls, "main.run -> main.Shelf.total property")) << calls;
    EXPECT_FALSE(has_line(calls, "main.Shelf.plain property")) << calls;
}

TEST(Calls, DependenciesThroughNamedAnnotations) {
    const PythonProgram program(R"py(
# file: deps.py
from typing import Annotated
from fastapi import Depends

def get_db():
    yield 1

def get_user(db=Depends(get_db)):
    return db

UserDep = Annotated[int, Depends(get_user)]
# file: routes.py
from fastapi import APIRouter
from deps import UserDep

router = APIRouter()

@router.get("/me")
def me(user: UserDep):
    return user
)py");
    const std::string calls = program.calls();
    EXPECT_TRUE(has_line(calls, "routes.me -> deps.get_user dependency")) << calls;
    EXPECT_TRUE(has_line(calls, "deps.get_user -> deps.get_db dependency")) << calls;
    EXPECT_TRUE(has_line(calls, "entry routes.me awaits")) << calls;
}

TEST(Calls, FamiliesOfOverridesMixinsAndProtocols) {
    const PythonProgram program(R"py(
from typing import Protocol

class Source(Protocol):
    def names(self): ...

class Base:
    def save(self, item): ...
    def __init__(self): ...

class Audit:
    def save(self, item):
        return super().save(item)

class Store(Audit, Base):
    def __init__(self): ...
    def names(self): ...

class Other:
    def save(self, item): ...

class Quiet(Base):
    def close(self): ...

class Quieter(Quiet):
    def close(self): ...

def run(base: Base, source: Source, quieter: Quieter):
    base.save(1)
    source.names()
    quieter.close()
)py");
    const auto family = [&](llvm::StringRef name) { return program.graph().family(program.function(name)).size(); };
    EXPECT_EQ(family("main.Base.save"), 2U);
    EXPECT_EQ(family("main.Other.save"), 1U);
    EXPECT_EQ(family("main.Base.__init__"), 1U);
    EXPECT_EQ(family("main.Source.names"), 2U);
    EXPECT_EQ(family("main.Quiet.close"), 1U) << "nobody calls close() through Quiet";
}

TEST(Calls, OverloadsAreOneFamily) {
    const PythonProgram program(R"py(
from typing import overload

@overload
def find(key: int) -> int: ...
@overload
def find(key: str) -> str: ...
def find(key):
    return key
)py");
    EXPECT_EQ(program.graph().family(program.function("main.find")).size(), 3U);
}

TEST(Calls, EntriesByDecoratorAndConvention) {
    const PythonProgram program(R"py(
# file: tasks.py
from celery import shared_task
import strange

@shared_task
def nightly():
    pass

@strange.thing
def odd():
    pass

@staticmethod
def plain():
    pass
# file: migrations/versions/one.py
revision = "1"
down_revision = None

def upgrade():
    helper()

def helper():
    pass
# file: tests/test_app.py
def test_one():
    pass

def helper():
    pass
)py");
    const auto entry = [&](llvm::StringRef name) { return program.graph().entry(program.function(name)).entry; };
    EXPECT_EQ(entry("tasks.nightly"), Entry::sync);
    EXPECT_EQ(entry("tasks.odd"), Entry::unknown);
    EXPECT_EQ(entry("tasks.plain"), Entry::none);
    EXPECT_EQ(entry("migrations.versions.one.upgrade"), Entry::sync);
    EXPECT_EQ(entry("migrations.versions.one.helper"), Entry::none);
    EXPECT_EQ(entry("tests.test_app.test_one"), Entry::awaits);
    EXPECT_EQ(entry("tests.test_app.helper"), Entry::none);
}

TEST(Calls, OpenCallsAreThoseOnUnknownReceivers) {
    const PythonProgram program(R"py(
import somelib

class Service:
    def fetch(self, key):
        return key

class Inner:
    def fetch(self, key):
        return key

def run(service: Service):
    thing = somelib.make(service)
    return thing.fetch(1), Inner().fetch(2)
)py");
    EXPECT_EQ(program.graph().open_calls("fetch").size(), 1U) << program.calls();
    const auto escapes = [&](std::uint32_t id) { return program.graph().escapes(ClassId{id}); };
    EXPECT_TRUE(escapes(0));
    EXPECT_FALSE(escapes(1));
}

TEST(Calls, ArgumentsFitByCountAndKeyword) {
    const SourceText source = make_source("a.py", R"py(
def one(self, key, *, deep=False): pass
x.one(1)
x.one()
x.one(1, 2)
x.one(1, deep=True)
x.one(1, other=True)
x.one(*items)
)py");
    const SyntaxTree tree = parse(source);
    std::vector<Node> calls;
    std::vector<ParameterInfo> parameters;
    for (NodeId id = 0; id < tree.size(); ++id) {
        if (tree.node(id).is(Kind::call))
            calls.push_back(tree.node(id));
        if (tree.node(id).is(Kind::function_definition))
            parameters = parameters_of(tree.node(id));
    }
    std::vector<bool> fits;
    for (const Node call : calls)
        fits.push_back(arguments_fit(call, parameters, true));
    EXPECT_EQ(fits, (std::vector<bool>{true, false, false, true, false, true}));
}

} // namespace
} // namespace sqlawait
