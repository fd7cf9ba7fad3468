// Looking for a row and adding it when it is not there leaves a gap, in which another request adds it. Threads of one
// process seldom meet there; coroutines do, at the `await`.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The class that an expression makes an object of, through one name at most; none.
ClassId made_class(const MatchContext& context, Node expression) {
    const auto constructed = [&](Node call) {
        const CallInfo* info = call.is(Kind::call) ? context.facts.types.call(context.place(call)) : nullptr;
        return info != nullptr && info->targets.size() == 1 ? info->targets[0].constructed : ClassId();
    };
    if (!expression.is(Kind::identifier))
        return constructed(expression);
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    for (const DefinitionId id : bindings.reaching(expression.id())) {
        const Definition& made = bindings.definition(id);
        const Node assignment = expression.tree().node(made.node);
        if (made.kind == DefinitionKind::assignment && assignment.is(Kind::assignment) &&
            assignment.child(Field::left).id() == made.name)
            if (const ClassId found = constructed(assignment.child(Field::right)); found)
                return found;
    }
    return {};
}

bool is_unique(const ModelInfo& model, const ColumnInfo& column) {
    const auto in_key = llvm::count_if(model.columns, [](const ColumnInfo& one) { return one.primary_key; });
    return column.unique || (column.primary_key && in_key == 1);
}

/// The unique column that a comparison pins: `User.email == email`; null.
const ColumnInfo* pinned(const MatchContext& context, Node comparison, const ModelInfo& model) {
    if (!comparison.child_token("=="))
        return nullptr;
    for (const Node side : comparison.named_children()) {
        if (!side.is(Kind::attribute))
            continue;
        const bool of_model = context.facts.types.store().some(
            context.facts.types.type_of(context.place(side.child(Field::object))),
            [&](const Atom& atom) { return atom.kind == Atom::Kind::class_ && ClassId{atom.id} == model.class_; });
        const ColumnInfo* column = of_model ? model.column(side.child(Field::attribute).text()) : nullptr;
        if (column != nullptr && is_unique(model, *column))
            return column;
    }
    return nullptr;
}

/// Whether a class is named in the chain in front of `filter_by`: `db.query(User)`, `select(User)`.
bool asks_for(const MatchContext& context, Node chain, ClassId model) {
    const SyntaxTree& tree = chain.tree();
    for (NodeId id = chain.id(); id < tree.record(chain.id()).subtree_end; ++id)
        if (tree.record(id).kind == Kind::identifier &&
            context.facts.types.store().some(
                context.facts.types.type_of(context.place(tree.node(id))),
                [&](const Atom& atom) { return atom.kind == Atom::Kind::class_ && ClassId{atom.id} == model; }))
            return true;
    return false;
}

/// The unique column by which code in front of a place looks for objects of a class; null.
const ColumnInfo* looked_for(const MatchContext& context, Node body, Offset before, const ModelInfo& model) {
    const SyntaxTree& tree = body.tree();
    for (NodeId id = body.id(); id < tree.record(body.id()).subtree_end && tree.record(id).begin < before; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::comparison_operator)) {
            if (const ColumnInfo* column = pinned(context, node, model))
                return column;
        } else if (node.is(Kind::keyword_argument)) {
            const Node call = node.parent().parent();
            const Node callee = call.is(Kind::call) ? call.child(Field::function) : Node();
            if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "filter_by" ||
                !asks_for(context, callee.child(Field::object), model.class_))
                continue;
            const ColumnInfo* column = model.column(node.child(Field::name).text());
            if (column != nullptr && is_unique(model, *column))
                return column;
        }
    }
    return nullptr;
}

void match(const MatchContext& context, Node call, std::vector<Finding>& out) {
    const Node callee = call.child(Field::function);
    if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "add" ||
        !is_session(context.facts, context.place(callee.child(Field::object))) || !is_looked_at(context, call))
        return;
    const Node function = call.ancestor(Kind::function_definition);
    const Node added = call.child(Field::arguments).named_child(0);
    const ClassId id = added ? made_class(context, added) : ClassId();
    const ModelInfo* model = id ? context.facts.models.find(id) : nullptr;
    // Who catches the error of the database has thought of it.
    if (!function || model == nullptr || function.text().contains("IntegrityError"))
        return;
    const ColumnInfo* column = looked_for(context, function.child(Field::body), call.begin(), *model);
    if (column == nullptr)
        return;
    out.push_back(hazard(context, call, "SA705",
                         context.facts.symbols.class_(id).name + " is looked for by '" + column->name +
                             "', which is unique, and added when it is not there",
                         "another request may add it in between: catch IntegrityError, or insert with "
                         "on_conflict_do_nothing()"));
}

const RegisteredRule rule{{.name = "check_then_insert",
                           .code = "SA705",
                           .summary = "a row that is looked for by a unique column and then added is reported",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
