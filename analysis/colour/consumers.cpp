// Who uses up a generator that becomes asynchronous, and who enters a context manager that does.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

// `it = f()`, `other = it`: how often a generator may change its name.
constexpr unsigned max_renames = 4;

bool collects(llvm::StringRef dotted) {
    return llvm::is_contained({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.dict",
                               "builtins.sorted", "builtins.sum", "builtins.min", "builtins.max", "builtins.str.join",
                               "builtins.list.extend", "builtins.set.update", "builtins.dict.update",
                               "collections.Counter", "collections.deque"},
                              dotted);
}

/// Whether a loop may end before what it goes through does. Exceptions are left out: they may come from anywhere.
bool leaves_early(Node loop) {
    const Node body = loop.child(Field::body);
    const SyntaxTree& tree = loop.tree();
    for (NodeId id = body.id(); id < tree.size() && tree.node(id).inside(body); ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::break_statement) && node.ancestor(Kind::for_statement, Kind::while_statement) == loop)
            return true;
        if (node.is(Kind::return_statement) &&
            node.ancestor(Kind::function_definition, Kind::lambda) == loop.ancestor(Kind::function_definition))
            return true;
    }
    return false;
}

/// Whether a generator that is left at a `yield` has more to do than to close something: a coroutine's is done some
/// time later, a plain one's at once.
bool cleans_up(Node function, llvm::function_ref<bool(Node)> is_session) {
    const auto closes = [](Node statement) {
        const Node call = statement.named_child(0);
        return statement.is(Kind::expression_statement) && call.is(Kind::call) &&
               call.child(Field::function).is(Kind::attribute) &&
               call.child(Field::function).child(Field::attribute).text() == "close";
    };
    const SyntaxTree& tree = function.tree();
    for (NodeId id = function.id(); id < tree.size() && tree.node(id).inside(function); ++id) {
        const Node yield = tree.node(id);
        if (!yield.is(Kind::yield) || !(yield.ancestor(Kind::function_definition, Kind::lambda) == function))
            continue;
        for (Node up = yield.parent(); up && !(up == function); up = up.parent()) {
            if (up.is(Kind::with_statement))
                for (const Node item : up.named_child(0).named_children())
                    if (item.is(Kind::with_item) && !yield.inside(item) && !is_session(item))
                        return true;
            if (!up.is(Kind::try_statement))
                continue;
            for (const Node clause : up.named_children())
                if (clause.is(Kind::finally_clause) && !yield.inside(clause))
                    for (const Node block : clause.named_children())
                        if (block.is(Kind::block) && !llvm::all_of(block.named_children(), closes))
                            return true;
        }
    }
    return false;
}

Node around_brackets(Node node) {
    while (node.parent().is(Kind::parenthesized_expression))
        node = node.parent();
    return node;
}

} // namespace

/// A local variable that holds the generator: every read of it is a use.
void Colouring::plan_variable(const Module& module, Node target, ConversionPlan& plan, unsigned depth) {
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    const SymbolId id = target.is(Kind::identifier) ? bindings.symbol_at(target.id()) : SymbolId();
    if (!id || depth > max_renames)
        return refuse(plan, module, target, "a generator that turns asynchronous is stored");
    const Symbol& symbol = bindings.symbol(id);
    const Scope& scope = bindings.scope(symbol.scope);
    if (scope.kind != ScopeKind::function || symbol.definitions.size() != 1)
        return refuse(plan, module, target,
                      "'" + symbol.name + "' holds a generator that turns asynchronous, and other things");
    const FunctionId home = symbols_.function_at({module.id, scope.node});
    for (const NodeId read : symbol.references) {
        if (symbols_.enclosing_function({module.id, read}) != home)
            return refuse(plan, module, module.tree.node(read),
                          "a generator that turns asynchronous is used in an inner function");
        plan_async_iterable(module, module.tree.node(read), plan, depth + 1);
    }
}

/// `for number, item in enumerate(X, start):` whose number nothing else sets.
bool Colouring::is_counted_loop(const Module& module, Node call) const {
    const Node loop = call.parent();
    if (!loop.is(Kind::for_statement) || !(loop.child(Field::right) == call))
        return false;
    const Node left = loop.child(Field::left);
    if (!left.is_any(Kind::pattern_list, Kind::tuple_pattern) || left.named_children().size() != 2 ||
        !left.named_child(0).is(Kind::identifier))
        return false;
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    const SymbolId number = bindings.symbol_at(left.named_child(0).id());
    return number && llvm::none_of(bindings.symbol(number).definitions, [&](DefinitionId id) {
               const Definition& definition = bindings.definition(id);
               const Node name = module.tree.node(definition.name);
               return definition.name != left.named_child(0).id() && name.inside(loop);
           });
}

bool Colouring::collects_iterable(const Module& module, Node call) const {
    return collects(outside_callee(module, call));
}

