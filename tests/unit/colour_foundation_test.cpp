#include "analysis/colour/foundation.h"
#include "tests/unit/colour_program.h"

namespace sqlawait {
namespace {

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
    EXPECT_EQ(PythonProgram(engine_program("")).value_form("engine"), "async")
        << "no dialect in sight: the URL says which when the program runs";
}

TEST(Colour, FunctionsThatFillAValueHaveItsForm) {
    const char* const text = R"py(
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

app = FastAPI()
engine = None
SessionLocal = None

def configure(url):
    global engine, SessionLocal
    engine = create_engine(url)
    SessionLocal = sessionmaker(bind=engine)

configure("sqlite:///app.db")

def get_db():
    with SessionLocal() as db:
        yield db

@app.get("/")
def index(db: Session = Depends(get_db)):
    db.commit()
)py";
    const PythonProgram program(text);
    EXPECT_EQ(program.value_form("engine"), "async") << "called at module level, which does not matter to it";
    EXPECT_EQ(program.value_form("SessionLocal"), "async");
    const PythonProgram shared(std::string(text) + "\nwith SessionLocal() as db:\n    db.commit()\n");
    EXPECT_EQ(shared.value_form("SessionLocal"), "sync") << "one function cannot fill one name in two forms";
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
