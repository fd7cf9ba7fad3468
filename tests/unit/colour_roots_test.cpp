#include "tests/unit/colour_program.h"

namespace sqlawait {
namespace {

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

TEST(Colour, ATwinThatStandsBesideItsAsyncFormStays) {
    const PythonProgram program = with_models(R"py(
async def find(db: AsyncSession, key):
    return await db.get(User, key)

def find_sync(db: Session, key):
    return db.get(User, key)

def load(db: Session, key):
    return db.get(User, key)

async def load_async(db: AsyncSession, key):
    return await db.get(User, key)
)py");
    EXPECT_EQ(program.form("main.find_sync"), "sync") << program.colours();
    EXPECT_EQ(program.form("main.load"), "sync");
}

TEST(Colour, ADecoratorsFactoryIsWantedInTheFormsOfWhatItDecorates) {
    const PythonProgram program = with_models(R"py(
from fastapi import Depends, FastAPI
app = FastAPI()

def limit(calls):
    def decorator(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper
    return decorator

@app.get("/")
@limit(5)
def index(db: Session = Depends(get_db)):
    return db.get(User, 1)
)py");
    EXPECT_EQ(program.form("main.index"), "async") << program.colours();
}

TEST(Colour, AFactoryThatNobodyCallsGoesWithWhatItHandsOut) {
    const PythonProgram program = with_models(R"py(
def allowed(db: Session):
    return db.get(User, 1) is not None

def with_permission(name):
    def dependency(db: Session = Depends(get_db)):
        return allowed(db)
    return dependency
)py");
    EXPECT_EQ(program.form("main.with_permission.<locals>.dependency"), "async") << program.colours();
    EXPECT_EQ(program.form("main.allowed"), "async");
}

} // namespace
} // namespace sqlawait
