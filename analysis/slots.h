// The fixed point that whole-program passes share: units of code read and write slots; a write
// that makes a slot grow puts every unit that read it back on the queue. Values are small,
// join is monotone and of bounded height, so that the iteration ends.
#pragma once

#include "llvm/ADT/SetVector.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace sqlawait {

using SlotId = std::uint32_t;
using UnitId = std::uint32_t;

template <typename Value> class SlotTable {
  public:
    /// `bottom`: what a slot holds before anything is written.
    explicit SlotTable(Value bottom = {}) : bottom_(bottom) {}

    SlotId add(std::size_t count = 1) {
        const auto first = static_cast<SlotId>(values_.size());
        values_.resize(values_.size() + count, bottom_);
        readers_.resize(values_.size());
        return first;
    }

    /// The value now; the unit that is being evaluated is told when it grows.
    [[nodiscard]] Value read(SlotId slot) {
        if (running_)
            readers_[slot].insert(unit_);
        return values_[slot];
    }
    [[nodiscard]] Value peek(SlotId slot) const { return values_[slot]; }

    /// Puts an already joined value in place.
    void set(SlotId slot, Value joined) {
        if (joined == values_[slot])
            return;
        values_[slot] = joined;
        for (const UnitId unit : readers_[slot])
            enqueue(unit);
    }

    void enqueue(UnitId unit) {
        if (unit >= queued_.size())
            queued_.resize(unit + 1, false);
        if (!queued_[unit]) {
            queued_[unit] = true;
            queue_.push_back(unit);
        }
    }

    /// Evaluates queued units until nothing grows, each `rounds` times at most on average: what is still
    /// growing then stays as it is.
    template <typename Evaluate> void run(Evaluate evaluate, std::size_t rounds = 200) {
        std::size_t budget = queued_.size() * rounds + rounds;
        while (!queue_.empty() && budget-- > 0) {
            unit_ = queue_.front();
            queue_.pop_front();
            queued_[unit_] = false;
            running_ = true;
            evaluate(unit_);
            running_ = false;
        }
    }

  private:
    Value bottom_;
    std::vector<Value> values_;
    std::vector<llvm::SmallSetVector<UnitId, 2>> readers_; // a session factory may have thousands
    std::deque<UnitId> queue_;
    std::vector<bool> queued_;
    UnitId unit_ = 0;
    bool running_ = false;
};

} // namespace sqlawait
