// Engines and factories that objects hold (`self.engine = create_engine(url)`), or classes: in their bodies also what
// gives sessions to others (`db = Dependency(instance_of=Session)` of a container).
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

namespace sqlawait {

/// Whether calling it, through as many providers as there are, gives a session or an engine.
bool Colouring::provides_session(TypeId type, unsigned depth) const {
    return depth < TypeStore::max_depth &&
           llvm::any_of(
               types_.store().atoms(type),
               [&](const Atom& atom) {
                   const Role role = knowledge_.role(types_.store().external_class(atom));
                   return (role == Role::provider || role == Role::provider_factory) && !atom.args.empty() &&
                          (types_.has_role(atom.args[0], Role::session) == Certainty::proved ||
                           is_value_role(atom.args[0], 0) || provides_session(atom.args[0], depth + 1));
               });
}

/// The class in whose body a statement stands; none elsewhere.
ClassId Colouring::class_of_body(const Module& module, Node statement) const {
    for (Node up = statement.parent(); up && !up.is(Kind::function_definition); up = up.parent())
        if (up.is(Kind::class_definition))
            return symbols_.class_at({module.id, up.id()});
    return {};
}

void Colouring::find_held() {
    held_read_.assign(symbols_.functions().size(), {});
    std::map<std::pair<ClassId, std::string>, std::uint32_t> index;
    std::set<std::string> names;
    const auto owners = [&](const Module& module, Node object) {
        std::vector<ClassId> out;
        for (const Atom& atom : types_.store().atoms(types_.type_of({module.id, object.id()})))
            if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_)
                llvm::append_range(out, types_.linearised(ClassId{atom.id}));
        return out;
    };
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::assignment)
                continue;
            const Node left = module->tree.node(id).child(Field::left),
                       right = module->tree.node(id).child(Field::right);
            const Place made{module->id, right ? right.id() : no_node};
            const FunctionId maker = symbols_.enclosing_function({module->id, id});
            const bool in_body = left.is(Kind::identifier) && !maker;
            if (!right || (!in_body && (!left.is(Kind::attribute) || !maker)) ||
                (!is_value_role(types_.type_of(made), 0) && !(in_body && provides_session(types_.type_of(made), 0))))
                continue;
            const ClassId around = in_body ? class_of_body(*module, module->tree.node(id)) : ClassId();
            const auto classes =
                in_body ? std::vector<ClassId>(around ? 1 : 0, around) : owners(*module, left.child(Field::object));
            if (classes.empty())
                continue;
            const std::string name = (in_body ? left : left.child(Field::attribute)).text().str();
            names.insert(name);
            const auto [at, fresh] =
                index.try_emplace({classes.front(), name}, static_cast<std::uint32_t>(held_.size()));
            if (fresh)
                held_.emplace_back();
            Held& held = held_[at->second];
            if (fresh) {
                held.owner = classes.front();
                held.name = name;
                held.definition = made;
            }
            if (maker && !llvm::is_contained(held.makers, maker))
                held.makers.push_back(maker);
            if (!held.obstacle)
                held.obstacle = making_obstacle(made);
        }
    if (held_.empty())
        return;
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::attribute)
                continue;
            const Node node = module->tree.node(id);
            const std::string name = node.child(Field::attribute).text().str();
            const FunctionId reader = symbols_.enclosing_function({module->id, id});
            if (!names.contains(name))
                continue;
            for (const ClassId owner : owners(*module, node.child(Field::object)))
                if (const auto found = index.find({owner, name}); found != index.end()) {
                    held_[found->second].readers.emplace_back(reader, Place{module->id, id});
                    if (reader && !llvm::is_contained(held_read_[reader.value], found->second))
                        held_read_[reader.value].push_back(found->second);
                }
        }
}

void Colouring::demand_held(std::uint32_t index, bool async) {
    Held& held = held_[index];
    const bool as_async = async && !held.obstacle;
    bool& wanted = as_async ? held.form.async : held.form.sync;
    if (std::exchange(wanted, true))
        return;
    demanded_by_value_ = true;
    for (const FunctionId maker : held.makers)
        demand(maker, as_async, {}, "makes '" + held.name + "'", false);
    demanded_by_value_ = false;
}

/// The form of what a class body says of such an attribute: its value, its annotation.
void Colouring::write_held(ColourTable& table) const {
    for (const Held& held : held_) {
        const ClassInfo& info = symbols_.class_(held.owner);
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        const auto symbol = bindings.scope(info.scope).by_name.find(held.name);
        if (symbol == bindings.scope(info.scope).by_name.end() || (!held.form.async && !held.form.sync))
            continue;
        FunctionId reader;
        for (const auto& [function, place] : held.readers)
            if (function && state(function).want.async && (!reader || function.value < reader.value))
                reader = function;
        for (const DefinitionId id : bindings.symbol(symbol->second).definitions)
            table.class_attributes_[{info.module, bindings.definition(id).node}] = {held.form, reader};
    }
}

/// One attribute holds one form; who would have to read the other one stays as it is, and everybody with it.
bool Colouring::find_held_conflicts() {
    bool found = false;
    for (Held& held : held_) {
        // Code at module level that uses it is synchronous.
        const bool at_module_level = llvm::any_of(held.readers, [](const auto& reader) { return !reader.first; });
        const bool sync = held.form.sync || at_module_level || llvm::any_of(held.makers, [&](FunctionId maker) {
                              return state(maker).want.sync || !state(maker).want.async;
                          });
        if (held.obstacle || !held.form.async || !sync)
            continue;
        held.obstacle = Obstacle{"'" + held.name + "' of " + symbols_.class_(held.owner).qualified_name +
                                     " serves synchronous code, too",
                                 held.definition};
        found = true;
    }
    return found;
}

} // namespace sqlawait
