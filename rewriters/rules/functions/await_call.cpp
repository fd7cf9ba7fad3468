#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// Whether an expression has to be bracketed behind `if` in a comprehension or behind `not`.
bool binds_loosely(Node node, bool negated) {
    return node.is_any(Kind::conditional_expression, Kind::lambda, Kind::named_expression) ||
           (negated && node.is(Kind::boolean_operator));
}

void add_brackets(Edit& edit, Node node) {
    if (!await_needs_brackets(node))
        return;
    edit.pieces.insert(edit.pieces.begin(), std::string("("));
    edit.pieces.emplace_back(std::string(")"));
}

/// any(E for ...) -> await anext((True for ... if E), False)
Edit match_edit(Node call, bool all) {
    Node generator = call.child(Field::arguments);
    if (!generator.is(Kind::generator_expression)) {
        generator = generator.named_child(0);
        while (generator.is(Kind::parenthesized_expression))
            generator = generator.named_child(0);
    }
    const auto parts = generator.named_children();
    const Node element = parts.front();
    const bool brackets = binds_loosely(element, all);
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(std::string(all ? "await anext((False " : "await anext((True "));
    edit.pieces.emplace_back(Hole{{parts[1].begin(), parts.back().end()}});
    edit.pieces.emplace_back(std::string(all ? " if not " : " if ") + (brackets ? "(" : ""));
    edit.pieces.emplace_back(hole(element));
    edit.pieces.emplace_back(std::string(brackets ? ")" : "") + (all ? "), True)" : "), False)"));
    add_brackets(edit, call);
    return edit;
}

/// any(X) over an asynchronous X.
Edit item_edit(Node call, bool all, const std::string& item) {
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back((all ? "await anext((False async for " : "await anext((True async for ") + item + " in ");
    edit.pieces.emplace_back(hole(call.child(Field::arguments).named_child(0)));
    edit.pieces.emplace_back((all ? " if not " : " if ") + item + (all ? "), True)" : "), False)"));
    add_brackets(edit, call);
    return edit;
}

/// Pairs of a key and its item, made in order: what a key function that awaits is turned into.
struct KeyedItems {
    Piece iterable;
    std::vector<Piece> key;
    std::string item;

    void append_to(Edit& edit) const {
        edit.pieces.emplace_back(std::string("[("));
        edit.pieces.insert(edit.pieces.end(), key.begin(), key.end());
        edit.pieces.emplace_back(", " + item + ") for " + item + " in ");
        edit.pieces.push_back(iterable);
        edit.pieces.emplace_back(std::string("]"));
    }
};

KeyedItems keyed_items(const MatchContext& context, Node iterable, Node key, Fix& fix) {
    KeyedItems out{hole(iterable), {}, ""};
    if (key.is(Kind::lambda)) {
        out.item = parameters_of(key).front().name;
        out.key.emplace_back(hole(key.child(Field::body)));
        return out;
    }
    out.item = context.free_name(key, "item");
    const bool certain =
        context.facts.types.store().all(context.facts.types.type_of(context.place(key)), [&](const Atom& atom) {
            if (atom.kind != Atom::Kind::function)
                return false;
            const FunctionId id{atom.id};
            const ColouredFunction& colour = context.facts.colours.function(id);
            // A lambda that hands on what a call gives hands on a coroutine.
            return colour.turns_async || (context.facts.symbols.function(id).is_lambda && colour.performs_io &&
                                          colour.form.async && !colour.inlined);
        });
    if (certain) {
        out.key.emplace_back(std::string("await "));
        out.key.emplace_back(hole(key));
        out.key.emplace_back("(" + out.item + ")");
        return out;
    }
    const std::string value = context.free_name(key, "value");
    const std::string test = spell_through_module(context, fix, "inspect", "isawaitable");
    out.key.emplace_back("await " + value + " if " + test + "(" + value + " := ");
    out.key.emplace_back(hole(key));
    out.key.emplace_back("(" + out.item + ")) else " + value);
    return out;
}

/// sorted(X, key=K, reverse=R), X.sort(key=K): the keys first, in order, then a stable sort by them.
Edit sort_edit(const MatchContext& context, Node call, Fix& fix) {
    const Node key = find_argument(call, "key");
    const Node callee = call.child(Field::function);
    const bool in_place = callee.is(Kind::attribute);
    const Node items = in_place ? callee.child(Field::object) : find_argument(call, "iterable", 0);
    const std::string pair = context.free_name(call, "pair");
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back((in_place ? items.text().str() + "[:] = [" : std::string("[")) + pair + "[1] for " + pair +
                             " in sorted(");
    keyed_items(context, items, argument_value(key), fix).append_to(edit);
    edit.pieces.emplace_back(", key=lambda " + pair + ": " + pair + "[0]");
    for (const Node argument : call.child(Field::arguments).named_children()) {
        if (argument == key || argument == items)
            continue;
        edit.pieces.emplace_back(std::string(", "));
        edit.pieces.emplace_back(hole(argument));
    }
    edit.pieces.emplace_back(std::string(")]"));
    return edit;
}

