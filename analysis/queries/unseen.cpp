// Calls that read like a query on something that the analysis can't tell, or that is no session. Nothing is
// done about them, but nothing is silent about them either.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

std::string cannot_be_seen(Node receiver) {
    return "what '" + receiver.text().take_front(40).str() +
           "' is can't be seen: annotate it as a Session where it comes from";
}

} // namespace

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

/// `anything.execute(select(X))`: who takes a statement of SQLAlchemy's, talks to a database.
bool QueryFlowBuilder::runs_statement(Node call, llvm::StringRef method) const {
    const MemberKnowledge* known = knowledge_.member("sqlalchemy.orm.Session", method);
    const Node first = call.child(Field::arguments).named_child(0);
    const TypeStore& store = types_.store();
    const CallInfo* seen = types_.call(place(call));
    if (seen != nullptr && !seen->targets.empty())
        return false; // one way in which it may go is known, and counted as that
    if (known == nullptr || !known->io || !first || call.parent().is(Kind::await) ||
        !store.has_unknown(types_.type_of(place(call.child(Field::function).child(Field::object)))))
        return false;
    return store.all(types_.type_of(place(unwrap(first))), [&](const Atom& atom) {
        const Role role = knowledge_.role(store.external_class(atom));
        return role == Role::select || role == Role::statement;
    });
}

/// `anything.query(X).filter(a == b)`: a comparison as an argument is one of columns.
bool QueryFlowBuilder::is_filtered(Node call) const {
    const Node callee = call.child(Field::function);
    if (!types_.store().has_unknown(types_.type_of(place(callee.child(Field::object)))) ||
        call.child(Field::arguments).named_child(0).is_any(Kind::string, Kind::concatenated_string))
        return false;
    const Node next = call.parent();
    const Node filter = next.parent();
    return next.is(Kind::attribute) && next.child(Field::attribute).text() == "filter" && filter.is(Kind::call) &&
           llvm::any_of(filter.child(Field::arguments).named_children(),
                        [](Node argument) { return argument.is(Kind::comparison_operator); });
}

void QueryFlowBuilder::find_unseen(const Module& module) {
    module_ = &module;
    bindings_ = &symbols_.bindings(module.id);
    reader_.enter(module.id);
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node call = module.tree.node(id);
        const Node callee = call.is(Kind::call) ? call.child(Field::function) : Node();
        if (!callee.is(Kind::attribute))
            continue;
        const llvm::StringRef method = callee.child(Field::attribute).text();
        const Node receiver = callee.child(Field::object);
        const TypeStore& store = types_.store();
        if (store.all(types_.type_of(place(receiver)), [&](const Atom& atom) {
                return knowledge_.role(store.external_class(atom)) == Role::test_double;
            }))
            continue; // a mock answers anything
        if (method != "query") {
            if (runs_statement(call, method))
                flow_.unseen_.push_back({place(call), cannot_be_seen(receiver), false, method.str()});
            continue;
        }
        if (is_producer(call))
            continue;
        if (const ClassId other = namesake(receiver)) {
            const ClassInfo& info = symbols_.class_(other);
            flow_.unseen_.push_back({place(call),
                                     "'" + info.name + "' is a class of the program here (" +
                                         program_.module(info.module).source.path + "), not SQLAlchemy's session",
                                     true, "query"});
            continue;
        }
        const CallInfo* seen = types_.call(place(call));
        const bool known = seen != nullptr && seen->complete && !seen->targets.empty() &&
                           llvm::all_of(seen->targets, [](const CallTarget& target) { return target.function; });
        const bool sql = llvm::any_of(call.child(Field::arguments).named_children(),
                                      [&](Node argument) { return is_of_sql(argument); });
        if (known || !(sql || is_filtered(call)))
            continue;
        flow_.unseen_.push_back({place(call), cannot_be_seen(receiver), false, "query"});
    }
}

} // namespace sqlawait
