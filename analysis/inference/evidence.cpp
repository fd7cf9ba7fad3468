// Parameters whose use says that they are sessions: `db.query(Author)` with a mapped class, in a function whose
// parameter nobody annotated, or annotated with a model that is called Session too. That alone proves nothing;
// but where a caller hands a session over, callers that can't be seen do no harm to that.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral session_class = "sqlalchemy.orm.Session";

/// The call of a method on an expression: `name.method(...)`.
Node called_method(Node receiver) {
    const Node attribute = receiver.parent();
    const Node call = attribute.parent();
    const bool called = attribute.is(Kind::attribute) && attribute.child(Field::object) == receiver &&
                        call.is(Kind::call) && call.child(Field::function) == attribute;
    return called ? call : Node();
}

} // namespace

/// Whether an argument is a mapped class or an attribute of one.
bool Inference::names_mapped(ModuleId module, Node argument) const {
    const auto is_mapped = [&](Node expression) {
        return llvm::any_of(symbols_.resolve_expression(module, expression), [&](const Target& target) {
            return target.kind == Target::Kind::class_ && models_.find(target.class_) != nullptr;
        });
    };
    return is_mapped(argument) || (argument.is(Kind::attribute) && is_mapped(argument.child(Field::object)));
}

/// Whether `name.query(Author)` is called, on the name itself or on one that it goes on under:
/// `session = db or SessionLocal()`.
bool Inference::is_queried(ModuleId module, SymbolId name, unsigned depth) const {
    const ModuleBindings& bindings = symbols_.bindings(module);
    const SyntaxTree& tree = program_.module(module).tree;
    return llvm::any_of(bindings.symbol(name).references, [&](NodeId reference) {
        Node at = tree.node(reference);
        if (const Node call = called_method(at))
            return call.child(Field::function).child(Field::attribute).text() == "query" &&
                   llvm::any_of(call.child(Field::arguments).named_children(),
                                [&](Node argument) { return names_mapped(module, argument); });
        while (at.parent().is_any(Kind::conditional_expression, Kind::boolean_operator, Kind::parenthesized_expression))
            at = at.parent();
        const Node assignment = at.parent();
        if (!assignment.is(Kind::assignment) || assignment.child(Field::right) != at || depth > 1)
            return false;
        const Node target = assignment.child(Field::left);
        const SymbolId next = target.is(Kind::identifier) ? bindings.symbol_at(target.id()) : SymbolId{};
        return next && next != name && is_queried(module, next, depth + 1);
    });
}

/// Whether a method of a session is called on a name.
bool Inference::is_used_as_session(ModuleId module, SymbolId name) const {
    const SyntaxTree& tree = program_.module(module).tree;
    return llvm::any_of(symbols_.bindings(module).symbol(name).references, [&](NodeId reference) {
        const Node call = called_method(tree.node(reference));
        return call && knowledge_.member(session_class, call.child(Field::function).child(Field::attribute).text());
    });
}

/// Whether a parameter is annotated with a mapped class and used as a session, which that class is not:
/// `from sqlalchemy.orm import Session` under a later `from app.models import Session`.
bool Inference::is_misnamed(const FunctionInfo& function, const ParameterInfo& parameter) const {
    const Module& module = program_.module(function.module);
    const Node annotation = module.tree.node(parameter.annotation).named_child(0);
    if (!annotation.is(Kind::identifier))
        return false;
    const ModelInfo* model = nullptr;
    for (const Target& target : symbols_.resolve_expression(function.module, annotation))
        model = target.kind == Target::Kind::class_ ? models_.find(target.class_) : nullptr;
    const ModuleBindings& bindings = symbols_.bindings(function.module);
    const SymbolId name = bindings.symbol_at(annotation.id());
    if (model == nullptr || !name)
        return false;
    return llvm::any_of(bindings.symbol(name).definitions, [&](DefinitionId made) {
        return llvm::any_of(symbols_.resolve(function.module, made), [&](const Target& target) {
            return target.kind == Target::Kind::external &&
                   knowledge_.role(knowledge_.canonical(target.external)) == Role::session;
        });
    });
}

/// Whether an instance of a class may have such a method: by a definition, an assignment or a base that is not known.
bool Inference::may_answer(ClassId id, llvm::StringRef method) const {
    std::vector<ClassId> family(table_.linearised(id).begin(), table_.linearised(id).end());
    for_each_subclass(id, [&](ClassId below) {
        family.insert(family.end(), table_.linearised(below).begin(), table_.linearised(below).end());
    });
    return llvm::any_of(family, [&](ClassId one) {
        const ClassInfo& info = symbols_.class_(one);
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        const bool own = llvm::any_of(bindings.scope(info.scope).symbols,
                                      [&](SymbolId symbol) { return bindings.symbol(symbol).name == method; });
        if (own || !table_.external_bases(one).empty())
            return true;
        const SyntaxTree& tree = program_.module(info.module).tree;
        for (NodeId at = info.node; at < tree.record(info.node).subtree_end; ++at)
            if (const Node left = tree.node(at).child(Field::left); tree.record(at).kind == Kind::assignment &&
                                                                    left.is(Kind::attribute) &&
                                                                    left.child(Field::attribute).text() == method)
                return true;
        return false;
    });
}

