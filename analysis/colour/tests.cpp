// Tests have the colour of what they test. What a program's other code asks for is settled first; then each test, with
// all tests that share a fixture with it, becomes asynchronous where something that it calls did, and stays
// synchronous where all that it calls did. So no function gets a second form because a test calls it, except where
// tests of both colours meet in it.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

namespace sqlawait {

bool Colouring::is_test_module(ModuleId id) const { return calls_.is_test_module(id); }

bool Colouring::is_test_code(FunctionId id) const { return is_test_module(symbols_.function(id).module); }

namespace {

/// What tests that go together meet among the code that is settled.
struct Met {
    bool async = false; // what is asynchronous alone
    bool sync = false;  // what is synchronous alone
};

} // namespace

void Colouring::demand_tests() {
    std::vector<FunctionId> tests;
    std::vector<std::uint32_t> group(states_.size()); // union-find over tests and fixtures
    std::iota(group.begin(), group.end(), 0);
    const auto find = [&](std::uint32_t at) {
        while (group[at] != at)
            at = group[at] = group[group[at]];
        return at;
    };
    settled_.assign(states_.size(), false);
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        settled_[function.id.value] = own.want.sync || own.want.async;
        if (calls_.entry(function.id).test && !settled_[function.id.value])
            tests.push_back(function.id);
    }
    std::vector<Met> met(states_.size()); // by test
    for (const FunctionId test : tests) {
        Met& own = met[test.value];
        own.async |= symbols_.function(test).is_async;
        std::vector<FunctionId> work{test};
        std::set<FunctionId> seen{test};
        while (!work.empty()) {
            const FunctionId id = work.back();
            work.pop_back();
            for (const std::uint32_t index : calls_.callees(id)) {
                const CallEdge& edge = calls_.edges()[index];
                if (edge.kind == CallEdge::Kind::override_ || edge.kind == CallEdge::Kind::decorator)
                    continue;
                const State& callee = state(edge.callee);
                if (settled_[edge.callee.value]) {
                    own.async |= callee.io && callee.want.async && !callee.want.sync;
                    own.sync |= callee.io && callee.want.sync && !callee.want.async;
                    continue;
                }
                if (edge.kind == CallEdge::Kind::dependency && callee.coloured)
                    group[find(edge.callee.value)] = find(test.value);
                if (seen.insert(edge.callee).second)
                    work.push_back(edge.callee);
            }
        }
    }
    std::map<std::uint32_t, Met> together;
    for (const FunctionId test : tests) {
        Met& all = together[find(test.value)];
        all.async |= met[test.value].async;
        all.sync |= met[test.value].sync;
    }
    for (const FunctionId test : tests) {
        const Met& all = together[find(test.value)];
        state(test).root = true;
        demand(test, all.async || !all.sync, {}, calls_.entry(test).reason, false);
    }
    work_off();
    settled_.clear();
}

/// Code with sessions of its own that is synchronous for others stays so for tests.
bool Colouring::stays_for_tests(FunctionId caller, FunctionId callee) const {
    return !settled_.empty() && !settled_[caller.value] && settled_[callee.value] && !state(callee).want.async &&
           is_own(callee) && !gives_session(callee);
}

} // namespace sqlawait
