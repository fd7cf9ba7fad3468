// Calls that read like a query on something that the analysis can't tell, or that is no session. Nothing is
// done about them, but nothing is silent about them either.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

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

/// `thing.commit()` where `thing` runs a query nearby, or is given mapped objects: who uses it as a session, has one.
/// Looked at by function and by the text of what it is called on.
void QueryFlowBuilder::find_used_as_session(const Module& module, std::size_t first_unseen) {
    struct Use {
        bool queries = false, commits = false, takes_objects = false;
        std::vector<Node> calls;
        std::vector<Node> of_any; // what others than sessions take, too
        [[nodiscard]] bool tells() const { return queries || (commits && takes_objects); }
    };
    std::map<std::pair<FunctionId, std::string>, Use> uses;
    std::set<Place> seen;
    const auto key_of = [&](Node call) {
        return std::pair(symbols_.enclosing_function(place(call)),
                         call.child(Field::function).child(Field::object).text().str());
    };
    for (std::size_t i = first_unseen; i < flow_.unseen_.size(); ++i) {
        seen.insert(flow_.unseen_[i].call);
        if (!flow_.unseen_[i].other)
            uses[key_of(module.tree.node(flow_.unseen_[i].call.node))].queries = true;
    }
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node call = module.tree.node(id);
        const Node callee = call.is(Kind::call) ? call.child(Field::function) : Node();
        if (!callee.is(Kind::attribute) || !is_open(call))
            continue;
        const llvm::StringRef method = callee.child(Field::attribute).text();
        const MemberKnowledge* known = knowledge_.member("sqlalchemy.orm.Session", method);
        if (known == nullptr || known->is_attribute)
            continue;
        const bool of_object = is_mapped_object(call.child(Field::arguments).named_child(0));
        Use& use = uses[key_of(call)];
        use.commits |= llvm::is_contained({"commit", "flush", "rollback"}, method);
        use.takes_objects |= of_object;
        if (known->io && !seen.contains(place(call)))
            (of_object || !call.child(Field::arguments).named_child(0) ? use.calls : use.of_any).push_back(call);
    }
    const auto note = [&](llvm::ArrayRef<Node> calls) {
        for (const Node call : calls) {
            const Node callee = call.child(Field::function);
            flow_.unseen_.push_back({place(call), cannot_be_seen(callee.child(Field::object)), false,
                                     callee.child(Field::attribute).text().str()});
        }
    };
    for (const auto& [key, use] : uses) {
        if (!use.tells() || !key.first)
            continue;
        note(use.calls);
        if (use.queries)
            note(use.of_any);
    }
}

/// A call of which no way is known in which it may go, and that nobody awaits.
bool QueryFlowBuilder::is_open(Node call) const {
    const CallInfo* info = types_.call(place(call));
    return (info == nullptr || info->targets.empty()) && !call.parent().is(Kind::await) &&
           types_.store().has_unknown(types_.type_of(place(call.child(Field::function).child(Field::object))));
}

bool QueryFlowBuilder::is_mapped_object(Node argument) const {
    return argument && types_.mapped_instance(types_.type_of(place(argument)));
}

void QueryFlowBuilder::find_unseen(const Module& module) {
    const std::size_t first = flow_.unseen_.size();
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
    find_used_as_session(module, first);
    llvm::sort(flow_.unseen_.begin() + static_cast<std::ptrdiff_t>(first), flow_.unseen_.end(),
               [](const UnseenQuery& a, const UnseenQuery& b) { return a.call < b.call; });
}

} // namespace sqlawait
