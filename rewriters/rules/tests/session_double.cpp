#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral helper_name = "answering";

/// What a mocked session is asked for where a query had this terminal; "" when nothing stands for it.
llvm::StringRef answer_of(llvm::StringRef terminal) {
    return llvm::StringSwitch<llvm::StringRef>(terminal)
        .Cases("first", "one", "one_or_none", "scalar", "count", "execute.return_value.first")
        .Case("all", "execute.return_value.all")
        .Cases("update", "delete", "execute.return_value.rowcount")
        .Case("get", "get")
        .Default("");
}

/// What a module's mocks are told changes with them.
std::string group_of(const MatchContext& context) { return "session doubles of " + context.module.source.path; }

/// The statement of the module that a node stands in.
Offset statement_of_module(Node node) {
    while (!node.parent().is(Kind::module))
        node = node.parent();
    return node.begin();
}

std::string helper(const std::string& name, const std::string& mock) {
    return "def " + name +
           "(double):\n"
           "    \"\"\"Makes a mocked session give one result for what it executes, however it is asked for.\"\"\"\n"
           "    result = " +
           mock +
           "()\n"
           "    result.scalars.return_value = result.unique.return_value = result\n"
           "    result.one = result.one_or_none = result.scalar = result.scalar_one_or_none = result.first\n"
           "    double.execute.return_value = double.scalars.return_value = result\n"
           "    double.scalar.side_effect = lambda *args, **kwargs: result.first()\n"
           "    return double";
}

/// `MagicMock()` becomes `answering(MagicMock(spec=AsyncSession))`.
void match_made(const MatchContext& context, Node node, std::vector<Finding>& out) {
    Fix fix;
    const std::string session = context.spell(fix, "sqlalchemy.ext.asyncio", "AsyncSession");
    const std::string mock = context.spell(fix, "unittest.mock", "MagicMock");
    const Node arguments = node.child(Field::arguments);
    if (const Node given = arguments.named_child(0)) {
        const Node value = argument_value(given);
        fix.edits.push_back(replace(value.range(), session));
    } else {
        fix.edits.push_back(replace(arguments.range(), "(spec=" + session + ")", Layer::expression));
    }
    const std::string name = context.free_name(context.module.tree.root(), helper_name.str());
    fix.edits.push_back(wrap(node, name + "(", ")", Layer::expression));
    fix.helpers.push_back({statement_of_module(node), helper(name, mock)});
    fix.group = group_of(context);
    out.push_back(edit_finding(context, node, "the mock stands for an asynchronous session", std::move(fix)));
}

/// `db.query.return_value.filter.return_value.first.return_value = user`
void match_told(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const ToldChain told = told_chain(context.facts.knowledge, node);
    if (!told.root || !context.facts.colours.doubles().reads.contains(context.place(told.root)))
        return;
    const llvm::StringRef answer = answer_of(told.terminal);
    if (answer.empty())
        return;
    Fix fix;
    fix.group = group_of(context);
    Offset end = told.end.end();
    // The number of rows is an attribute of the result, not what a method gives.
    if (answer.ends_with("rowcount") && told.end.parent() == node.child(Field::left))
        end = node.child(Field::left).end();
    fix.edits.push_back(replace({told.root.end(), end}, "." + answer.str(), Layer::expression));
    out.push_back(edit_finding(context, node, "what the mocked session executes gives this", std::move(fix)));
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

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    if (node.is(Kind::assignment)) {
        match_told(context, node, out);
        match_get(context, node, out);
    } else if (context.facts.colours.doubles().made.contains(context.place(node)))
        match_made(context, node, out);
}

const RegisteredRule rule{{.name = "session_double",
                           .code = "SA803",
                           .summary = "mocks of sessions stand for AsyncSession and answer select() statements",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::assignment},
                           .match = match}};

} // namespace

} // namespace sqlawait