/// Whether an expression has to be bracketed behind `in` of a loop.
std::string in_brackets(Node node, bool open) {
    return node.is_any(Kind::conditional_expression, Kind::lambda) ? (open ? "(" : ")") : "";
}

/// map(F, X, ...) -> `await F(x) for x in X`, filter(F, X) -> `x for x in X if await F(x)`, in brackets or, as a
/// clause of a comprehension whose variable is there, the part behind `in`.
Edit apply_edit(const MatchContext& context, Node call, Node replaced, llvm::StringRef open, llvm::StringRef close,
                Fix& fix) {
    const auto given = call.child(Field::arguments).named_children();
    const Node function = given[0];
    const bool filters = call.child(Field::function).text() == "filter";
    KeyedItems items = keyed_items(context, given[1], function, fix);
    if (open.empty()) { // the variable is that of the clause around it
        items.item = call.parent().child(Field::left).text().str();
        if (!function.is(Kind::lambda)) {
            items.key.clear();
            items.key.emplace_back(std::string("await "));
            items.key.emplace_back(hole(function));
            items.key.emplace_back("(" + items.item + ")");
        }
    }
    for (std::size_t i = 2; i < given.size(); ++i)
        items.item += ", " + parameters_of(function)[i - 1].name;
    Edit edit{replaced.range(), {}, Layer::await_};
    edit.pieces.emplace_back(open.str());
    const auto add_key = [&](bool brackets) {
        if (brackets)
            edit.pieces.emplace_back(std::string("("));
        edit.pieces.insert(edit.pieces.end(), items.key.begin(), items.key.end());
        if (brackets)
            edit.pieces.emplace_back(std::string(")"));
    };
    const bool loose = binds_loosely(function.is(Kind::lambda) ? function.child(Field::body) : function, false) ||
                       items.key.size() > 3;
    if (!open.empty()) {
        if (filters)
            edit.pieces.emplace_back(items.item);
        else
            add_key(false);
        edit.pieces.emplace_back(" for " + items.item + " in ");
    }
    if (given.size() > 2)
        edit.pieces.emplace_back(std::string("zip("));
    for (std::size_t i = 1; i < given.size(); ++i) {
        edit.pieces.emplace_back((i > 1 ? ", " : "") + (given.size() > 2 ? "" : in_brackets(given[i], true)));
        edit.pieces.emplace_back(hole(given[i]));
        edit.pieces.emplace_back(given.size() > 2 ? "" : in_brackets(given[i], false));
    }
    if (given.size() > 2)
        edit.pieces.emplace_back(std::string(")"));
    if (filters) {
        edit.pieces.emplace_back(std::string(" if "));
        add_key(loose);
    }
    edit.pieces.emplace_back(close.str());
    return edit;
}

/// min(X, key=K, default=D), max(...): the first of those with the least or greatest key.
Edit pick_edit(const MatchContext& context, Node call, Fix& fix) {
    const Node key = find_argument(call, "key");
    const Node fallback = find_argument(call, "default");
    const std::string pair = context.free_name(call, "pair");
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(call.child(Field::function).text().str() + "(");
    keyed_items(context, find_argument(call, "iterable", 0), argument_value(key), fix).append_to(edit);
    edit.pieces.emplace_back(", key=lambda " + pair + ": " + pair + "[0]");
    if (fallback) {
        edit.pieces.emplace_back(std::string(", default=(None, "));
        edit.pieces.emplace_back(hole(argument_value(fallback)));
        edit.pieces.emplace_back(std::string(")"));
    }
    edit.pieces.emplace_back(std::string(")[1]"));
    return edit;
}

