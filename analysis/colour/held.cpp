// Engines and factories that objects hold (`self.engine = create_engine(url)`), or classes.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

namespace sqlawait {

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
            if (!right || !left.is(Kind::attribute) || !maker || !is_value_role(types_.type_of(made), 0))
                continue;
            const auto classes = owners(*module, left.child(Field::object));
            if (classes.empty())
                continue;
            const std::string name = left.child(Field::attribute).text().str();
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
            if (!llvm::is_contained(held.makers, maker))
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
