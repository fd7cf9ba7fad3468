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

/// `await X` in place of `asyncio.run(X)`.
Edit run_edit(Node call) {
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(std::string("await "));
    edit.pieces.emplace_back(hole(call.child(Field::arguments).named_child(0)));
    add_brackets(edit, call);
    return edit;
}

void convert(const MatchContext& context, Node node, Conversion conversion, Fix& fix) {
    const Node callee = node.child(Field::function);
    switch (conversion) {
    case Conversion::await_: fix.edits.push_back(await_edit(node)); break;
    case Conversion::await_maybe: {
        const std::string value = context.free_name(node, "value");
        const std::string test = spell_through_module(context, fix, "inspect", "isawaitable");
        fix.edits.push_back(
            wrap(node, "(await " + value + " if " + test + "(" + value + " := ", ") else " + value + ")"));
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
    case Conversion::run_in_place: fix.edits.push_back(run_edit(node)); break;
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

const RegisteredRule rule{{.name = "await_call",
                           .code = "SA302",
                           .summary = "calls of functions that became async are awaited",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::attribute, Kind::identifier, Kind::for_statement,
                                     Kind::for_in_clause, Kind::generator_expression, Kind::yield},
                           .match = match}};

} // namespace

} // namespace sqlawait
