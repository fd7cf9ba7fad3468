// What happened to the variables of a function up to a point of it. Private to the walk of the expiry flow.
#pragma once

#include "analysis/loading/expiry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <map>

namespace sqlawait {

using Versions = llvm::SmallVector<Expired, 2>; // sorted by site

inline void join_versions(Versions& into, const Versions& from) {
    for (const Expired& one : from) {
        auto* at = llvm::lower_bound(into, one, [](const Expired& a, const Expired& b) { return a.site < b.site; });
        if (at != into.end() && at->site == one.site)
            at->kinds |= one.kinds;
        else
            into.insert(at, one);
    }
}

/// What happened to each variable since it got its value, and to the objects that were there at the beginning.
struct State {
    bool live = true;
    Versions entry{Expired{}};
    std::map<std::uint32_t, Versions> variables; // by symbol; others are as `entry`

    [[nodiscard]] const Versions& of(std::uint32_t symbol) const {
        const auto found = variables.find(symbol);
        return found == variables.end() ? entry : found->second;
    }
    void define(std::uint32_t symbol, Versions versions) { variables[symbol] = std::move(versions); }
    /// Says of what happened at one of these places that it is answered at another.
    void move(llvm::ArrayRef<NodeId> from, NodeId to) {
        const auto each = [&](Versions& versions) {
            const Versions before = versions;
            versions.clear();
            for (const Expired& one : before)
                join_versions(versions,
                              {Expired{llvm::is_contained(from, one.site) ? to : one.site, one.kinds, one.through}});
        };
        each(entry);
        for (auto& [symbol, versions] : variables)
            each(versions);
    }
    void join(const State& other) {
        if (!other.live)
            return;
        if (!live) {
            *this = other;
            return;
        }
        for (auto& [symbol, versions] : variables)
            if (!other.variables.contains(symbol))
                join_versions(versions, other.entry);
        for (const auto& [symbol, versions] : other.variables) {
            const auto [at, fresh] = variables.try_emplace(symbol, entry);
            join_versions(at->second, versions);
        }
        join_versions(entry, other.entry);
    }
    friend bool operator==(const State&, const State&) = default;
};

inline void happen(Versions& versions, NodeId site, std::uint8_t kinds) {
    for (const Expired& one : versions)
        kinds |= one.kinds;
    versions = {Expired{site, kinds, {}}};
}

} // namespace sqlawait
