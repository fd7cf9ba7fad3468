// Where an await goes. Each use of a function that turns async is looked at in its place: what the place makes
// of it is a list of conversions, or the reason why there is none.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The only argument of a call, or no node: `f(x for x in y)` and `f((x for x in y))` too.
Node only_argument(Node call) {
    const Node arguments = call.child(Field::arguments);
    if (arguments.is(Kind::generator_expression))
        return arguments;
    const auto given = arguments.named_children();
    return given.size() == 1 ? given.front() : Node();
}

} // namespace

bool uses_up(llvm::StringRef dotted) {
    return llvm::is_contained({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.dict",
                               "builtins.sorted", "builtins.sum", "builtins.min", "builtins.max", "builtins.str.join",
                               "builtins.bytes.join", "builtins.list.extend", "builtins.set.update",
                               "builtins.dict.update", "collections.Counter", "collections.deque",
                               "collections.OrderedDict"},
                              dotted);
}

void Colouring::refuse(ConversionPlan& plan, const Module& module, Node node, std::string text) const {
    if (!plan.obstacle)
        plan.obstacle = Obstacle{std::move(text), {module.id, node.id()}};
}

/// The dotted name of the one outside thing that a call calls, or "".
std::string Colouring::outside_callee(const Module& module, Node call) const {
    const CallInfo* info = types_.call({module.id, call.id()});
    if (info != nullptr && info->complete && info->targets.size() == 1 && !info->targets.front().function &&
        !info->targets.front().constructed)
        return knowledge_.canonical(info->targets.front().external);
    const Node callee = call.child(Field::function);
    if (callee.is(Kind::identifier) && symbols_.bindings(module.id).reaching(callee.id()).empty())
        return "builtins." + callee.text().str();
    // `", ".join(...)`
    if (callee.is(Kind::attribute) && callee.child(Field::object).is_any(Kind::string, Kind::concatenated_string))
        return "builtins.str." + callee.child(Field::attribute).text().str();
    return "";
}

bool Colouring::turns(FunctionId id) const { return state(id).io && !symbols_.function(id).is_async; }

/// Whether a call reaches things that turn async and things that don't.
bool Colouring::is_mixed(Place place) const {
    const CallInfo* info = types_.call(place);
    if (info == nullptr)
        return false;
    bool other = !info->complete;
    for (const CallTarget& target : info->targets) {
        if (!target.function)
            other = true;
        else if (!turns(target.function))
            other |= !symbols_.function(target.function).is_async;
    }
    return other;
}

/// From an expression that awaits outward to the function around it: generator expressions on the way turn
/// into asynchronous generators, which whoever uses them has to bear.
void Colouring::climb(const Module& module, Node from, ConversionPlan& plan) {
    Node below = from;
    for (Node up = from.parent(); up; below = up, up = up.parent()) {
        if (up.is_any(Kind::function_definition, Kind::lambda, Kind::module))
            return;
        if (up.is(Kind::class_definition))
            return refuse(plan, module, from, "a class body cannot await");
        if (up.is(Kind::type))
            return refuse(plan, module, from, "an annotation cannot await");
        if (!up.is(Kind::generator_expression))
            continue;
        // The first iterable is evaluated outside, when the generator is made.
        if (below.is(Kind::for_in_clause) && from.inside(below.child(Field::right)) && up.named_child(1) == below)
            continue;
        plan_generator_expression(module, up, plan);
        return;
    }
}

unsigned Colouring::count_calls(const Module& module, Node region, llvm::StringRef callee) const {
    unsigned count = 0;
    for (NodeId at = region.id(); at < module.tree.record(region.id()).subtree_end; ++at)
        if (const Node node = module.tree.node(at); node.is(Kind::call))
            count += outside_callee(module, node) == callee;
    return count;
}

