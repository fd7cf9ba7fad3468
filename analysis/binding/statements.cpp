// The order in which statements run, and where their paths part and meet.
#include "analysis/binding/flow_walker.h"

namespace sqlawait {

namespace {

/// `while True`, `while 1`: left by `break` alone.
bool is_always_true(Node condition) {
    while (condition.is(Kind::parenthesized_expression))
        condition = condition.named_child(0);
    return condition.is(Kind::true_) ||
           (condition.is(Kind::integer) && condition.text().find_first_not_of("0_") != llvm::StringRef::npos &&
            condition.text().front() != '0');
}

Node child_of_kind(Node node, Kind kind) {
    for (Node child = node.first_child(); child; child = child.next_sibling())
        if (child.is(kind))
            return child;
    return {};
}

/// `case _:` and `case name:`, which take whatever is left.
bool takes_all(Node case_clause) {
    if (case_clause.child(Field::guard))
        return false;
    Node only;
    for (const Node child : case_clause.named_children())
        if (child.is(Kind::case_pattern)) {
            if (only)
                return false;
            only = child;
        }
    if (!only || case_clause.child_token(","))
        return false;
    const Node inside = only.first_child();
    if (inside.is(Kind::as_pattern))
        return inside.named_child(0).text() == "_";
    return only.text() == "_" || (inside.is(Kind::dotted_name) && inside.named_children().size() == 1);
}

} // namespace

void FlowWalker::visit(Node node) {
    if (node.named() && !visit_statement(node) && !visit_expression(node))
        visit_children(node);
}

void FlowWalker::visit_children(Node node) {
    for (Node child = node.first_child(); child; child = child.next_sibling())
        visit(child);
}

void FlowWalker::visit_fields(Node node, Field field) {
    for (Node child = node.first_child(); child; child = child.next_sibling())
        if (child.field() == field)
            visit(child);
}

bool FlowWalker::visit_statement(Node node) {
    switch (node.kind()) {
    case Kind::comment:
    case Kind::line_continuation:
    case Kind::pass_statement:
    case Kind::global_statement:
    case Kind::nonlocal_statement: return true;
    case Kind::if_statement: if_statement(node); return true;
    case Kind::while_statement: while_statement(node); return true;
    case Kind::for_statement: for_statement(node); return true;
    case Kind::try_statement: try_statement(node); return true;
    case Kind::with_statement: with_statement(node); return true;
    case Kind::match_statement: match_statement(node); return true;
    case Kind::function_definition: function_definition(node); return true;
    case Kind::class_definition: class_definition(node); return true;
    case Kind::type_alias_statement: type_alias(node); return true;
    case Kind::return_statement:
    case Kind::raise_statement:
        visit_children(node);
        flow_.set_live(false);
        return true;
    case Kind::break_statement:
    case Kind::continue_statement: leave_loop(node.is(Kind::break_statement)); return true;
    case Kind::import_statement:
    case Kind::import_from_statement:
    case Kind::future_import_statement:
        for (Node child = node.first_child(); child; child = child.next_sibling()) {
            const Node names[] = {child, child.child(Field::alias), child.named_child(0)};
            for (const Node name : names)
                if (const DefinitionId id = name ? out_.definition_at(name.id()) : DefinitionId()) {
                    define(id);
                    break;
                }
        }
        return true;
    default: return false;
    }
}

void FlowWalker::if_statement(Node node) {
    // Each condition is evaluated where those before it were false.
    llvm::SmallVector<Flow::Outcome, 4> ends;
    const bool was_live = flow_.live();
    const Flow::Mark start = flow_.mark();
    const auto arm = [&](Node body) {
        const bool live = flow_.live();
        const Flow::Mark here = flow_.mark();
        visit(body);
        ends.push_back(flow_.outcome_since(start));
        flow_.undo(here);
        flow_.set_live(live);
    };
    visit(node.child(Field::condition));
    arm(node.child(Field::consequence));
    bool has_else = false;
    for (const Node clause : node.children(Field::alternative)) {
        if (clause.is(Kind::elif_clause)) {
            visit(clause.child(Field::condition));
            arm(clause.child(Field::consequence));
        } else {
            has_else = true;
            arm(clause.child(Field::body));
        }
    }
    if (!has_else)
        ends.push_back(flow_.outcome_since(start));
    flow_.undo(start);
    flow_.set_live(was_live);
    flow_.meet(ends);
}

void FlowWalker::loop(Node node, Node alternative, llvm::function_ref<bool()> head, llvm::function_ref<void()> body) {
    // What the loop binds may come from before it or from an earlier round.
    struct Carried {
        SymbolId symbol;
        Flow::Value value = Flow::unbound;
    };
    llvm::SmallVector<Carried, 8> carried;
    const SyntaxTree::Record& record = tree_.record(node.id());
    const DefinitionRun run = definitions_in(node.id(), record.subtree_end);
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
        const SymbolId symbol = out_.definitions_[i].symbol;
        if (!followed(symbol) || out_.scope(out_.symbol(symbol).scope).kind == ScopeKind::comprehension)
            continue;
        // Values are numbered as they are made: what this loop carries already comes after its first.
        if (carried.empty() || flow_.current(symbol) < carried.front().value) {
            carried.push_back({symbol, flow_.open_loop(flow_.current(symbol))});
            flow_.assign(symbol, carried.back().value);
        }
    }
    const bool was_live = flow_.live();
    const Flow::Mark start = flow_.mark();
    frames_.push_back({.start = start, .is_finally = false, .breaks = {}, .continues = {}});
    const bool may_end = head();
    Flow::Outcome exhausted = flow_.outcome_since(start);
    exhausted.live = exhausted.live && may_end;
    body();
    Frame frame = frames_.pop_back_val();
    frame.continues.push_back(flow_.outcome_since(start));
    flow_.undo(start);
    flow_.set_live(was_live);
    llvm::SmallDenseMap<std::uint32_t, Flow::Value, 16> back; // by symbol
    for (const Flow::Outcome& outcome : frame.continues)
        for (const Flow::Change& change : outcome.changes)
            if (outcome.live) {
                const auto [value, is_new] = back.try_emplace(change.symbol.value, change.now);
                if (!is_new)
                    value->second = flow_.join(value->second, change.now);
            }
    for (const Carried& one : carried)
        if (const auto value = back.find(one.symbol.value); value != back.end())
            flow_.close_loop(one.value, value->second);
    frame.breaks.push_back(flow_.branch([&] {
        flow_.apply(exhausted);
        if (alternative)
            visit(alternative.child(Field::body));
    }));
    flow_.meet(frame.breaks);
}