void Colouring::plan_async_iterable(const Module& module, Node iterable, ConversionPlan& plan, unsigned depth) {
    const Node at = around_brackets(iterable);
    const Node up = at.parent();
    const Place place{module.id, iterable.id()};
    const auto convert = [&](Node node, Conversion conversion) {
        plan.conversions.emplace_back(Place{module.id, node.id()}, conversion);
    };
    // What nothing else holds ends with its loop.
    const CallInfo* made = types_.call(place);
    const auto ends_with_more = [&] {
        return made != nullptr && llvm::any_of(made->targets, [&](const CallTarget& target) {
                   if (!target.function || !symbols_.function(target.function).is_generator)
                       return false;
                   const FunctionInfo& function = symbols_.function(target.function);
                   return cleans_up(module_of({function.module, 0}).tree.node(function.node), [&](Node item) {
                       Node value = item.named_child(0);
                       if (value.is(Kind::as_pattern))
                           value = value.named_child(0);
                       return is_session_like(types_.type_of({function.module, value.id()}));
                   });
               });
    };
    const std::string too_late = "a generator that is left early would clean up later than now; hold it with "
                                 "contextlib.closing()";
    if (up.is(Kind::for_statement) && up.child(Field::right) == at) {
        if (leaves_early(up) && ends_with_more())
            return refuse(plan, module, up, too_late);
        return convert(up, Conversion::async_for);
    }
    if (up.is(Kind::for_in_clause) && up.child(Field::right) == at) {
        convert(up, Conversion::async_for);
        const Node comprehension = up.parent();
        if (comprehension.is(Kind::generator_expression))
            return plan_generator_expression(module, comprehension, plan);
        return climb(module, comprehension, plan);
    }
    if (up.is(Kind::yield) && up.child_token("from")) {
        if (!up.parent().is(Kind::expression_statement))
            return refuse(plan, module, up, "the value of 'yield from' is used");
        return convert(up, Conversion::yield_each);
    }
    if (up.is(Kind::list_splat)) {
        convert(iterable, Conversion::collect);
        return climb(module, at, plan);
    }
    if (up.is(Kind::assignment) && at.field() == Field::right) {
        const Node left = up.child(Field::left);
        if (left.is_any(Kind::pattern_list, Kind::tuple_pattern, Kind::list_pattern)) {
            convert(iterable, Conversion::collect);
            return climb(module, at, plan);
        }
        return plan_variable(module, left, plan, depth);
    }
    if (up.is(Kind::argument_list) && up.parent().is(Kind::call)) {
        const Node call = up.parent();
        const std::string callee = outside_callee(module, call);
        const bool first = up.named_child(0) == at;
        const bool alone = first && up.named_children().size() == 1;
        if (collects(callee)) {
            convert(iterable, Conversion::collect);
            return climb(module, call, plan);
        }
        if (callee == "builtins.enumerate" && first && is_counted_loop(module, call))
            return convert(call.parent(), Conversion::counted_for);
        if (llvm::is_contained({"builtins.any", "builtins.all", "builtins.next"}, callee) && first && ends_with_more())
            return refuse(plan, module, call, too_late);
        if (callee == "builtins.any" && alone)
            return plan_value(module, call, Conversion::any_item, plan);
        if (callee == "builtins.all" && alone)
            return plan_value(module, call, Conversion::all_items, plan);
        if (callee == "builtins.next" && first)
            return plan_next(module, call, plan);
        if (iterable.is(Kind::call) && may_be_collected(module, iterable)) {
            convert(iterable, Conversion::collect);
            return climb(module, iterable, plan);
        }
        if (callee == "contextlib.closing" && alone) {
            Node item = call.parent();
            const bool named = item.is(Kind::as_pattern);
            if (named)
                item = item.parent();
            if (item.is(Kind::with_item)) {
                convert(call, Conversion::aclosing);
                convert(item, Conversion::async_with);
                if (named)
                    plan_variable(module, call.parent().named_child(1).named_child(0), plan, depth);
                return;
            }
        }
    }
    if (depth > 0 && up.is(Kind::attribute))
        return refuse(plan, module, up, "a method of a generator that turns asynchronous is used");
    refuse(plan, module, module.tree.node(place.node),
           "the generator turns asynchronous, and what uses it here cannot");
}

void Colouring::plan_async_context(const Module& module, Node value, ConversionPlan& plan) {
    const Node at = around_brackets(value);
    Node up = at.parent();
    if (up.is(Kind::as_pattern))
        up = up.parent();
    if (up.is(Kind::with_item)) {
        plan.conversions.emplace_back(Place{module.id, up.id()}, Conversion::async_with);
        return;
    }
    // `stack.enter_context(manager())`
    if (up.is(Kind::argument_list) && up.parent().is(Kind::call)) {
        const Node call = up.parent();
        const std::string callee = outside_callee(module, call);
        if (callee == "contextlib.AsyncExitStack.enter_context")
            return plan_value(module, call, Conversion::enter_async, plan);
        if (callee == "contextlib.ExitStack.enter_context") {
            const Node stack = call.child(Field::function).child(Field::object);
            const ModuleBindings& bindings = symbols_.bindings(module.id);
            const SymbolId symbol = stack.is(Kind::identifier) ? bindings.symbol_at(stack.id()) : SymbolId();
            if (symbol && bindings.symbol(symbol).definitions.size() == 1) {
                const Definition& definition = bindings.definition(bindings.symbol(symbol).definitions.front());
                const Node item = module.tree.node(definition.node);
                Node made = item.is(Kind::with_item) ? item.child(Field::value) : Node();
                if (made.is(Kind::as_pattern))
                    made = made.named_child(0);
                if (made.is(Kind::call) && outside_callee(module, made) == "contextlib.ExitStack" &&
                    symbols_.enclosing_function({module.id, item.id()}) ==
                        symbols_.enclosing_function({module.id, call.id()})) {
                    plan.conversions.emplace_back(Place{module.id, item.id()}, Conversion::async_with);
                    plan.conversions.emplace_back(Place{module.id, made.id()}, Conversion::async_exit_stack);
                    return plan_value(module, call, Conversion::enter_async, plan);
                }
            }
        }
    }
    refuse(plan, module, value, "the context manager turns asynchronous and is not entered by a with statement");
}

} // namespace sqlawait
