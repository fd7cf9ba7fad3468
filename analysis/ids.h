// Typed indices into the program-wide tables. All are dense, from 0, and stable for
// one run: modules in path order, functions and classes in (module, offset) order.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace sqlawait {

template <typename Tag> struct Id {
    static constexpr std::uint32_t none_value = 0xFFFFFFFFU;
    std::uint32_t value = none_value;

    constexpr Id() = default;
    constexpr explicit Id(std::uint32_t index) : value(index) {}
    [[nodiscard]] constexpr explicit operator bool() const { return value != none_value; }
    friend constexpr bool operator==(Id, Id) = default;
    friend constexpr auto operator<=>(Id, Id) = default;
};

using ModuleId = Id<struct ModuleTag>;
using FunctionId = Id<struct FunctionTag>; // a `def` or a lambda, program-wide
using ClassId = Id<struct ClassTag>;       // program-wide
using ScopeId = Id<struct ScopeTag>;       // within one module
using SymbolId = Id<struct SymbolTag>;     // within one module
using DefinitionId = Id<struct DefinitionTag>; // within one module
using TypeId = Id<struct TypeTag>;
using WebId = Id<struct WebTag>;

} // namespace sqlawait

template <typename Tag> struct std::hash<sqlawait::Id<Tag>> {
    std::size_t operator()(sqlawait::Id<Tag> id) const noexcept { return id.value * 0x9E3779B97F4A7C15ULL >> 16U; }
};
