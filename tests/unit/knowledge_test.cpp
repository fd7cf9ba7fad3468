// The tables of what is known of libraries: that they can be read, that they hang together, that
// nothing of SQLAlchemy's public interface is left out, and what a wrong table gives.
#include "analysis/knowledge/knowledge.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <gtest/gtest.h>

namespace sqlawait {

namespace {

const Knowledge& tables() {
    static const Knowledge knowledge = built_in_knowledge();
    return knowledge;
}

/// What is wrong with a type template (grammar: knowledge.h), or "".
class TemplateChecker {
  public:
    explicit TemplateChecker(llvm::StringRef text) : rest_(text) {}
    std::string check() {
        alternatives(0);
        if (problem_.empty() && !rest_.ltrim().empty())
            problem_ = ("left over: " + rest_).str();
        return problem_;
    }

  private:
    void alternatives(unsigned depth) {
        if (depth > 20)
            problem_ = "too deep";
        do
            one(depth);
        while (problem_.empty() && consume('|'));
    }
    bool consume(char c) {
        rest_ = rest_.ltrim();
        return !rest_.empty() && rest_.front() == c && (rest_ = rest_.drop_front(), true);
    }
    void list(char close, unsigned depth) {
        do
            alternatives(depth + 1);
        while (problem_.empty() && consume(','));
        if (!consume(close))
            problem_ = (llvm::Twine("no ") + llvm::Twine(close) + " at: " + rest_).str();
    }
    void one(unsigned depth) {
        rest_ = rest_.ltrim();
        const llvm::StringRef word =
            rest_.take_while([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$' || c == '*'; });
        rest_ = rest_.drop_front(word.size());
        if (word.empty()) {
            problem_ = ("nothing at: " + rest_).str();
        } else if (consume('(')) {
            if (!template_function_of_name(word))
                problem_ = ("no such word: " + word).str();
            list(')', depth);
        } else if (consume('[')) {
            list(']', depth);
            dotted(word);
        } else {
            unsigned number = 0;
            const bool special = word == "self" || word == "None" || word == "unknown" || word == "args" ||
                                 word == "$*" || word.starts_with("arg.") ||
                                 !word.drop_front().getAsInteger(10, number) ||
                                 (word.starts_with("arg") && !word.drop_front(3).getAsInteger(10, number));
            if (!special)
                dotted(word);
        }
    }
    void dotted(llvm::StringRef name) {
        if (!name.contains('.'))
            problem_ = ("not a dotted name: " + name).str();
        else if (tables().canonical(name) != name)
            problem_ = ("not the canonical name: " + name).str();
    }
    llvm::StringRef rest_;
    std::string problem_;
};

std::string problem_of(llvm::StringRef type) { return type.empty() ? "" : TemplateChecker(type).check(); }

} // namespace

TEST(Knowledge, TemplatesAreWellFormed) {
    for (const llvm::StringRef name : tables().class_names()) {
        const ClassKnowledge& known = *tables().class_(name);
        for (const std::string& type : {known.call, known.instance_call, known.iterates, known.async_iterates,
                                        known.enters, known.async_enters, known.awaits, known.subscript})
            EXPECT_EQ(problem_of(type), "") << name.str() << ": " << type;
        for (const auto& member : known.members)
            EXPECT_EQ(problem_of(member.second.returns), "") << name.str() << "." << member.first().str();
    }
    for (const llvm::StringRef name : tables().function_names())
        EXPECT_EQ(problem_of(tables().function(name)->returns), "") << name.str();
}

TEST(Knowledge, NamesHangTogether) {
    for (const auto& [from, to] : tables().alias_names()) {
        EXPECT_NE(from, to);
        const std::string end = tables().canonical(from);
        EXPECT_EQ(tables().canonical(end), end) << from.str() << " has no end";
    }
    for (const llvm::StringRef name : tables().class_names()) {
        EXPECT_EQ(tables().canonical(name), name) << "hidden behind an alias";
        const ClassKnowledge& known = *tables().class_(name);
        for (const std::string& base : known.bases)
            EXPECT_NE(tables().class_(base), nullptr) << name.str() << ": base " << base;
        EXPECT_TRUE(known.async_class.empty() || tables().class_(known.async_class) != nullptr)
            << name.str() << ": async class " << known.async_class;
    }
    for (const llvm::StringRef name : tables().function_names())
        EXPECT_EQ(tables().canonical(name), name) << "hidden behind an alias";
}

TEST(Knowledge, RolesAndEntriesHaveNames) {
    for (unsigned value = 0; value <= static_cast<unsigned>(Role::partial); ++value) {
        const Role role = static_cast<Role>(value);
        EXPECT_EQ(role_of_name(role_name(role)), role);
    }
    for (const Entry entry : {Entry::none, Entry::awaits, Entry::sync, Entry::transparent, Entry::unknown})
        EXPECT_EQ(entry_of_name(entry_name(entry)), entry);
    EXPECT_EQ(role_of_name("seesion"), std::nullopt);
    EXPECT_EQ(entry_of_name(""), std::nullopt);
}

TEST(Knowledge, ManyPathsAreOneName) {
    for (const llvm::StringRef name : {"sqlalchemy.orm.session.Session", "sqlalchemy.orm.Session"})
        EXPECT_EQ(tables().canonical(name), "sqlalchemy.orm.Session");
    for (const llvm::StringRef name :
         {"sqlalchemy.Engine", "sqlalchemy.engine.base.Engine", "sqlalchemy.future.engine.Engine"})
        EXPECT_EQ(tables().canonical(name), "sqlalchemy.engine.Engine");
    for (const llvm::StringRef name :
         {"sqlalchemy.ext.declarative.declarative_base", "sqlalchemy.ext.declarative.api.declarative_base",
          "sqlalchemy.orm.decl_api.declarative_base"})
        EXPECT_EQ(tables().canonical(name), "sqlalchemy.orm.declarative_base");
    for (const llvm::StringRef name :
         {"sqlalchemy.future.select", "sqlalchemy.sql.select", "sqlalchemy.sql.expression.select"})
        EXPECT_EQ(tables().canonical(name), "sqlalchemy.select");
    EXPECT_EQ(tables().canonical("sqlalchemy.orm.session.Session.commit"), "sqlalchemy.orm.Session.commit");
    EXPECT_EQ(tables().canonical("sqlalchemy.sql.functions.now"), "sqlalchemy.func.now");
    EXPECT_EQ(tables().canonical("typing_extensions.Annotated"), "typing.Annotated");
    EXPECT_EQ(tables().canonical("typing.List"), "builtins.list");
    EXPECT_EQ(tables().canonical("my.own.Session"), "my.own.Session");
    EXPECT_EQ(tables().canonical(""), "");
}

TEST(Knowledge, RolesGoThroughBasesAndWildcards) {
    EXPECT_EQ(tables().role("sqlmodel.Session"), Role::session);
    EXPECT_EQ(tables().role("sqlalchemy.orm.AppenderQuery"), Role::query);
    EXPECT_EQ(tables().role("sqlalchemy.orm.scoped_session"), Role::scoped_session);
    EXPECT_EQ(tables().role("sqlalchemy.func.count"), Role::sql_expression);
    EXPECT_EQ(tables().role("sqlalchemy.func.pg_catalog.now"), Role::sql_expression);
    EXPECT_EQ(tables().role("sqlalchemy.orm.registry.mapped"), Role::mapped_decorator);
    EXPECT_EQ(tables().role("sqlalchemy.orm.registry.nothing"), Role::none);
    EXPECT_EQ(tables().role("builtins.object"), Role::none);
    EXPECT_TRUE(tables().is_subclass("fastapi.FastAPI", "starlette.applications.Starlette"));
    EXPECT_TRUE(tables().is_subclass("sqlalchemy.orm.session.Session", "sqlalchemy.orm.Session"));
    EXPECT_FALSE(tables().is_subclass("sqlalchemy.orm.Session", "sqlmodel.Session"));
    EXPECT_EQ(tables().method_entry("fastapi.FastAPI", "get"), Entry::awaits);
    EXPECT_EQ(tables().method_entry("celery.Celery", "task"), Entry::sync);
    EXPECT_EQ(tables().method_entry("fastapi.FastAPI", "no_such_method"), Entry::none);
}

TEST(Knowledge, AStarStandsForTheOtherMethods) {
    EXPECT_TRUE(tables().member("redis.client.Redis", "zcard")->blocking);
    EXPECT_FALSE(tables().member("redis.Redis", "pipeline")->blocking);
    EXPECT_EQ(tables().member("redis.Redis", "__len__"), nullptr);
    EXPECT_FALSE(tables().member("boto3.Client", "generate_presigned_url")->blocking);
    EXPECT_EQ(tables().member("redis.Pipeline", "zcard"), nullptr);
}

TEST(Knowledge, AllOfSessionIsKnown) {
    // dir(Session) of 2.0, and delete_all, merge_all, execution_options of 2.1.
    for (const llvm::StringRef name : {"add",
                                       "add_all",
                                       "autoflush",
                                       "begin",
                                       "begin_nested",
                                       "bind",
                                       "bind_mapper",
                                       "bind_table",
                                       "bulk_insert_mappings",
                                       "bulk_save_objects",
                                       "bulk_update_mappings",
                                       "close",
                                       "close_all",
                                       "commit",
                                       "connection",
                                       "connection_callable",
                                       "delete",
                                       "delete_all",
                                       "deleted",
                                       "dirty",
                                       "dispatch",
                                       "enable_relationship_loading",
                                       "execute",
                                       "execution_options",
                                       "expire",
                                       "expire_all",
                                       "expire_on_commit",
                                       "expunge",
                                       "expunge_all",
                                       "flush",
                                       "get",
                                       "get_bind",
                                       "get_nested_transaction",
                                       "get_one",
                                       "get_transaction",
                                       "hash_key",
                                       "identity_key",
                                       "identity_map",
                                       "in_nested_transaction",
                                       "in_transaction",
                                       "info",
                                       "invalidate",
                                       "is_active",
                                       "is_modified",
                                       "merge",
                                       "merge_all",
                                       "new",
                                       "no_autoflush",
                                       "object_session",
                                       "prepare",
                                       "query",
                                       "refresh",
                                       "reset",
                                       "rollback",
                                       "scalar",
                                       "scalars",
                                       "twophase"}) {
        const MemberKnowledge* known = tables().member("sqlalchemy.orm.Session", name);
        ASSERT_NE(known, nullptr) << name.str();
        if (name == "query" || known->async_form == "sync_session" || known->async_form == "run_sync")
            continue;
        const MemberKnowledge* counterpart = tables().member("sqlalchemy.ext.asyncio.AsyncSession", name);
        ASSERT_NE(counterpart, nullptr) << name.str();
        const bool handle = name == "begin" || name == "begin_nested";
        EXPECT_EQ(known->io, counterpart->awaitable || handle) << name.str();
    }
    EXPECT_EQ(tables().member("sqlalchemy.orm.Session", "no_such_method"), nullptr);
}

TEST(Knowledge, AllOfQueryIsKnown) {
    for (const llvm::StringRef name :
         {"add_column", "add_columns", "add_entity", "all", "allows_lambda", "apply_labels", "as_scalar", "autoflush",
          "column_descriptions", "correlate", "count", "cte", "delete", "dispatch", "distinct", "enable_assertions",
          "enable_eagerloads", "except_", "except_all", "execution_options", "exists", "filter", "filter_by", "first",
          "from_statement", "get", "get_children", "get_execution_options", "get_label_style", "group_by", "having",
          "instances", "intersect", "intersect_all", "is_delete", "is_dml", "is_from_statement", "is_insert",
          "is_select", "is_single_entity", "is_text", "is_update", "join", "label", "lazy_loaded_from", "limit",
          "load_options", "logger", "logging_name", "memoized_attribute", "memoized_instancemethod", "merge_result",
          "offset", "one", "one_or_none", "only_return_tuples", "options", "order_by", "outerjoin", "params",
          "populate_existing", "prefix_with", "reset_joinpoint", "scalar", "scalar_subquery", "select_from",
          "selectable", "session", "set_label_style", "slice", "statement", "subquery", "suffix_with",
          "supports_execution", "tuples", "union", "union_all", "update", "uses_inspection", "value", "values", "where",
          "whereclause", "with_entities", "with_for_update", "with_hint", "with_labels", "with_parent", "with_session",
          "with_statement_hint", "with_transformation", "yield_per",
          // removed from 1.4, refused with the reason
          "from_self", "select_entity_from", "with_polymorphic"})
        EXPECT_NE(tables().member("sqlalchemy.orm.Query", name), nullptr) << name.str();
    for (const llvm::StringRef name : {"all", "first", "one", "one_or_none", "scalar", "count", "get", "update",
                                       "delete", "value", "values", "instances", "merge_result"})
        EXPECT_TRUE(tables().member("sqlalchemy.orm.Query", name)->io) << name.str();
    for (const llvm::StringRef name : {"filter", "exists", "subquery", "cte", "statement"})
        EXPECT_FALSE(tables().member("sqlalchemy.orm.Query", name)->io) << name.str();
}

TEST(Knowledge, ATableAddsToWhatIsKnown) {
    Knowledge knowledge = built_in_knowledge();
    EXPECT_EQ(knowledge.add("extra.toml", R"(
[aliases]
"acme.db.Db" = "acme.Database"

[[class]]
name = "acme.Database"
bases = ["sqlalchemy.orm.Session"]
[class.methods]
everything = { returns = "builtins.list[instance(arg0)]", io = true, callbacks = { 1 = "sync" } }

[[class]]
name = "sqlalchemy.orm.Session"
[class.methods]
soft_delete = { returns = "None", io = true }

[functions]
"acme.task" = { decorates = "sync" }

[[function]]
names = ["acme.a", "acme.b"]
returns = "builtins.int"
)"),
              "");
    EXPECT_EQ(knowledge.role("acme.db.Db"), Role::session);
    ASSERT_NE(knowledge.member("acme.db.Db", "commit"), nullptr) << "through the base";
    ASSERT_NE(knowledge.member("acme.Database", "soft_delete"), nullptr) << "added to the base";
    EXPECT_EQ(knowledge.role("sqlalchemy.orm.Session"), Role::session) << "and nothing lost";
    const MemberKnowledge& everything = *knowledge.member("acme.Database", "everything");
    ASSERT_EQ(everything.callbacks.size(), 1U);
    EXPECT_EQ(everything.callbacks[0].argument, "1");
    EXPECT_EQ(everything.callbacks[0].entry, Entry::sync);
    EXPECT_EQ(knowledge.function("acme.task")->decorates, Entry::sync);
    EXPECT_EQ(knowledge.function("acme.b")->returns, "builtins.int");
    EXPECT_EQ(knowledge.function("acme.c"), nullptr);
}

TEST(Knowledge, CirclesEnd) {
    Knowledge knowledge;
    EXPECT_EQ(knowledge.add("circle.toml", R"(
[aliases]
"a.X" = "b.X"
"b.X" = "a.X"
[[class]]
name = "c.One"
bases = ["c.Two"]
[[class]]
name = "c.Two"
bases = ["c.One"]
)"),
              "");
    (void)knowledge.canonical("a.X");
    EXPECT_EQ(knowledge.member("c.One", "x"), nullptr);
    EXPECT_EQ(knowledge.role("c.One"), Role::none);
    EXPECT_FALSE(knowledge.is_subclass("c.One", "d.Three"));
}

TEST(Knowledge, ErrorsNameFileAndLine) {
    const auto error = [](llvm::StringRef toml) {
        Knowledge knowledge;
        return knowledge.add("extra.toml", toml);
    };
    EXPECT_EQ(error("\n\n[[class]]\nnmae = \"a.B\"\n"), "extra.toml:3: a class needs a 'name'");
    EXPECT_EQ(error("[[class]]\nname = \"a.B\"\nrole = \"sesion\"\n"), "extra.toml:3: unknown role 'sesion'");
    EXPECT_EQ(error("[[class]]\nname = \"a.B\"\nenter = \"self\"\n"), "extra.toml:3: unknown key 'enter' in a class");
    EXPECT_EQ(error("[[class]]\nname = \"a.B\"\n[class.methods]\nx = { io = \"yes\" }\n"),
              "extra.toml:4: 'io' is to be true or false");
    EXPECT_EQ(error("[[class]]\nname = \"a.B\"\n[class.attributes]\nx = { returns = \"None\" }\n"),
              "extra.toml:4: unknown key 'returns' in an attribute");
    EXPECT_EQ(error("[functions]\n\"a.b\" = { decorates = \"async\" }\n"),
              "extra.toml:2: unknown way of calling 'async': awaits, sync, transparent or unknown");
    EXPECT_EQ(error("[functions]\n\"a.b\" = 3\n"), "extra.toml:2: 'a.b' is to be a table");
    EXPECT_EQ(error("[functions]\n\"a.b\" = \"builtins.list[elment(arg0)]\"\n"),
              "extra.toml:2: unknown function 'elment' in the template 'builtins.list[elment(arg0)]'");
    EXPECT_EQ(error("aliases = 1\n"), "extra.toml:1: 'aliases' is to be a table");
    EXPECT_EQ(error("klass = 1\n"), "extra.toml:1: unknown key 'klass' in a knowledge file");
    EXPECT_EQ(error("[[function]]\nreturns = \"None\"\n"), "extra.toml:1: [[function]] needs 'names'");
    const std::string syntax = error("[aliases]\nx = \n");
    EXPECT_TRUE(llvm::StringRef(syntax).starts_with("extra.toml:2: ")) << syntax;
    EXPECT_EQ(error(""), "");
}

} // namespace sqlawait
