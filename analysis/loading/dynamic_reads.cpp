// Reads whose attribute is only known when the program runs: `getattr(book, name)`, mostly far down in a function that
// walks what a client asked for. No query can load for them. Where asynchronous code calls what reads, all of that
// call runs in the session's greenlet, in which a lazy load waits like any other statement.
#include "analysis/loading/planner.h"

namespace sqlawait {

namespace {

bool is_comprehension(Node node) {
    return node.is_any(Kind::list_comprehension, Kind::set_comprehension, Kind::dictionary_comprehension,
                       Kind::generator_expression);
}

/// The brackets of the only argument are also those of the call: `dict((n, f(n)) for n in names)`.
bool consumes(Node call, Node generator) {
    if (!call.is(Kind::call))
        return false;
    const Node arguments = call.child(Field::arguments);
    return arguments == generator || (arguments.is(Kind::argument_list) && arguments.named_children().size() == 1 &&
                                      arguments.named_child(0) == generator);
}

/// `if getattr(x, name) != value: setattr(x, name, value)`: data for columns is put into an object, name by name; what
/// is compared before that goes by the same names, whatever the variable is called there.
bool is_set_beside(Node function, Node read) {
    const auto asked = read.child(Field::arguments).named_children();
    const SyntaxTree& tree = function.tree();
    for (NodeId id = function.id(); id < tree.record(function.id()).subtree_end; ++id) {
        const Node call = tree.node(id);
        if (!call.is(Kind::call) || call.child(Field::function).text() != "setattr")
            continue;
        const auto given = call.child(Field::arguments).named_children();
        if (given.size() == 3 && !asked.empty() && given[0].text() == asked[0].text() && !given[1].is(Kind::string))
            return true;
    }
    return false;
}

} // namespace

/// Nothing in it waits, binds a name, or means something else inside of a lambda.
bool LoadPlanner::runs_anywhere(Place place) const {
    const Node all = node(place);
    const SyntaxTree& tree = all.tree();
    for (NodeId id = all.id(); id < tree.record(all.id()).subtree_end; ++id) {
        const Node at = tree.node(id);
        const Place here{place.module, id};
        if (at.is_any(Kind::await, Kind::yield, Kind::named_expression) || !colours_.conversions(here).empty())
            return false;
        const CallInfo* info = at.is(Kind::call) ? types_.call(here) : nullptr;
        if (at.is(Kind::call) && at.child(Field::function).text() == "super")
            return false;
        if (info == nullptr)
            continue;
        for (const CallTarget& target : info->targets) {
            if (can_await(target.function))
                return false;
            if (effects_of_external(knowledge_, target.external) != 0)
                return false;
        }
        if (at.child(Field::function).is(Kind::attribute) &&
            does_io(types_.type_of({place.module, at.child(Field::function).child(Field::object).id()})))
            return false;
    }
    return true;
}

bool LoadPlanner::can_await(FunctionId function) const {
    return function && colours_.form_at(function).async &&
           (colours_.function(function).turns_async || symbols_.function(function).is_async);
}

/// Sessions, queries and what executing gives: what is called on them turns asynchronous.
bool LoadPlanner::does_io(TypeId type) const {
    for (const Role role : {Role::session, Role::async_session, Role::scoped_session, Role::query})
        if (types_.has_role(type, role) != Certainty::unknown)
            return true;
    return false;
}

/// The expression that runs in the greenlet: around the read or the call the largest comprehension of its statement
/// that can. No node where it can't be waited for.
Place LoadPlanner::greenlet_region(Place place) const {
    if (!runs_anywhere(place))
        return {};
    Node region = node(place), inner = region;
    bool lazy = false; // in a generator expression, which must not become an asynchronous one
    for (Node up = region.parent(); up && !up.is(Kind::function_definition); up = up.parent()) {
        if (up.is_any(Kind::lambda, Kind::decorator, Kind::class_definition, Kind::parameters))
            return {};
        const bool consumed = lazy && consumes(up, inner);
        if (is_comprehension(up) || consumed) {
            const bool whole = runs_anywhere({place.module, up.id()});
            lazy = up.is(Kind::generator_expression);
            inner = up;
            if (whole && !lazy)
                region = up;
            else if (!whole && lazy)
                return {};
        }
    }
    return lazy ? Place{} : Place{place.module, region.id()};
}

bool LoadPlanner::reads_in_greenlet(Place place) const {
    const Node around =
        program_.module(place.module).tree.node(symbols_.function(symbols_.enclosing_function(place)).node);
    const Node call = around.parent().parent();
    return around.is(Kind::lambda) && call.is(Kind::call) &&
           call.child(Field::function).child(Field::attribute).text() == "run_sync";
}

bool LoadPlanner::bridge(Place place) {
    const Place region = greenlet_region(place);
    if (region.node == no_node || stays_as_it_is(place))
        return false;
    Node statement = node(region);
    while (statement.parent() && !statement.parent().is_any(Kind::block, Kind::module))
        statement = statement.parent();
    std::string session = sites_.session({place.module, statement.id()});
    if (session.empty())
        return false;
    plan_.in_greenlet_.emplace(region, std::move(session));
    return true;
}

bool LoadPlanner::bridge_callers(FunctionId reader, std::set<FunctionId>& seen) {
    if (!seen.insert(reader).second)
        return true;
    const FunctionInfo& info = symbols_.function(reader);
    if (info.is_generator) // it reads when somebody goes on
        return false;
    bool all = true;
    for (const std::uint32_t index : calls_.callers(reader)) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.kind == CallEdge::Kind::override_ || !edge.caller)
            continue;
        const Node at = node(edge.place);
        if (edge.kind == CallEdge::Kind::call && at.is(Kind::call)) {
            const auto holds = [&](Node value) { return !flow_.at({edge.place.module, value.id()}).empty(); };
            const Node callee = at.child(Field::function);
            const bool given = llvm::any_of(at.child(Field::arguments).named_children(), holds) ||
                               (callee.is(Kind::attribute) && holds(callee.child(Field::object)));
            if (!given)
                continue;
        } else if (edge.kind != CallEdge::Kind::property) {
            all = false;
            continue;
        }
        if (reads_in_greenlet(edge.place))
            continue;
        if (can_await(edge.caller))
            all &= bridge(edge.place);
        else
            all &= bridge_callers(edge.caller, seen);
    }
    return all;
}

