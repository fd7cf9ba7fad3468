// What tests put in a function's place: monkeypatch.setattr(), patch(), an attribute that is assigned.
#include "analysis/calls/builder.h"
#include "analysis/inference/literals.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// Where a callable is told what it replaces, by position or keyword.
struct Replacer {
    llvm::StringLiteral callable;
    bool attribute; // `(target, "name", value)`; else `("module.name", value)`
};
constexpr Replacer replacers[] = {{"pytest.MonkeyPatch.setattr", true},
                                  {"unittest.mock.patch.object", true},
                                  {"pytest_mock._Patcher.object", true},
                                  {"unittest.mock.patch", false},
                                  {"pytest_mock._Patcher", false}};

} // namespace

/// What `name` is as an attribute of a module, a class or an instance of the program.
std::vector<FunctionId> CallGraphBuilder::functions_at(TypeId object, llvm::StringRef name) const {
    std::vector<FunctionId> out;
    for (const Atom& atom : types_.store().atoms(object)) {
        if (atom.kind == Atom::Kind::module) {
            for (const Target& target : symbols_.member(ModuleId{atom.id}, name))
                if (target.function)
                    out.push_back(target.function);
        } else if (atom.kind == Atom::Kind::class_ || atom.kind == Atom::Kind::instance) {
            if (const FunctionId method = types_.method(ClassId{atom.id}, name))
                out.push_back(method);
        }
    }
    return out;
}

/// What "app.services.users.user_service.find" names: the longest module in front, then its names and what they hold.
std::vector<FunctionId> CallGraphBuilder::functions_named(llvm::StringRef dotted) const {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    dotted.split(parts, '.');
    for (std::size_t length = parts.size() - 1; length > 0; --length) {
        const ModuleId module =
            symbols_.find_module(module_->id, llvm::join(llvm::ArrayRef(parts).take_front(length), "."));
        if (!module)
            continue;
        std::vector<FunctionId> out;
        const auto rest = llvm::ArrayRef(parts).drop_front(length);
        if (rest.size() > 2)
            return out;
        for (const Target& target : symbols_.member(module, rest.front())) {
            if (rest.size() == 1 && target.function)
                out.push_back(target.function);
            else if (rest.size() == 2 && target.class_)
                out.push_back(types_.method(target.class_, rest.back()));
            else if (rest.size() == 2 && target.kind == Target::Kind::module)
                for (const Target& inner : symbols_.member(target.module, rest.back()))
                    out.push_back(inner.function);
            else if (rest.size() == 2 && target.kind == Target::Kind::variable) {
                const ModuleBindings& there = symbols_.bindings(target.module);
                for (const DefinitionId id : there.symbol(target.symbol).definitions) {
                    const Node right =
                        program_.module(target.module).tree.node(there.definition(id).node).child(Field::right);
                    if (right)
                        llvm::append_range(out, functions_at(types_.type_of({target.module, right.id()}), rest.back()));
                }
            }
        }
        llvm::erase_if(out, [](FunctionId id) { return !id; });
        return out;
    }
    return {};
}

/// The expression that makes a value: through a name that is bound once, to it.
Node CallGraphBuilder::made_as(Node value) const {
    const ModuleBindings& bindings = symbols_.bindings(module_->id);
    const SymbolId symbol = value.is(Kind::identifier) ? bindings.symbol_at(value.id()) : SymbolId();
    if (!symbol || bindings.symbol(symbol).definitions.size() != 1)
        return value;
    const Node at = module_->tree.node(bindings.definition(bindings.symbol(symbol).definitions.front()).node);
    const Node right = at.is(Kind::assignment) ? at.child(Field::right) : Node();
    return right ? right : value;
}

void CallGraphBuilder::replace(llvm::ArrayRef<FunctionId> replaced, Node value) {
    if (replaced.empty() || !value)
        return;
    std::vector<FunctionId> given;
    gather_functions(types_.type_of(place(value)), 0, given);
    for (const FunctionId function : given) {
        const FunctionInfo& own = symbols_.function(function);
        if (!own.is_lambda && llvm::all_of(replaced, [&](FunctionId other) {
                return other != function && symbols_.function(other).is_generator == own.is_generator;
            }))
            for (const FunctionId other : replaced)
                if (auto& there = graph_.stand_ins_[other.value]; !llvm::is_contained(there, function))
                    there.push_back(function);
    }
    graph_.replacements_.push_back({{replaced.begin(), replaced.end()}, place(made_as(value))});
}

void CallGraphBuilder::read_replacements(const Module& module) {
    module_ = &module;
    for (const CallInfo& info : types_.calls(module.id))
        for (const CallTarget& target : info.targets) {
            const auto* known = llvm::find_if(
                replacers, [&](const Replacer& one) { return one.callable == knowledge_.canonical(target.external); });
            if (known == std::end(replacers))
                continue;
            const Node call = module.tree.node(info.node);
            llvm::SmallVector<Node, 3> given;
            Node value;
            for (const Node argument : call.child(Field::arguments).named_children())
                if (!argument.is(Kind::keyword_argument))
                    given.push_back(argument);
                else if (const llvm::StringRef name = argument.child(Field::name).text();
                         name == "new" || name == "value")
                    value = argument.child(Field::value);
            if (given.empty())
                break;
            // `setattr` takes a dotted name, too.
            const bool dotted = !plain_string(given[0]).empty();
            const std::size_t at = dotted ? 1 : 2;
            if (given.size() > at)
                value = given[at];
            std::vector<FunctionId> replaced;
            if (dotted)
                replaced = functions_named(plain_string(given[0]));
            if (dotted && !replaced.empty())
                graph_.patched_names_.push_back({place(given[0]), replaced});
            else if (known->attribute && given.size() > 1)
                replaced = functions_at(types_.type_of(place(given[0])), plain_string(given[1]));
            replace(replaced, value);
            break;
        }
    if (!graph_.is_test_module(module.id))
        return;
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        if (module.tree.record(id).kind != Kind::assignment)
            continue;
        const Node left = module.tree.node(id).child(Field::left), right = module.tree.node(id).child(Field::right);
        if (!right || !left.is(Kind::attribute))
            continue;
        replace(functions_at(types_.type_of(place(left.child(Field::object))), left.child(Field::attribute).text()),
                right);
    }
}

} // namespace sqlawait
