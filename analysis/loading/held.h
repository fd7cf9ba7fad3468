// Variables whose objects live through commits, as the walk of one function meets them. Private to the expiry flow.
#pragma once

#include "analysis/loading/expiry_state.h"

namespace sqlawait {

class HeldObjects {
  public:
    /// In a function of hundreds of commits nobody asks for the objects of the first again.
    static constexpr std::size_t max_commits = 64;

    /// Numbers of symbols from here on are none.
    explicit HeldObjects(std::uint32_t symbols_end) : symbols_end_(symbols_end) {}

    void commit(const State& state, NodeId site, std::uint8_t kinds) {
        const Expired happened{site, kinds, {}};
        for (const auto& [symbol, versions] : state.variables)
            if (symbol < symbols_end_ && commits_.size() < max_commits &&
                !llvm::is_contained(commits_, std::pair(symbol, happened)))
                commits_.emplace_back(symbol, happened);
    }

    void call(NodeId call, const State& state, VersionsTable& table) {
        if (commits_.empty())
            return;
        before_[call] = commits_.size();
        for (const auto& [symbol, versions] : state.variables)
            if (symbol < symbols_end_ && versions != VersionsTable::nothing) {
                VersionsId& held = held_.try_emplace({call, symbol}, versions).first->second;
                held = table.join(held, versions);
            }
    }

    void publish(ModuleId module, const VersionsTable& table,
                 std::map<Place, std::vector<ExpiryFlow::Held>>& out) const {
        for (const auto& [call, count] : before_) {
            std::vector<ExpiryFlow::Held> all;
            for (auto at = held_.lower_bound({call, 0}); at != held_.end() && at->first.first == call; ++at)
                for (const Expired& one : table.of(at->second))
                    if (one.has(Expiry::commit) && one.site != too_many_sites)
                        all.push_back({SymbolId{at->first.second}, one, true});
            const std::size_t still = all.size();
            for (const auto& [symbol, happened] : llvm::ArrayRef(commits_).take_front(count))
                if (llvm::none_of(llvm::ArrayRef(all).take_front(still),
                                  [&, variable = symbol, site = happened.site](const ExpiryFlow::Held& one) {
                                      return one.symbol.value == variable && one.happened.site == site;
                                  }))
                    all.push_back({SymbolId{symbol}, happened, false});
            out[{module, call}] = std::move(all);
        }
    }

  private:
    std::uint32_t symbols_end_;
    std::vector<std::pair<std::uint32_t, Expired>> commits_; // and the variables that were there, in order
    std::map<NodeId, std::size_t> before_;                   // by call: how many of them
    std::map<std::pair<NodeId, std::uint32_t>, VersionsId> held_; // by call and variable
};

} // namespace sqlawait
