// Functions that are handed to something which calls them without awaiting: where the call can be written
// another way in async code, and where it cannot.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Outside functions that run a function in a worker thread; async code that may await needs none.
bool runs_in_worker(llvm::StringRef dotted) {
    return llvm::is_contained({"asyncio.to_thread", "starlette.concurrency.run_in_threadpool",
                               "fastapi.concurrency.run_in_threadpool", "anyio.to_thread.run_sync"},
                              dotted);
}

Node argument_of(Node expression) {
    const Node at = value_position(expression);
    return at.parent().is(Kind::keyword_argument) ? at.parent() : at;
}

/// A lambda with one plain parameter: its body can be written with a loop variable of that name.
bool is_simple_lambda(Node lambda) {
    const auto parameters = parameters_of(lambda);
    return parameters.size() == 1 && parameters[0].kind == ParameterInfo::Kind::plain &&
           parameters[0].default_value == no_node;
}

/// A lambda whose plain parameters can be the variables of a loop.
bool is_loop_body(Node lambda, std::size_t parameters) {
    const auto own = parameters_of(lambda);
    if (own.size() != parameters || !llvm::all_of(own, [](const ParameterInfo& one) {
            return one.kind == ParameterInfo::Kind::plain && one.default_value == no_node;
        }))
        return false;
    const SyntaxTree& tree = lambda.tree();
    for (NodeId id = lambda.id(); id < tree.record(lambda.id()).subtree_end; ++id)
        if (tree.node(id).is(Kind::named_expression)) // would be bound outside of the loop
            return false;
    return true;
}

} // namespace

/// The call that an expression is an argument of, or no node.
Node Colouring::call_handed_to(const Module&, Node expression) const {
    const Node arguments = argument_of(expression).parent();
    return arguments.is(Kind::argument_list) && arguments.parent().is(Kind::call) ? arguments.parent() : Node();
}

/// `sorted(items, key=f)` and its kin, in a form whose keys can be awaited beforehand.
bool Colouring::is_key(const CallEdge& edge) const {
    if (edge.kind != CallEdge::Kind::reference || edge.entry != Entry::sync || !edge.caller)
        return false;
    const Module& module = module_of(edge.place);
    const Node expression = node(edge.place);
    const Node argument = argument_of(expression);
    const Node call = call_handed_to(module, expression);
    if (!call || !argument.is(Kind::keyword_argument) || argument.child(Field::name).text() != "key" ||
        !(argument.child(Field::value) == expression))
        return false;
    if (expression.is(Kind::lambda) && !is_simple_lambda(expression))
        return false;
    const std::string callee = outside_callee(module, call);
    std::size_t positional = 0;
    for (const Node other : call.child(Field::arguments).named_children()) {
        if (other.is_any(Kind::list_splat, Kind::dictionary_splat))
            return false;
        positional += other.is(Kind::keyword_argument) ? 0 : 1;
    }
    if (callee == "builtins.list.sort") {
        const Node receiver = call.child(Field::function).child(Field::object);
        return positional == 0 && receiver.is_any(Kind::identifier, Kind::attribute) &&
               call.parent().is(Kind::expression_statement);
    }
    return positional == 1 && (callee == "builtins.sorted" || callee == "builtins.min" || callee == "builtins.max");
}

/// `map(f, items)`, `filter(f, items)`, whose items can be awaited one by one.
bool Colouring::is_applied(const CallEdge& edge) const {
    if (edge.kind != CallEdge::Kind::reference || edge.entry != Entry::sync || !edge.caller)
        return false;
    const Module& module = module_of(edge.place);
    const Node function = node(edge.place);
    const Node call = call_handed_to(module, function);
    if (!call || !(call.child(Field::arguments).named_child(0) == function))
        return false;
    const std::string callee = outside_callee(module, call);
    const auto given = call.child(Field::arguments).named_children();
    if ((callee != "builtins.map" && callee != "builtins.filter") || given.size() < 2 ||
        (given.size() > 2 && (callee == "builtins.filter" || !function.is(Kind::lambda))) ||
        llvm::any_of(given, [](Node one) {
            return one.is_any(Kind::list_splat, Kind::dictionary_splat, Kind::keyword_argument);
        }))
        return false;
    return !function.is(Kind::lambda) || is_loop_body(function, given.size() - 1);
}