/// for number, item in enumerate(X, start): the number is counted by hand.
void count_edits(Node loop, Fix& fix) {
    const Node call = loop.child(Field::right), left = loop.child(Field::left);
    const Node number = left.named_child(0), body = loop.child(Field::body);
    const Node start = argument_value(find_argument(call, "start", 1));
    std::string before = "-1";
    long long literal = 0;
    if (start && !start.text().getAsInteger(10, literal))
        before = std::to_string(literal - 1);
    else if (start)
        before = "(" + start.text().str() + ") - 1";
    const SourceText& source = loop.tree().source();
    const std::string newline = source.newline_text().str();
    Edit head{{loop.begin(), call.end()}, {}, Layer::statement};
    head.pieces.emplace_back(number.text().str() + " = " + before + newline + indentation_of(loop) + "async for ");
    head.pieces.emplace_back(hole(left.named_child(1)));
    head.pieces.emplace_back(std::string(" in "));
    head.pieces.emplace_back(hole(call.child(Field::arguments).named_child(0)));
    fix.edits.push_back(std::move(head));
    const bool same_line = source.lines.at(body.begin()).line == source.lines.at(call.end()).line;
    fix.edits.push_back(insert(body.begin(), number.text().str() + " += 1" +
                                                 (same_line ? std::string("; ") : newline + indentation_of(body))));
}

/// `[await f(db), await g(db)]` in place of `await asyncio.gather(f(db), g(db))`.
Edit one_by_one_edit(Node await) {
    const auto arguments = await.named_child(0).child(Field::arguments).named_children();
    Edit edit{await.range(), {}, Layer::statement};
    edit.pieces.emplace_back(std::string("["));
    edit.pieces.emplace_back(Hole{{arguments.front().begin(), arguments.back().end()}});
    edit.pieces.emplace_back(std::string("]"));
    return edit;
}

/// `f(x)` in place of `to_thread(f, x)`.
Edit call_in_place_edit(Node call) {
    const auto arguments = call.child(Field::arguments).named_children();
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(hole(arguments.front()));
    edit.pieces.emplace_back(std::string("("));
    if (arguments.size() > 1)
        edit.pieces.emplace_back(Hole{{arguments[1].begin(), arguments.back().end()}});
    edit.pieces.emplace_back(std::string(")"));
    return edit;
}

/// Whether a conditional expression needs brackets where this node stands.
bool needs_brackets(Node node) {
    const Node parent = node.parent();
    return !(parent.is_any(Kind::return_statement, Kind::expression_statement, Kind::list, Kind::argument_list,
                           Kind::keyword_argument) ||
             (parent.is(Kind::assignment) && node.field() == Field::right) ||
             (parent.is(Kind::list_comprehension) && parent.named_child(0) == node));
}

/// `await X` in place of `asyncio.run(X)`.
Edit run_edit(Node call) {
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(std::string("await "));
    edit.pieces.emplace_back(hole(call.child(Field::arguments).named_child(0)));
    add_brackets(edit, call);
    return edit;
}

/// f(db, x) -> await db.run_sync(f, x); f(x, db) -> await db.run_sync(lambda session: f(x, session))
void run_sync_edits(const MatchContext& context, Node call, Fix& fix) {
    const Node session = call.tree().node(context.facts.colours.bridged_session(context.place(call)));
    const std::string path = session.text().str();
    const auto arguments = call.child(Field::arguments).named_children();
    if (arguments.front() == session) {
        Edit edit{call.range(), {}, Layer::await_};
        edit.pieces.emplace_back("await " + path + ".run_sync(");
        edit.pieces.emplace_back(hole(call.child(Field::function)));
        edit.pieces.emplace_back(Hole{{session.end(), call.end()}});
        add_brackets(edit, call);
        fix.edits.push_back(std::move(edit));
        return;
    }
    const std::string name = context.free_name(call, "session");
    fix.edits.push_back(replace(session.range(), name));
    const bool brackets = await_needs_brackets(call);
    fix.edits.push_back(wrap(call, (brackets ? "(await " : "await ") + path + ".run_sync(lambda " + name + ": ",
                             brackets ? "))" : ")"));
}