void LoadPlanner::plan_unforeseen() {
    for (const auto& [place, objects] : flow_.unforeseen()) {
        const FunctionId function = symbols_.enclosing_function(place);
        for (const Provenance& one : objects) {
            const ModelInfo* model = models_.find(flow_.class_at(one));
            const bool lazy = model != nullptr && llvm::any_of(model->relationships, [](const RelationshipInfo& each) {
                                  return each.loading == Loading::select;
                              });
            if (!lazy || (scope_ == LoadScope::async_code && !runs_async(origin(one.origin).place)))
                continue;
            std::set<FunctionId> seen;
            const bool bridged =
                scope_ == LoadScope::async_code && function &&
                !is_set_beside(node({place.module, symbols_.function(function).node}), node(place)) &&
                (reads_in_greenlet(place) || (can_await(function) ? bridge(place) : bridge_callers(function, seen)));
            if (!bridged)
                plan_.unforeseen_.push_back({place, model->class_});
            break;
        }
    }
    // What stands inside of a larger one comes along with it.
    std::erase_if(plan_.in_greenlet_, [&](const auto& entry) {
        return llvm::any_of(plan_.in_greenlet_, [&](const auto& other) {
            return other.first.module == entry.first.module && other.first != entry.first &&
                   node(entry.first).inside(node(other.first));
        });
    });
}

} // namespace sqlawait
