// What expressions are, by the printed form of the pass.
#include "tests/unit/python_program.h"

namespace sqlawait {
namespace {

TEST(Types, ExecOfSqlmodelGivesEntitiesAndSingleColumns) {
    const PythonProgram program(R"py(
from typing import Optional
from sqlmodel import Field, Session, SQLModel, select

class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str

def heroes(db: Session):
    one = db.exec(select(Hero)).first()
    name = db.exec(select(Hero.name)).one()
    both = db.exec(select(Hero.name, Hero.id)).one()
)py");
    EXPECT_EQ(program.type("one"), "None | main.Hero") << program.types();
    EXPECT_EQ(program.type("name"), "builtins.str");
    EXPECT_TRUE(llvm::StringRef(program.type("both")).starts_with("sqlalchemy.engine.Row[")) << program.type("both");
}

TEST(Types, TuplesOfAQueryAreRows) {
    const PythonProgram program(python_models + R"py(
def users(db: Session):
    plain = db.query(User).first()
    wrapped = db.query(User).tuples().first()
    user = db.query(User).tuples().one()[0]
)py");
    EXPECT_EQ(program.type("plain"), "None | main.User") << program.types();
    EXPECT_EQ(program.type("wrapped"), "None | sqlalchemy.engine.Row[main.User]");
    EXPECT_EQ(program.type("user"), "main.User");
}

TEST(Types, LookupsGiveValuesAndNotKeys) {
    const PythonProgram program(python_models + R"py(
from collections import defaultdict

def users(db: Session):
    by_name = {}
    by_name["a"] = User()
    plain = by_name["a"]
    groups = defaultdict(list)
    groups["a"].append(User())
    group = groups["a"]
)py");
    EXPECT_EQ(program.type("plain"), "main.User") << program.types();
    EXPECT_EQ(program.type("group").find("str"), std::string::npos) << program.type("group");
}

TEST(Types, AsyncLoopsAskForAsyncIterators) {
    const PythonProgram program(python_models + R"py(
class Pages:
    def __aiter__(self):
        return self

    async def __anext__(self):
        return User()

async def each():
    yield User()

async def users():
    async for page in Pages():
        first = page
    async for one in each():
        second = one
    third = [user async for user in Pages()]
)py");
    EXPECT_EQ(program.type("first"), "main.User") << program.types();
    EXPECT_EQ(program.type("second"), "main.User");
    EXPECT_EQ(program.type("third"), "builtins.list[main.User]");
}

TEST(Types, FixturesComeFromImportsAndUnderOtherNames) {
    const PythonProgram program(R"py(
# file: shop/testing.py
from pytest import fixture
from sqlalchemy.orm import Session

@fixture
def db():
    yield Session()
# file: shop/imported.py
import pytest

@pytest.fixture
def number():
    return 1
# file: tests/conftest.py
from shop.imported import *
from shop.testing import db
# file: tests/unit/test_it.py
def test_it(db, number):
    session = db
    one = number
# file: other/conftest.py
from pytest import fixture

@fixture(name="word")
def make_word():
    return "a"
# file: other/test_word.py
def test_word(word, make_word):
    text = word
    unknown = make_word
# file: elsewhere/test_other.py
def test_other(db):
    other = db
)py");
    EXPECT_EQ(program.type("session"), "sqlalchemy.orm.Session") << program.types();
    EXPECT_EQ(program.type("text"), "'a'");
    EXPECT_EQ(program.type("one"), "builtins.int");
    EXPECT_NE(program.type("unknown"), "'a'");
    EXPECT_NE(program.type("other"), "sqlalchemy.orm.Session");
}

TEST(Types, IteratorsInACircleEnd) {
    const PythonProgram program(R"py(
class A:
    def __iter__(self):
        return B()

    def __aiter__(self):
        return B()

class B:
    def __iter__(self):
        return A()

    def __aiter__(self):
        return A()

for x in A():
    y = x

async def f():
    async for x in A():
        z = x
)py");
    EXPECT_EQ(program.type("y"), "unknown") << program.types();
    EXPECT_EQ(program.type("z"), "unknown");
}

} // namespace
} // namespace sqlawait
