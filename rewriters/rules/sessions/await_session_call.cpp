#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// The text of `begin(nested=True)`, which an asynchronous session spells `begin_nested()`.
bool begins_nested(Node call) {
    const Node nested = find_argument(call, "nested");
    return nested && argument_value(nested).is(Kind::true_);
}

std::string reason_of(const MatchContext& context, const IoSite& site) {
    if (!site.refusal.empty())
        return site.refusal;
    if (!site.function)
        return "code at module level cannot await";
    const ColouredFunction& function = context.facts.colours.function(site.function);
    if (!function.refusal.empty())
        return function.refusal;
    return function.reasons.empty() ? "" : function.reasons.back();
}

/// Whether the function around a node disposes of the asynchronous form of an engine as well.
bool disposes_of(Node node, const ColouredValue& value) {
    const Node function = node.ancestor(Kind::function_definition);
    const SyntaxTree& tree = node.tree();
    for (NodeId id = function.id(); id < tree.record(function.id()).subtree_end; ++id)
        if (const Node at = tree.node(id); at.is(Kind::attribute) && at.child(Field::attribute).text() == "dispose" &&
                                           at.child(Field::object).text().ends_with(value.async_name))
            return true;
    return false;
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const IoSite* site = context.facts.colours.site_at(context.place(node));
    if (site == nullptr || site->chain != 0xFFFFFFFFU)
        return;
    // The text for synchronous callers stays as it was; what only that text has is read nowhere else.
    const bool left_out = context.rendering == Rendering::sync_twin && site->function &&
                          context.facts.colours.is_left_out(context.facts.symbols, site->function, false);
    if (context.rendering == Rendering::sync_twin && !left_out)
        return;
    const llvm::StringRef operation = site->operation;
    const bool block = llvm::StringRef(operation).ends_with(".scope");
    if (site->is_request() && !context.is_async(node))
        return; // the tests' client is no access to the database

    Finding finding;
    finding.place = context.place(node);
    finding.range = node.range();
    finding.counts = !site->is_request();
    finding.kind = operation.rsplit('.').second.str();
    finding.message =
        block ? "a with statement on a synchronous " + operation.split('.').first.str() : operation.str() + "() blocks";
    if (left_out || !context.is_async(node)) {
        const bool kept = site->function && context.facts.colours.function(site->function).kept;
        finding.status = kept ? FindingStatus::kept : FindingStatus::remaining;
        finding.reason = reason_of(context, *site);
        out.push_back(std::move(finding));
        return;
    }
    Fix fix;
    fix.group = change_group(context, node);
    Node item = node.parent();
    if (item.is(Kind::as_pattern))
        item = item.parent();
    const Node callee = node.child(Field::function);
    const llvm::StringRef method = callee.is(Kind::attribute) ? callee.child(Field::attribute).text() : "";
    const ColouredValue* value = callee.is(Kind::attribute)
                                     ? value_read(context.facts, context.module.id, callee.child(Field::object))
                                     : nullptr;
    if (value != nullptr && !value->form.async && (!value->beside || operation == "engine.dispose")) {
        finding.status = FindingStatus::kept;
        finding.reason = "the asynchronous form of the " + role_name(value->role).str() + " stands beside it";
        if (value->beside && node.parent().is(Kind::expression_statement) && !disposes_of(node, *value)) {
            const std::string name =
                value->module == context.module.id
                    ? value->async_name
                    : context.spell(fix, context.facts.module(value->module).name(), value->async_name);
            fix.edits.push_back(insert(node.end(), context.module.source.newline_text().str() +
                                                       indentation_of(node.parent()) + "await " + name + ".dispose()"));
            finding.fix = std::move(fix);
        }
        out.push_back(std::move(finding));
        return;
    }
    // While there are both engines, both have connections to give back.
    if (value != nullptr && value->form.twin() && operation == "engine.dispose" &&
        node.parent().is(Kind::expression_statement))
        fix.edits.push_back(insert(node.begin(), node.text().str() + context.module.source.newline_text().str() +
                                                     indentation_of(node.parent())));
    if (method == "begin" && begins_nested(node)) {
        fix.edits.push_back(replace(callee.child(Field::attribute).range(), "begin_nested"));
        fix.edits.push_back(remove_argument(find_argument(node, "nested")));
    }
    const MemberKnowledge* member = nullptr;
    std::string owner;
    if (const CallInfo* info = context.facts.types.call(context.place(node)))
        for (const CallTarget& target : info->targets) {
            const std::string canonical = context.facts.knowledge.canonical(target.external);
            owner = llvm::StringRef(canonical).rsplit('.').first.str();
            member = context.facts.knowledge.member(owner, llvm::StringRef(canonical).rsplit('.').second);
            if (member != nullptr && member->io)
                break;
        }
    if (member != nullptr && member->async_form == "run_sync") {
        if (context.facts.knowledge.role(owner) == Role::none)
            return; // create_all and its kin: a rule of their own
        // `db.run_sync(Session.bulk_save_objects, objects)`: the method itself, so that arguments may await.
        const auto [package, class_name] = llvm::StringRef(owner).rsplit('.');
        const std::string spelled = context.spell(fix, package, class_name);
        const bool more = bool(node.child(Field::arguments).named_child(0));
        const Offset open = node.child(Field::arguments).begin() + 1;
        fix.edits.push_back(replace(callee.child(Field::attribute).range(), "run_sync"));
        fix.edits.push_back(insert(open, spelled + "." + method.str() + (more ? ", " : "")));
    }
    if (member != nullptr && site->is_request() && !member->async_form.empty())
        fix.edits.push_back(replace(callee.child(Field::attribute).range(), member->async_form));
    // A lambda that hands on the result hands on the coroutine.
    const FunctionId function = context.function(node);
    const ColouredFunction& colour = context.facts.colours.function(function);
    const bool handed_on =
        context.facts.symbols.function(function).is_lambda && !colour.inlined && !colour.written_as_def;
    if (!item.is(Kind::with_item) && !handed_on)
        fix.edits.push_back(await_edit(node));
    finding.fix = std::move(fix);
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "await_session_call",
                           .code = "SA201",
                           .summary = "I/O of sessions, connections and engines is awaited",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::identifier, Kind::attribute},
                           .match = match}};

} // namespace

} // namespace sqlawait