/// `find = lambda key: ...` as a statement of its own: a function of that name is the same.
bool Colouring::has_name(const FunctionInfo& lambda) const {
    const Module& module = module_of({lambda.module, 0});
    const Node at = module.tree.node(lambda.node);
    const Node assignment = at.parent();
    if (!assignment.is(Kind::assignment) || !(assignment.child(Field::right) == at) ||
        !assignment.child(Field::left).is(Kind::identifier) || assignment.child(Field::type) ||
        !assignment.parent().is(Kind::expression_statement) || !lambda.outer)
        return false;
    const Scope& around = symbols_.bindings(lambda.module)
                              .scope(enclosing_scope(symbols_.bindings(lambda.module),
                                                     symbols_.bindings(lambda.module).scope_of(assignment.id())));
    if (around.kind != ScopeKind::function)
        return false;
    const auto& lines = module.source.lines;
    const llvm::StringRef text = module.source.text;
    const Offset begin = lines.line_begin(lines.at(assignment.begin()).line);
    const llvm::StringRef rest =
        text.substr(at.end()).take_until([](char c) { return c == '\n' || c == '\r'; }).ltrim();
    return text.slice(begin, assignment.begin()).trim().empty() && (rest.empty() || rest.starts_with("#"));
}

/// A lambda inside of a statement: whether a function in front of the statement is the same.
bool Colouring::may_be_hoisted(const FunctionInfo& lambda) const {
    const Module& module = module_of({lambda.module, 0});
    const Node at = module.tree.node(lambda.node);
    for (const ParameterInfo& parameter : parameters_of(at))
        if (parameter.default_value != no_node &&
            !module.tree.node(parameter.default_value)
                 .is_any(Kind::identifier, Kind::integer, Kind::string, Kind::none_literal, Kind::true_, Kind::false_))
            return false; // it would be evaluated earlier
    Node statement = at;
    while (!statement.parent().is_any(Kind::block, Kind::module)) {
        statement = statement.parent();
        // What a comprehension or another lambda binds is not known outside of it.
        if (!statement || statement.is(Kind::lambda) || is_comprehension(statement.kind()) ||
            statement.is_any(Kind::named_expression, Kind::decorator, Kind::function_definition,
                             Kind::class_definition))
            return false;
    }
    const bool whole = statement.is_any(Kind::expression_statement, Kind::return_statement, Kind::raise_statement,
                                        Kind::assert_statement, Kind::delete_statement, Kind::if_statement,
                                        Kind::for_statement, Kind::with_statement);
    if (!whole || statement.parent().parent().is(Kind::class_definition))
        return false;
    // A variable that the statement itself sets before the default is read.
    if (!statement.is_any(Kind::expression_statement, Kind::return_statement) &&
        llvm::any_of(parameters_of(at), [](const ParameterInfo& one) { return one.default_value != no_node; }))
        return false;
    const Offset begin = module.source.lines.line_begin(module.source.lines.at(statement.begin()).line);
    return llvm::StringRef(module.source.text).slice(begin, statement.begin()).trim().empty();
}

/// `session.run_sync(f)`: the way to run synchronous code on an asynchronous session.
bool Colouring::is_bridge(const CallEdge& edge) const {
    if (edge.kind != CallEdge::Kind::reference)
        return false;
    const Module& module = module_of(edge.place);
    const Node call = call_handed_to(module, node(edge.place));
    if (!call)
        return false;
    const std::string callee = outside_callee(module, call);
    const auto [owner_name, method] = llvm::StringRef(callee).rsplit('.');
    const Role role = knowledge_.role(owner_name);
    return method == "run_sync" && (role == Role::async_session || role == Role::async_connection);
}

/// `await asyncio.to_thread(f, ...)` of a function that the program names there.
bool Colouring::is_worker_call(const CallEdge& edge) const {
    if (edge.kind != CallEdge::Kind::reference || !edge.direct || !edge.caller ||
        state(edge.callee).source == SessionSource::own)
        return false;
    const Module& module = module_of(edge.place);
    const Node call = call_handed_to(module, node(edge.place));
    return call && runs_in_worker(outside_callee(module, call)) && call.parent().is(Kind::await) &&
           call.child(Field::arguments).named_child(0) == node(edge.place);
}

