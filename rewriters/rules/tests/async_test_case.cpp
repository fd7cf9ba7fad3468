#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral plain_case = "unittest.TestCase";

/// A method of a class, or of one below it, that the runner calls and that becomes asynchronous; none when there is
/// none.
FunctionId asynchronous_method(const Facts& facts, ClassId around) {
    std::vector<ClassId> open{around};
    for (std::size_t at = 0; at < open.size(); ++at) {
        for (const FunctionId method : facts.symbols.class_(open[at]).methods) {
            const ColouredFunction& colour = facts.colours.function(method);
            const bool called = llvm::StringRef(facts.symbols.function(method).name).starts_with("test") ||
                                !async_hook_name(facts, method).empty();
            if (called && colour.form.async && colour.turns_async)
                return method;
        }
        for (const ClassId below : facts.types.subclasses(open[at]))
            if (!llvm::is_contained(open, below))
                open.push_back(below);
    }
    return {};
}

/// `class UserTest(unittest.TestCase)`: the base class that runs asynchronous tests.
void match_class(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const ClassId id = context.facts.symbols.class_at(context.place(node));
    const Node bases = node.child(Field::superclasses);
    if (!id || !bases)
        return;
    for (const Node base : bases.named_children()) {
        if (!base.is_any(Kind::identifier, Kind::attribute) || outside_name(context, base) != plain_case)
            continue;
        const FunctionId method = asynchronous_method(context.facts, id);
        if (!method)
            return;
        Fix fix;
        fix.group = context.facts.colours.group(method);
        if (base.is(Kind::attribute))
            fix.edits.push_back(replace(base.child(Field::attribute).range(), "IsolatedAsyncioTestCase"));
        else
            fix.edits.push_back(replace(base.range(), context.spell(fix, "unittest", "IsolatedAsyncioTestCase")));
        out.push_back(edit_finding(context, base, "its tests are awaited", std::move(fix)));
    }
}

/// `super().setUp()` of a base class whose method has another name now.
void match_call(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node callee = node.child(Field::function);
    const CallInfo* info = callee.is(Kind::attribute) ? context.facts.types.call(context.place(node)) : nullptr;
    if (info == nullptr || !context.is_async(node))
        return;
    for (const CallTarget& target : info->targets) {
        if (!target.function || !context.facts.colours.function(target.function).turns_async ||
            !context.facts.colours.function(target.function).form.async)
            continue;
        const llvm::StringRef name = async_hook_name(context.facts, target.function);
        if (name.empty())
            continue;
        Fix fix;
        fix.edits.push_back(replace(callee.child(Field::attribute).range(), name.str()));
        out.push_back(edit_finding(context, node, "the asynchronous one is meant", std::move(fix)));
        return;
    }
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::class_definition))
        match_class(context, node, out);
    else
        match_call(context, node, out);
}

const RegisteredRule rule{{.name = "async_test_case",
                           .code = "SA802",
                           .summary = "unittest's TestCase becomes IsolatedAsyncioTestCase where its tests are async",
                           .stage = Stage::async,
                           .kinds = {Kind::class_definition, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