/// `next(it)` raises StopIteration at the end, `anext(it)` another exception.
void Colouring::plan_next(const Module& module, Node call, ConversionPlan& plan) {
    const bool falls_back = call.child(Field::arguments).named_children().size() > 1;
    for (Node up = call.parent(); up && !falls_back && !up.is_any(Kind::function_definition, Kind::lambda);
         up = up.parent()) {
        if (!up.is(Kind::try_statement) || !call.inside(up.child(Field::body)))
            continue;
        const bool alone = count_calls(module, up.child(Field::body), "builtins.next") == 1;
        for (const Node clause : up.named_children()) {
            if (!clause.is(Kind::except_clause))
                continue;
            const Node caught = clause.named_child(0);
            if (caught.is(Kind::identifier) && caught.text() == "StopIteration" && alone)
                plan.conversions.emplace_back(Place{module.id, caught.id()}, Conversion::stop_async);
            else if (!caught.is(Kind::identifier) || caught.text() != "Exception")
                return refuse(plan, module, call, "the end of an asynchronous generator is another exception");
        }
    }
    plan_value(module, call, Conversion::anext, plan);
}

void Colouring::plan_generator_expression(const Module& module, Node generator, ConversionPlan& plan) {
    const Place place{module.id, generator.id()};
    Node argument = generator;
    while (argument.parent().is(Kind::parenthesized_expression))
        argument = argument.parent();
    const Node up = argument.parent();
    Node call;
    if (generator.field() == Field::arguments && generator.parent().is(Kind::call))
        call = generator.parent();
    else if (up.is(Kind::argument_list) && up.parent().is(Kind::call))
        call = up.parent();
    if (call) {
        const std::string callee = outside_callee(module, call);
        const bool alone = only_argument(call) == argument || only_argument(call) == generator;
        if (uses_up(callee)) {
            plan.conversions.emplace_back(place, Conversion::list_display);
            return climb(module, call, plan);
        }
        if ((callee == "builtins.any" || callee == "builtins.all") && alone) {
            plan.conversions.emplace_back(Place{module.id, call.id()},
                                          callee == "builtins.any" ? Conversion::first_match : Conversion::no_mismatch);
            return climb(module, call, plan);
        }
        if (callee == "builtins.next" && call.child(Field::arguments).named_child(0) == argument)
            return plan_next(module, call, plan);
    }
    if (up.is_any(Kind::for_statement, Kind::for_in_clause) && up.child(Field::right) == argument)
        return plan_async_iterable(module, argument, plan);
    if (argument.parent().is(Kind::list_splat)) {
        plan.conversions.emplace_back(place, Conversion::list_display);
        return climb(module, argument, plan);
    }
    refuse(plan, module, generator, "a generator expression that awaits is handed on");
}

void Colouring::plan_value(const Module& module, Node expression, Conversion conversion, ConversionPlan& plan) {
    plan.conversions.emplace_back(Place{module.id, expression.id()}, conversion);
    climb(module, expression, plan);
}

void Colouring::plan_call(const Module& module, Node call, const FunctionInfo& callee, ConversionPlan& plan) {
    const Place place{module.id, call.id()};
    if (callee.is_async)
        return plan_coroutine(module, call, plan);
    if (call.parent().is(Kind::await))
        return;
    const llvm::StringRef context = calls_.context_kind(callee.id);
    if (context == "contextmanager") {
        if (is_mixed(place))
            return refuse(plan, module, call, "one call gives a context manager that awaits and one that does not");
        return plan_async_context(module, call, plan);
    }
    if (callee.is_generator) {
        if (is_mixed(place))
            return refuse(plan, module, call, "one call gives a generator that awaits and something that does not");
        return plan_async_iterable(module, call, plan);
    }
    const FunctionId caller = symbols_.enclosing_function(place);
    if (caller && is_passed_on(symbols_.function(caller), call))
        return;
    plan_value(module, call, is_mixed(place) ? Conversion::await_maybe : Conversion::await_, plan);
}

