// The frozen whole: the only thing that rules and reports read. After `analyse` nothing in it changes.
#pragma once

#include "analysis/colour/colour.h"
#include "analysis/loading/loading.h"

namespace sqlawait {

struct Facts {
    const Program& program;
    const Knowledge& knowledge;
    const SymbolTable& symbols;
    const ModelTable& models;
    const TypeTable& types;
    const CallGraph& calls;
    const QueryFlow& queries;
    const ColourTable& colours;
    const LoadPlan& loads;

    [[nodiscard]] const Module& module(ModuleId id) const { return program.module(id); }
    [[nodiscard]] Node node(Place place) const { return program.module(place.module).tree.node(place.node); }
};

} // namespace sqlawait
