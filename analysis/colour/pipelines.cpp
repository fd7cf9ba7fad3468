// Generators that stand one behind the other: `names(active(load(db)))`. Where `load` turns asynchronous the others,
// which only iterate, may be given a list of what it yields, if nobody can tell when it was made.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr unsigned max_functions = 4; // one behind the other

bool is_loop(Node node) { return node.is_any(Kind::for_statement, Kind::while_statement); }

/// Inside of what a loop does again and again: not of the iterable of a `for`, which is evaluated once.
bool runs_again(Node node, Node function) {
    for (Node at = node; at && !(at == function); at = at.parent()) {
        const Node up = at.parent();
        if (is_loop(up) && !(up.is(Kind::for_statement) && at.field() == Field::right))
            return true;
        if (up.is(Kind::for_in_clause) && at.field() != Field::right)
            return true;
    }
    return false;
}

/// Iterators of Python's own over what they are given.
bool passes_items_on(llvm::StringRef dotted) {
    return llvm::is_contained({"builtins.zip", "builtins.enumerate", "builtins.filter", "builtins.map",
                               "itertools.islice", "itertools.chain", "itertools.zip_longest", "itertools.takewhile",
                               "itertools.dropwhile", "itertools.groupby", "itertools.starmap"},
                              dotted);
}

bool holds_call(Node node) {
    const SyntaxTree& tree = node.tree();
    for (NodeId at = node.id(); at < tree.record(node.id()).subtree_end; ++at)
        if (tree.node(at).is(Kind::call))
            return true;
    return false;
}

/// Nothing that could tell when its argument is made happens in a function before it begins to run over it.
bool begins_with(Node function, Node read) {
    const SyntaxTree& tree = function.tree();
    const Node body = function.child(Field::body);
    for (NodeId at = body.id(); at < read.id(); ++at)
        if (tree.node(at).is(Kind::call) && !read.inside(tree.node(at)))
            return false;
    return true;
}

} // namespace

/// Whether all that a generator does, but for handing out what it has, happens when its first item is asked for.
bool Colouring::works_before_first_item(FunctionId id) const {
    const FunctionInfo& info = symbols_.function(id);
    const SyntaxTree& tree = program_.module(info.module).tree;
    const Node function = tree.node(info.node);
    Node first;
    for (NodeId at = function.id(); at < tree.record(function.id()).subtree_end; ++at) {
        const Node node = tree.node(at);
        if (node.is_any(Kind::while_statement, Kind::try_statement, Kind::with_statement, Kind::lambda) ||
            (node.is(Kind::function_definition) && node != function))
            return false; // it may not end by itself, or do something when it ends
        if (node.is(Kind::yield)) {
            if (!node.parent().is(Kind::expression_statement) || node.child_token("from"))
                return false;
            if (!first)
                first = node;
        }
        if (!node.is(Kind::call))
            continue;
        if (first || runs_again(node, function))
            return false;
    }
    return bool(first);
}

/// Whether a function of the program runs over what it gets for a parameter once, and does nothing else with it.
bool Colouring::only_iterates(const Module& module, Node call, Node argument, unsigned depth) const {
    const CallInfo* info = types_.call({module.id, call.id()});
    if (info == nullptr || !info->complete || info->targets.empty() || depth > max_functions)
        return false;
    for (Node later = argument.next_sibling(); later; later = later.next_sibling())
        if (holds_call(later))
            return false; // it happens before the first item is asked for
    return llvm::all_of(info->targets, [&](const CallTarget& target) {
        if (!target.function)
            return false;
        const FunctionInfo& callee = symbols_.function(target.function);
        const Module& home = program_.module(callee.module);
        const ModuleBindings& bindings = symbols_.bindings(callee.module);
        const std::vector<ParameterInfo> parameters = parameters_of(home.tree.node(callee.node));
        for (const ArgumentMatch& match : match_arguments(call, parameters, target.bound ? 1 : 0)) {
            if (match.argument != argument.id())
                continue;
            const SymbolId symbol = bindings.symbol_at(parameters[match.parameter].name_node);
            if (!symbol || bindings.symbol(symbol).definitions.size() != 1 ||
                bindings.symbol(symbol).references.size() != 1)
                return false;
            const Node read = home.tree.node(bindings.symbol(symbol).references.front());
            const Node up = read.parent();
            if (symbols_.enclosing_function({home.id, read.id()}) != target.function ||
                !begins_with(home.tree.node(callee.node), read))
                return false;
            if (up.is_any(Kind::for_statement, Kind::for_in_clause) && up.child(Field::right) == read)
                return true;
            return up.is(Kind::argument_list) && up.parent().is(Kind::call) &&
                   (collects_iterable(home, up.parent()) || only_iterates(home, up.parent(), read, depth + 1));
        }
        return false;
    });
}

/// `f(g())` as far out as such calls go: used up where it stands, by a loop or by something that collects.
bool Colouring::is_used_up_here(const Module& module, Node value, unsigned depth) const {
    Node at = value;
    while (at.parent().is(Kind::parenthesized_expression))
        at = at.parent();
    const Node up = at.parent();
    if (up.is(Kind::list_splat) || (up.is_any(Kind::for_statement, Kind::for_in_clause) && at.field() == Field::right))
        return !up.is(Kind::for_in_clause) || !up.parent().is(Kind::generator_expression);
    if (!up.is(Kind::argument_list) || !up.parent().is(Kind::call) || depth > max_functions)
        return false;
    const Node call = up.parent();
    if (collects_iterable(module, call))
        return true;
    if (passes_items_on(outside_callee(module, call)))
        return is_used_up_here(module, call, depth + 1);
    const CallInfo* info = types_.call({module.id, call.id()});
    if (info == nullptr || !info->complete || info->targets.empty() || !only_iterates(module, call, at, 0))
        return false;
    return llvm::all_of(info->targets, [&](const CallTarget& target) {
        const FunctionInfo& callee = symbols_.function(target.function);
        return !callee.is_generator || is_used_up_here(module, call, depth + 1);
    });
}

bool Colouring::may_be_collected(const Module& module, Node generator) const {
    const CallInfo* info = types_.call({module.id, generator.id()});
    return info != nullptr && info->complete && !info->targets.empty() &&
           llvm::all_of(info->targets,
                        [&](const CallTarget& target) {
                            return target.function && symbols_.function(target.function).is_generator &&
                                   works_before_first_item(target.function);
                        }) &&
           is_used_up_here(module, generator, 0);
}

} // namespace sqlawait
