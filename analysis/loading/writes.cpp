#include "analysis/loading/writes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

void Writes::read_call(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                       const TypeTable& types, ModuleId module, const CallInfo& call) {
    const FunctionId function = symbols.enclosing_function({module, call.node});
    if (!function)
        return;
    const auto given = program.module(module).tree.node(call.node).child(Field::arguments).named_children();
    for (const CallTarget& target : call.targets) {
        if (target.constructed && models.find(target.constructed) != nullptr)
            rows_[function.value].insert(target.constructed);
        if (given.empty())
            continue;
        const TypeId first = types.type_of({module, given[0].id()});
        const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
        const bool session = owner.ends_with("Session") || owner.ends_with("session");
        if (session && method == "delete") {
            if (const ClassId deleted = types.mapped_instance(first)) {
                rows_[function.value].insert(deleted);
                deleted_[function.value].insert(deleted);
                // The keys of its children that stay are set to NULL, those of the others go with it.
                for (const RelationshipInfo& one : models.find(deleted)->relationships)
                    if (one.target && one.direction != Direction::many_to_one && !one.secondary && !one.viewonly) {
                        rows_[function.value].insert(one.target);
                        keys_[function.value].insert(one.target);
                    }
            }
        } else if (owner == "sqlalchemy" && (method == "insert" || method == "update" || method == "delete")) {
            for (const Atom& atom : types.store().atoms(first))
                if (atom.kind == Atom::Kind::class_)
                    rows_[function.value].insert(ClassId{atom.id});
        } else if (target.external == "builtins.setattr") {
            if (const ClassId changed = types.mapped_instance(first))
                keys_[function.value].insert(changed);
        }
    }
}

/// `update({"name": func.lower(X.name)})`, `values(name=func.lower(X.name))`: a value with a call of a SQL function.
void Writes::read_values(const Program& program, const SymbolTable& symbols, const TypeTable& types, Place call,
                         ClassId entity) {
    const FunctionId function = symbols.enclosing_function(call);
    if (!function || !entity)
        return;
    const SyntaxTree& tree = program.module(call.module).tree;
    const auto by_function = [&](Node value) {
        for (NodeId id = value.id(); id < tree.record(value.id()).subtree_end; ++id)
            if (const CallInfo* info = types.call({call.module, id}))
                for (const CallTarget& target : info->targets)
                    if (llvm::StringRef(target.external).starts_with("sqlalchemy.func"))
                        return true;
        return false;
    };
    for (const Node argument : tree.node(call.node).child(Field::arguments).named_children()) {
        if (argument.is(Kind::keyword_argument) && by_function(argument.child(Field::value)))
            computed_[function.value].emplace(entity, argument.child(Field::name).text().str());
        if (!argument.is(Kind::dictionary))
            continue;
        for (const Node pair : argument.named_children()) {
            if (!pair.is(Kind::pair) || !by_function(pair.child(Field::value)))
                continue;
            const Node key = pair.child(Field::key);
            const llvm::StringRef name =
                key.is(Kind::attribute) ? key.child(Field::attribute).text() : key.text().trim("\"'");
            computed_[function.value].emplace(entity, name.str());
        }
    }
}

Writes::Writes(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
               const QueryFlow& queries)
    : rows_(symbols.functions().size()), keys_(symbols.functions().size()), deleted_(symbols.functions().size()),
      computed_(symbols.functions().size()) {
    std::vector<std::set<FunctionId>> callees(symbols.functions().size());
    for (const auto& module : program.modules) {
        for (const CallInfo& call : types.calls(module->id)) {
            read_call(program, symbols, models, types, module->id, call);
            if (const FunctionId caller = symbols.enclosing_function({module->id, call.node}))
                for (const CallTarget& target : call.targets)
                    if (target.function)
                        callees[caller.value].insert(target.function);
        }
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is(Kind::assignment) || !node.child(Field::left).is(Kind::attribute))
                continue;
            const Node left = node.child(Field::left);
            const ClassId owner = types.mapped_instance(types.type_of({module->id, left.child(Field::object).id()}));
            const ModelInfo* model = owner ? models.find(owner) : nullptr;
            const FunctionId function = symbols.enclosing_function({module->id, id});
            const ColumnInfo* column = model == nullptr ? nullptr : model->column(left.child(Field::attribute).text());
            if (function && column != nullptr && !column->foreign_key.empty()) {
                rows_[function.value].insert(owner);
                keys_[function.value].insert(owner);
            }
        }
    }
    for (const QueryChain& chain : queries.chains()) {
        const FunctionId function = symbols.enclosing_function(chain.place);
        const std::string& last = chain.links.empty() ? std::string() : chain.links.back().method;
        if (function && chain.shape.entity && (last == "update" || last == "delete"))
            rows_[function.value].insert(chain.shape.entity);
        if (last == "update")
            read_values(program, symbols, types, {chain.place.module, chain.links.back().call}, chain.shape.entity);
    }
    // What is called writes for its caller.
    for (bool grown = true; grown;) {
        grown = false;
        for (std::size_t caller = 0; caller < callees.size(); ++caller)
            for (const FunctionId callee : callees[caller]) {
                const auto size = [&] {
                    return rows_[caller].size() + keys_[caller].size() + deleted_[caller].size() +
                           computed_[caller].size();
                };
                const std::size_t before = size();
                rows_[caller].insert(rows_[callee.value].begin(), rows_[callee.value].end());
                keys_[caller].insert(keys_[callee.value].begin(), keys_[callee.value].end());
                deleted_[caller].insert(deleted_[callee.value].begin(), deleted_[callee.value].end());
                computed_[caller].insert(computed_[callee.value].begin(), computed_[callee.value].end());
                grown |= size() != before;
            }
    }
}

} // namespace sqlawait