/// `def path(build: Build)` in another class: called as a plain function, whatever it stands in.
bool Inference::is_object_of_other(const Atom& atom, ClassId owner) const {
    if (!owner || atom.kind != Atom::Kind::instance || models_.find(ClassId{atom.id}) == nullptr)
        return false;
    const ClassId other{atom.id};
    return !llvm::is_contained(table_.linearised(owner), other) && !llvm::is_contained(table_.linearised(other), owner);
}

/// What stands in the place of an optional parameter when nothing is given for it: `session = db or SessionLocal()`,
/// `if db is None: db = SessionLocal()`. The one is used as the other, so it is a session where that is nothing else.
TypeId Inference::session_instead(const FunctionInfo& function, const ParameterInfo& parameter) {
    const ModuleBindings& bindings = symbols_.bindings(function.module);
    const SyntaxTree& tree = program_.module(function.module).tree;
    const SymbolId name = bindings.symbol_at(parameter.name_node);
    if (!name)
        return TypeStore::nothing;
    TypeId found = TypeStore::nothing;
    const auto take = [&](DefinitionId id) {
        found = types_.join(found, slots_.peek(definition_slot(function.module, id)));
    };
    for (const DefinitionId id : bindings.symbol(name).definitions)
        if (bindings.definition(id).kind == DefinitionKind::assignment)
            take(id);
    for (const NodeId reference : bindings.symbol(name).references) {
        Node at = tree.node(reference);
        while (at.parent().is_any(Kind::conditional_expression, Kind::boolean_operator, Kind::parenthesized_expression))
            at = at.parent();
        const Node target = at.parent().is(Kind::assignment) ? at.parent().child(Field::left) : Node();
        if (at.id() != reference && target.is(Kind::identifier) && at.parent().child(Field::right) == at &&
            bindings.symbol_at(target.id()) != name)
            take(bindings.definition_at(target.id()));
    }
    std::vector<Atom> sessions;
    for (const Atom& atom : types_.atoms(found).vec()) {
        const Role role = knowledge_.role(types_.external_class(atom));
        if (role == Role::session || role == Role::async_session)
            sessions.push_back(atom);
        else if (atom.kind != Atom::Kind::none)
            return TypeStore::nothing;
    }
    return types_.make(std::move(sessions));
}

void Inference::read_session_evidence() {
    for (const FunctionInfo& info : symbols_.functions()) {
        ParameterSlots& own = parameters_[info.id.value];
        own.evident.assign(own.parameters.size(), false);
        const FunctionTraits& traits = traits_[info.id.value];
        if (traits.is_fixture || llvm::StringRef(info.name).starts_with("test"))
            continue;
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        for (std::size_t i = 0; i < own.parameters.size(); ++i) {
            const ParameterInfo& parameter = own.parameters[i];
            const bool misnamed = own.locked[i] && is_misnamed(info, parameter);
            const SymbolId id = bindings.symbol_at(parameter.name_node);
            if ((own.locked[i] && !misnamed) || !id || bindings.symbol(id).definitions.size() != 1)
                continue;
            own.evident[i] = is_queried(info.module, id, 0) || (misnamed && is_used_as_session(info.module, id));
            if (misnamed && own.evident[i])
                own.locked[i] = false;
            if (i == 0 && info.owner && own.evident[i] && !may_answer(info.owner, "query"))
                own.of_other_kind = true; // `def load(db, ident)` in a class, called as `Loader.load(db, 1)`
        }
    }
}

/// Sessions, engines and what they give: never a plain container, nor an instance of a class of the program.
bool Inference::is_of_database(const Atom& atom) const {
    switch (knowledge_.role(types_.external_class(atom))) {
    case Role::session:
    case Role::async_session:
    case Role::session_factory:
    case Role::async_session_factory:
    case Role::scoped_session:
    case Role::engine:
    case Role::async_engine:
    case Role::connection:
    case Role::async_connection:
    case Role::transaction:
    case Role::async_transaction:
    case Role::query:
    case Role::select: return true;
    default: return false;
    }
}

/// What arrives at a parameter.
void Inference::write_parameter(FunctionId function, std::size_t index, TypeId type) {
    // A mock stands in for what the program itself hands over.
    const bool evident = parameters_[function.value].evident[index];
    std::vector<Atom> known;
    for (const Atom& atom : types_.atoms(type).vec()) {
        if (parameters_[function.value].plain[index] && is_of_database(atom))
            continue; // `data: dict`, and a caller that mixes up its arguments
        if (knowledge_.role(types_.external_class(atom)) == Role::test_double)
            doubles_.try_emplace(parameter_slot(function, index), types_.make({atom}));
        else if (!(evident && atom.kind == Atom::Kind::unknown))
            known.push_back(atom);
    }
    write(parameter_slot(function, index), types_.make(std::move(known)));
}

} // namespace sqlawait
