// Recorded lazy loads in terms of the program: which origin, which path, which place. Private to this folder.
#pragma once

#include "analysis/loading/provenance.h"
#include "analysis/loading/trace.h"

#include <optional>

namespace sqlawait {

struct LocatedLoad {
    std::optional<std::uint32_t> origin; // of ProvenanceFlow
    LoadPath path;                       // empty: a class or a relationship that the program does not have
    Place read;                          // the attribute, else the first node of the line, else the module
};

class RecordedLoads {
  public:
    RecordedLoads(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
                  const ProvenanceFlow& flow)
        : program_(program), symbols_(symbols), models_(models), types_(types), flow_(flow) {}

    /// None when neither the origin nor the read lies in the program.
    [[nodiscard]] std::optional<LocatedLoad> locate(const RecordedLoad& load) const;

  private:
    [[nodiscard]] const Module* module(llvm::StringRef path) const;
    [[nodiscard]] LoadPath path(const RecordedLoad& load) const;
    [[nodiscard]] std::optional<std::uint32_t> origin(const RecordedPlace& place, const LoadPath& path) const;
    [[nodiscard]] Place read(const Module& module, unsigned line, llvm::StringRef relationship) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const TypeTable& types_;
    const ProvenanceFlow& flow_;
};

} // namespace sqlawait
