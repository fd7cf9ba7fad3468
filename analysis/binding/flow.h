// The data flow of binding, apart from any syntax: which definitions each symbol may have at the
// point that the walk has reached. Values form a graph that is built once and read at the end:
// a leaf is a definition or "unbound", an inner value is the join of two, and a loop's value is a
// join whose second half is filled in when the loop's end is known. Nothing is iterated and no
// state is copied: branches undo what they changed and hand on the changes alone.
#pragma once

#include "analysis/ids.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace sqlawait {

class Flow {
  public:
    using Value = std::uint32_t;
    static constexpr Value unbound = 0;

    /// What a piece of code changed, relative to where it began.
    struct Change {
        SymbolId symbol;
        Value before = unbound;
        Value now = unbound;
    };
    struct Outcome {
        bool live = true; // whether its end is reached
        llvm::SmallVector<Change, 4> changes;
    };
    using Mark = std::size_t;

    Flow(std::size_t symbols, std::size_t definitions);

    [[nodiscard]] static Value leaf(DefinitionId id) { return id.value + 1; }
    [[nodiscard]] Value join(Value a, Value b);
    /// A value that is `entry` joined with what `close_loop` says later.
    [[nodiscard]] Value open_loop(Value entry);
    void close_loop(Value loop, Value back);

    [[nodiscard]] Value current(SymbolId symbol) const { return current_[symbol.value]; }
    void assign(SymbolId symbol, Value value);
    [[nodiscard]] bool live() const { return live_; }
    void set_live(bool live) { live_ = live; }

    [[nodiscard]] Mark mark() const { return trail_.size(); }
    [[nodiscard]] Outcome outcome_since(Mark mark);
    /// The value that a symbol had at the mark.
    [[nodiscard]] Value value_at(Mark mark, SymbolId symbol) const;
    void undo(Mark mark);
    void apply(const Outcome& outcome);
    /// Continues where several pieces of code, that all began here, end.
    void meet(llvm::ArrayRef<Outcome> outcomes);
    /// Runs `code`, takes its changes back, and gives them.
    template <typename Code> [[nodiscard]] Outcome branch(Code code) {
        const Mark start = mark();
        const bool was_live = live_;
        code();
        Outcome outcome = outcome_since(start);
        undo(start);
        live_ = was_live;
        return outcome;
    }
    /// Code that may be skipped, as the right side of `and`.
    template <typename Code> void maybe(Code code) {
        const Outcome outcomes[] = {Outcome{live_, {}}, branch(code)};
        meet(outcomes);
    }
    /// For the next function: nothing to undo.
    void start_unit() {
        trail_.clear();
        live_ = true;
    }

    struct Resolved {
        std::uint32_t begin = 0; // into `pool`
        std::uint32_t size = 0;
        bool may_be_unbound = false;
        bool known = false;
    };
    /// The definitions that a value stands for, sorted; equal values share their run of `pool`.
    [[nodiscard]] Resolved resolve(Value value, std::vector<DefinitionId>& pool);

  private:
    struct Join {
        Value left = unbound;
        Value right = unbound;
    };
    struct Entry {
        SymbolId symbol;
        Value before = unbound;
    };
    [[nodiscard]] bool is_leaf(Value value) const { return value < leaves_; }
    [[nodiscard]] Value add(Join join);

    Value leaves_;
    std::vector<Join> joins_;
    llvm::DenseMap<std::pair<Value, Value>, Value> known_joins_;
    std::vector<Value> current_; // by symbol
    std::vector<Entry> trail_;
    bool live_ = true;

    std::vector<std::uint32_t> seen_; // by symbol: the count below at the last visit
    std::uint32_t seen_count_ = 0;
    struct Meeting {
        Value value = unbound;
        unsigned outcomes = 0;
    };
    std::vector<Meeting> meeting_; // by symbol

    std::vector<Resolved> resolved_;      // by value
    std::vector<std::uint32_t> visited_;  // by value: the count below at the last visit
    std::uint32_t visited_count_ = 0;
};

} // namespace sqlawait