void convert(const MatchContext& context, Node node, Conversion conversion, Fix& fix) {
    const Node callee = node.child(Field::function);
    switch (conversion) {
    case Conversion::await_: fix.edits.push_back(await_edit(node)); break;
    case Conversion::await_maybe: {
        const std::string value = context.free_name(node, "value");
        const std::string test = spell_through_module(context, fix, "inspect", "isawaitable");
        const bool brackets = needs_brackets(node);
        fix.edits.push_back(wrap(node, (brackets ? "(await " : "await ") + value + " if " + test + "(" + value + " := ",
                                 ") else " + value + (brackets ? ")" : "")));
        break;
    }
    case Conversion::async_for: fix.edits.push_back(insert(node.begin(), "async ")); break;
    case Conversion::collect: {
        const std::string item = context.free_name(node, "item");
        fix.edits.push_back(wrap(node, "[" + item + " async for " + item + " in ", "]"));
        break;
    }
    case Conversion::list_display: {
        // The brackets of the only argument are also those of the call.
        const bool shared = node.field() == Field::arguments;
        fix.edits.push_back(replace({node.begin(), node.begin() + 1}, shared ? "([" : "["));
        fix.edits.push_back(replace({node.end() - 1, node.end()}, shared ? "])" : "]"));
        break;
    }
    case Conversion::first_match: fix.edits.push_back(match_edit(node, false)); break;
    case Conversion::no_mismatch: fix.edits.push_back(match_edit(node, true)); break;
    case Conversion::any_item: fix.edits.push_back(item_edit(node, false, context.free_name(node, "item"))); break;
    case Conversion::all_items: fix.edits.push_back(item_edit(node, true, context.free_name(node, "item"))); break;
    case Conversion::anext:
        fix.edits.push_back(replace(callee.range(), "anext"));
        fix.edits.push_back(await_edit(node));
        break;
    case Conversion::yield_each:
    case Conversion::yield_items: {
        const std::string item = context.free_name(node, "item");
        Edit edit{node.range(), {}, Layer::statement};
        edit.pieces.emplace_back((conversion == Conversion::yield_each ? "async for " : "for ") + item + " in ");
        edit.pieces.emplace_back(hole(node.named_child(0)));
        edit.pieces.emplace_back(": yield " + item);
        fix.edits.push_back(std::move(edit));
        break;
    }
    case Conversion::enter_async:
        fix.edits.push_back(replace(callee.child(Field::attribute).range(), "enter_async_context"));
        fix.edits.push_back(await_edit(node));
        break;
    case Conversion::aclosing:
        fix.edits.push_back(replace(callee.range(), context.spell(fix, "contextlib", "aclosing")));
        break;
    case Conversion::async_exit_stack:
        fix.edits.push_back(replace(callee.range(), context.spell(fix, "contextlib", "AsyncExitStack")));
        break;
    case Conversion::counted_for: count_edits(node, fix); break;
    case Conversion::sort_by_key: fix.edits.push_back(sort_edit(context, node, fix)); break;
    case Conversion::pick_by_key: fix.edits.push_back(pick_edit(context, node, fix)); break;
    case Conversion::apply_list: fix.edits.push_back(apply_edit(context, node, node, "[", "]", fix)); break;
    case Conversion::apply_generator: fix.edits.push_back(apply_edit(context, node, node, "(", ")", fix)); break;
    case Conversion::apply_clause: fix.edits.push_back(apply_edit(context, node, node, "", "", fix)); break;
    case Conversion::apply_whole: {
        Node inner = node.child(Field::arguments).named_child(0);
        while (inner.is(Kind::parenthesized_expression))
            inner = inner.named_child(0);
        const bool set = callee.text() == "set";
        fix.edits.push_back(apply_edit(context, inner, node, set ? "{" : "[", set ? "}" : "]", fix));
        break;
    }
    case Conversion::one_by_one: fix.edits.push_back(one_by_one_edit(node)); break;
    case Conversion::call_in_place: fix.edits.push_back(call_in_place_edit(node)); break;
    case Conversion::run_in_place: fix.edits.push_back(run_edit(node)); break;
    case Conversion::run_sync: run_sync_edits(context, node, fix); break;
    case Conversion::stop_async: fix.edits.push_back(replace(node.range(), "StopAsyncIteration")); break;
    case Conversion::yield_all: {
        const Node value = node.named_child(0);
        const std::string item = context.free_name(node, "item");
        Edit edit{node.range(), {}, Layer::statement};
        edit.pieces.emplace_back("for " + item + " in ");
        edit.pieces.emplace_back(hole(value.is(Kind::call) ? value.child(Field::arguments).named_child(0) : value));
        edit.pieces.emplace_back(":" + node.tree().source().newline_text().str() + indentation_of(node) + "    yield " +
                                 item);
        fix.edits.push_back(std::move(edit));
        break;
    }
    case Conversion::call_method:
    case Conversion::truth_method:
    case Conversion::make:
    case Conversion::take_over:
    case Conversion::async_with:
    case Conversion::asyncio_run: break; // rules of their own
    }
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto conversions = context.facts.colours.conversions(context.place(node));
    if (conversions.empty() || !context.is_async(node))
        return;
    Fix fix;
    for (const Conversion conversion : conversions)
        convert(context, node, conversion, fix);
    if (!fix.edits.empty())
        out.push_back(edit_finding(context, node, "what became async is awaited", std::move(fix)));
}

const RegisteredRule rule{
    {.name = "await_call",
     .code = "SA302",
     .summary = "calls of functions that became async are awaited",
     .stage = Stage::async,
     .kinds = {Kind::call, Kind::attribute, Kind::identifier, Kind::for_statement, Kind::for_in_clause,
               Kind::generator_expression, Kind::yield, Kind::await, Kind::return_statement},
     .match = match}};

} // namespace

} // namespace sqlawait
