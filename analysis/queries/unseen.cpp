// Calls that read like a query on something that the analysis can't tell, or that is no session. Nothing is
// done about them, but nothing is silent about them either.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// Whether an argument is a mapped class or something of SQL: who takes it, talks to a database.
bool QueryFlowBuilder::is_of_sql(Node argument) const {
    const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
    const TypeStore& store = types_.store();
    return store.some(types_.type_of(place(unwrap(value))), [&](const Atom& atom) {
        return (atom.kind == Atom::Kind::class_ && reader_.models().find(ClassId{atom.id}) != nullptr) ||
               store.external_class(atom).starts_with("sqlalchemy.");
    });
}

/// The class of the program that shares its name with a session of SQLAlchemy's and of which a call's receiver
/// is an instance; none when there is another way to read it.
ClassId QueryFlowBuilder::namesake(Node receiver) const {
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of(place(receiver));
    ClassId found;
    const bool all = store.all(type, [&](const Atom& atom) {
        if (atom.kind != Atom::Kind::instance)
            return false;
        found = ClassId{atom.id};
        const std::string& name = symbols_.class_(found).name;
        return llvm::is_contained({"Session", "AsyncSession", "scoped_session"}, name);
    });
    return all ? found : ClassId{};
}

void QueryFlowBuilder::find_unseen(const Module& module) {
    module_ = &module;
    bindings_ = &symbols_.bindings(module.id);
    reader_.enter(module.id);
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node call = module.tree.node(id);
        const Node callee = call.is(Kind::call) ? call.child(Field::function) : Node();
        if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "query" || is_producer(call))
            continue;
        const Node receiver = callee.child(Field::object);
        if (const ClassId other = namesake(receiver)) {
            const ClassInfo& info = symbols_.class_(other);
            flow_.unseen_.push_back({place(call),
                                     "'" + info.name + "' is a class of the program here (" +
                                         program_.module(info.module).source.path + "), not SQLAlchemy's session",
                                     true});
            continue;
        }
        const CallInfo* seen = types_.call(place(call));
        const bool known = seen != nullptr && seen->complete && !seen->targets.empty() &&
                           llvm::all_of(seen->targets, [](const CallTarget& target) { return target.function; });
        if (known || llvm::none_of(call.child(Field::arguments).named_children(),
                                   [&](Node argument) { return is_of_sql(argument); }))
            continue;
        flow_.unseen_.push_back({place(call),
                                 "what '" + receiver.text().take_front(40).str() +
                                     "' is can't be seen: annotate it as a Session where it comes from",
                                 false});
    }
}

} // namespace sqlawait
