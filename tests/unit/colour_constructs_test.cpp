#include "tests/unit/colour_program.h"

namespace sqlawait {
namespace {

TEST(Colour, WhatCannotAwaitKeepsItsCallersSync) {
    const PythonProgram program = with_models(R"py(
def price(db: Session, key):
    return db.get(User, key).name

def ordered(db: Session, keys):
    return map(lambda key: price(db, key) + "", keys)

def page(db: Session):
    return ordered(db, [1])

def fine(db: Session):
    return price(db, 1)
)py");
    EXPECT_EQ(program.form("main.ordered"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.page"), "sync");
    EXPECT_NE(program.colour("main.page").refusal.find("main.ordered"), std::string::npos)
        << program.colour("main.page").refusal;
    EXPECT_EQ(program.form("main.fine"), "async");
    EXPECT_EQ(program.form("main.price"), "both");
}

TEST(Colour, ConstructorsAndSpecialMethodsBecomeOrdinaryOnes) {
    const PythonProgram program = with_models(R"py(
class Registered(type):
    pass

class Kept(metaclass=Registered):
    def __init__(self, db: Session):
        self.first = db.get(User, 1)

class Report:
    def __init__(self, db: Session):
        self.first = db.get(User, 1)

class Box:
    def __init__(self, db: Session):
        self.db = db

    def __len__(self):
        return len(self.db.scalars(None).all())

def make(db: Session):
    return Report(db)

def keep(db: Session):
    return Kept(db)

def size(db: Session):
    return len(Box(db))
)py");
    EXPECT_EQ(program.form("main.make"), "async") << program.colours();
    EXPECT_EQ(program.colour("main.Report.__init__").ordinary, "create");
    EXPECT_EQ(program.form("main.size"), "async");
    EXPECT_EQ(program.colour("main.Box.__len__").async_name, "length");
    EXPECT_EQ(program.form("main.keep"), "sync");
    EXPECT_NE(program.colour("main.keep").refusal.find("metaclass"), std::string::npos);
}

TEST(Colour, AnUnknownDecoratorKeepsAFunctionSync) {
    const PythonProgram program = with_models(R"py(
import strange

@strange.thing
def find(db: Session, key):
    return db.get(User, key)

def page(db: Session):
    return find(db, 1)
)py");
    EXPECT_EQ(program.form("main.find"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.page"), "sync");
}

TEST(Colour, GeneratorsTurnWhenAllWhoUseThemCan) {
    const PythonProgram program = with_models(R"py(
def users(db: Session):
    for user in db.scalars(None):
        yield user

def names(db: Session):
    return [user.name for user in users(db)]

def held(db: Session):
    for user in db.scalars(None):
        yield user

def escaping(db: Session):
    return map(str, held(db))
)py");
    EXPECT_EQ(program.form("main.users"), "async") << program.colours();
    EXPECT_EQ(program.form("main.names"), "async");
    EXPECT_EQ(program.form("main.escaping"), "sync");
}

TEST(Colour, AGeneratorThatReturnsAValueCannotTurn) {
    const PythonProgram program = with_models(R"py(
def users(db: Session):
    yield db.get(User, 1)
    return 3

def loop(db: Session):
    for user in users(db):
        print(user)
)py");
    EXPECT_EQ(program.form("main.users"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.loop"), "sync");
}

TEST(Colour, SortKeysAreAwaitedBeforehand) {
    const PythonProgram program = with_models(R"py(
def price(db: Session, key):
    return db.get(User, key).name

def ordered(db: Session, keys):
    return sorted(keys, key=lambda key: price(db, key))

def two(db: Session, keys):
    return max(1, 2, key=lambda key: price(db, key))
)py");
    EXPECT_EQ(program.form("main.ordered"), "async") << program.colours();
    EXPECT_EQ(program.form("main.two"), "sync");
}

TEST(Colour, WhatADecoratorWrapsChangesWithItsWrapper) {
    const PythonProgram program = with_models(R"py(
import functools

def logged(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)
    return wrapper

@logged
def tax(price):
    return price // 5

@logged
def find(db: Session, key):
    return db.get(User, key)

def both(db: Session):
    return tax(1), find(db, 1)

def plain():
    return 1
)py");
    EXPECT_TRUE(program.colour("main.tax").turns_async) << program.colours();
    EXPECT_TRUE(program.colour("main.find").turns_async);
    EXPECT_EQ(program.form("main.both"), "async");
    EXPECT_FALSE(program.colour("main.plain").turns_async);
}

TEST(Colour, BothMethodsOfAContextManagerTurn) {
    const PythonProgram program = with_models(R"py(
class Unit:
    def __init__(self, db: Session):
        self.db = db

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.db.commit()

def run(db: Session):
    with Unit(db) as unit:
        pass
)py");
    EXPECT_TRUE(program.colour("main.Unit.__enter__").turns_async) << program.colours();
    EXPECT_TRUE(program.colour("main.Unit.__exit__").turns_async);
    EXPECT_EQ(program.form("main.run"), "async");
}

TEST(Colour, RunSyncIsABridge) {
    const PythonProgram program(R"py(
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

def region(session: Session):
    session.commit()

async def run(db: AsyncSession):
    await db.run_sync(region)
    await db.commit()
)py");
    EXPECT_EQ(program.form("main.region"), "sync") << program.colours();
    EXPECT_TRUE(program.colour("main.run").refusal.empty()) << program.colour("main.run").refusal;
}

TEST(Colour, OneSessionInGatherIsUsedInTurn) {
    const PythonProgram program = with_models(R"py(
import asyncio

async def one(db: Session):
    return db.get(User, 1)

async def all_of(db: Session):
    return await asyncio.gather(one(db), one(db))

async def errors(db: Session):
    return await asyncio.gather(one(db), one(db), return_exceptions=True)
)py");
    EXPECT_EQ(program.form("main.all_of"), "async") << program.colours();
    EXPECT_EQ(program.form("main.errors"), "sync");
}

TEST(Colour, WhatCannotTurnIsCalledThroughRunSync) {
    const PythonProgram program = with_models(R"py(
class Registered(type):
    pass

class Snapshot(metaclass=Registered):
    def __init__(self, db: Session):
        self.names = [user.name for user in db.query(User).all()]

def kept(db: Session):
    return Snapshot(db).names

def lazily(db: Session, keys):
    return map(lambda key: Snapshot(db).names[key], keys)

def bridged(db: Session):
    return kept(db), db.get(User, 1)

def not_finished(db: Session):
    return lazily(db, [1])

)py");
    EXPECT_EQ(program.form("main.kept"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.bridged"), "async");
    EXPECT_EQ(program.form("main.not_finished"), "sync");
}

TEST(Colour, ASessionThatThreadsUseIsNotBridged) {
    const PythonProgram program = with_models(R"py(
from concurrent.futures import ThreadPoolExecutor

def one(db: Session, key):
    return db.get(User, key).name

def all_of(db: Session, keys):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda key: one(db, key), keys))

def page(db: Session):
    return all_of(db, [1])
)py");
    EXPECT_EQ(program.form("main.all_of"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.page"), "sync");
}

TEST(Colour, WhatSyncCodeCallsThroughAVariableStays) {
    const PythonProgram program = with_models(R"py(
class Bus:
    def __init__(self):
        self.handlers = []

    def publish(self, key):
        return [handler(key) for handler in self.handlers]

def page(db: Session):
    def name_of(key):
        return db.get(User, key).name

    bus = Bus()
    bus.handlers.append(name_of)
    bus.handlers.extend([lambda key: db.query(User).filter(User.id == key + n).all() for n in (1, 2)])
    return bus.publish(1)
)py");
    EXPECT_EQ(program.form("main.page.<locals>.name_of"), "sync") << program.colours();
}

} // namespace
} // namespace sqlawait
