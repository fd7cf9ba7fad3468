#include "tools/sqlawait/verify.h"

namespace sqlawait {

namespace {

/// The sessions among what an expression may be.
struct Sessions {
    bool sync = false, async = false;
};

Sessions sessions_in(const Analysis& analysis, TypeId type) {
    return {.sync = analysis.types.has_role(type, Role::session) != Certainty::unknown,
            .async = analysis.types.has_role(type, Role::async_session) != Certainty::unknown};
}

} // namespace

std::vector<SyntaxProblem> mixed_sessions(const Analysis& analysis, ModuleId module) {
    std::vector<SyntaxProblem> out;
    const SyntaxTree& tree = analysis.program.module(module).tree;
    for (const CallInfo& call : analysis.types.calls(module)) {
        const Node node = tree.node(call.node);
        for (const CallTarget& target : call.targets) {
            // What only adds to a session does the same to both kinds.
            if (!target.function || !analysis.colours.function(target.function).performs_io)
                continue;
            const FunctionInfo& function = analysis.symbols.function(target.function);
            const auto parameters = parameters_of(analysis.program.module(function.module).tree.node(function.node));
            for (const ArgumentMatch& match : match_arguments(node, parameters, target.bound ? 1 : 0)) {
                const Sessions given = sessions_in(analysis, analysis.types.type_of({module, match.argument}));
                const Sessions taken = sessions_in(analysis, analysis.types.parameter(function.id, match.parameter));
                if (given.async && !given.sync && taken.sync && !taken.async)
                    out.push_back({node.range(), "an asynchronous session is handed to " + function.qualified_name +
                                                     ", which works on a synchronous one"});
            }
        }
    }
    return out;
}

} // namespace sqlawait
