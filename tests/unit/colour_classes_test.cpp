// Classes of which both forms are needed, and functions that have nothing to await.
#include "tests/unit/colour_program.h"

namespace sqlawait {
namespace {

const std::string service = R"py(
import threading
engine = create_engine("sqlite:///app.db")
SessionLocal = sessionmaker(bind=engine)


class Service:
    def __init__(self, db: Session):
        self.db = db

    def names(self):
        return self.db.query(User).all()

    def count(self):
        return self.db.query(User).count()

    def title(self):
        return "users"
)py";

const std::string both = R"py(

def work():
    with SessionLocal() as db:
        print(Service(db).names())


def start():
    threading.Thread(target=work).start()


def read(db: Session):
    return Service(db).names()
)py";

bool has_two_forms(const PythonProgram& program, const std::string& as) {
    return program.colours().find("class main.Service both as " + as + "\n") != std::string::npos;
}

bool has_one_form(const PythonProgram& program) {
    return program.colours().find("class main.Service") == std::string::npos;
}

TEST(ColourClasses, BothSidesMakeOne) {
    const PythonProgram program = with_models(service + both);
    EXPECT_TRUE(has_two_forms(program, "Service/ServiceSync")) << program.colours();
    // The methods keep their names, and the synchronous form has what is asked for.
    EXPECT_EQ(program.form("main.Service.names"), "both");
    EXPECT_EQ(program.colour("main.Service.names").sync_name, "names");
    EXPECT_EQ(program.form("main.Service.count"), "async");
    EXPECT_EQ(program.form("main.Service.title"), "both");
}

TEST(ColourClasses, TheTwinStrategyAddsTheAsynchronousClass) {
    ColourOptions options;
    options.twin_strategy = true;
    const PythonProgram program = with_models(service + both, options);
    EXPECT_TRUE(has_two_forms(program, "AsyncService/Service")) << program.colours();
    EXPECT_EQ(program.form("main.Service.count"), "both"); // what keeps the name stays whole
}

TEST(ColourClasses, OneSideAloneNeedsNoSecondForm) {
    const PythonProgram program = with_models(service + "\n\ndef read(db: Session):\n    return Service(db).names()\n");
    EXPECT_TRUE(has_one_form(program));
    EXPECT_EQ(program.form("main.Service.names"), "async");
}

TEST(ColourClasses, WhatNeedsNoSessionIsSharedByBothSides) {
    std::string text = both;
    text.replace(text.find("names()"), 7, "title()");
    const PythonProgram program = with_models(service + text);
    EXPECT_TRUE(has_one_form(program)) << program.colours();
    EXPECT_EQ(program.form("main.Service.names"), "async");
}

TEST(ColourClasses, AClassInATableHasOneForm) {
    const PythonProgram program = with_models(service + "\n\nTABLE = {\"service\": Service}\n" + both);
    EXPECT_TRUE(has_one_form(program));
    EXPECT_EQ(program.form("main.read"), "sync");
    EXPECT_NE(program.colour("main.read").refusal.find("used as a value"), std::string::npos);
}

TEST(ColourClasses, ARegisteringBaseKeepsOneForm) {
    std::string text = service;
    text.replace(text.find("class Service:"), 14,
                 "class Plugin:\n    def __init_subclass__(cls):\n        print(cls)\n\n\nclass Service(Plugin):");
    const PythonProgram program = with_models(text + both);
    EXPECT_TRUE(has_one_form(program));
    EXPECT_EQ(program.form("main.read"), "sync");
}

TEST(ColourClasses, WhatTheModuleMadeWithASessionStaysSynchronous) {
    const PythonProgram program =
        with_models(service + "\n\nservice = Service(SessionLocal())\n\n\nasync def show():\n    return 1\n\n\n"
                              "def read(db: Session):\n    return Service(db).names(), service.names()\n");
    EXPECT_EQ(program.form("main.read"), "sync") << program.colours();
}

TEST(ColourWaiting, WhoAwaitsNothingStaysAsItIs) {
    const PythonProgram program = with_models(R"py(
from fastapi import FastAPI

app = FastAPI()
SessionLocal = sessionmaker(bind=create_engine("sqlite:///app.db"))

def clean():  # sqlawait: keep-sync
    with SessionLocal() as db:
        db.commit()

@app.on_event("startup")
def start():
    clean()

@app.on_event("shutdown")
def stop():
    with SessionLocal() as db:
        db.commit()
)py");
    EXPECT_EQ(program.form("main.start"), "async") << program.colours();
    EXPECT_FALSE(program.colour("main.start").turns_async);
    EXPECT_TRUE(program.colour("main.stop").turns_async);
}

} // namespace
} // namespace sqlawait