void FlowWalker::while_statement(Node node) {
    const Node condition = node.child(Field::condition);
    loop(
        node, node.child(Field::alternative),
        [&] {
            visit(condition);
            return !is_always_true(condition);
        },
        [&] { visit(node.child(Field::body)); });
}

void FlowWalker::for_statement(Node node) {
    visit(node.child(Field::right));
    loop(
        node, node.child(Field::alternative), [] { return true; },
        [&] {
            visit(node.child(Field::left));
            visit(node.child(Field::body));
        });
}

void FlowWalker::leave_loop(bool is_break) {
    if (!frames_.empty() && flow_.live()) {
        // The nearest loop takes it, unless a `finally` runs first and hands it on.
        llvm::SmallVectorImpl<Frame>::reverse_iterator loop = frames_.rbegin();
        while (loop != frames_.rend() && loop->is_finally)
            ++loop;
        if (loop != frames_.rend()) {
            Frame& taker = frames_.back();
            (is_break ? taker.breaks : taker.continues).push_back(flow_.outcome_since(loop->start));
        }
    }
    flow_.set_live(false);
}

void FlowWalker::try_statement(Node node) {
    const Node finally_clause = child_of_kind(node, Kind::finally_clause);
    if (!finally_clause)
        return try_without_finally(node);
    const bool was_live = flow_.live();
    const Flow::Mark start = flow_.mark();
    frames_.push_back({.start = start, .is_finally = true, .breaks = {}, .continues = {}});
    const Flow::Outcome normal = flow_.branch([&] { try_without_finally(node); });
    const Frame jumps = frames_.pop_back_val();
    // The clause itself may be entered from anywhere in what it guards ...
    flow_.apply(anywhere_in(node.id(), finally_clause.id()));
    const Flow::Mark clause_start = flow_.mark();
    visit(child_of_kind(finally_clause, Kind::block));
    const Flow::Outcome clause = flow_.outcome_since(clause_start);
    flow_.undo(start);
    // ... but is left for where its way in was going, with what it bound itself on top.
    flow_.set_live(was_live);
    flow_.apply(normal);
    for (const Flow::Change& change : clause.changes)
        flow_.assign(change.symbol, change.now);
    flow_.set_live(normal.live && clause.live);
    if (!clause.live || frames_.empty())
        return;
    const auto loop = std::find_if(frames_.rbegin(), frames_.rend(), [](const Frame& one) { return !one.is_finally; });
    if (loop == frames_.rend())
        return;
    const auto hand_on = [&](llvm::ArrayRef<Flow::Outcome> from, llvm::SmallVectorImpl<Flow::Outcome>& to) {
        for (Flow::Outcome outcome : from) {
            for (const Flow::Change& change : clause.changes) {
                const auto same = [&](const Flow::Change& one) { return one.symbol == change.symbol; };
                if (const auto own = llvm::find_if(outcome.changes, same); own != outcome.changes.end())
                    own->now = change.now;
                else
                    outcome.changes.push_back({change.symbol, flow_.value_at(loop->start, change.symbol), change.now});
            }
            to.push_back(std::move(outcome));
        }
    };
    hand_on(jumps.breaks, frames_.back().breaks);
    hand_on(jumps.continues, frames_.back().continues);
}

