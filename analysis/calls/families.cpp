// Methods that must share a calling convention, because a call may go to either: overrides, cooperative mixins,
// what stands for a protocol.
#include "analysis/calls/builder.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>
#include <set>

namespace sqlawait {

namespace {

/// Union-find; the smallest function is the root, so that the result does not depend on the order.
class Groups {
  public:
    explicit Groups(std::size_t size) : parent_(size) {
        for (std::uint32_t i = 0; i < size; ++i)
            parent_[i] = i;
    }
    std::uint32_t find(std::uint32_t at) {
        while (parent_[at] != at) {
            parent_[at] = parent_[parent_[at]];
            at = parent_[at];
        }
        return at;
    }
    void unite(FunctionId a, FunctionId b) {
        const std::uint32_t left = find(a.value), right = find(b.value);
        parent_[std::max(left, right)] = std::min(left, right);
    }

  private:
    std::vector<std::uint32_t> parent_;
};

/// Each class has its own: nobody calls them through a base.
bool is_own(llvm::StringRef name) {
    return llvm::is_contained({"__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__",
                               "__set_name__", "__del__"},
                              name) ||
           (name.starts_with("__") && !name.ends_with("__")); // mangled
}

/// What writes an attribute is called in another way than what reads it. Python calls both, as it does special methods.
std::string accessor_mark(Accessor accessor) {
    return accessor == Accessor::none ? "" : accessor == Accessor::setter ? "__set__ " : "__delete__ ";
}

} // namespace

void CallGraphBuilder::unite_families() {
    Groups groups(symbols_.functions().size());
    using Methods = std::map<std::string, llvm::SmallVector<FunctionId, 2>>;
    std::vector<Methods> own(symbols_.classes().size());
    for (const ClassInfo& info : symbols_.classes())
        for (const FunctionId method : info.methods)
            if (const std::string& name = symbols_.function(method).name; !is_own(name))
                own[info.id.value][accessor_mark(graph_.accessors_[method.value]) + name].push_back(method);

    const auto unite_all = [&](llvm::ArrayRef<FunctionId> a, llvm::ArrayRef<FunctionId> b) {
        for (const FunctionId left : a)
            for (const FunctionId right : b)
                groups.unite(left, right);
    };
    // Classes without a common base only happen to use the same name.
    const auto unite_related = [&](llvm::ArrayRef<FunctionId> methods, Groups& into) {
        if (methods.size() < 2)
            return;
        std::map<ClassId, FunctionId> first; // that has this class among its own
        for (const FunctionId method : methods)
            for (const ClassId base : types_.linearised(symbols_.function(method).owner))
                into.unite(first.try_emplace(base, method).first->second, method);
    };
    std::vector<llvm::SmallVector<ClassId, 2>> bases(symbols_.classes().size()); // direct ones
    for (const ClassInfo& info : symbols_.classes()) {
        for (const auto& [name, methods] : own[info.id.value])
            unite_all(methods, methods); // overloads
        for (const ClassId below : types_.subclasses(info.id))
            bases[below.value].push_back(info.id);
    }
    const auto found_in = [&](ClassId id, const std::string& name) {
        for (const ClassId base : types_.linearised(id))
            if (const auto found = own[base.value].find(name); found != own[base.value].end())
                return llvm::ArrayRef<FunctionId>(found->second);
        return llvm::ArrayRef<FunctionId>();
    };
    for (const ClassInfo& info : symbols_.classes()) {
        // Python itself calls special methods, on whatever class an object has: every class in a linearisation
        // may answer for the others.
        if (bases[info.id.value].size() == 1) { // what is above was united there
            for (const auto& [name, methods] : own[info.id.value])
                if (llvm::StringRef(name).starts_with("__"))
                    unite_all(methods, found_in(bases[info.id.value].front(), name));
            continue;
        }
        std::map<std::string, llvm::ArrayRef<FunctionId>> seen;
        for (const ClassId base : types_.linearised(info.id))
            for (const auto& [name, methods] : own[base.value])
                if (llvm::StringRef(name).starts_with("__"))
                    unite_all(seen.try_emplace(name, methods).first->second, methods);
    }
    // Other methods share their calls where a call may go to several: through an object that is seen as one of
    // a base class, through `super()`, through a protocol.
    std::set<std::pair<ClassId, std::string>> dispatched;
    std::optional<std::vector<bool>> out_of_sight; // looked for once there is a protocol
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            // What is assigned is seen as what it is, and yet has to stand for the protocol that the variable names.
            if (node.is(Kind::assignment) && node.child(Field::type)) {
                const Node named = node.child(Field::type).named_child(0);
                for (const Target& target : symbols_.resolve_expression(module->id, named))
                    if (target.kind == Target::Kind::class_ && is_protocol(target.class_))
                        for (const auto& [name, methods] : own[target.class_.value])
                            dispatched.emplace(target.class_, name);
            }
            if (!node.is(Kind::attribute))
                continue;
            const std::string name = node.child(Field::attribute).text().str();
            llvm::SmallVector<FunctionId, 4> methods;
            for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, id})))
                if (atom.kind == Atom::Kind::function)
                    if (const FunctionInfo& method = symbols_.function(FunctionId{atom.id});
                        method.owner && method.name == name)
                        methods.push_back(method.id);
            unite_related(methods, groups);
            const Node object = node.child(Field::object);
            for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, object.id()})))
                if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_)
                    dispatched.emplace(ClassId{atom.id}, name);
        }
    for (const auto& [id, name] : dispatched) {
        // A class stands for a protocol when it has all of its methods, with parameters that suit a call of those, and
        // its objects may come to where the protocol is named.
        const auto& wanted = own[id.value];
        const bool protocol = is_protocol(id) && !wanted.empty();
        if (protocol && !out_of_sight)
            out_of_sight = classes_out_of_sight();
        llvm::ArrayRef<FunctionId> answer = found_in(id, name);
        // What a base is seen as reaches all that is below it, this class and what is below that included.
        if (!protocol && !answer.empty() && llvm::any_of(bases[id.value], [&, &called = name](ClassId base) {
                return dispatched.contains({base, called}) && !found_in(base, called).empty();
            }))
            continue;
        std::vector<ClassId> below(types_.subclasses(id));
        llvm::DenseSet<std::uint32_t> seen;
        for (const ClassId one : below)
            seen.insert(one.value);
        for (std::size_t at = 0; at < below.size(); ++at)
            for (const ClassId further : types_.subclasses(below[at]))
                if (seen.insert(further.value).second)
                    below.push_back(further);
        if (protocol)
            for (const ClassInfo& info : symbols_.classes())
                if (info.id != id && (*out_of_sight)[info.id.value] && llvm::all_of(wanted, [&](const auto& entry) {
                        const llvm::ArrayRef<FunctionId> methods = found_in(info.id, entry.first);
                        return llvm::any_of(
                            methods, [&](FunctionId method) { return may_stand_for(method, entry.second.front()); });
                    }))
                    below.push_back(info.id);
        for (const ClassId other : below) {
            // Of a class with one base that does not have it itself, that base has it, or what is above.
            if (bases[other.value].size() == 1 && seen.contains(other.value) && !own[other.value].contains(name) &&
                !answer.empty())
                continue;
            const llvm::ArrayRef<FunctionId> methods = found_in(other, name);
            unite_all(answer, methods);
            if (answer.empty())
                answer = methods; // a mixin that relies on the classes that it is mixed into
        }
    }
    // A generic function and its implementations are called by one call.
    for (const FunctionInfo& info : symbols_.functions())
        for (const FunctionId other : types_.implementations(info.id))
            groups.unite(info.id, other);
    // Overloads of plain functions: definitions of one name in one scope.
    std::map<std::pair<Place, std::string>, FunctionId> by_name;
    for (const FunctionInfo& info : symbols_.functions()) {
        if (info.owner || info.is_lambda)
            continue;
        const Module& module = program_.module(info.module);
        const Node definition = module.tree.node(info.node).parent();
        if (!definition.is(Kind::decorated_definition))
            continue;
        const bool overload = llvm::any_of(definition.named_children(), [&](Node child) {
            return child.is(Kind::decorator) &&
                   llvm::StringRef(symbols_.external_name(info.module, child.named_child(0))).ends_with(".overload");
        });
        if (overload)
            by_name.try_emplace({Place{info.module, definition.parent().id()}, info.name}, info.id);
    }
    if (!by_name.empty())
        for (const FunctionInfo& info : symbols_.functions()) {
            if (info.owner || info.is_lambda)
                continue;
            Node definition = program_.module(info.module).tree.node(info.node);
            if (definition.parent().is(Kind::decorated_definition))
                definition = definition.parent();
            const auto found = by_name.find({Place{info.module, definition.parent().id()}, info.name});
            if (found != by_name.end())
                groups.unite(found->second, info.id);
        }

    graph_.family_of_.resize(symbols_.functions().size());
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (std::uint32_t id = 0; id < symbols_.functions().size(); ++id) {
        const auto [at, fresh] =
            numbers.try_emplace(groups.find(id), static_cast<std::uint32_t>(graph_.families_.size()));
        if (fresh)
            graph_.families_.emplace_back();
        graph_.families_[at->second].push_back(FunctionId{id});
        graph_.family_of_[id] = at->second;
    }
}

} // namespace sqlawait
