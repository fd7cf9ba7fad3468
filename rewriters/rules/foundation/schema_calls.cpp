#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// `Base.metadata.create_all(bind=engine)`: DDL is written by synchronous code, which a connection runs.
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const IoSite* site = context.facts.colours.site_at(context.place(node));
    if (site == nullptr || !context.is_async(node) || !node.parent().is(Kind::expression_statement))
        return;
    const Node callee = node.child(Field::function);
    const CallInfo* info = context.facts.types.call(context.place(node));
    bool runs_sync = false;
    if (info != nullptr)
        for (const CallTarget& target : info->targets) {
            const std::string canonical = context.facts.knowledge.canonical(target.external);
            const auto [owner, method] = llvm::StringRef(canonical).rsplit('.');
            const MemberKnowledge* member = context.facts.knowledge.member(owner, method);
            runs_sync |= member != nullptr && member->async_form == "run_sync" &&
                         context.facts.knowledge.role(owner) == Role::none;
        }
    const Node bind = find_argument(node, "bind", 0);
    if (!runs_sync || !bind)
        return;
    const Place value = context.place(argument_value(bind));
    Fix fix;
    const Node arguments = node.child(Field::arguments);
    const auto given = arguments.named_children();
    Edit edit{node.range(), {}, Layer::statement};
    const bool connection = context.facts.types.has_role(value, Role::connection) == Certainty::proved;
    if (connection) {
        edit.pieces.emplace_back(std::string("await "));
        edit.pieces.emplace_back(hole(argument_value(bind)));
    } else {
        const std::string name = context.free_name(node, "conn");
        edit.pieces.emplace_back(std::string("async with "));
        edit.pieces.emplace_back(hole(argument_value(bind)));
        edit.pieces.emplace_back(".begin() as " + name + ":" + context.module.source.newline_text().str() +
                                 indentation_of(node) + "    await " + name);
    }
    edit.pieces.emplace_back(std::string(".run_sync("));
    edit.pieces.emplace_back(hole(callee));
    for (const Node argument : given) {
        if (argument == bind)
            continue;
        edit.pieces.emplace_back(std::string(", "));
        edit.pieces.emplace_back(hole(argument));
    }
    edit.pieces.emplace_back(std::string(")"));
    fix.edits.push_back(std::move(edit));
    fix.group = change_group(context, node);
    Finding finding = edit_finding(context, node, callee.text().str() + "() blocks", std::move(fix));
    finding.kind = "schema";
    finding.counts = true;
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "schema_calls",
                           .code = "SA404",
                           .summary = "create_all and drop_all run through run_sync",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
