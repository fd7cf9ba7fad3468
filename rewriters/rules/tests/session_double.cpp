#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_doubles.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// What a module's mocks are told changes with them.
std::string group_of(const MatchContext& context) { return "session doubles of " + context.module.source.path; }

/// What the mocks stand for: SQLModel's session where the program has such, which has all that SQLAlchemy's has.
std::string async_class(const Facts& facts) {
    constexpr llvm::StringLiteral plain = "sqlalchemy.ext.asyncio.AsyncSession";
    for (const std::string& name : facts.symbols.imported_from_outside())
        if (const ClassKnowledge* known = facts.knowledge.class_(name);
            known != nullptr && known->role == Role::session && !known->async_class.empty() &&
            known->async_class != plain)
            return known->async_class;
    return plain.str();
}

/// `MagicMock()` becomes `answering(MagicMock(spec=AsyncSession))`.
void match_made(const MatchContext& context, Node node, std::vector<Finding>& out) {
    Fix fix;
    const std::string wanted = async_class(context.facts);
    const auto [home, name] = llvm::StringRef(wanted).rsplit('.');
    const std::string session = context.spell(fix, home, name);
    const Node arguments = node.child(Field::arguments);
    if (const Node given = arguments.named_child(0)) {
        const Node value = argument_value(given);
        fix.edits.push_back(replace(value.range(), session));
    } else {
        fix.edits.push_back(replace(arguments.range(), "(spec=" + session + ")", Layer::expression));
    }
    const AddedModule doubles = session_doubles_module(context.facts.program, context.module);
    const std::string answering = context.spell(fix, doubles.name, "answering");
    fix.edits.push_back(wrap(node, answering + "(", ")", Layer::expression));
    fix.group = group_of(context);
    out.push_back(edit_finding(context, node, "the mock stands for an asynchronous session", std::move(fix)));
}

/// Whether get() is given loader options somewhere.
bool get_has_options(const Facts& facts) {
    return llvm::any_of(facts.loads.loads(), [](const PlannedLoad& load) {
        return load.origin.kind == LoadOrigin::Kind::get || load.origin.kind == LoadOrigin::Kind::call;
    });
}

/// `db.get.side_effect = fake_get`: what stands for get() takes loader options, too.
void match_get(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node told = node.child(Field::left), get = told.child(Field::object);
    if (!told.is(Kind::attribute) || told.child(Field::attribute).text() != "side_effect" || !get.is(Kind::attribute) ||
        get.child(Field::attribute).text() != "get" ||
        !context.facts.colours.doubles().reads.contains(context.place(get.child(Field::object))) ||
        !get_has_options(context.facts))
        return;
    const TypeStore& store = context.facts.types.store();
    for (const Atom& atom : store.atoms(context.facts.types.type_of(context.place(node.child(Field::right))))) {
        if (atom.kind != Atom::Kind::function)
            continue;
        const FunctionInfo& fake = context.facts.symbols.function(FunctionId{atom.id});
        const Node definition = context.module.tree.node(fake.node);
        if (fake.module != context.module.id)
            continue;
        const auto parameters = parameters_of(definition);
        if (parameters.size() != 2 || !llvm::all_of(parameters, [](const ParameterInfo& parameter) {
                return parameter.kind == ParameterInfo::Kind::plain;
            }))
            continue;
        Fix fix;
        fix.group = group_of(context);
        const Node list = definition.child(Field::parameters);
        const Offset end = list.named_children().back().end();
        fix.edits.push_back(insert(end, ", options=None"));
        out.push_back(edit_finding(context, node, "what stands for get() is given loader options", std::move(fix)));
    }
}

/// `mock.__enter__.return_value = mock`: an AsyncSession is entered asynchronously.
void match_entered(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node name = node.child(Field::attribute);
    if ((name.text() != "__enter__" && name.text() != "__exit__") ||
        !context.facts.colours.doubles().reads.contains(context.place(node.child(Field::object))))
        return;
    Fix fix;
    fix.group = group_of(context);
    fix.edits.push_back(replace(name.range(), name.text() == "__enter__" ? "__aenter__" : "__aexit__"));
    out.push_back(edit_finding(context, node, "an asynchronous session is entered with async with", std::move(fix)));
}

/// `patch("app.start.Session", return_value=mock)`: the module names the asynchronous class.
void match_patched(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.facts.colours.doubles().reads.contains(context.place(node)))
        return;
    const auto end = static_cast<Offset>(node.begin() + node.text().find_last_of("\"'"));
    const auto begin = static_cast<Offset>(node.begin() + node.text().rfind('.') + 1);
    Fix fix;
    fix.group = group_of(context);
    fix.edits.push_back(replace({begin, end}, llvm::StringRef(async_class(context.facts)).rsplit('.').second.str()));
    out.push_back(edit_finding(context, node, "the module makes asynchronous sessions", std::move(fix)));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    if (node.is(Kind::attribute)) {
        match_entered(context, node, out);
        return;
    }
    if (node.is(Kind::string)) {
        match_patched(context, node, out);
        return;
    }
    if (node.is(Kind::assignment))
        match_get(context, node, out);
    else if (context.facts.colours.doubles().made.contains(context.place(node)))
        match_made(context, node, out);
}

const RegisteredRule rule{
    {.name = "session_double",
     .code = "SA803",
     .summary = "mocks of sessions stand for AsyncSession and answer statements as their query() was told",
     .stage = Stage::async,
     .kinds = {Kind::call, Kind::assignment, Kind::attribute, Kind::string},
     .match = match}};

} // namespace

} // namespace sqlawait
