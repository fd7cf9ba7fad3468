#include "analysis/binding/flow.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

Flow::Flow(std::size_t symbols, std::size_t definitions)
    : leaves_(static_cast<Value>(definitions) + 1), current_(symbols, unbound), seen_(symbols, 0), meeting_(symbols) {}

Flow::Value Flow::add(Join join) {
    joins_.push_back(join);
    return leaves_ + static_cast<Value>(joins_.size() - 1);
}

Flow::Value Flow::join(Value a, Value b) {
    if (a == b)
        return a;
    if (a > b)
        std::swap(a, b);
    // `b` is often a join that has `a` already: the same definition from several branches.
    if (!is_leaf(b) && joins_[b - leaves_].left == a)
        return b;
    const auto [place, is_new] = known_joins_.try_emplace({a, b}, Value{});
    if (is_new)
        place->second = add({a, b});
    return place->second;
}

Flow::Value Flow::open_loop(Value entry) { return add({entry, entry}); }

void Flow::close_loop(Value loop, Value back) { joins_[loop - leaves_].right = back; }

void Flow::assign(SymbolId symbol, Value value) {
    Value& slot = current_[symbol.value];
    if (slot == value)
        return;
    trail_.push_back({symbol, slot});
    slot = value;
}

Flow::Outcome Flow::outcome_since(Mark mark) {
    Outcome outcome{live_, {}};
    ++seen_count_;
    for (std::size_t i = mark; i < trail_.size(); ++i) {
        const auto [symbol, before] = trail_[i];
        if (seen_[symbol.value] == seen_count_)
            continue;
        seen_[symbol.value] = seen_count_;
        outcome.changes.push_back({symbol, before, current(symbol)});
    }
    return outcome;
}

Flow::Value Flow::value_at(Mark mark, SymbolId symbol) const {
    for (std::size_t i = mark; i < trail_.size(); ++i)
        if (trail_[i].symbol == symbol)
            return trail_[i].before;
    return current(symbol);
}

void Flow::undo(Mark mark) {
    while (trail_.size() > mark) {
        current_[trail_.back().symbol.value] = trail_.back().before;
        trail_.pop_back();
    }
}

void Flow::apply(const Outcome& outcome) {
    for (const Change& change : outcome.changes)
        assign(change.symbol, change.now);
    live_ = outcome.live;
}

void Flow::meet(llvm::ArrayRef<Outcome> outcomes) {
    unsigned live = 0;
    llvm::SmallVector<SymbolId, 16> changed;
    for (const Outcome& outcome : outcomes) {
        if (!outcome.live)
            continue;
        ++live;
        for (const Change& change : outcome.changes) {
            Meeting& at = meeting_[change.symbol.value];
            if (at.outcomes == 0) {
                changed.push_back(change.symbol);
                at.value = change.now;
            } else {
                at.value = join(at.value, change.now);
            }
            ++at.outcomes;
        }
    }
    for (const SymbolId symbol : changed) {
        const Meeting at = std::exchange(meeting_[symbol.value], {});
        assign(symbol, at.outcomes < live ? join(at.value, current(symbol)) : at.value);
    }
    live_ = live > 0;
}

Flow::Resolved Flow::resolve(Value value, std::vector<DefinitionId>& pool) {
    resolved_.resize(leaves_ + joins_.size());
    visited_.resize(resolved_.size(), 0);
    if (resolved_[value].known)
        return resolved_[value];
    Resolved result{.known = true};
    llvm::SmallVector<DefinitionId, 16> found;
    llvm::SmallVector<Value, 16> open{value};
    ++visited_count_;
    while (!open.empty()) {
        const Value at = open.pop_back_val();
        if (std::exchange(visited_[at], visited_count_) == visited_count_)
            continue;
        if (at == unbound) {
            result.may_be_unbound = true;
        } else if (is_leaf(at)) {
            found.push_back(DefinitionId{at - 1});
        } else if (const Resolved& known = resolved_[at]; known.known) {
            result.may_be_unbound |= known.may_be_unbound;
            found.append(pool.begin() + known.begin, pool.begin() + known.begin + known.size);
        } else {
            open.push_back(joins_[at - leaves_].left);
            open.push_back(joins_[at - leaves_].right);
        }
    }
    llvm::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    result.begin = static_cast<std::uint32_t>(pool.size());
    result.size = static_cast<std::uint32_t>(found.size());
    pool.insert(pool.end(), found.begin(), found.end());
    return resolved_[value] = result;
}

} // namespace sqlawait
