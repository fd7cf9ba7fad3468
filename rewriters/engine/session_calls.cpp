#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

struct NamedUse {
    llvm::StringLiteral method;
    SessionUse use;
};
constexpr NamedUse uses[] = {
    {"execute", SessionUse::read},
    {"scalar", SessionUse::read},
    {"scalars", SessionUse::read},
    {"exec", SessionUse::read},
    {"get", SessionUse::read},
    {"get_one", SessionUse::read},
    {"refresh", SessionUse::read},
    {"merge", SessionUse::read},
    {"stream", SessionUse::read},
    {"stream_scalars", SessionUse::read},
    {"flush", SessionUse::write},
    {"delete", SessionUse::write},
    {"bulk_insert_mappings", SessionUse::write},
    {"bulk_save_objects", SessionUse::write},
    {"bulk_update_mappings", SessionUse::write},
    {"commit", SessionUse::end},
    {"rollback", SessionUse::end},
    {"close", SessionUse::end},
    {"aclose", SessionUse::end},
};

bool is_session_role(Role role) {
    return role == Role::session || role == Role::async_session || role == Role::scoped_session;
}

} // namespace

SessionUse session_use(const Facts& facts, Place call) {
    if (const IoSite* site = facts.colours.site_at(call);
        site != nullptr && llvm::StringRef(site->operation).starts_with("query."))
        return SessionUse::read;
    const CallInfo* info = facts.types.call(call);
    if (info == nullptr)
        return SessionUse::none;
    for (const CallTarget& target : info->targets) {
        const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
        if (method.empty() || !is_session_role(facts.knowledge.role(owner)))
            continue;
        const auto* found = llvm::find_if(uses, [&](const NamedUse& one) { return one.method == method; });
        if (found != std::end(uses))
            return found->use;
    }
    return SessionUse::none;
}

bool is_session(const Facts& facts, Place expression) { return is_session(facts, facts.types.type_of(expression)); }

bool is_session(const Facts& facts, TypeId type) {
    return llvm::any_of(std::array{Role::session, Role::async_session, Role::scoped_session},
                        [&](Role role) { return facts.types.has_role(type, role) != Certainty::unknown; });
}

bool uses_session(const Facts& facts, Place call) {
    const CallInfo* info = facts.types.call(call);
    if (info == nullptr)
        return false;
    const Node node = facts.node(call);
    return llvm::any_of(info->targets, [&](const CallTarget& target) {
        if (!target.function)
            return false;
        if (facts.colours.function(target.function).performs_io)
            return true;
        if (!facts.symbols.function(target.function).is_async)
            return false;
        // Of coroutines that were there before it is known only that they are given a session.
        return llvm::any_of(node.child(Field::arguments).named_children(), [&](Node argument) {
            const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
            return is_session(facts, {call.module, value.id()});
        });
    });
}

std::vector<Node> own_calls(Node body) {
    std::vector<Node> out;
    const SyntaxTree& tree = body.tree();
    const NodeId end = tree.record(body.id()).subtree_end;
    for (NodeId id = body.id(); id < end; ++id) {
        const Kind kind = tree.record(id).kind;
        if (id != body.id() && (kind == Kind::function_definition || kind == Kind::lambda))
            id = tree.record(id).subtree_end - 1;
        else if (kind == Kind::call)
            out.push_back(tree.node(id));
    }
    return out;
}

bool is_looked_at(const MatchContext& context, Node node) {
    if (context.rendering == Rendering::sync_twin || context.facts.calls.is_test_module(context.module.id))
        return false;
    const FunctionId function = context.function(node);
    return !function || !context.facts.calls.entry(function).migration;
}

Finding hazard(const MatchContext& context, Node node, llvm::StringRef code, std::string message, std::string advice) {
    Finding out;
    out.code = code.str();
    out.place = context.place(node);
    out.range = node.range();
    out.kind = "hazard";
    out.counts = false;
    out.status = FindingStatus::information;
    out.message = std::move(message);
    out.reason = std::move(advice);
    return out;
}

} // namespace sqlawait
