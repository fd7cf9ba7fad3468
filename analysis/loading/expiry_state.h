// What happened to the variables of a function up to a point of it. Private to the walk of the expiry flow.
//
// What happened to one variable is a number, of a table of all that may have happened: variables that live through the
// same share it, and joining two of them is looked up where it was done before. So a function of hundreds of commits
// costs for each what it has variables, and no more.
#pragma once

#include "analysis/loading/expiry.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <map>

namespace sqlawait {

using Versions = llvm::SmallVector<Expired, 2>; // sorted by site
using VersionsId = std::uint32_t;

/// Of more places than this nobody would load anew: then it is said that none can be named.
inline constexpr std::size_t max_sites = 24;
inline constexpr NodeId too_many_sites = no_node - 1;

class VersionsTable {
  public:
    static constexpr VersionsId nothing = 0; // nothing happened

    VersionsTable() { (void)intern({Expired{}}); }

    [[nodiscard]] const Versions& of(VersionsId id) const { return all_[id]; }

    [[nodiscard]] VersionsId intern(Versions versions) {
        work_ += versions.size();
        const auto [at, fresh] = ids_.try_emplace({versions.begin(), versions.end()}, all_.size());
        if (fresh)
            all_.push_back(std::move(versions));
        return at->second;
    }

    [[nodiscard]] VersionsId join(VersionsId a, VersionsId b) {
        if (a == b)
            return a;
        const auto [low, high] = std::minmax(a, b);
        const std::uint64_t pair = std::uint64_t{low} << 32U | high;
        if (const auto known = joined_.find(pair); known != joined_.end())
            return known->second;
        Versions out = all_[a];
        for (const Expired& one : all_[b])
            add(out, one);
        return joined_[pair] = intern(limited(std::move(out)));
    }

    /// The same behind what happens at a site.
    [[nodiscard]] VersionsId happen(VersionsId id, NodeId site, std::uint8_t kinds) {
        for (const Expired& one : all_[id])
            kinds |= one.kinds;
        return intern({Expired{site, kinds, {}}});
    }

    /// The same where what happened at some places is answered at another.
    [[nodiscard]] VersionsId move(VersionsId id, llvm::ArrayRef<NodeId> from, NodeId to) {
        Versions out;
        for (const Expired& one : all_[id])
            add(out, {llvm::is_contained(from, one.site) ? to : one.site, one.kinds, one.through});
        return intern(std::move(out));
    }

    /// How many entries were looked at: what the walk costs.
    [[nodiscard]] std::size_t work() const { return work_; }

  private:
    static void add(Versions& into, Expired one) {
        auto* at = llvm::lower_bound(into, one, [](const Expired& a, const Expired& b) { return a.site < b.site; });
        if (at != into.end() && at->site == one.site)
            at->kinds |= one.kinds;
        else
            into.insert(at, one);
    }

    static Versions limited(Versions versions) {
        const bool named = llvm::none_of(versions, [](const Expired& one) { return one.site == too_many_sites; });
        if (named && versions.size() <= max_sites)
            return versions;
        Expired all{too_many_sites, 0, {}};
        bool untouched = false;
        for (const Expired& one : versions) {
            all.kinds |= one.kinds;
            untouched |= one.site == no_node;
        }
        versions = {all};
        if (untouched)
            add(versions, Expired{});
        return versions;
    }

    std::vector<Versions> all_;
    std::map<std::vector<Expired>, VersionsId> ids_;
    llvm::DenseMap<std::uint64_t, VersionsId> joined_; // by pairs
    std::size_t work_ = 0;
};

/// What happened to each variable since it got its value, and to the objects that were there at the beginning.
struct State {
    bool live = true;
    VersionsId entry = VersionsTable::nothing;
    std::vector<std::pair<std::uint32_t, VersionsId>> variables{}; // by symbol, sorted; others are as `entry`

    [[nodiscard]] VersionsId of(std::uint32_t symbol) const {
        const auto at = llvm::lower_bound(variables, std::pair(symbol, VersionsId{0}));
        return at == variables.end() || at->first != symbol ? entry : at->second;
    }
    void define(std::uint32_t symbol, VersionsId versions) {
        const auto at = llvm::lower_bound(variables, std::pair(symbol, VersionsId{0}));
        if (at == variables.end() || at->first != symbol)
            variables.insert(at, {symbol, versions});
        else
            at->second = versions;
    }
    template <typename Change> void change_variables(Change change) {
        // Runs of variables that share what happened to them cost one look-up.
        VersionsId last = VersionsTable::nothing, changed = change(last);
        for (auto& [symbol, versions] : variables) {
            if (versions != last) {
                last = versions;
                changed = change(last);
            }
            versions = changed;
        }
    }
    /// Says of what happened at one of these places that it is answered at another.
    void move(VersionsTable& table, llvm::ArrayRef<NodeId> from, NodeId to) {
        entry = table.move(entry, from, to);
        change_variables([&](VersionsId versions) { return table.move(versions, from, to); });
    }
    void join(VersionsTable& table, const State& other) {
        if (!other.live)
            return;
        if (!live) {
            *this = other;
            return;
        }
        std::vector<std::pair<std::uint32_t, VersionsId>> out;
        out.reserve(std::max(variables.size(), other.variables.size()));
        auto a = variables.begin();
        auto b = other.variables.begin();
        while (a != variables.end() || b != other.variables.end()) {
            const bool left = b == other.variables.end() || (a != variables.end() && a->first <= b->first);
            const bool right = a == variables.end() || (b != other.variables.end() && b->first <= a->first);
            const std::uint32_t symbol = left ? a->first : b->first;
            out.emplace_back(symbol, table.join(left ? a->second : entry, right ? b->second : other.entry));
            a += left ? 1 : 0;
            b += right ? 1 : 0;
        }
        variables = std::move(out);
        entry = table.join(entry, other.entry);
    }
    friend bool operator==(const State&, const State&) = default;
};

} // namespace sqlawait