/// Whether a lambda's value is what a call gives, so that it hands on a coroutine as it handed on the value.
bool Colouring::is_passed_on(const FunctionInfo& lambda, Node call) const {
    Node at = call;
    while (at.parent().is(Kind::parenthesized_expression))
        at = at.parent();
    return lambda.is_lambda && at.field() == Field::body && at.parent().id() == lambda.node &&
           !state(lambda.id).inlined && !state(lambda.id).written_as_def;
}

void Colouring::plan_key(const Module& module, Node call, Node key, ConversionPlan& plan) {
    const std::string callee = outside_callee(module, call);
    if (key.is(Kind::lambda))
        state(symbols_.function_at({module.id, key.id()})).inlined = true;
    if (callee == "builtins.list.sort") {
        plan.conversions.emplace_back(Place{module.id, call.id()}, Conversion::sort_by_key);
        return;
    }
    plan.conversions.emplace_back(Place{module.id, call.id()},
                                  callee == "builtins.sorted" ? Conversion::sort_by_key : Conversion::pick_by_key);
    climb(module, call, plan);
}

/// What becomes of map() and filter() where the function awaits: a list where all of it is used up at once, else a
/// generator, which runs as it is used.
void Colouring::plan_applied(const Module& module, Node call, Node applied, ConversionPlan& plan) {
    if (applied.is(Kind::lambda))
        state(symbols_.function_at({module.id, applied.id()})).inlined = true;
    const auto convert = [&](Node at, Conversion conversion) {
        plan.conversions.emplace_back(Place{module.id, at.id()}, conversion);
    };
    const Node at = value_position(call);
    const Node up = at.parent();
    if (up.is(Kind::list_splat)) {
        convert(call, Conversion::apply_list);
        return climb(module, call, plan);
    }
    if (up.is(Kind::argument_list) && up.parent().is(Kind::call)) {
        const Node user = up.parent();
        const std::string callee = outside_callee(module, user);
        if (uses_up(callee)) {
            const bool whole =
                (callee == "builtins.list" || callee == "builtins.set") && up.named_children().size() == 1;
            convert(whole ? user : call, whole ? Conversion::apply_whole : Conversion::apply_list);
            return climb(module, user, plan);
        }
    }
    const auto awaited = [&] { // whatever the name stands for gives a coroutine
        return types_.store().all(types_.type_of({module.id, applied.id()}), [&](const Atom& atom) {
            return atom.kind == Atom::Kind::function && turns(FunctionId{atom.id});
        });
    };
    if (up.is(Kind::for_in_clause) && up.child(Field::right) == at && at == call &&
        outside_callee(module, call) == "builtins.filter" && up.child(Field::left).is(Kind::identifier) &&
        (applied.is(Kind::lambda) ? parameters_of(applied).front().name == up.child(Field::left).text() : awaited())) {
        convert(call, Conversion::apply_clause);
        if (up.parent().is(Kind::generator_expression))
            return plan_generator_expression(module, up.parent(), plan);
        return climb(module, up.parent(), plan);
    }
    if (!applied.is(Kind::lambda) && !awaited())
        return refuse(plan, module, call, "one function of several that are applied here awaits");
    convert(call, Conversion::apply_generator);
    plan_async_iterable(module, call, plan);
}

/// Whether a function is handed to a builtin, which calls it here and now.
bool Colouring::is_called_in_place(const CallEdge& edge) const {
    const Module& module = module_of(edge.place);
    const Node call = call_handed_to(module, node(edge.place));
    return call && llvm::StringRef(outside_callee(module, call)).starts_with("builtins.");
}

