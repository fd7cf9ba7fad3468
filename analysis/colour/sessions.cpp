// Which functions are given their session, and which make their own. Code that makes its own session may stay
// synchronous below async callers without harm; code that is given one shares the fate of who gives it.
#include "analysis/colour/colouring.h"
#include "analysis/colour/session_classes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The name that an attribute or subscript chain starts with: `self` of `self.state.db`.
Node root_of(Node expression) {
    Node at = expression;
    while (true) {
        if (at.is(Kind::attribute))
            at = at.child(Field::object);
        else if (at.is(Kind::subscript))
            at = at.child(Field::value);
        else
            return at;
    }
}

bool is_gathered(ParameterInfo::Kind kind) {
    return kind == ParameterInfo::Kind::var_positional || kind == ParameterInfo::Kind::var_keyword;
}

} // namespace

bool Colouring::is_session_like(TypeId type) const {
    return llvm::any_of(types_.store().atoms(type), [&](const Atom& atom) {
        if (atom.kind == Atom::Kind::instance)
            return bool(holds_session_[atom.id]) || is_session_class(types_, knowledge_, ClassId{atom.id});
        const llvm::StringRef class_name = types_.store().external_class(atom);
        if (class_name.empty())
            return false;
        const Role role = knowledge_.role(class_name);
        return role == Role::session || role == Role::connection || role == Role::transaction || role == Role::query ||
               (role == Role::http_client && uses_database_);
    });
}

bool Colouring::makes_sessions(TypeId type) const {
    return llvm::any_of(types_.store().atoms(type), [&](const Atom& atom) {
        const Role role = knowledge_.role(types_.store().external_class(atom));
        return role == Role::engine || role == Role::session_factory;
    });
}

void Colouring::raise_source(FunctionId id, SessionSource source) {
    State& own = state(id);
    own.source = std::max(own.source, source);
    own.receives |= source == SessionSource::received;
}

void Colouring::find_sources() {
    holds_session_.assign(symbols_.classes().size(), false);
    holder_users_.resize(symbols_.classes().size());
    // A class holds a session when an attribute of its instances is one, or holds one in turn.
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& module : program_.modules)
            for (NodeId id = 0; id < module->tree.size(); ++id) {
                if (module->tree.record(id).kind != Kind::attribute)
                    continue;
                const Place place{module->id, id};
                if (!is_session_like(types_.type_of(place)))
                    continue;
                const Node object = module->tree.node(id).child(Field::object);
                if (const FunctionId user = symbols_.enclosing_function(place);
                    user && types_.has_role(place, Role::session) != Certainty::unknown)
                    for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, object.id()})))
                        if (atom.kind == Atom::Kind::instance)
                            holder_users_[atom.id].insert(user);
                for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, object.id()})))
                    if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_)
                        for (const ClassId base : types_.linearised(ClassId{atom.id}))
                            if (!holds_session_[base.value])
                                holds_session_[base.value] = changed = true;
            }
        // What is only declared holds what its implementations hold: `repository: RepositoryProtocol`.
        for (const FunctionInfo& function : symbols_.functions())
            if (function.owner && !holds_session_[function.owner.value] && is_abstract(function) &&
                llvm::any_of(calls_.family(function.id), [&](FunctionId own) {
                    const ClassId implementation = symbols_.function(own).owner;
                    return implementation && holds_session_[implementation.value];
                }))
                holds_session_[function.owner.value] = changed = true;
        // Subclasses hold what their bases hold.
        for (const ClassInfo& info : symbols_.classes())
            if (!holds_session_[info.id.value] &&
                llvm::any_of(types_.linearised(info.id), [&](ClassId base) { return holds_session_[base.value]; }))
                holds_session_[info.id.value] = changed = true;
    }

    for (const FunctionInfo& function : symbols_.functions()) {
        const Node node = module_of({function.module, 0}).tree.node(function.node);
        const auto parameters = parameters_of(node);
        // `*args: Session` is a tuple of sessions.
        const auto holds = [&](std::size_t i) {
            return llvm::any_of(types_.store().atoms(types_.parameter(function.id, i)), [&](const Atom& atom) {
                return llvm::any_of(atom.args, [&](TypeId inner) { return is_session_like(inner); });
            });
        };
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (is_session_like(types_.parameter(function.id, i)) || (is_gathered(parameters[i].kind) && holds(i)))
                raise_source(function.id, SessionSource::received);
    }
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Kind kind = module->tree.record(id).kind;
            if (kind != Kind::identifier && kind != Kind::attribute)
                continue;
            const Place place{module->id, id};
            if (!is_session_like(types_.type_of(place)))
                continue;
            const FunctionId function = symbols_.enclosing_function(place);
            const Node root = root_of(module->tree.node(id));
            if (!function || !root.is(Kind::identifier))
                continue;
            const SymbolId symbol = bindings.symbol_at(root.id());
            if (!symbol || bindings.definition_at(root.id()))
                continue;
            const Scope& scope = bindings.scope(bindings.symbol(symbol).scope);
            if (scope.kind == ScopeKind::module) {
                // A module-level object that some other code gave a session.
                raise_source(function, SessionSource::global);
                continue;
            }
            const FunctionId home = symbols_.function_at({module->id, scope.node});
            const bool parameter = llvm::any_of(bindings.symbol(symbol).definitions, [&](DefinitionId definition) {
                return bindings.definition(definition).kind == DefinitionKind::parameter;
            });
            if (home && (home != function || parameter))
                raise_source(function, SessionSource::received);
            for (FunctionId inside = function; home && inside && inside != home;
                 inside = symbols_.function(inside).outer)
                state(inside).captures = true;
        }
    }
}

} // namespace sqlawait
