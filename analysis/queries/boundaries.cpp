// Functions at which webs end: those that suit a Query and a Select alike, and those that only
// iterate what they are given.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// The value of the call that an expression is an argument of.
std::optional<ValueId> QueryFlowBuilder::result_of_argument(ValueId argument) const {
    if (!values_[argument].expression)
        return std::nullopt;
    const Place at = values_[argument].place;
    const Node call = program_.module(at.module).tree.node(at.node).ancestor(Kind::call);
    const auto result = expressions_.find({at.module, call ? call.id() : no_node});
    return result == expressions_.end() ? std::nullopt : std::optional(result->second);
}

/// What a parameter's value becomes inside its function, without what is handed on to other functions.
QueryFlowBuilder::Closure QueryFlowBuilder::closure(ValueId parameter) const {
    Closure out;
    llvm::SmallVector<ValueId, 8> open{parameter};
    out.values.insert(parameter);
    while (!open.empty()) {
        const ValueId at = open.pop_back_val();
        if (values_[at].returned_by) {
            out.returns = true;
            continue;
        }
        for (const std::uint32_t id : values_[at].out) {
            const Move& move = moves_[id];
            if (move.kind == MoveKind::argument) {
                if (const auto result = result_of_argument(at))
                    if (out.through.insert(*result).second && out.values.insert(*result).second)
                        open.push_back(*result);
                continue;
            }
            if (move.kind == MoveKind::result || move.kind == MoveKind::together)
                continue;
            if (move.kind == MoveKind::link) {
                const llvm::StringRef name = move.method->name;
                out.changes_columns |= name == "add_columns" || name == "from_statement";
                out.joins |= name == "join" || name == "outerjoin" || name == "select_from";
            }
            if (out.values.insert(move.to).second)
                open.push_back(move.to);
        }
    }
    return out;
}

bool QueryFlowBuilder::suits_both(const Closure& closure) const {
    return llvm::all_of(closure.values, [&](ValueId id) {
        const QueryValue& value = values_[id];
        if (value.producer)
            return false;
        for (const QueryUse& use : value.uses)
            if (use.kind != QueryUse::Kind::link || !use.method->shared)
                return false;
        for (const std::uint32_t in : value.in) {
            const Move& move = moves_[in];
            if (move.kind == MoveKind::together)
                return false;
            // What another function gives back is ours when we handed it over.
            if (move.kind == MoveKind::result ? !closure.through.contains(id)
                                              : move.kind != MoveKind::argument && !closure.values.contains(move.from))
                return false;
        }
        return llvm::all_of(value.out, [&](std::uint32_t out) {
            return moves_[out].kind != MoveKind::together &&
                   (moves_[out].kind != MoveKind::argument || polymorphic_.contains(moves_[out].to));
        });
    });
}

bool QueryFlowBuilder::only_iterates(const Closure& closure) const {
    unsigned iterations = 0;
    for (const ValueId id : closure.values) {
        const QueryValue& value = values_[id];
        if (value.producer || value.returned_by)
            return false;
        for (const std::uint32_t in : value.in)
            if (moves_[in].kind == MoveKind::link ||
                (moves_[in].kind != MoveKind::argument && !closure.values.contains(moves_[in].from)))
                return false;
        for (const std::uint32_t out : value.out)
            if (moves_[out].kind == MoveKind::argument || moves_[out].kind == MoveKind::result)
                return false;
        for (const QueryUse& use : value.uses) {
            if (use.kind != QueryUse::Kind::iterate)
                return false;
            ++iterations;
            // In a loop it would be iterated again and again: each time a query, once a list.
            const Node at = program_.module(use.at.module).tree.node(use.at.node);
            const Node loop = at.ancestor(Kind::for_statement, Kind::while_statement, Kind::for_in_clause,
                                          Kind::function_definition, Kind::lambda);
            const bool own = loop.is_any(Kind::for_statement, Kind::for_in_clause) && at == loop.child(Field::right);
            const Node outer = own ? loop.ancestor(Kind::for_statement, Kind::while_statement, Kind::list_comprehension,
                                                   Kind::function_definition, Kind::lambda)
                                   : loop;
            if (outer.is_any(Kind::for_statement, Kind::while_statement))
                return false;
        }
    }
    return iterations == 1;
}

void QueryFlowBuilder::find_boundaries() {
    std::vector<ValueId> parameters;
    for (ValueId id = 0; id < values_.size(); ++id)
        if (values_[id].parameter_of &&
            llvm::any_of(values_[id].in, [&](std::uint32_t in) { return moves_[in].kind == MoveKind::argument; }))
            parameters.push_back(id);

    // Parameters that are only iterated: the query is run where it is handed over.
    for (const ValueId parameter : parameters) {
        const Closure inside = closure(parameter);
        if (!only_iterates(inside))
            continue;
        iterated_parameters_.insert(inside.values.begin(), inside.values.end());
        for (const std::uint32_t in : values_[parameter].in) {
            const Move& move = moves_[in];
            QueryValue& argument = values_[move.from];
            if (!argument.expression || !argument.direct)
                continue;
            QueryUse made;
            made.kind = QueryUse::Kind::iterate;
            made.at = argument.place;
            if (llvm::none_of(argument.uses, [](const QueryUse& use) { return use.kind == QueryUse::Kind::iterate; }))
                argument.uses.push_back(std::move(made));
        }
        values_[parameter].in.clear();
    }
    for (Move& move : moves_)
        if (move.kind == MoveKind::argument && iterated_parameters_.contains(move.to))
            move.from = move.to; // cut

    // Optimistic: all suit both until something says otherwise.
    for (const ValueId parameter : parameters)
        if (!iterated_parameters_.contains(parameter))
            polymorphic_[parameter] = closure(parameter);
    for (bool changed = true; changed;) {
        changed = false;
        for (auto at = polymorphic_.begin(); at != polymorphic_.end();) {
            if (suits_both(at->second)) {
                ++at;
            } else {
                at = polymorphic_.erase(at);
                changed = true;
            }
        }
    }

    // What goes in comes out at the call: argument to result, past the function.
    const std::size_t count = moves_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Move argument = moves_[i];
        const auto through = polymorphic_.find(argument.to);
        if (argument.kind != MoveKind::argument || through == polymorphic_.end() || !through->second.returns)
            continue;
        if (const auto result = result_of_argument(argument.from))
            move(argument.from, *result, MoveKind::through, nullptr, argument.function);
    }
}

} // namespace sqlawait
