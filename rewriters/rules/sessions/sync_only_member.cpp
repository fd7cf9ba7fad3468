#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!writes_async(context, node))
        return;
    const Node object = node.child(Field::object);
    const TypeStore& store = context.facts.types.store();
    const llvm::StringRef name = node.child(Field::attribute).text();
    std::string form;
    for (const Atom& atom : store.atoms(context.facts.types.type_of(context.place(object)))) {
        const llvm::StringRef class_name = store.external_class(atom);
        const MemberKnowledge* member = class_name.empty() ? nullptr : context.facts.knowledge.member(class_name, name);
        if (member != nullptr &&
            llvm::is_contained({"sync_session", "sync_engine", "sync_connection"}, member->async_form))
            form = member->async_form;
    }
    // `db.sync_session.autobegin` asks the synchronous object already.
    if (form.empty() || (object.is(Kind::attribute) && object.child(Field::attribute).text() == form))
        return;
    Fix fix;
    fix.edits.push_back(insert(object.end(), "." + form));
    out.push_back(
        edit_finding(context, node, "only the synchronous object below has '" + name.str() + "'", std::move(fix)));
}

const RegisteredRule rule{{.name = "sync_only_member",
                           .code = "SA203",
                           .summary = "members that only the synchronous object below has",
                           .stage = Stage::async,
                           .kinds = {Kind::attribute},
                           .match = match}};

} // namespace

} // namespace sqlawait
