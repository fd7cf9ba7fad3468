#include "tests/unit/colour_program.h"

namespace sqlawait {
namespace {

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

} // namespace
} // namespace sqlawait
