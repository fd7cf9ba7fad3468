// One question about where a name comes from. Import chains are followed with a list of what is still to
// be looked at, each thing once, so that cycles end and depth costs nothing. Private to this folder.
#pragma once

#include "analysis/linking/linking.h"

#include "llvm/ADT/SmallSet.h"

#include <optional>
#include <string>

namespace sqlawait {

class Resolver {
  public:
    using Targets = llvm::SmallVector<Target, 2>;

    explicit Resolver(const SymbolTable& table) : table_(table), program_(*table.program_) {}

    [[nodiscard]] Targets definition(ModuleId module, DefinitionId id);
    [[nodiscard]] Targets member(ModuleId module, llvm::StringRef name);
    [[nodiscard]] Targets expression(ModuleId module, Node node);
    /// The definitions that the last question led through, when one led to the next and none anywhere else: the answer
    /// is that of each of them.
    [[nodiscard]] llvm::ArrayRef<std::pair<ModuleId, DefinitionId>> chain() const { return chain_; }
    [[nodiscard]] std::size_t steps() const { return steps_; }

  private:
    /// A definition to follow, or a module's member to look up.
    struct Step {
        ModuleId module;
        DefinitionId definition;
        std::string member;
    };

    [[nodiscard]] Targets run();
    void follow(const Step& step);
    void follow_definition(ModuleId module, DefinitionId id);
    void follow_member(ModuleId module, llvm::StringRef name);
    void follow_from(ModuleId module, const ImportedModule& from, llvm::StringRef name);
    void follow_import(ModuleId module, Node node);
    void found(Target target);
    [[nodiscard]] std::optional<std::string> outside_star(ModuleId module, llvm::StringRef name) const;

    [[nodiscard]] Targets name(ModuleId module, Node identifier);
    [[nodiscard]] Targets renamed(ModuleId module, DefinitionId id);
    [[nodiscard]] Targets behind(ModuleId module, Targets targets);
    [[nodiscard]] Targets attribute(ModuleId module, const Target& object, llvm::StringRef name);
    [[nodiscard]] bool is_none(ModuleId module, DefinitionId id) const;
    [[nodiscard]] Node renaming(ModuleId module, DefinitionId id) const;

    const SymbolTable& table_;
    const Program& program_;
    llvm::SmallVector<Step, 4> open_;
    llvm::SmallSet<std::pair<ModuleId, DefinitionId>, 4> followed_;
    llvm::SmallSet<std::pair<ModuleId, std::string>, 4> looked_up_;
    std::vector<std::pair<ModuleId, DefinitionId>> chain_;
    std::size_t steps_ = 0;
    Targets targets_;
    Targets submodules_; // hidden by names that turn out to stand for nothing
    llvm::SmallVector<std::pair<ModuleId, DefinitionId>, 4> renamings_; // on the way to the present one
};

[[nodiscard]] inline std::uint64_t table_key(ModuleId module, std::uint32_t index) {
    return std::uint64_t{module.value} << 32U | index;
}

} // namespace sqlawait
