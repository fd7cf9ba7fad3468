// C3, the order in which Python looks through a class and its bases.
#pragma once

#include "analysis/ids.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <vector>

namespace sqlawait {

/// `sequences`: the linearisations of the bases, in order, then the bases themselves. Where Python would refuse, the
/// first head is taken. A chain of single bases costs what it is long.
[[nodiscard]] inline std::vector<ClassId> merged_linearisation(ClassId id,
                                                               std::vector<std::vector<ClassId>> sequences) {
    std::vector<ClassId> out{id};
    if (sequences.size() == 2 && sequences.back().size() == 1) {
        llvm::append_range(out, sequences.front());
        return out;
    }
    for (;;) {
        std::erase_if(sequences, [](const auto& sequence) { return sequence.empty(); });
        if (sequences.empty())
            return out;
        ClassId next = sequences.front().front();
        for (const auto& sequence : sequences) {
            const ClassId head = sequence.front();
            const bool in_tail = llvm::any_of(sequences, [&](const auto& other) {
                return std::find(other.begin() + 1, other.end(), head) != other.end();
            });
            if (!in_tail) {
                next = head;
                break;
            }
        }
        if (!llvm::is_contained(out, next))
            out.push_back(next);
        for (auto& sequence : sequences)
            std::erase(sequence, next);
    }
}

} // namespace sqlawait