void FlowWalker::try_without_finally(Node node) {
    const Node body = node.child(Field::body);
    const Node else_clause = child_of_kind(node, Kind::else_clause);
    const Flow::Outcome raised = anywhere_in(body.id(), tree_.record(body.id()).subtree_end);
    llvm::SmallVector<Flow::Outcome, 4> ends;
    ends.push_back(flow_.branch([&] {
        visit(body);
        if (else_clause)
            visit(else_clause.child(Field::body));
    }));
    for (Node child = node.first_child(); child; child = child.next_sibling())
        if (child.is(Kind::except_clause))
            ends.push_back(flow_.branch([&] {
                flow_.apply(raised);
                except_clause(child);
            }));
    flow_.meet(ends);
}

void FlowWalker::except_clause(Node node) {
    visit_children(node);
    // The exception's name is deleted where the clause ends.
    const Node block = child_of_kind(node, Kind::block);
    const DefinitionRun run = definitions_in(node.id(), block ? block.id() : node.id());
    for (std::uint32_t i = run.begin; i < run.end; ++i)
        if (const Definition& one = out_.definitions_[i];
            one.kind == DefinitionKind::except_name && followed(one.symbol))
            flow_.assign(one.symbol, Flow::unbound);
}

void FlowWalker::with_statement(Node node) {
    const Node clause = child_of_kind(node, Kind::with_clause);
    const Node first = clause.named_child(0);
    visit(first);
    // A context manager may swallow an exception from anywhere after it was entered.
    const Flow::Outcome outcomes[] = {
        flow_.branch([&] {
            for (Node item = first.next_sibling(); item; item = item.next_sibling())
                visit(item);
            visit(node.child(Field::body));
        }),
        first ? anywhere_in(tree_.record(first.id()).subtree_end, tree_.record(node.id()).subtree_end)
              : Flow::Outcome{},
    };
    flow_.meet(outcomes);
}

