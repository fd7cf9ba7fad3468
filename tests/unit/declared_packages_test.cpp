#include "analysis/project/declared_packages.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

Declarations read(llvm::StringRef path, llvm::StringRef text) {
    Declarations out;
    add_declarations(path, text, out);
    return out;
}

TEST(DeclaredPackages, RequirementsFiles) {
    const Declarations found = read("requirements/base.txt", "# comment\n"
                                                             "-r other.txt\n"
                                                             "SQLAlchemy[asyncio] >= 2.0, <3  # why\n"
                                                             "psycopg2_binary\n"
                                                             "git+https://example.org/x.git\n"
                                                             "uvicorn ; python_version > '3.8'\n");
    ASSERT_EQ(found.packages.size(), 3U);
    EXPECT_EQ(found.package("sqlalchemy")->version, ">= 2.0, <3");
    EXPECT_EQ(found.package("sqlalchemy")->line, 3U);
    EXPECT_NE(found.package("psycopg2-binary"), nullptr);
    EXPECT_EQ(found.package("uvicorn")->version, "");
    EXPECT_EQ(found.files, std::vector<std::string>{"requirements/base.txt"});
}

TEST(DeclaredPackages, Pyproject) {
    const Declarations found = read("pyproject.toml", "[project]\n"
                                                      "requires-python = '>=3.11'\n"
                                                      "dependencies = ['sqlalchemy>=2', 'asyncpg']\n"
                                                      "[project.optional-dependencies]\n"
                                                      "test = ['pytest']\n"
                                                      "[tool.poetry.dependencies]\n"
                                                      "python = '^3.9'\n"
                                                      "greenlet = { version = '^3.0', optional = true }\n");
    EXPECT_EQ(found.package("asyncpg")->line, 3U);
    EXPECT_NE(found.package("pytest"), nullptr);
    EXPECT_EQ(found.package("greenlet")->version, "^3.0");
    ASSERT_EQ(found.pythons.size(), 2U);
    EXPECT_EQ(found.pythons[0].version, ">=3.11");
    EXPECT_EQ(found.pythons[1].version, "^3.9");
}

TEST(DeclaredPackages, OtherFiles) {
    EXPECT_EQ(read("Dockerfile", "FROM docker.io/library/python:3.12-slim AS base\n").pythons.at(0).version, "==3.12");
    EXPECT_EQ(read("runtime.txt", "python-3.10.4\n").pythons.at(0).version, "==3.10.4");
    EXPECT_EQ(read("environment.yml", "dependencies:\n  - python=3.11\n  - sqlalchemy>=2\n").packages.at(0).version,
              ">=2");
    EXPECT_EQ(read("Pipfile", "[packages]\nsqlalchemy = '*'\n").packages.at(0).version, "");
    const Declarations cfg = read("setup.cfg", "[options]\n"
                                               "python_requires = >=3.8\n"
                                               "install_requires =\n"
                                               "    sqlalchemy>=1.4\n"
                                               "    flask\n"
                                               "packages = find:\n");
    EXPECT_EQ(cfg.packages.size(), 2U);
    EXPECT_EQ(cfg.pythons.at(0).version, ">=3.8");
    EXPECT_TRUE(read("pyproject.toml", "[project\n").packages.empty());
}

TEST(DeclaredPackages, Versions) {
    using Numbers = std::vector<unsigned>;
    EXPECT_EQ(lowest_version(">=2.0.1,<3"), (Numbers{2, 0, 1}));
    EXPECT_EQ(lowest_version("<3,>=1.4"), (Numbers{1, 4}));
    EXPECT_EQ(lowest_version("^2.1"), (Numbers{2, 1}));
    EXPECT_TRUE(lowest_version("<3").empty());
    EXPECT_TRUE(lowest_version("").empty());
    const Numbers two{2, 0};
    EXPECT_TRUE(rules_out_from("<2", two));
    EXPECT_TRUE(rules_out_from("<2.0", two));
    EXPECT_TRUE(rules_out_from("==1.4.46", two));
    EXPECT_TRUE(rules_out_from("^1.4", two));
    EXPECT_FALSE(rules_out_from("<3", two));
    EXPECT_FALSE(rules_out_from(">=1.4", two));
    EXPECT_FALSE(rules_out_from("==2.0.3", two));
}

} // namespace
} // namespace sqlawait
