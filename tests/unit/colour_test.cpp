#include "analysis/colour/foundation.h"
#include "tests/unit/python_program.h"

namespace sqlawait {
namespace {

PythonProgram with_models(const std::string& text, ColourOptions options = {}) {
    return PythonProgram(python_models + text, std::move(options));
}

ColourOptions select_only() {
    ColourOptions options;
    options.select_only = true;
    return options;
}

ColourOptions keep_sync(std::string pattern) {
    ColourOptions options;
    options.keep_sync = {std::move(pattern)};
    return options;
}

TEST(Colour, AFunctionThatIsGivenASessionTurnsAsyncWithItsCallers) {
    const PythonProgram program = with_models(R"py(
def find(db: Session, key):
    return db.get(User, key)

def name_of(db: Session, key):
    return find(db, key).name

def pure(user):
    return user.name
)py");
    EXPECT_EQ(program.form("main.find"), "async") << program.colours();
    EXPECT_EQ(program.form("main.name_of"), "async");
    EXPECT_TRUE(program.colour("main.name_of").turns_async);
    EXPECT_FALSE(program.colour("main.pure").turns_async);
}

TEST(Colour, AddAloneIsNoIO) {
    const PythonProgram program = with_models(R"py(
def add(db: Session, name):
    db.add(User(name=name))
)py");
    EXPECT_EQ(program.form("main.add"), "async");
    EXPECT_FALSE(program.colour("main.add").turns_async);
}

TEST(Colour, SelectOnlyTurnsNothing) {
    const PythonProgram program = with_models(R"py(
def find(db: Session, key):
    return db.get(User, key)
)py",
                                              select_only());
    EXPECT_EQ(program.form("main.find"), "sync");
}

TEST(Colour, ACeleryTaskKeepsWhatItCallsAndItsTwinArises) {
    const PythonProgram program(R"py(
# file: db.py
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker, Session

engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def recount(db: Session):
    db.commit()
# file: tasks.py
from celery import shared_task
from db import SessionLocal, recount

@shared_task
def nightly():
    with SessionLocal() as db:
        recount(db)
# file: api.py
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from db import SessionLocal, recount

router = APIRouter()

def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()

@router.post("/recount")
def recount_now(db: Session = Depends(get_db)):
    recount(db)
)py");
    EXPECT_EQ(program.form("tasks.nightly"), "sync") << program.colours();
    EXPECT_TRUE(program.colour("tasks.nightly").kept);
    EXPECT_EQ(program.form("db.recount"), "both");
    EXPECT_EQ(program.colour("db.recount").sync_name, "recount_sync");
    EXPECT_EQ(program.form("api.recount_now"), "async");
    EXPECT_EQ(program.form("api.get_db"), "async");
    EXPECT_EQ(program.value_form("engine"), "both");
    EXPECT_EQ(program.value_form("SessionLocal"), "both");
}

TEST(Colour, CreateAllAtModuleLevelKeepsTheSyncEngine) {
    const PythonProgram program = with_models(R"py(
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)
Base.metadata.create_all(bind=engine)

def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()

from fastapi import Depends, FastAPI
app = FastAPI()

@app.get("/")
def index(db: Session = Depends(get_db)):
    return db.get(User, 1)
)py");
    EXPECT_EQ(program.value_form("engine"), "both") << program.colours();
    EXPECT_EQ(program.value_form("SessionLocal"), "async");
    EXPECT_EQ(program.form("main.index"), "async");
}

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

