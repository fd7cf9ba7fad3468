// What a test's parameter is given: pytest's own look-up, from the class to the plugins.
#include "tests/unit/python_program.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {
namespace {

/// The type that is printed for `text`, an expression that stands once in the program.
std::string type_of(const PythonProgram& program, llvm::StringRef text) {
    const std::string types = program.types();
    llvm::SmallVector<llvm::StringRef, 32> lines;
    llvm::StringRef(types).split(lines, '\n');
    for (const llvm::StringRef line : lines)
        if (const auto [place, said] = line.split(" " + text.str() + ": "); !said.empty())
            return said.str();
    ADD_FAILURE() << "nothing is said of " << text.str() << " in\n" << types;
    return "";
}

constexpr llvm::StringLiteral session_fixture = R"py(
import pytest
from sqlalchemy.orm import Session

@pytest.fixture
def db():
    with Session() as session:
        yield session
)py";

TEST(PytestFixtures, OfTheConftestAboveAndNotOfAnotherFolder) {
    const PythonProgram program("# file: tests/conftest.py" + session_fixture.str() + R"py(
# file: tests/api/test_one.py
def test_one(db):
    near = db
# file: other/test_two.py
def test_two(db):
    far = db
)py");
    EXPECT_EQ(type_of(program, "near"), "sqlalchemy.orm.Session");
    EXPECT_EQ(type_of(program, "far"), "unknown");
}

TEST(PytestFixtures, ImportedIntoAConftest) {
    const PythonProgram program("# file: app/testing.py" + session_fixture.str() + R"py(
# file: tests/conftest.py
from app.testing import *
# file: tests/test_one.py
def test_one(db):
    got = db
)py");
    EXPECT_EQ(type_of(program, "got"), "sqlalchemy.orm.Session");
}

TEST(PytestFixtures, OfAPluginThatAConftestNames) {
    const PythonProgram program("# file: app/testing.py" + session_fixture.str() + R"py(
# file: tests/conftest.py
pytest_plugins = ("pytest_asyncio", "app.testing")
# file: tests/test_one.py
def test_one(db):
    got = db
# file: elsewhere/test_two.py
def test_two(db):
    other = db
)py");
    EXPECT_EQ(type_of(program, "got"), "sqlalchemy.orm.Session");
    EXPECT_EQ(type_of(program, "other"), "unknown");
}

TEST(PytestFixtures, UnderAnotherNameAndInAClass) {
    const PythonProgram program(R"py(
# file: tests/test_one.py
import pytest
from sqlalchemy.orm import Session

@pytest.fixture(name="database")
def make_database():
    return Session()

class TestUsers:
    @pytest.fixture
    def user(self, database):
        inner = database
        return 1

    def test_named(self, database, user):
        named = database
        own = user

    def test_function_name(self, make_database):
        renamed_away = make_database

def test_outside(user):
    outside = user
)py");
    EXPECT_EQ(type_of(program, "inner"), "sqlalchemy.orm.Session");
    EXPECT_EQ(type_of(program, "named"), "sqlalchemy.orm.Session");
    EXPECT_EQ(type_of(program, "own"), "builtins.int");
    EXPECT_EQ(type_of(program, "renamed_away"), "unknown");
    EXPECT_EQ(type_of(program, "outside"), "unknown");
}

TEST(PytestFixtures, TheNearestOneWins) {
    const PythonProgram program("# file: tests/conftest.py" + session_fixture.str() + R"py(
# file: tests/unit/conftest.py
import pytest

@pytest.fixture
def db():
    return {}
# file: tests/unit/test_one.py
def test_one(db):
    near = db
)py");
    EXPECT_TRUE(llvm::StringRef(type_of(program, "near")).starts_with("builtins.dict")) << type_of(program, "near");
}

} // namespace
} // namespace sqlawait