void FlowWalker::match_statement(Node node) {
    visit_fields(node, Field::subject);
    const bool was_live = flow_.live();
    const Flow::Mark start = flow_.mark();
    llvm::SmallVector<Flow::Outcome, 4> ends;
    for (const Node clause : node.child(Field::body).children(Field::alternative)) {
        const Flow::Mark here = flow_.mark();
        const bool live = flow_.live();
        for (Node child = clause.first_child(); child; child = child.next_sibling())
            if (child.is(Kind::case_pattern))
                pattern(child);
        const Node guard = clause.child(Field::guard);
        if (guard)
            visit(guard);
        // The next clause is tried where the pattern failed, or where the guard did.
        const Flow::Outcome guarded = flow_.outcome_since(here);
        visit(clause.child(Field::consequence));
        ends.push_back(flow_.outcome_since(start));
        flow_.undo(here);
        flow_.set_live(live && !takes_all(clause));
        if (guard)
            flow_.maybe([&] { flow_.apply(guarded); });
    }
    ends.push_back(flow_.outcome_since(start));
    flow_.undo(start);
    flow_.set_live(was_live);
    flow_.meet(ends);
}

void FlowWalker::function_definition(Node node) {
    type_parameters(node.child(Field::type_parameters));
    parameters(node.child(Field::parameters));
    if (const Node type = node.child(Field::return_type))
        annotation(type);
    units_.push_back(node);
    if (const Node name = node.child(Field::name))
        identifier(name);
}

/// What is evaluated where a function is made: defaults and annotations.
void FlowWalker::parameters(Node node) {
    for (const Node parameter : node.named_children()) {
        if (const Node value = parameter.child(Field::value))
            visit(value);
        if (const Node type = parameter.child(Field::type))
            annotation(type);
    }
}

void FlowWalker::type_parameters(Node node) {
    if (!node)
        return;
    for (const SymbolId symbol : out_.scope(out_.opened_by(node.id())).symbols)
        for (const DefinitionId id : out_.symbol(symbol).definitions)
            define(id);
    const bool was_later = std::exchange(later_, true);
    for (const Node part : node.named_children())
        if (const Node constrained = part.named_child(0); constrained.is(Kind::constrained_type))
            if (const Node bound = constrained.named_child(1))
                visit(bound);
    later_ = was_later;
}

void FlowWalker::type_alias(Node node) {
    const Node alias = node.child(Field::left).named_child(0);
    const bool generic = alias.is(Kind::generic_type);
    if (!generic && !alias.is(Kind::identifier)) {
        // `type(x).name = value`, which the grammar takes for an alias.
        visit(node.child(Field::right));
        visit(node.child(Field::left));
        return;
    }
    if (generic)
        type_parameters(alias.named_child(1));
    const bool was_later = std::exchange(later_, true);
    visit(node.child(Field::right));
    later_ = was_later;
    identifier(generic ? alias.named_child(0) : alias);
}

void FlowWalker::class_definition(Node node) {
    type_parameters(node.child(Field::type_parameters));
    if (const Node bases = node.child(Field::superclasses))
        visit(bases);
    // Each time that the body runs it starts with no names.
    const ScopeId scope = out_.opened_by(node.id());
    for (const SymbolId symbol : out_.scope(scope).symbols)
        if (followed(symbol))
            flow_.assign(symbol, Flow::unbound);
    const bool was_live = flow_.live();
    llvm::SmallVector<Frame, 4> outer_frames = std::exchange(frames_, {});
    visit(node.child(Field::body));
    frames_ = std::move(outer_frames);
    end_scope(scope);
    flow_.set_live(was_live);
    if (const Node name = node.child(Field::name))
        identifier(name);
}

} // namespace sqlawait