TEST(Colour, ConstructorsAndSpecialMethodsCannotAwait) {
    const PythonProgram program = with_models(R"py(
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

def size(db: Session):
    return len(Box(db))
)py");
    EXPECT_EQ(program.form("main.make"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.size"), "sync");
    EXPECT_NE(program.colour("main.make").refusal.find("constructor"), std::string::npos);
}

TEST(Colour, OverridesChangeTogether) {
    const PythonProgram program = with_models(R"py(
class Source:
    def names(self):
        return []

class Stored(Source):
    def __init__(self, db: Session):
        self.db = db

    def names(self):
        return [user.name for user in self.db.scalars(None)]

def joined(source: Source):
    return ",".join(source.names())
)py");
    EXPECT_TRUE(program.colour("main.Source.names").turns_async) << program.colours();
    EXPECT_EQ(program.form("main.Stored.names"), "async");
    EXPECT_EQ(program.form("main.joined"), "async");
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

TEST(Colour, KeepSyncByCommentOfAFunction) {
    const PythonProgram program = with_models(R"py(
def find(db: Session, key):  # sqlawait: keep-sync
    return db.get(User, key)

def other(db: Session):
    return db.get(User, 1)

def page(db: Session):
    return find(db, 1)
)py");
    EXPECT_EQ(program.form("main.find"), "sync") << program.colours();
    EXPECT_TRUE(program.colour("main.find").kept);
    EXPECT_EQ(program.form("main.page"), "sync");
    EXPECT_EQ(program.form("main.other"), "async");
}

TEST(Colour, KeepSyncByConfiguration) {
    const PythonProgram program(R"py(
# file: scripts/one.py
from sqlalchemy.orm import Session
def run(db: Session):
    db.commit()
# file: app/two.py
from sqlalchemy.orm import Session
def run(db: Session):
    db.commit()
)py",
                                keep_sync("scripts/**"));
    EXPECT_EQ(program.form("scripts.one.run"), "sync") << program.colours();
    EXPECT_EQ(program.form("app.two.run"), "async");
}

TEST(Colour, CodeWithItsOwnSessionsMayStaySyncBelowAsyncCallers) {
    const PythonProgram program = with_models(R"py(
import strange
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

@strange.thing
def audit():
    with SessionLocal() as own:
        own.commit()

def page(db: Session):
    audit()
    return db.get(User, 1)
)py");
    EXPECT_EQ(program.form("main.audit"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.page"), "async");
}

TEST(Colour, AThreadRunsTheSyncForm) {
    const PythonProgram program = with_models(R"py(
import threading
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def job():
    with SessionLocal() as own:
        own.commit()

def start(db: Session):
    db.commit()
    threading.Thread(target=job).start()
)py");
    EXPECT_EQ(program.form("main.job"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.start"), "async");
}

TEST(Colour, AScriptsMainRunsInALoop) {
    const PythonProgram program = with_models(R"py(
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def main():
    with SessionLocal() as db:
        db.commit()

if __name__ == "__main__":
    main()
)py");
    EXPECT_EQ(program.form("main.main"), "async") << program.colours();
    EXPECT_EQ(program.value_form("engine"), "async");
}

TEST(Colour, ACallAtModuleLevelIsSync) {
    const PythonProgram program = with_models(R"py(
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def seed():
    with SessionLocal() as db:
        db.commit()

seed()
)py");
    EXPECT_EQ(program.form("main.seed"), "sync") << program.colours();
}

TEST(Colour, NobodyCallsItAndItMakesItsSession) {
    const PythonProgram program = with_models(R"py(
engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def report():
    with SessionLocal() as db:
        return db.get(User, 1)
)py");
    EXPECT_EQ(program.form("main.report"), "sync") << program.colours();
    EXPECT_EQ(program.value_form("engine"), "sync");
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

TEST(Colour, AnEngineWithoutAnAsyncDriverStaysSync) {
    const PythonProgram program = with_models(R"py(
engine = create_engine("sqlite+pysqlcipher:///a.db")
SessionLocal = sessionmaker(bind=engine)

def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()

from fastapi import Depends, FastAPI
app = FastAPI()

@app.get("/")
def index(db: Session = Depends(get_db)):
    return db.get(User, 1)
)py");
    EXPECT_EQ(program.value_form("engine"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.index"), "sync");
}

TEST(Colour, AnotherLibrarysSessionIsNone) {
    const PythonProgram program(R"py(
class Session:
    def commit(self):
        pass

def run(db: Session):
    db.commit()
)py");
    EXPECT_EQ(program.form("main.run"), "sync") << program.colours();
    EXPECT_TRUE(program.table().sites().empty());
}

TEST(Colour, ASessionHandedToTheUnknownStaysSync) {
    const PythonProgram program = with_models(R"py(
import strange

def run(db: Session):
    strange.use(db)
    db.commit()
)py");
    EXPECT_EQ(program.form("main.run"), "sync") << program.colours();
    EXPECT_NE(program.colour("main.run").refusal.find("strange.use"), std::string::npos);
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

TEST(Colour, NamesMadeAtRunTimeReachTheMethodsThatFit) {
    const PythonProgram program = with_models(R"py(
class Commands:
    def __init__(self, db: Session):
        self.db = db

    def do_count(self):
        return self.db.get(User, 1)

    def other(self):
        return 1

    def run(self, name):
        method = getattr(self, f"do_{name}", None)
        if method is None:
            return None
        return method()

    def leak(self, name):
        return getattr(self, name)
)py");
    EXPECT_NE(program.calls().find("main.Commands.run -> main.Commands.do_count call indirect"), std::string::npos)
        << program.calls();
    EXPECT_EQ(program.calls().find("main.Commands.run -> main.Commands.other"), std::string::npos);
    EXPECT_NE(program.calls().find("main.Commands.leak -> main.Commands.do_count reference unknown"),
              std::string::npos);
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

TEST(Colour, AFrameworkAwaitsWhatSyncCodeHandsToIt) {
    const PythonProgram program = with_models(R"py(
from contextlib import asynccontextmanager
from fastapi import FastAPI

engine = create_engine("sqlite:///a.db")
SessionLocal = sessionmaker(bind=engine)

def seed(db: Session):
    db.commit()

@asynccontextmanager
async def lifespan(app):
    Base.metadata.create_all(bind=engine)
    with SessionLocal() as db:
        seed(db)
    yield
    engine.dispose()

def create_app():
    return FastAPI(lifespan=lifespan)

app = create_app()
)py");
    EXPECT_EQ(program.form("main.lifespan"), "async") << program.colours();
    EXPECT_EQ(program.form("main.seed"), "async");
    EXPECT_EQ(program.value_form("engine"), "async");
}

TEST(Colour, AnAbstractMethodLooksLikeItsOverridesButTiesThemTogetherOnlyWhenCalled) {
    const PythonProgram program = with_models(R"py(
from abc import ABC, abstractmethod
import strange

class Service(ABC):
    @abstractmethod
    def find(self): ...

    @abstractmethod
    def fetch(self): ...

class Users(Service):
    def find(self, db: Session, key):
        return db.get(User, key)

    def fetch(self, db: Session, key):
        return db.get(User, key)

class Others(Service):
    def find(self, db: Session):
        strange.use(db)
        return db.get(User, 1)

    def fetch(self, db: Session):
        return db.get(User, 1)

def page(db: Session):
    return Users().find(db, 1)
)py");
    EXPECT_EQ(program.form("main.Others.find"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.Users.find"), "async");
    EXPECT_EQ(program.form("main.page"), "async");
    EXPECT_EQ(program.form("main.Service.fetch"), "async");
    EXPECT_EQ(program.form("main.Service.find"), "sync");
}

std::string engine_program(const std::string& imports) {
    return imports + R"py(
import os
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine(os.environ["URL"])
SessionLocal = sessionmaker(bind=engine)

async def run():
    with SessionLocal() as db:
        db.commit()
)py";
}

TEST(Colour, ADialectIsKnownByWhatIsImportedForIt) {
    EXPECT_EQ(PythonProgram(engine_program("from sqlalchemy.dialects.postgresql import JSONB")).value_form("engine"),
              "async");
    EXPECT_EQ(PythonProgram(engine_program("import psycopg2, pymysql")).value_form("engine"), "async")
        << "two dialects: the URL says which when the program runs";
    EXPECT_EQ(PythonProgram(engine_program("")).value_form("engine"), "sync");
}

TEST(Colour, SchemesOfAsyncDrivers) {
    EXPECT_EQ(async_scheme("postgresql", ""), "postgresql+asyncpg");
    EXPECT_EQ(async_scheme("postgres", ""), "postgresql+asyncpg");
    EXPECT_EQ(async_scheme("postgresql+psycopg2", "psycopg"), "postgresql+psycopg");
    EXPECT_EQ(async_scheme("postgresql+psycopg", ""), "postgresql+psycopg");
    EXPECT_EQ(async_scheme("sqlite", "asyncpg"), "sqlite+aiosqlite");
    EXPECT_EQ(async_scheme("sqlite+pysqlcipher", ""), "");
    EXPECT_EQ(async_scheme("redis", ""), "");
}

} // namespace
} // namespace sqlawait