ConversionPlan Colouring::plan_use(const CallEdge& edge) {
    ConversionPlan plan;
    const Module& module = module_of(edge.place);
    const Node at = node(edge.place);
    const FunctionInfo& callee = symbols_.function(edge.callee);
    switch (edge.kind) {
    case CallEdge::Kind::call:
        if (callee.name == "__init__" || callee.name == "__post_init__" || callee.name == "__new__") {
            if (!state(callee.id).ordinary.empty())
                plan_construction(module, at, callee.id, plan);
            break; // otherwise an obstacle of its own
        }
        plan_call(module, at, callee, plan);
        break;
    case CallEdge::Kind::property: {
        const PlaceUse use = use_of_place(at);
        if (calls_.accessor(callee.id) != Accessor::none) {
            if (!state(callee.id).ordinary.empty())
                plan_written(module, at, callee.id, plan);
        } else if (use.writes) {
            // Where the setter becomes a method its call reads the property as well.
            const bool by_method = llvm::any_of(calls_.callees(edge.caller), [&](std::uint32_t index) {
                const CallEdge& other = calls_.edges()[index];
                return other.place == edge.place && !state(other.callee).ordinary.empty() &&
                       calls_.accessor(other.callee) != Accessor::none;
            });
            if (!use.reads || !by_method)
                refuse(plan, module, at, "a property that queries is assigned to");
        } else if (!callee.is_async && !at.parent().is(Kind::await)) {
            plan_value(module, at, Conversion::await_, plan);
        }
        break;
    }
    case CallEdge::Kind::operator_:
        if (callee.name == "__next__")
            plan_next(module, at, plan);
        else if (!state(callee.id).ordinary.empty())
            plan_operator(module, at, callee.id, plan);
        break;
    case CallEdge::Kind::truth:
        if (!state(callee.id).ordinary.empty())
            plan_truth(module, at, callee.id, plan);
        break;
    case CallEdge::Kind::iteration:
        if (callee.is_generator || state(callee.id).iterator != IteratorForm::none)
            plan_async_iterable(module, at, plan);
        else if (!state(callee.id).ordinary.empty())
            refuse(plan, module, at, callee.name + "() is run by a loop, which does not await it");
        break;
    case CallEdge::Kind::context: plan_async_context(module, at, plan); break;
    case CallEdge::Kind::reference: plan_handed_over(edge, plan); break;
    default: break;
    }
    return plan;
}

ConversionPlan Colouring::plan_site(const IoSite& site) {
    ConversionPlan plan;
    const Module& module = module_of(site.place);
    const Node at = node(site.place);
    const llvm::StringRef operation = site.operation;
    Node item = at.parent();
    if (item.is(Kind::as_pattern))
        item = item.parent();
    const bool block = item.is(Kind::with_item);
    if (block) {
        plan.conversions.emplace_back(Place{module.id, item.id()}, Conversion::async_with);
        return plan;
    }
    if (operation.ends_with(".scope"))
        refuse(plan, module, at, "a session that is not entered by a with statement");
    if (operation == "engine.begin")
        refuse(plan, module, at, "engine.begin() outside of a with statement");
    // DDL runs in a block of its own.
    if (operation.starts_with("MetaData.") && !at.parent().is(Kind::expression_statement))
        refuse(plan, module, at, "the value of " + operation.str() + "() is used");
    if (site.function && is_passed_on(symbols_.function(site.function), at) && site.chain == none_index)
        return plan;
    climb(module, at, plan);
    return plan;
}

void Colouring::plan_uses() {
    // Lambdas that are taken apart are known before anything inside of them is looked at.
    for (const CallEdge& edge : calls_.edges())
        if (state(edge.callee).io && node(edge.place).is(Kind::lambda) && (is_key(edge) || is_applied(edge)))
            state(edge.callee).inlined = true;
    // Of those that have a name a function is made, unless they only hand on what a call gives.
    for (const FunctionInfo& function : symbols_.functions())
        if (State& own = state(function.id);
            function.is_lambda && !function.is_generator && own.io && !own.inlined && !hands_on(function)) {
            own.hoisted = !has_name(function) && may_be_hoisted(function);
            own.written_as_def = own.hoisted || has_name(function);
        }
    for (const IoSite& site : sites_)
        site_plans_.push_back(site.function ? plan_site(site) : ConversionPlan());
    for (std::uint32_t index = 0; index < calls_.edges().size(); ++index) {
        const CallEdge& edge = calls_.edges()[index];
        if (!edge.caller || !state(edge.callee).io)
            continue;
        ConversionPlan plan = plan_use(edge);
        if (plan.conversions.empty() && !plan.obstacle)
            continue;
        use_of_edge_[index] = uses_.size();
        uses_.push_back({index, std::move(plan)});
    }
}

} // namespace sqlawait