void Colouring::plan_handed_over(const CallEdge& edge, ConversionPlan& plan) {
    const Module& module = module_of(edge.place);
    const Node expression = node(edge.place);
    const FunctionInfo& callee = symbols_.function(edge.callee);
    if ((edge.entry != Entry::sync && edge.entry != Entry::unknown) || is_bridge(edge))
        return;
    if (is_key(edge) && !callee.is_generator && !callee.is_async)
        return plan_key(module, call_handed_to(module, expression), expression, plan);
    if (is_applied(edge) && !callee.is_generator && !callee.is_async)
        return plan_applied(module, call_handed_to(module, expression), expression, plan);
    if (is_worker_call(edge) && !callee.is_generator && !callee.is_async) {
        plan.conversions.emplace_back(Place{module.id, call_handed_to(module, expression).id()},
                                      Conversion::call_in_place);
        return;
    }
    if (state(edge.callee).source == SessionSource::own || callee.is_async)
        return;
    refuse(plan, module, expression,
           "'" + callee.name + "' is handed to " +
               (edge.entry == Entry::sync ? "something that calls it without awaiting"
                                          : "something of which nothing is known"));
}

/// Calls of async functions that were there before: `asyncio.run(f())`, `await asyncio.gather(f(db), g(db))`.
void Colouring::plan_coroutine(const Module& module, Node call, ConversionPlan& plan) {
    const FunctionId caller = symbols_.enclosing_function({module.id, call.id()});
    const Node arguments = call.parent();
    if (arguments.is(Kind::argument_list) && arguments.parent().is(Kind::call) && arguments.named_child(0) == call &&
        outside_callee(module, arguments.parent()) == "asyncio.run" && caller && !symbols_.function(caller).is_async)
        return plan_value(module, arguments.parent(), Conversion::run_in_place, plan);
    // Coroutines that share a session run one after the other.
    Node argument = call;
    if (argument.parent().is_any(Kind::list_comprehension, Kind::generator_expression) &&
        argument.parent().named_child(0) == argument)
        argument = argument.parent();
    if (argument.parent().is(Kind::list_splat))
        argument = argument.parent();
    const Node gather = argument.parent().parent();
    if (!argument.parent().is(Kind::argument_list) || !gather.is(Kind::call) || !gather.parent().is(Kind::await) ||
        outside_callee(module, gather) != "asyncio.gather")
        return;
    if (find_argument(gather, "return_exceptions"))
        return refuse(plan, module, call, "one session is used by several tasks at a time");
    plan.conversions.emplace_back(Place{module.id, call.id()}, Conversion::await_);
    plan.conversions.emplace_back(Place{module.id, gather.parent().id()}, Conversion::one_by_one);
    // What else is gathered is awaited in its place, whether it uses the session or not.
    for (const Node other : gather.child(Field::arguments).named_children()) {
        const Node inner = other.is(Kind::list_splat) ? other.named_child(0) : other;
        const bool made_here = inner.is_any(Kind::list_comprehension, Kind::generator_expression);
        const Node coroutine = made_here ? inner.named_child(0) : inner;
        if (inner.is(Kind::generator_expression) && other.is(Kind::list_splat))
            plan.conversions.emplace_back(Place{module.id, inner.id()}, Conversion::list_display);
        if (coroutine == call || other.is(Kind::comment))
            continue;
        if (!coroutine.is(Kind::call) || (other.is(Kind::list_splat) && !made_here))
            return refuse(plan, module, call, "one session is used by several tasks at a time");
        plan.conversions.emplace_back(Place{module.id, coroutine.id()}, Conversion::await_);
    }
}

/// Whether an expression that gives a function says itself which one: its name, or the lambda.
bool Colouring::names(const CallEdge& edge) const {
    return edge.direct || (node(edge.place).is(Kind::lambda) && symbols_.function_at(edge.place) == edge.callee);
}

/// Whether some function names it to hand it over.
bool Colouring::is_handed_over(FunctionId id) const {
    return llvm::any_of(calls_.callers(id), [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return edge.kind == CallEdge::Kind::reference && edge.caller && names(edge);
    });
}

/// Whether module-level code names it, in a table as a rule.
bool Colouring::is_in_table(FunctionId id) const {
    return llvm::any_of(calls_.callers(id), [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        // `Depends(made_by(5))` keeps nothing that other code could call.
        return edge.kind == CallEdge::Kind::reference && !edge.caller && (edge.direct || edge.entry != Entry::awaits);
    });
}

} // namespace sqlawait
