// Whether and how `session.refresh(x)` can be written at a place: the session that is at hand there, and whether
// the variable may be None.
#pragma once

#include "analysis/inference/inference.h"

#include <set>

namespace sqlawait {

class RefreshSites {
  public:
    RefreshSites(const Program& program, const SymbolTable& symbols, const TypeTable& types)
        : program_(program), symbols_(symbols), types_(types) {}

    /// A statement of its own can be put behind this one, or at the beginning of this block.
    [[nodiscard]] bool has_room(Place site) const;
    /// Text of an expression that is a session at this place; "" none found.
    [[nodiscard]] std::string session(Place site) const;
    /// Attributes of the variable that the statements right behind the place load already; "*": all columns.
    /// `behind`: the site is a loop, and the place is not in it.
    [[nodiscard]] std::set<std::string> loaded_there(Place site, llvm::StringRef variable, bool behind = false) const;
    /// The variable is certainly an object there: it was tested, or used as one.
    [[nodiscard]] bool is_object(Place site, llvm::StringRef variable) const;

  private:
    [[nodiscard]] Node node(Place place) const { return program_.module(place.module).tree.node(place.node); }
    [[nodiscard]] bool is_session(TypeId type) const;
    [[nodiscard]] std::string session_inside(ModuleId module, Node part, Offset before) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const TypeTable& types_;
};

} // namespace sqlawait
